//! With the feature gate MaxUnavailableStatefulSet on, which takes a cluster of its own.

use crate::own_cluster::turn;
use crate::view::{ask, ask_until_roots, ask_until_state};
use crate::world::{AT_ONCE, NEW, break_pod, wait_crashing, wait_new_revision};
use test_cluster::*;

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
