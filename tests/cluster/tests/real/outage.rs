//! A node without its kubelet, and one without power.

use test_cluster::*;

/// A set with a pod on each node, rolled out; returns the pod that is on this one.
fn two_pods(ns: &Namespace, node: &RealNode) -> &'static str {
    ns.apply(set("web").replicas(2).real().spread().grace_period(1));
    ns.wait_rolled_out("web");
    if ns.node_of("web-0") == node.name() { "web-0" } else { "web-1" }
}

#[test]
fn a_node_whose_kubelet_stands_still_is_unknown_while_its_processes_live() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "still");
    let node = real.node(0);
    let pod = two_pods(&ns, node);
    let alive = processes_of(pod);
    node.stop_kubelet().expect("a kubelet");
    ns.wait_until("the node is given up", || real.is_given_up(node));
    ns.wait_until("its pod is Terminating", || {
        ns.pod(pod).is_some_and(|pod| pod.metadata.deletion_timestamp.is_some())
    });
    assert_eq!(processes_of(pod), alive);
    node.continue_kubelet().expect("a kubelet");
    ns.wait_until("the node is Ready", || real.ready(node) == "True");
    ns.wait_until("its pod is replaced", || processes_of(pod).len() == 1 && processes_of(pod) != alive);
}

#[test]
fn pods_come_back_after_their_kubelet_and_all_containers_were_killed() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "killed");
    let node = real.node(0);
    let pod = two_pods(&ns, node);
    let before = processes_of(pod);
    node.kill_kubelet().expect("a kubelet");
    node.kill_containers().expect("containers");
    assert_eq!(processes_of(pod), []);
    node.start_kubelet().expect("a kubelet");
    ns.wait_until("the pod is back", || ns.is_ready(pod) && processes_of(pod).len() == 1);
    assert_ne!(processes_of(pod), before);
}

#[test]
fn pods_come_back_after_a_power_cut() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "power");
    let node = real.node(1);
    let pod = two_pods(&ns, node);
    node.power_off().expect("power");
    assert_eq!(processes_of(pod), []);
    node.power_on().expect("power");
    node.start_kubelet().expect("a kubelet");
    ns.wait_until("the pod is back", || ns.is_ready(pod) && processes_of(pod).len() == 1);
}
