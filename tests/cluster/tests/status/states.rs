//! One test for each state. `Unobserved` is in [`crate::own`].

use crate::view::{Status, ask, ask_until, ask_until_roots, ask_until_state};
use crate::world::{AT_ONCE, NEW, break_pod, rolled_out, wait_new_revision};
use k8s_openapi::api::apps::v1::StatefulSet;
use serde_json::json;
use test_cluster::*;

#[test]
fn a_set_that_is_rolled_out_is_complete() {
    let ns = rolled_out("complete", 3);
    let status = ask(&ns, &[]);
    assert_eq!(status.state(), "Complete");
    assert_eq!(status.roots(), [""; 0]);
    assert_eq!(status.warnings(), [""; 0]);
    assert_eq!(status.moves(), ["Nothing"]);
    assert_eq!(
        *status.field("/counts"),
        json!({"existing": 3, "ready": 3, "available": 3, "updated": 3, "expectedUpdated": 3})
    );
    assert_eq!(status.ordinals(), [0, 1, 2]);
    assert_eq!(status.of(1), [""; 0]);
    let table = ns.kubectl(&["stateful", "status", "web"]).ok().stdout;
    assert!(table.contains("Complete") && table.contains("web-2"), "{table}");
    let _ = ns.kubectl(&["stateful", "status", "web", "--exit-code"]).code(0);
}

#[test]
fn a_partition_holds_a_set_and_the_ordinals_below_it() {
    let ns = rolled_out("held", 3);
    ns.apply(set("web").replicas(3).partition(2).image(NEW));
    let status = ask_until_state(&ns, &[], "Held");
    assert_eq!(status.roots(), ["HeldByPartition"]);
    assert!(!status.passes());
    assert_eq!(status.moves(), ["Nothing"]);
    assert_eq!(
        (status.of(0), status.of(1)),
        (vec!["HeldByPartition@0".to_owned()], vec!["HeldByPartition@1".to_owned()])
    );
    assert_eq!(status.of(2), [""; 0]);
    assert_eq!(status.ordinal(0)["expectedRevision"], *status.current_revision());
    assert_eq!(status.ordinal(2)["revision"], *status.update_revision());
    assert_eq!(*status.field("/counts/expectedUpdated"), 1);
    let _ = ns.kubectl(&["stateful", "status", "web", "--exit-code"]).code(0);
}

#[test]
fn an_ondelete_set_with_old_pods_awaits_their_delete() {
    let ns = Namespace::new("awaiting");
    ns.apply(set("web").replicas(2).on_delete());
    ns.wait_rolled_out("web");
    ns.apply(set("web").replicas(2).on_delete().image(NEW));
    let status = ask_until_roots(&ns, &[], "AwaitingDelete", &["AwaitingDelete@1"]);
    assert!(!status.passes());
    assert_eq!(status.moves(), ["Nothing"]);
    assert_eq!(status.of(0), ["AwaitingDelete@0"]);
    let command = format!("kubectl delete pod web-1 -n {}", ns.name());
    assert_eq!(status.command(), Some(command.as_str()));
    let _ = ns.kubectl(&["stateful", "status", "web", "--exit-code"]).code(4);
}

#[test]
fn a_set_whose_pod_is_starting_is_progressing() {
    let ns = Namespace::new("progressing");
    ns.apply(set("web").replicas(2).behaviour(Behaviour::SlowReady).delay("60s"));
    let status = ask_until_roots(&ns, &[], "Progressing", &["Starting@0"]);
    assert!(status.passes());
    assert_eq!(status.moves(), ["Wait web-0"]);
    assert_eq!(status.of(1), ["LowerOrdinalNotReady <- Starting@0"]);
    assert_eq!(status.ordinal(1)["exists"], false);
    let _ = ns.kubectl(&["stateful", "status", "web", "--exit-code"]).code(3);
}

#[test]
fn a_rollout_that_waits_for_a_broken_pod_is_stuck() {
    let ns = rolled_out("stuck", 2);
    ns.apply(set("web").replicas(2).image(NEW).behaviour(Behaviour::ImagePullError));
    let status = ask_until_roots(&ns, AT_ONCE, "Stuck", &["ImagePull@1"]);
    assert!(!status.passes());
    assert_eq!(status.moves(), ["Wait web-1"]);
    assert_eq!(status.of(0), ["MaxUnavailableSpent <- ImagePull@1"]);
    let run = ns.kubectl(&["stateful", "status", "web", "--exit-code", "--stuck-after=0s"]).code(4);
    assert!(run.stdout.contains("Stuck") && run.stdout.contains(NEW), "{run}");
    assert!(run.stdout.contains("kubectl rollout undo"), "what would free it is said: {run}");
}

