//! Causes that lie in the rollout itself: revisions, the partition, the order of ordinals.

use crate::view::{ask, ask_until_roots, ask_until_state};
use crate::world::{AT_ONCE, NEW, break_pod, rolled_out, wait_crashing, wait_new_revision, wait_observed};
use test_cluster::*;

#[test]
fn a_fixed_template_that_waits_for_a_broken_pod_is_told_as_that_trap() {
    let ns = rolled_out("trap", 3);
    ns.apply(set("web").replicas(3).image("example/app:broken").behaviour(Behaviour::CrashLoop));
    wait_crashing(&ns, "web-2");
    let broken = ask(&ns, &[]).update_revision().to_owned();
    ns.apply(set("web").replicas(3).image(NEW));
    // No patience is needed: waiting longer helps nobody.
    let status = ask_until_roots(&ns, &[], "Stuck", &["BrokenRevisionBlocksRollout@2"]);
    assert!(!status.passes());
    assert_eq!(status.moves(), ["Wait web-2"]);
    assert_eq!(status.of(2), ["BrokenRevisionBlocksRollout@2"]);
    assert_eq!(status.of(0), ["MaxUnavailableSpent <- BrokenRevisionBlocksRollout@2"]);
    let words = status.words();
    assert!(
        words.contains(&broken) && words.contains(status.update_revision()) && words.contains("exit code 1"),
        "{words}"
    );
    let delete = format!("kubectl delete pod web-2 -n {}", ns.name());
    assert_eq!(status.command(), Some(delete.as_str()));
    let table = ns.kubectl(&["stateful", "status", "web"]).ok().stdout;
    assert!(table.contains(&delete), "{table}");
}

#[test]
fn a_reverted_template_does_not_free_the_broken_pod_either() {
    let ns = rolled_out("revert", 2);
    ns.apply(set("web").replicas(2).image(NEW).behaviour(Behaviour::ContainerConfig));
    let _ = ask_until_roots(&ns, AT_ONCE, "Stuck", &["ContainerConfig@1"]);
    ns.apply(set("web").replicas(2));
    let status = ask_until_roots(&ns, &[], "Stuck", &["BrokenRevisionBlocksRollout@1"]);
    assert_eq!(status.current_revision(), status.update_revision());
    assert_eq!(status.of(0), [""; 0], "web-0 was never touched");
}

#[test]
fn parallel_replaces_a_broken_pod_by_itself() {
    let ns = Namespace::new("no-trap");
    ns.apply(set("web").replicas(3).parallel());
    ns.wait_rolled_out("web");
    ns.apply(set("web").replicas(3).parallel().image("example/app:broken").behaviour(Behaviour::CrashLoop));
    wait_crashing(&ns, "web-2");
    ns.apply(set("web").replicas(3).parallel().image(NEW));
    let _ = ask_until_state(&ns, &[], "Complete");
}

#[test]
fn a_broken_pod_below_the_partition_is_told_as_one_that_a_delete_does_not_help() {
    let ns = rolled_out("below", 3);
    break_pod(&ns, "web-0");
    ns.apply(set("web").replicas(3).partition(1).image(NEW));
    wait_new_revision(&ns);
    let status = ask_until_roots(&ns, &[], "Stuck", &["BrokenBelowPartition@0"]);
    assert!(!status.passes());
    assert_eq!(status.moves(), ["Wait web-0"]);
    assert_eq!(status.of(2), ["LowerOrdinalNotReady <- BrokenBelowPartition@0"]);
    assert!(status.of(0).contains(&"BrokenBelowPartition@0".to_owned()), "{status}");
    let command = status.command().expect("a way out");
    assert!(command.contains("\"partition\":0") && command.contains("kubectl delete pod web-0"), "{command}");
}

#[test]
fn minreadyseconds_is_counted_down() {
    let ns = Namespace::new("min-ready");
    ns.apply(set("web").replicas(2).min_ready_seconds(600));
    ns.wait_until("web-0 is ready", || ns.is_ready("web-0"));
    let status = ask(&ns, AT_ONCE);
    assert_eq!(
        (status.state(), status.roots()),
        ("Progressing", vec!["MinReadySeconds@0".to_owned()]),
        "{status}"
    );
    assert!(status.passes() && status.words().contains("minReadySeconds (600)"), "{status}");
    assert_eq!(status.of(1), ["MinReadySeconds <- MinReadySeconds@0"]);
    assert_eq!((&status.ordinal(0)["ready"], &status.ordinal(0)["available"]), (&true.into(), &false.into()));
    assert_eq!(status.moves(), ["Wait web-0"]);
}

