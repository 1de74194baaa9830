//! What takes a controller that stands still, or a feature gate: these tests have a cluster of their own.

use crate::own_cluster::turn;
use crate::view::{ask, ask_until_roots, ask_until_state};
use crate::world::{AT_ONCE, NEW, break_pod, revision, wait_crashing, wait_new_revision};
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::Pod;
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

#[test]
fn with_maxunavailable_one_broken_pod_spends_the_budget() {
    let turn = turn();
    let ns = Namespace::on(&turn.handle, "budget");
    let builder = || set("web").replicas(3).parallel().max_unavailable(1);
    ns.apply(builder());
    ns.wait_rolled_out("web");
    break_pod(&ns, "web-0");
    ns.apply(builder().image(NEW));
    wait_new_revision(&ns);
    let status = ask(&ns, AT_ONCE);
    assert_eq!(status.state(), "Stuck", "{status}");
    assert_eq!(status.roots(), ["BrokenRevisionBlocksRollout@0"], "Parallel too is held (kubernetes#137409)");
    assert_eq!(*status.field("/strategy/maxUnavailable"), "1");
    assert_eq!(status.of(2), ["MaxUnavailableSpent <- BrokenRevisionBlocksRollout@0"]);
    assert_eq!(status.moves(), ["Wait web-0"]);
    status.follow(&ns);
    let _ = ask_until_state(&ns, &[], "Complete");
}

#[test]
fn with_maxunavailable_two_pods_are_replaced_at_once() {
    let turn = turn();
    let ns = Namespace::on(&turn.handle, "two");
    let builder = || set("web").replicas(4).max_unavailable("50%");
    ns.apply(builder());
    ns.wait_rolled_out("web");
    ns.apply(builder().image(NEW).behaviour(Behaviour::CrashLoop));
    wait_crashing(&ns, "web-2");
    let status = ask(&ns, AT_ONCE);
    // Both were deleted, and OrderedReady makes the lower one first.
    assert_eq!((status.state(), status.roots()), ("Stuck", vec!["CrashLoop@2".to_owned()]), "{status}");
    assert_eq!(status.ordinal(2)["revision"], *status.update_revision(), "{status}");
    assert_eq!(status.of(3), ["LowerOrdinalNotReady <- CrashLoop@2"]);
    assert_eq!(status.of(1), ["MaxUnavailableSpent <- CrashLoop@2"]);
    status.follow(&ns);
    let _ = ask_until_state(&ns, &[], "Complete");
}

#[test]
fn with_maxunavailable_a_broken_newest_template_is_undone_and_its_pod_deleted_under_parallel_too() {
    let turn = turn();
    let ns = Namespace::on(&turn.handle, "undo");
    let builder = || set("web").replicas(3).parallel().max_unavailable(1);
    ns.apply(builder());
    ns.wait_rolled_out("web");
    ns.apply(builder().image(NEW).behaviour(Behaviour::CrashLoop));
    wait_crashing(&ns, "web-2");
    let status = ask_until_roots(&ns, AT_ONCE, "Stuck", &["CrashLoop@2"]);
    let command = status.command().expect("a way out");
    assert!(command.contains("rollout undo") && command.contains("&& kubectl delete pod web-2"), "{command}");
    status.follow(&ns);
    let _ = ask_until_state(&ns, &[], "Complete");
}

#[test]
fn what_is_predicted_while_the_controller_stands_still_is_what_it_then_does() {
    let turn = turn();
    let ns = Namespace::on(&turn.handle, "predict");
    let builder = || set("web").replicas(3).start(3).partition(1).parallel();
    ns.apply(builder());
    ns.wait_rolled_out("web");
    ns.apply(builder().image(NEW));
    let held = ask_until_state(&ns, &[], "Held");

    let stopped = turn.stop_statefulset_controller();
    ns.delete::<Pod>("web-3");
    ns.delete::<Pod>("web-5");
    ns.wait_until("both are gone", || ns.pod("web-3").is_none() && ns.pod("web-5").is_none());
    let predicted = ask(&ns, &[]);
    assert_eq!(predicted.moves(), ["CreatePod web-3", "CreatePod web-5"]);
    let at =
        |index: usize| predicted.field(&format!("/nextMoves/{index}/revision")).as_str().map(str::to_owned);
    assert_eq!(
        (at(0).as_deref(), at(1).as_deref()),
        (Some(held.current_revision()), Some(held.update_revision()))
    );
    drop(stopped);
    let _ = ask_until_state(&ns, &[], "Held");
    assert_eq!((revision(&ns, "web-3"), revision(&ns, "web-5")), (at(0), at(1)));

    let stopped = turn.stop_statefulset_controller();
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 1}}));
    assert_eq!(ask(&ns, &[]).moves(), ["DeletePod web-5", "DeletePod web-4"], "Parallel: all at once");
    ns.patch::<StatefulSet>("web", &json!({"spec": {"podManagementPolicy": "Parallel", "replicas": 5}}));
    assert_eq!(ask(&ns, &[]).moves(), ["CreatePod web-6", "CreatePod web-7"]);
    drop(stopped);
    let status = ask_until_state(&ns, &[], "Held");
    assert_eq!(status.ordinals(), [3, 4, 5, 6, 7]);
}

#[test]
fn without_rollingupdate_the_revision_of_a_missing_pod_is_predicted_by_currentreplicas() {
    let turn = turn();
    let ns = Namespace::on(&turn.handle, "null");
    let builder = || set("web").replicas(3).rolling_update_null();
    ns.apply(builder());
    ns.wait_rolled_out("web");
    ns.apply(builder().image(NEW).behaviour(Behaviour::CrashLoop));
    wait_crashing(&ns, "web-2");
    let stopped = turn.stop_statefulset_controller();
    ns.delete::<Pod>("web-1");
    ns.wait_until("web-1 is gone", || ns.pod("web-1").is_none());
    let predicted = ask(&ns, &[]);
    assert_eq!(predicted.moves(), ["CreatePod web-1"]);
    let expected = predicted.field("/nextMove/revision").as_str().map(str::to_owned);
    assert_eq!(expected.as_deref(), Some(predicted.current_revision()));
    drop(stopped);
    ns.wait_until("web-1 is back", || ns.pod("web-1").is_some());
    assert_eq!(revision(&ns, "web-1"), expected);
}
