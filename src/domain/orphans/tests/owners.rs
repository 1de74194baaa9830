//! Row 6, the part about owners.

use super::super::Class::{GarbageCollecting, Managed, Orphaned, Unknown};
use super::super::Reason::{EvidenceUnread, MarkedAsManaged, OwnedByOther, OwnerGone, ScaledDown, SetGone};
use super::super::Source;
use super::scene::{Scene, claim, pod, scene, set, shows};

fn web() -> Scene {
    scene().set(set("web").replicas(2).template("data"))
}

#[test]
fn its_own_live_set_does_not_hold_a_claim_that_it_owns() {
    let owned = claim("data-web-3").owned_by("apps/v1", "StatefulSet", "web");
    assert_eq!(web().says(&owned), (Orphaned, ScaledDown));
}

#[test]
fn another_owner_decides() {
    let story = web().set(set("db").replicas(1).template("data")).pod(pod("web-1").of("web"));
    for (api_version, kind, name) in [
        ("apps/v1", "StatefulSet", "db"),
        ("v1", "Pod", "web-1"),
        ("apps/v1", "Deployment", "web"),
        ("postgresql.cnpg.io/v1", "Cluster", "web"),
        // Not the StatefulSet of Kubernetes.
        ("apps.kruise.io/v1beta1", "StatefulSet", "web"),
    ] {
        let owned = claim("data-web-3").owned_by(api_version, kind, name);
        let verdict = story.judge(&owned);
        assert_eq!((verdict.class, verdict.reason), (Managed, OwnedByOther), "{api_version} {kind} {name}");
        shows(&verdict, &[&kind.to_lowercase(), name]);
        let first = claim("data-web-3").owned_by("apps/v1", "StatefulSet", "web");
        assert_eq!(story.says(&first.owned_by(api_version, kind, name)), (Managed, OwnedByOther));
    }
}

#[test]
fn an_owner_that_is_gone_takes_the_claim_along() {
    let old_pod = claim("data-web-3").owned_by("v1", "Pod", "web-3");
    assert_eq!(web().says(&old_pod), (GarbageCollecting, OwnerGone));
    let old_set = claim("data-db-0").owned_by("apps/v1", "StatefulSet", "db").label("app", "db");
    assert_eq!(web().says(&old_set), (GarbageCollecting, OwnerGone));
    assert_eq!(web().says(&claim("data-db-0").label("app", "db")), (Orphaned, SetGone));
}

#[test]
fn a_set_that_was_made_anew_under_the_same_name_is_another_owner() {
    let mut earlier = claim("data-web-3").owned_by("apps/v1", "StatefulSet", "web");
    "uid-earlier".clone_into(&mut earlier.0.claim.owners[0].uid);
    assert_eq!(web().says(&earlier), (GarbageCollecting, OwnerGone));
}

#[test]
fn an_owner_that_could_not_be_looked_up_is_not_gone() {
    let story = web().without(Source::Pods);
    let of_pod = claim("data-web-3").owned_by("v1", "Pod", "web-3");
    assert_eq!(story.says(&of_pod), (Unknown, EvidenceUnread));
    let story = web().without(Source::Sets);
    let of_set = claim("data-db-3").owned_by("apps/v1", "StatefulSet", "db");
    assert_eq!(story.says(&of_set), (Unknown, EvidenceUnread));
    // Each kind by itself: the other list is of no help and no harm.
    assert_eq!(web().without(Source::Sets).says(&of_pod), (GarbageCollecting, OwnerGone));
    assert_eq!(web().without(Source::Pods).says(&of_set), (GarbageCollecting, OwnerGone));
}

#[test]
fn another_owner_decides_also_where_something_could_not_be_read() {
    let owned = claim("data-web-3").owned_by("apps/v1", "Deployment", "web");
    for source in Source::ALL {
        assert_eq!(web().without(source).says(&owned), (Managed, OwnedByOther), "{source:?}");
    }
}

#[test]
fn owners_are_said_before_marks() {
    let marked = |kind: &str| {
        claim("data-web-3").annotation("helm.sh/resource-policy", "keep").owned_by("apps/v1", kind, "x")
    };
    assert_eq!(web().says(&marked("Deployment")), (Managed, OwnedByOther));
    assert_eq!(web().says(&marked("StatefulSet")), (GarbageCollecting, OwnerGone));
    let own = claim("data-web-3").annotation("helm.sh/resource-policy", "keep");
    assert_eq!(web().says(&own.owned_by("apps/v1", "StatefulSet", "web")), (Managed, MarkedAsManaged));
}

/// The garbage collector deletes an object when all its owners are gone; while one lives it only takes the others off
/// the list (`attemptToDeleteItem` in Kubernetes' `pkg/controller/garbagecollector/garbagecollector.go`).
#[test]
fn while_one_owner_lives_one_that_is_gone_takes_nothing_along() {
    let with = |api_version, kind, name| {
        claim("data-web-3").owned_by("v1", "Pod", "web-3").owned_by(api_version, kind, name)
    };
    assert_eq!(web().says(&with("apps/v1", "Deployment", "web")), (Managed, OwnedByOther));
    assert_ne!(web().says(&with("apps/v1", "StatefulSet", "web")), (GarbageCollecting, OwnerGone));
    assert_eq!(web().says(&with("v1", "Pod", "web-4")), (GarbageCollecting, OwnerGone), "both are gone");
}