#[test]
fn minreadyseconds_ends_by_itself() {
    let ns = Namespace::new("min-ends");
    ns.apply(set("web").replicas(2).min_ready_seconds(2));
    let _ = ask_until_roots(&ns, &[], "Progressing", &["MinReadySeconds@1"]);
    let _ = ask_until_state(&ns, &[], "Complete");
}

#[test]
fn the_pods_below_an_updated_one_wait_for_it() {
    let ns = rolled_out("waits", 3);
    ns.apply(set("web").replicas(3).image(NEW).behaviour(Behaviour::SlowReady).delay("60s"));
    let status = ask_until_roots(&ns, &[], "Progressing", &["Starting@2"]);
    assert!(status.passes());
    assert_eq!(status.of(1), ["MaxUnavailableSpent <- Starting@2"]);
    assert_eq!(status.ordinal(1)["atExpectedRevision"], false);
    assert_eq!(status.moves(), ["Wait web-2"]);
}

#[test]
fn raising_the_partition_brings_no_pod_back() {
    let ns = rolled_out("raise", 2);
    ns.apply(set("web").replicas(2).partition(1).image(NEW));
    let _ = ask_until_state(&ns, &[], "Held");
    ns.apply(set("web").replicas(2).partition(2).image(NEW));
    wait_observed(&ns);
    let status = ask(&ns, &[]);
    assert_eq!(status.state(), "Held", "{status}");
    assert_eq!(status.ordinal(1)["revision"], *status.update_revision(), "web-1 stays updated");
    assert_eq!(status.moves(), ["Nothing"]);
}

#[test]
fn a_broken_pod_below_a_partition_with_nothing_left_to_do_degrades_the_set() {
    let ns = rolled_out("held-broken", 2);
    ns.apply(set("web").replicas(2).partition(1).image(NEW));
    let _ = ask_until_state(&ns, &[], "Held");
    break_pod(&ns, "web-0");
    let status = ask(&ns, AT_ONCE);
    assert_eq!((status.state(), status.roots()), ("Degraded", vec!["CrashLoop@0".to_owned()]), "{status}");
    assert_eq!(status.of(0), ["CrashLoop@0", "HeldByPartition@0"]);
    ns.behave("web-0", Behaviour::Healthy);
    let _ = ask_until_state(&ns, &[], "Held");
}

#[test]
fn a_broken_pod_keeps_an_ordered_set_from_growing() {
    let ns = rolled_out("grow", 2);
    break_pod(&ns, "web-0");
    ns.apply(set("web").replicas(4));
    wait_observed(&ns);
    let status = ask(&ns, AT_ONCE);
    assert_eq!((status.state(), status.roots()), ("Stuck", vec!["CrashLoop@0".to_owned()]), "{status}");
    assert_eq!(status.command(), None, "its revision is the only one");
    assert_eq!(status.of(1), [""; 0], "web-1 is in order");
    assert_eq!(status.of(2), ["LowerOrdinalNotReady <- CrashLoop@0"]);
    assert_eq!(status.of(3), ["LowerOrdinalNotReady <- CrashLoop@0"]);
    assert_eq!(status.moves(), ["Wait web-0"]);
}

#[test]
fn an_ondelete_pod_that_is_broken_comes_before_those_that_await_their_delete() {
    let ns = Namespace::new("ondelete-bad");
    ns.apply(set("web").replicas(2).on_delete());
    ns.wait_rolled_out("web");
    ns.apply(set("web").replicas(2).on_delete().image(NEW).behaviour(Behaviour::CrashLoop));
    let status = ask_until_roots(&ns, &[], "AwaitingDelete", &["AwaitingDelete@1"]);
    status.follow(&ns);
    wait_crashing(&ns, "web-1");
    let status = ask(&ns, AT_ONCE);
    assert_eq!(status.state(), "Degraded", "{status}");
    assert_eq!(status.roots().first().map(String::as_str), Some("CrashLoop@1"), "{status}");
    assert_eq!(status.of(0), ["AwaitingDelete@0"]);
}