#[test]
fn a_crash_loop_at_the_right_revision_degrades_a_set() {
    let ns = rolled_out("degraded", 3);
    break_pod(&ns, "web-1");
    let status = ask_until_roots(&ns, AT_ONCE, "Degraded", &["CrashLoop@1"]);
    assert_eq!(status.command(), None, "there is no other revision to go to");
    assert_eq!(*status.field("/counts/available"), 2);
    assert_eq!((status.of(0), status.of(2)), (Vec::new(), Vec::new()));
    let _ = ns.kubectl(&["stateful", "status", "web", "--exit-code", "--stuck-after=0s"]).code(4);
}

#[test]
fn a_set_without_replicas_is_scaled_to_zero() {
    let ns = rolled_out("zero", 1);
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 0}}));
    let status = ask_until_state(&ns, &[], "ScaledToZero");
    assert_eq!((status.roots(), status.ordinals()), (Vec::new(), Vec::new()));
    assert_eq!(status.moves(), ["Nothing"]);
    let _ = ns.kubectl(&["stateful", "status", "web", "--exit-code"]).code(0);
}

#[test]
fn a_set_that_waits_for_its_pods_to_go_is_deleting() {
    let ns = Namespace::new("deleting");
    ns.apply(set("web").replicas(2).behaviour(Behaviour::StuckTerminating));
    ns.wait_rolled_out("web");
    let _ = ns.kubectl(&["delete", "statefulset", "web", "--cascade=foreground", "--wait=false"]).ok();
    ns.wait_until("its pods are told to go", || ns.is_terminating("web-0") && ns.is_terminating("web-1"));
    let status = ask(&ns, &[]);
    assert_eq!(status.state(), "Deleting");
    assert!(status.roots().contains(&"SetDeleting".to_owned()), "{status}");
    let deleting = status
        .field("/causes")
        .as_array()
        .and_then(|all| all.iter().find(|one| one["reason"] == "SetDeleting"));
    let message = deleting.and_then(|cause| cause["message"].as_str()).expect("a message");
    assert!(message.contains("foregroundDeletion"), "who holds it is said: {message}");
    let _ = ns.kubectl(&["stateful", "status", "web", "--exit-code"]).code(4);
}

#[test]
fn a_finalizer_of_a_set_keeps_it_deleting_while_its_pods_run_on() {
    let ns = rolled_out("finalizer", 1);
    ns.patch::<StatefulSet>("web", &json!({"metadata": {"finalizers": ["example.com/hold"]}}));
    let _ = ns.kubectl(&["delete", "statefulset", "web", "--cascade=orphan", "--wait=false"]).ok();
    ns.wait_until("only our finalizer is left", || {
        let set = ns.statefulset("web").metadata;
        set.deletion_timestamp.is_some() && set.finalizers.is_some_and(|all| all == ["example.com/hold"])
    });
    let status = ask(&ns, &[]);
    assert_eq!(status.state(), "Deleting");
    assert_eq!(status.roots(), ["SetDeleting"]);
    assert!(status.words().contains("example.com/hold"), "{status}");
    assert!(!status.passes());
    ns.patch::<StatefulSet>("web", &json!({"metadata": {"finalizers": null}}));
}

#[test]
fn a_new_template_is_seen_through_from_the_first_pod_to_the_last() {
    let ns = Namespace::new("through");
    let slow = || set("web").replicas(2).behaviour(Behaviour::SlowReady).delay("1s");
    ns.apply(slow());
    ns.wait_rolled_out("web");
    ns.apply(slow().image(NEW));
    wait_new_revision(&ns);
    let status = ask(&ns, &[]);
    assert_eq!(status.state(), "Progressing", "{status}");
    // Complete is what the pods are; the controller writes it down a moment later.
    let done = |status: &Status| {
        status.state() == "Complete" && status.current_revision() == status.update_revision()
    };
    let status = ask_until(&ns, &[], "the rollout is promoted", done);
    assert_eq!(status.ordinal(0)["revision"], *status.update_revision());
}
