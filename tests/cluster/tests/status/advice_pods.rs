//! Who follows the advice gets a set that is Complete: pods out of range. Dead nodes are in [`crate::nodes`], pods of
//! others in [`crate::refused`], claims of earlier pods in [`crate::own`].

use crate::view::{ask, ask_until_state};
use crate::world::{AT_ONCE, break_pod, rolled_out, wait_observed};
use k8s_openapi::api::apps::v1::StatefulSet;
use serde_json::json;
use test_cluster::*;

#[test]
fn two_broken_pods_out_of_range_that_hold_each_other_are_freed_by_deleting_the_higher() {
    let ns = rolled_out("deadlock", 3);
    break_pod(&ns, "web-1");
    break_pod(&ns, "web-2");
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 1}}));
    wait_observed(&ns);
    let status = ask(&ns, AT_ONCE);
    assert_eq!(
        (status.state(), status.roots()),
        ("Stuck", vec!["CrashLoop@2".to_owned(), "CrashLoop@1".to_owned()]),
        "{status}"
    );
    assert_eq!(status.moves(), ["Wait web-2"]);
    assert_eq!(status.ordinal(2)["inRange"], false);
    let command = format!("kubectl delete pod web-2 -n {}", ns.name());
    assert_eq!(status.command(), Some(command.as_str()));
    status.follow(&ns);
    let status = ask_until_state(&ns, &[], "Complete");
    assert_eq!(status.ordinals(), [0]);
}

#[test]
fn one_broken_pod_out_of_range_needs_nobody() {
    let ns = rolled_out("alone", 3);
    break_pod(&ns, "web-1");
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 1}}));
    let status = ask_until_state(&ns, AT_ONCE, "Complete");
    assert_eq!(status.ordinals(), [0]);
}

#[test]
fn a_broken_pod_in_range_holds_up_a_scale_down() {
    let ns = rolled_out("holds", 3);
    break_pod(&ns, "web-0");
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 1}}));
    wait_observed(&ns);
    let status = ask(&ns, AT_ONCE);
    assert_eq!((status.state(), status.roots()), ("Stuck", vec!["CrashLoop@0".to_owned()]), "{status}");
    assert_eq!(status.of(2), ["LowerOrdinalNotReady <- CrashLoop@0"]);
    assert_eq!(status.of(1), ["LowerOrdinalNotReady <- CrashLoop@0"]);
    ns.behave("web-0", Behaviour::Healthy);
    let status = ask_until_state(&ns, &[], "Complete");
    assert_eq!(status.ordinals(), [0]);
}
