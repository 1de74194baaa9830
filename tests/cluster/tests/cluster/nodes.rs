//! Nodes die and come back.

use k8s_openapi::api::core::v1::Pod;
use std::time::Duration;
use test_cluster::*;

#[test]
fn a_dead_node_keeps_its_terminating_pods_until_it_returns() {
    let ns = Namespace::new("dead");
    let node = ns.node("a");
    ns.apply(set("web").node(&node));
    ns.wait_rolled_out("web");
    let uid = || ns.pod("web-0").and_then(|pod| pod.metadata.uid);
    let first = uid();
    node.kill_kubelet();
    ns.wait_until("the node is Unknown", || node.ready() == "Unknown");
    ns.wait_until("web-0 is not ready", || !ns.is_ready("web-0"));
    ns.delete::<Pod>("web-0");
    ns.wait_until("web-0 is terminating", || ns.is_terminating("web-0"));
    assert_eq!(uid(), first, "nobody lets it go");
    node.revive_kubelet();
    ns.wait_until("the node is Ready", || node.ready() == "True");
    ns.wait_until("web-0 is another pod", || uid() != first && ns.is_ready("web-0"));
}

#[test]
fn a_pod_is_ready_again_when_its_node_returns_in_time() {
    let ns = Namespace::new("returns");
    let node = ns.node("a");
    ns.apply(set("web").node(&node));
    ns.wait_rolled_out("web");
    let uid = || ns.pod("web-0").and_then(|pod| pod.metadata.uid);
    let first = uid();
    node.kill_kubelet();
    ns.wait_until("web-0 is not ready", || !ns.is_ready("web-0"));
    node.revive_kubelet();
    ns.wait_until("web-0 is ready", || ns.is_ready("web-0"));
    assert_eq!(uid(), first, "it is the same pod");
}

#[test]
fn pods_move_to_another_node_of_the_test_when_forced() {
    let ns = Namespace::new("moves");
    let a = ns.node("a");
    ns.apply(set("web").nodes_of(&ns));
    ns.wait_rolled_out("web");
    let b = ns.node("b");
    let node_of = || ns.pod("web-0").and_then(|pod| pod.spec?.node_name).unwrap_or_default();
    assert_eq!(node_of(), a.name());
    a.kill_kubelet();
    ns.wait_until("the node is Unknown", || a.ready() == "Unknown");
    ns.wait_for(Duration::from_secs(30), "web-0 was evicted", || ns.is_terminating("web-0"));
    let _ = ns.kubectl(&["delete", "pod", "web-0", "--grace-period=0", "--force"]).ok();
    ns.wait_until("web-0 runs on b", || node_of() == b.name() && ns.is_ready("web-0"));
}
