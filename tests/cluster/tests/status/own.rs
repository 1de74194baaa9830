//! What takes a controller that stands still: these tests have a cluster of their own.

use crate::own_cluster::turn;
use crate::view::{ask, ask_until_roots, ask_until_state};
use crate::world::{AT_ONCE, NEW};
use k8s_openapi::api::apps::v1::StatefulSet;
use serde_json::json;
use test_cluster::*;

#[test]
fn a_spec_that_the_controller_has_not_seen_is_not_judged() {
    let turn = turn();
    let ns = Namespace::on(&turn.handle, "unobserved");
    ns.apply(set("web").replicas(2));
    ns.wait_rolled_out("web");
    let stopped = turn.stop_statefulset_controller();
    ns.apply(set("web").replicas(2).image(NEW));
    let status = ask(&ns, AT_ONCE);
    assert_eq!(
        (status.state(), status.roots()),
        ("Unobserved", vec!["SpecNotObserved".to_owned()]),
        "{status}"
    );
    assert!(status.passes());
    let _ = ns.kubectl(&["stateful", "status", "web", "--exit-code"]).code(3);
    drop(stopped);
    let _ = ask_until_state(&ns, &[], "Complete");
}

#[test]
fn a_new_set_that_nobody_looks_after_is_not_judged_either() {
    let turn = turn();
    let ns = Namespace::on(&turn.handle, "new");
    let _stopped = turn.stop_statefulset_controller();
    ns.apply(set("web").replicas(2));
    let status = ask(&ns, &[]);
    assert_eq!(
        (status.state(), status.roots()),
        ("Unobserved", vec!["SpecNotObserved".to_owned()]),
        "{status}"
    );
    assert!(
        status.field("/updateRevision").is_null() && status.field("/currentRevision").is_null(),
        "{status}"
    );
}

#[test]
fn a_claim_of_an_earlier_pod_blocks_the_next_one_and_releasing_it_frees_the_set() {
    let turn = turn();
    let ns = Namespace::on(&turn.handle, "old-pod");
    ns.apply(set("web").replicas(2).claims("data").retention("Retain", "Delete"));
    ns.wait_rolled_out("web");
    // The garbage collector is one of them.
    let _stopped = turn.stop_other_controllers();
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 1}}));
    ns.wait_until("web-1 is gone", || ns.pod("web-1").is_none());
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 2}}));
    let status = ask_until_roots(&ns, &[], "Progressing", &["ClaimOwnedByOldPod@1"]);
    assert!(status.passes(), "garbage collection takes a moment");
    let status = ask_until_roots(&ns, AT_ONCE, "Stuck", &["ClaimOwnedByOldPod@1"]);
    assert!(!status.passes() && status.words().contains("data-web-1"), "{status}");
    assert_eq!(status.moves(), ["Wait data-web-1"]);
    status.follow(&ns);
    let _ = ask_until_state(&ns, &[], "Complete");
}

#[test]
fn the_controller_does_not_wake_up_when_a_claim_of_an_earlier_pod_goes() {
    let turn = turn();
    let ns = Namespace::on(&turn.handle, "asleep");
    ns.apply(set("web").replicas(2).claims("data").retention("Retain", "Delete"));
    ns.wait_rolled_out("web");
    let stopped = turn.stop_other_controllers();
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 1}}));
    ns.wait_until("web-1 is gone", || ns.pod("web-1").is_none());
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 2}}));
    let _ = ask_until_roots(&ns, &[], "Progressing", &["ClaimOwnedByOldPod@1"]);
    drop(stopped);
    ns.wait_until("the claim is collected", || ns.claims() == ["data-web-0"]);
    // The controller works, but it watches no claims, and a stale one is no error that it would try again after.
    ns.apply(set("later").replicas(2));
    ns.wait_rolled_out("later");
    assert!(ns.pod("web-1").is_none(), "nobody has told the controller");
    assert_eq!(ask(&ns, &[]).moves(), ["CreateClaim data-web-1", "CreatePod web-1"]);
    ns.patch::<StatefulSet>("web", &json!({"metadata": {"annotations": {"example.com/touched": "now"}}}));
    let _ = ask_until_state(&ns, &[], "Complete");
}
