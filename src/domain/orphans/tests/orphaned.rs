//! Rows 11 to 14: what is left over, and of what.

use super::super::Class::{Managed, Orphaned, Unclear};
use super::super::Reason::{BelowStart, NotOfASet, ScaledDown, SetGone, SeveralSets, TemplateGone};
use super::super::{Need, Permit, Verdict};
use super::scene::{claim, scene, set, shows};
use crate::domain::testing::at;

#[test]
fn an_ordinal_below_the_start_may_have_moved_to_another_set() {
    let story = scene().set(set("web").start(3).replicas(2).template("data"));
    for (number, expected) in
        [(0, (Unclear, BelowStart)), (2, (Unclear, BelowStart)), (5, (Orphaned, ScaledDown))]
    {
        assert_eq!(story.says(&claim(&format!("data-web-{number}"))), expected);
    }
    let verdict = story.judge(&claim("data-web-2"));
    assert_eq!((verdict.set.as_deref(), verdict.ordinal), (Some("web"), Some(at(2))));
    shows(&verdict, &["statefulset web", "ordinal 3"]);
}

#[test]
fn an_ordinal_above_the_range_of_one_set_is_an_orphan() {
    let story = scene().set(set("web").replicas(2).template("data").template("logs"));
    for name in ["data-web-2", "logs-web-3", "data-web-2147483647"] {
        assert_eq!(story.says(&claim(name)), (Orphaned, ScaledDown), "{name}");
    }
    let verdict = story.judge(&claim("logs-web-3"));
    assert_eq!((verdict.set.as_deref(), verdict.template.as_deref()), (Some("web"), Some("logs")));
    shows(&verdict, &["statefulset web", "ordinals 0 to 1"]);
    assert_eq!((verdict.sets, verdict.ordinal), (vec!["web".to_owned()], Some(at(3))));
    assert_eq!(verdict.needs, []);
}

#[test]
fn labels_neither_prove_nor_disprove_whose_a_claim_is() {
    let story = scene().set(set("web").replicas(2).template("data"));
    for labelled in [claim("data-web-3").label("app", "web"), claim("data-web-3").label("app", "db")] {
        assert_eq!(story.says(&labelled), (Orphaned, ScaledDown));
        assert_eq!(story.judge(&labelled).set.as_deref(), Some("web"));
    }
}

#[test]
fn a_claim_of_a_template_that_the_set_has_lost_is_unclear_at_any_ordinal() {
    let story = scene().set(set("web").replicas(2).template("data"));
    for number in [0, 1, 5] {
        let old = claim(&format!("logs-web-{number}"));
        assert_eq!(story.says(&old), (Unclear, TemplateGone), "{number}");
        let verdict = story.judge(&old);
        assert_eq!((verdict.set.as_deref(), verdict.template.as_deref()), (Some("web"), Some("logs")));
        shows(&verdict, &["statefulset web", "template logs"]);
    }
    let bare = scene().set(set("web").replicas(2));
    assert_eq!(bare.says(&claim("data-web-0").label("app", "web")), (Unclear, TemplateGone));
}

#[test]
fn a_set_that_may_have_lost_the_template_wins_over_one_that_may_have_been_deleted() {
    // Of the deleted set `my-web` by its label, but `web` lives and may have had a template `data-my`.
    let story = scene().set(set("web").replicas(2).template("data"));
    let either = claim("data-my-web-0").label("app", "my-web");
    assert_eq!(story.says(&either), (Unclear, TemplateGone));
    assert_eq!(story.clone().named("my-web").says(&either), (Unclear, TemplateGone));
    // It is found by the name that its label says, and not by the other one.
    assert_eq!(story.judge(&either).sets, ["my-web"]);
}

#[test]
fn a_set_whose_name_only_ends_alike_has_lost_nothing() {
    let story = scene().set(set("eb").replicas(2).template("data"));
    assert_eq!(story.says(&claim("data-web-0").label("app", "web")), (Orphaned, SetGone));
    assert_eq!(scene().set(set("web-x")).says(&claim("data-web-0").label("a", "b")), (Orphaned, SetGone));
}

#[test]
fn a_claim_of_a_deleted_set_is_an_orphan_by_its_name_and_labels() {
    let old = claim("data-db-0").label("app", "db");
    let verdict = scene().judge(&old);
    assert_eq!((verdict.class, verdict.reason), (Orphaned, SetGone));
    assert_eq!((verdict.set.as_deref(), verdict.template.as_deref()), (Some("db"), Some("data")));
    assert_eq!(verdict.needs, [Need::SetName]);
    shows(&verdict, &["no statefulset db exists"]);
    assert_eq!(scene().says(&claim("data-db-0")), (Managed, NotOfASet));
}

#[test]
fn the_set_that_was_deleted_is_the_one_named_else_the_one_of_a_label_else_the_longest() {
    let old = || claim("data-my-own-db-0").label("tier", "backend");
    let inferred = |verdict: Verdict| (verdict.template.unwrap(), verdict.set.unwrap());
    let pair = |template: &str, set: &str| (template.to_owned(), set.to_owned());
    assert_eq!(inferred(scene().judge(&old())), pair("data", "my-own-db"));
    assert_eq!(inferred(scene().judge(&old().label("app", "own-db"))), pair("data-my", "own-db"));
    assert_eq!(inferred(scene().named("db").judge(&old())), pair("data-my-own", "db"));
    assert_eq!(inferred(scene().named("web").judge(&old())), pair("data", "my-own-db"));
    shows(&scene().judge(&old()), &["no statefulset my-own-db ", "own-db", " db"]);
}

#[test]
fn above_the_range_of_several_sets_it_is_unclear_whose_it_is() {
    let story = scene()
        .set(set("web").replicas(1).template("data-web"))
        .set(set("web-web").replicas(1).template("data"));
    let verdict = story.judge(&claim("data-web-web-4"));
    assert_eq!((verdict.class, verdict.reason), (Unclear, SeveralSets));
    assert_eq!(verdict.needs, [Need::Attestation]);
    let mut sets = verdict.sets;
    sets.sort();
    assert_eq!(sets, ["web", "web-web"]);
}

/// Both sets are gone, and a person who names `web` is asked for nothing more.
#[test]
fn naming_one_deleted_set_lets_no_claim_go_that_says_it_is_of_another() {
    let verdict = scene().named("web").judge(&claim("data-my-web-0").label("app", "my-web"));
    let permit = Permit { sets: ["web".to_owned()].into(), ..Permit::default() };
    assert!(!permit.allows(&verdict), "{verdict:?}");
}
