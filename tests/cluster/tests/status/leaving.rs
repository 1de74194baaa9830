//! Pods that are told to go, and who waits for them.

use crate::view::{ask, ask_until_roots};
use crate::world::{NEW, hold, let_go};
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::Pod;
use serde_json::json;
use test_cluster::*;

#[test]
fn a_pod_past_its_grace_period_is_the_cause_and_the_others_wait_for_it() {
    let ns = Namespace::new("past");
    let builder = || set("web").replicas(3).behaviour(Behaviour::StuckTerminating).grace_period(1);
    ns.apply(builder());
    ns.wait_rolled_out("web");
    ns.apply(builder().image(NEW));
    ns.wait_until("web-2 is told to go", || ns.is_terminating("web-2"));
    let status = ask_until_roots(&ns, &["--stuck-after", "0s"], "Stuck", &["StuckTerminating@2"]);
    assert!(!status.passes());
    assert_eq!(status.command(), None, "`status` never suggests force");
    assert_eq!(status.moves(), ["Wait web-2"]);
    assert_eq!(status.of(1), ["PredecessorTerminating <- StuckTerminating@2"]);
    assert_eq!(status.of(0), ["PredecessorTerminating <- StuckTerminating@2"]);
    let words = status.words();
    assert!(
        words.contains("containers not reported as ended: app") && words.contains("Ready=True"),
        "{words}"
    );
}

#[test]
fn a_finalizer_that_holds_a_pod_is_named() {
    let ns = Namespace::new("finalizer");
    ns.apply(set("web").replicas(2).grace_period(1));
    ns.wait_rolled_out("web");
    hold(&ns, "web-0");
    ns.delete::<Pod>("web-0");
    let status = ask_until_roots(&ns, &["--stuck-after", "0s"], "Stuck", &["StuckTerminating@0"]);
    assert!(!status.passes());
    assert_eq!(status.command(), None, "a finalizer is never taken off by advice");
    assert!(status.words().contains("example.com/hold"), "{status}");
    assert_eq!(status.of(1), [""; 0], "web-1 is in order");
    let_go(&ns, "web-0");
    let _ = ask_until_roots(&ns, &[], "Complete", &[]);
}

#[test]
fn a_pod_within_its_grace_period_is_waited_for() {
    let ns = Namespace::new("within");
    ns.apply(set("web").replicas(3).behaviour(Behaviour::StuckTerminating).grace_period(600));
    ns.wait_rolled_out("web");
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 1}}));
    ns.wait_until("web-2 is told to go", || ns.is_terminating("web-2"));
    // The controller reports what it has seen a moment after it has acted.
    let status = ask_until_roots(&ns, &[], "Progressing", &["PredecessorTerminating@2"]);
    assert!(status.passes() && status.words().contains("grace period ends in"), "{status}");
    assert_eq!(status.of(1), ["PredecessorTerminating <- PredecessorTerminating@2"]);
    assert_eq!(status.moves(), ["Wait web-2"]);
    assert_eq!(status.ordinal(1)["inRange"], false);
}

#[test]
fn a_scale_down_comes_before_an_update() {
    let ns = Namespace::new("first");
    let builder = |replicas| set("web").replicas(replicas).behaviour(Behaviour::StuckTerminating);
    ns.apply(builder(3));
    ns.wait_rolled_out("web");
    ns.apply(builder(2).image(NEW));
    ns.wait_until("web-2 is told to go", || ns.is_terminating("web-2"));
    let status = ask(&ns, &[]);
    assert_eq!(
        (status.state(), status.roots()),
        ("Progressing", vec!["PredecessorTerminating@2".to_owned()]),
        "{status}"
    );
    assert_eq!(status.of(0), ["ScaleDownFirst <- PredecessorTerminating@2"]);
    assert_eq!(status.of(1), ["ScaleDownFirst <- PredecessorTerminating@2"]);
    ns.behave("web-2", Behaviour::Healthy);
    ns.wait_until("web-1 is told to go", || ns.is_terminating("web-1"));
}

#[test]
fn under_parallel_nobody_waits_for_a_pod_that_cannot_go() {
    let ns = Namespace::new("parallel");
    ns.apply(set("web").replicas(3).parallel().grace_period(1));
    ns.wait_rolled_out("web");
    hold(&ns, "web-2");
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 1}}));
    ns.wait_until("web-1 is gone", || ns.pod("web-1").is_none());
    let status = ask_until_roots(&ns, &["--stuck-after", "0s"], "Stuck", &["StuckTerminating@2"]);
    assert_eq!(status.ordinals(), [0, 2]);
    let_go(&ns, "web-2");
    let _ = ask_until_roots(&ns, &[], "Complete", &[]);
}
