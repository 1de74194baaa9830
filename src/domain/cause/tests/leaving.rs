//! Pods that go, or cannot, and their nodes.

use super::{Root, expect, message, proves, rolling};
use crate::domain::cause::Reason;
use crate::domain::testing::{Story, set};

fn two() -> Story {
    set("web").replicas(2).all_ready(0..2, "A")
}

const TAINT: &str = "kubectl taint nodes n1 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute";

#[test]
fn a_pod_within_its_grace_period_goes_by_itself() {
    let story = |left| two().terminating(1, left);
    let passes = |name, left| Root {
        name,
        story: story(left),
        roots: "PredecessorTerminating 1",
        self_resolves: true,
        command: "",
    };
    expect(&[
        passes("25 s left", 25),
        passes("just over", 0),
        passes("9 s over: a kubelet may need that", -9),
    ]);
    assert!(message(&story(25), Reason::PredecessorTerminating).contains("in 25s"));
}

#[test]
fn a_pod_past_its_grace_period_is_stuck_and_has_no_action() {
    let over = two().terminating(1, -100).node("n1", "True", 9_000);
    let held = over.clone().finalizer(1, "example.com/backup");
    let stuck = |name, story: &Story| Root {
        name,
        story: story.clone(),
        roots: "StuckTerminating 1",
        self_resolves: false,
        command: "",
    };
    expect(&[stuck("its node says nothing", &over), stuck("a finalizer", &held)]);
    assert!(message(&over, Reason::StuckTerminating).contains("should have ended 100s ago"));
    assert!(message(&held, Reason::StuckTerminating).contains("example.com/backup"));
    assert!(proves(&held, "never remove them by hand"));
    assert!(proves(&over, "node n1: Ready=True") && proves(&over, "not reported as ended: app"));
}

#[test]
fn a_node_that_does_not_answer_is_the_root_with_the_taint_that_frees_its_pods() {
    let dead = |story: Story| story.node("n1", "Unknown", 600);
    let root = |name, story: Story| Root {
        name,
        story,
        roots: "NodeUnreachable 1",
        self_resolves: false,
        command: TAINT,
    };
    let gone_dark = two().not_ready(1, "A");
    expect(&[
        root("its pod terminates", dead(two().not_ready(1, "A").terminating(1, -100))),
        root("its pod does not terminate yet", dead(gone_dark.clone())),
        root("the pod is outdated", dead(rolling(2).ready(0, "A").not_ready(1, "A"))),
        root("Parallel", dead(gone_dark.clone().parallel())),
    ]);
    assert!(message(&dead(gone_dark.clone()), Reason::NodeUnreachable).contains("n1"));
    assert!(proves(&dead(gone_dark), "node lease last renewed"));
}

#[test]
fn the_taint_is_suggested_with_the_proof_that_it_needs() {
    let told = two().not_ready(1, "A").node("n1", "Unknown", 600).tell();
    let action = told.first().action.as_ref().unwrap();
    assert!(action.risk.contains("only after n1 is proven powered off"), "{}", action.risk);
}

/// PodGC removes the pods of a Node that does not exist, after a quarantine of 40 s, and those on a node declared
/// out of service within 20 s: no taint can or need be set.
#[test]
fn pods_of_a_node_that_is_gone_or_out_of_service_go_by_themselves() {
    let passes = |name, story: Story| Root {
        name,
        story,
        roots: "NodeUnreachable 1",
        self_resolves: true,
        command: "",
    };
    let tainted = two().not_ready(1, "A").terminating(1, -100).node("n1", "Unknown", 600);
    let tainted = tainted.taint("n1", "node.kubernetes.io/out-of-service");
    expect(&[
        passes("gone", two().not_ready(1, "A").node_gone("n1")),
        passes("gone, and terminating", two().not_ready(1, "A").terminating(1, -20).node_gone("n1")),
        passes("out of service", tainted.clone()),
    ]);
    assert!(proves(&tainted, "out-of-service"));
}

#[test]
fn a_finalizer_holds_a_pod_also_when_its_node_is_gone() {
    let story =
        two().not_ready(1, "A").terminating(1, -100).finalizer(1, "example.com/backup").node_gone("n1");
    assert_eq!(story.tell().roots(), "StuckTerminating 1");
}

#[test]
fn a_node_that_could_not_be_read_is_not_taken_for_dead() {
    let story = two().not_ready(1, "A").terminating(1, -100).node_unread("n1");
    assert_eq!(story.tell().roots(), "StuckTerminating 1");
    assert!(proves(&story, "node n1: not read"));
}

#[test]
fn a_pod_out_of_range_on_its_way_out_is_no_root_unless_the_sync_waits_for_it() {
    let story = || set("web").replicas(1).all_ready(0..3, "A").terminating(2, 20).terminating(1, 20);
    assert_eq!(story().tell().roots(), "PredecessorTerminating 2");
    assert_eq!(story().parallel().tell().roots(), "");
    assert_eq!(story().terminating(1, -100).parallel().tell().roots(), "StuckTerminating 1");
}
