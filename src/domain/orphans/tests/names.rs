//! Names are built from live sets and compared, never split.

use super::super::Class::{InUse, Orphaned, Reserved, Unclear};
use super::super::Reason::{BelowStart, InRange, ScaledDown, SetGone, SetPaused, SeveralSets, TemplateGone};
use super::scene::{AnySet, Scene, claim, scene, set};

/// `data-web-web-N` can be of both.
fn both(web: impl Fn(AnySet) -> AnySet, web_web: impl Fn(AnySet) -> AnySet) -> [Scene; 2] {
    let (web, web_web) = (web(set("web").template("data-web")), web_web(set("web-web").template("data")));
    [scene().set(web.clone()).set(web_web.clone()), scene().set(web_web).set(web)]
}

#[test]
fn an_ambiguous_name_is_in_use_if_either_set_uses_it() {
    let lone = claim("data-web-web-0");
    for story in both(|web| web.replicas(1), |other| other.start(1).replicas(1)) {
        assert_eq!(story.says(&lone), (InUse, InRange));
        assert_eq!(story.judge(&lone).set.as_deref(), Some("web"), "the one that uses it");
        assert_eq!(story.says(&claim("data-web-web-1")), (InUse, InRange));
        assert_eq!(story.judge(&claim("data-web-web-1")).set.as_deref(), Some("web-web"));
        assert_eq!(story.judge(&lone).sets.len(), 2);
    }
}

#[test]
fn an_ambiguous_name_is_as_safe_as_the_more_careful_of_both() {
    let lone = claim("data-web-web-4");
    for story in both(|web| web.replicas(1), |other| other.replicas(0)) {
        assert_eq!(story.says(&lone), (Reserved, SetPaused));
        assert_eq!(story.hpa("web", 9).says(&lone).0, Reserved);
    }
    for story in both(|web| web.replicas(1), |other| other.start(7).replicas(1)) {
        assert_eq!(story.says(&lone), (Unclear, BelowStart));
    }
    for story in both(|web| web.replicas(1), |other| other.replicas(4)) {
        assert_eq!(story.says(&lone), (Unclear, SeveralSets));
    }
}

/// A verdict does not depend on which list, or which page of one, came first.
#[test]
fn which_of_both_is_named_does_not_depend_on_which_was_read_first() {
    let lone = claim("data-web-web-4");
    let [one, other] = both(|web| web.replicas(1), |other| other.replicas(1));
    assert_eq!(one.judge(&lone), other.judge(&lone));
    let [one, other] = both(|web| web.replicas(1), |other| other.replicas(0));
    let (one, other) = (one.hpa("web", 9), other.hpa("web", 9));
    assert_eq!(one.says(&lone), other.says(&lone));
}

#[test]
fn with_one_of_both_templates_the_name_is_of_one_set_only() {
    let story = scene().set(set("web").replicas(1).template("data")).set(set("web-web").template("logs"));
    // Neither: each has another template.
    assert_eq!(story.says(&claim("data-web-web-0")), (Unclear, TemplateGone));
    let story = story.set(set("data").replicas(1).template("data-web-web"));
    assert_eq!(story.says(&claim("data-web-web-data-3")), (Orphaned, ScaledDown));
}

#[test]
fn a_number_in_the_name_of_a_set_is_not_its_ordinal() {
    let db = set("db").replicas(3).template("data");
    let db_0 = set("db-0").replicas(1).template("data");
    let lone = claim("data-db-0-1").label("app", "db-0");
    let story = scene().set(db.clone()).set(db_0);
    assert_eq!(story.says(&lone), (Orphaned, ScaledDown));
    assert_eq!(story.judge(&lone).set.as_deref(), Some("db-0"));
    assert_eq!(story.judge(&lone).sets, ["db-0"]);
    assert_eq!(story.says(&claim("data-db-0-0")), (InUse, InRange));
    assert_eq!(story.says(&claim("data-db-0")), (InUse, InRange), "of db");
    assert_eq!(story.judge(&claim("data-db-0")).sets, ["db"]);
    let story = scene().set(db);
    assert_eq!(story.says(&lone), (Orphaned, SetGone));
    assert_eq!(story.judge(&lone).set.as_deref(), Some("db-0"));
}

#[test]
fn the_controller_writes_ordinals_without_leading_zeros() {
    let story = scene().set(set("web").replicas(11).template("data"));
    assert_eq!(story.says(&claim("data-web-1")), (InUse, InRange));
    assert_eq!(story.says(&claim("data-web-10")), (InUse, InRange));
    assert!(!story.judge(&claim("data-web-01").label("app", "web")).class.is_deletable());
    assert_ne!(story.says(&claim("data-web-01")), (InUse, InRange));
}

#[test]
fn sets_of_another_namespace_say_nothing() {
    let story = scene().set(set("web").replicas(2).template("data"));
    let lone = claim("data-web-0").label("app", "web");
    assert_eq!(story.says(&lone), (InUse, InRange));
    assert_eq!(story.says(&lone.namespace("test")), (Orphaned, SetGone));
}
