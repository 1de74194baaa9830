//! Row 6, the part about marks, and names that no set gives.

use super::super::Class::{InUse, Managed, Orphaned};
use super::super::Reason::{MarkedAsManaged, NotOfASet, ScaledDown, UsedByPod};
use super::super::Source;
use super::scene::{Scene, claim, pod, scene, set, shows};

fn web() -> Scene {
    scene().set(set("web").replicas(2).template("data"))
}

const MARKS: [(&str, &str); 10] = [
    ("meta.helm.sh/release-name", "shop"),
    ("argocd.argoproj.io/tracking-id", "shop:/PersistentVolumeClaim:shop/data-web-3"),
    ("argocd.argoproj.io/instance", "shop"),
    ("kustomize.toolkit.fluxcd.io/name", "shop"),
    ("helm.toolkit.fluxcd.io/name", "shop"),
    ("app.kubernetes.io/managed-by", "percona-server"),
    ("helm.sh/resource-policy", "keep"),
    ("argocd.argoproj.io/sync-options", "Prune=false"),
    ("argocd.argoproj.io/sync-options", "ServerSideApply=true,Delete=false"),
    ("kustomize.toolkit.fluxcd.io/prune", "disabled"),
];

#[test]
fn a_claim_with_a_mark_of_its_own_is_somebody_elses() {
    for (key, value) in MARKS {
        let expected = (Managed, MarkedAsManaged);
        let marked = claim("data-web-3").annotation(key, value);
        assert_eq!(web().says(&marked), expected, "{key}");
        assert_eq!(web().says(&claim("data-web-3").label(key, value)), expected, "{key}");
        shows(&web().judge(&marked), &[key, value]);
        for source in Source::ALL {
            assert_eq!(web().without(source).says(&marked), expected, "{key} without {source:?}");
        }
    }
}

#[test]
fn other_labels_and_annotations_are_no_marks() {
    for (key, value) in [
        ("app", "web"),
        ("app.kubernetes.io/name", "web"),
        ("app.kubernetes.io/instance", "shop"),
        ("helm.sh/resource-policy", "delete"),
        ("helm.sh/chart", "shop-1.0"),
        ("argocd.argoproj.io/sync-options", "Prune=true"),
        ("kustomize.toolkit.fluxcd.io/prune", "enabled"),
        ("volume.kubernetes.io/storage-provisioner", "csi.example.com"),
    ] {
        let plain = claim("data-web-3").annotation(key, value).label(key, value);
        assert_eq!(web().says(&plain), (Orphaned, ScaledDown), "{key}: {value}");
    }
}

#[test]
fn what_the_template_gives_to_every_claim_says_nothing_of_this_one() {
    for (key, value) in &MARKS[..6] {
        let of = |set| scene().set(set);
        let sets = [
            set("web").replicas(2).template("data").giving_label(key, value),
            set("web").replicas(2).template("data").giving_annotation(key, value),
            set("web").replicas(2).template("data").selecting(key, value),
        ];
        for set in sets {
            let given = claim("data-web-3").label(key, value);
            assert_eq!(of(set.clone()).says(&given), (Orphaned, ScaledDown), "{key}");
            let own = claim("data-web-3").label(key, "somebody-else");
            assert_eq!(of(set).says(&own), (Managed, MarkedAsManaged), "{key} with another value");
        }
        // Another template's gifts, and another set's.
        let other = set("web").replicas(2).template("data").template("logs").giving_label(key, value);
        assert_eq!(of(other).says(&claim("data-web-3").label(key, value)), (Managed, MarkedAsManaged));
        let other = web().set(set("db").template("data").giving_label(key, value));
        assert_eq!(other.says(&claim("data-web-3").label(key, value)), (Managed, MarkedAsManaged));
    }
}

#[test]
fn a_wish_that_the_claim_stays_holds_also_where_the_template_gives_it() {
    for (key, value) in &MARKS[6..] {
        let set = set("web").replicas(2).template("data").giving_annotation(key, value);
        let kept = claim("data-web-3").annotation(key, value);
        assert_eq!(scene().set(set).says(&kept), (Managed, MarkedAsManaged), "{key}");
    }
}

#[test]
fn one_mark_that_the_template_gives_hides_no_other() {
    let set = set("web").replicas(2).template("data").giving_label("app.kubernetes.io/managed-by", "Helm");
    let both = claim("data-web-3")
        .label("app.kubernetes.io/managed-by", "Helm")
        .annotation("argocd.argoproj.io/tracking-id", "shop:/PersistentVolumeClaim:shop/data-web-3");
    assert_eq!(scene().set(set).says(&both), (Managed, MarkedAsManaged));
}

/// The annotation is the template's, the label of the same key is the claim's own.
#[test]
fn an_annotation_that_the_template_gives_hides_no_label_of_the_same_key() {
    let key = "argocd.argoproj.io/instance";
    let set = set("web").replicas(2).template("data").giving_annotation(key, "given");
    let both = claim("data-web-3").annotation(key, "given").label(key, "own");
    assert_eq!(scene().set(set).says(&both), (Managed, MarkedAsManaged));
}

#[test]
fn names_that_no_set_gives_are_of_no_set_whatever_could_not_be_read() {
    for name in
        ["uploads", "uploads-a", "data-web", "web-3", "data-web-03", "data-web-+3", "data-web-2147483648"]
    {
        let labelled = claim(name).label("app", "web");
        assert_eq!(web().says(&labelled), (Managed, NotOfASet), "{name}");
        for source in Source::ALL {
            assert_eq!(web().without(source).says(&labelled), (Managed, NotOfASet), "{name} {source:?}");
        }
        let used = web().pod(pod("reader").using(name));
        assert_eq!(used.says(&labelled), (InUse, UsedByPod), "{name}");
        assert_eq!(web().judge(&labelled).set, None, "{name}");
    }
    assert_eq!(web().says(&claim("data-web-3")).0, Orphaned);
}

#[test]
fn without_labels_and_without_a_live_set_a_claim_is_of_no_set() {
    assert_eq!(web().says(&claim("data-db-3")), (Managed, NotOfASet));
}
