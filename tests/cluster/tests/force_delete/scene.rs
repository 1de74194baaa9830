//! Pods that stay Terminating, on nodes that answer and on nodes that do not.

use crate::medik8s::agent_fenced;
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use kube::api::DeleteParams;
use serde_json::json;
use test_cluster::client::block_on;
use test_cluster::*;

/// A set whose pods run on the namespace's own nodes, and stay once deleted although their kubelet lives.
pub(crate) fn stuck(replicas: i32, ns: &Namespace) -> SetBuilder {
    set("web").replicas(replicas).nodes_of(ns).behaviour(Behaviour::StuckTerminating)
}

/// `web-0`, healthy, on a node of its own.
pub(crate) fn running(name: &str) -> (Namespace, TestNode) {
    let ns = Namespace::new(name);
    let node = ns.node("a");
    ns.apply(stuck(1, &ns));
    ns.wait_rolled_out("web");
    (ns, node)
}

/// `web-0` is Terminating, its grace period over, on a node that answers.
pub(crate) fn terminating(name: &str) -> (Namespace, TestNode) {
    let (ns, node) = running(name);
    terminate(&ns, "web-0");
    (ns, node)
}

/// The same, and its machine has rebooted since: that is a proof.
pub(crate) fn rebooted(name: &str) -> (Namespace, TestNode) {
    let (ns, node) = terminating(name);
    reboot(&ns, &node);
    (ns, node)
}

/// The same, and an agent has fenced its machine since: that is a proof, too, and takes no time.
pub(crate) fn fenced(name: &str) -> (Namespace, TestNode) {
    let (ns, node) = terminating(name);
    agent_fenced(&ns, &node);
    (ns, node)
}

/// Reports a reboot so long after the deletion of pods was asked for that no kubelet can have started them between.
pub(crate) fn reboot(ns: &Namespace, node: &TestNode) {
    well_after(ns);
    node.report_reboot();
}

/// Waits until the deletion of all pods that are to go was asked for more than ten seconds ago: so long may a kubelet that
/// is back keep that to itself.
pub(crate) fn well_after(ns: &Namespace) {
    let asked = |pod: Pod| {
        let grace = pod.metadata.deletion_grace_period_seconds.unwrap_or_default();
        pod.metadata.deletion_timestamp.map(|time| time.0.as_second() - grace)
    };
    let last = ns.list::<Pod>().into_iter().filter_map(asked).max().expect("a pod that is to go");
    ns.wait_until("that was long ago", || Timestamp::now().as_second() > last + 10);
}

/// `web-0` is Terminating, its containers have ended, and its node answers: somebody has to attest the rest.
pub(crate) fn ended(name: &str) -> (Namespace, TestNode) {
    let (ns, node) = terminating(name);
    end_containers(&ns, "web-0");
    (ns, node)
}

/// A node that died with `web-0` on it, which is Terminating, and a healthy one beside it.
pub(crate) struct Silent {
    pub(crate) ns: Namespace,
    pub(crate) dead: TestNode,
    pub(crate) other: TestNode,
}

/// A node that died, and the deletion of `web-0` was asked for after that.
pub(crate) fn silent(name: &str) -> Silent {
    let silent = dying(name);
    terminate(&silent.ns, "web-0");
    silent
}

/// The same before that.
pub(crate) fn dying(name: &str) -> Silent {
    let ns = Namespace::new(name);
    let dead = ns.node("a");
    // What keeps a pod here is its node, not its own behaviour: the replacement is to be like any other.
    ns.apply(set("web").nodes_of(&ns));
    ns.wait_rolled_out("web");
    let other = ns.node("b");
    kill(&ns, &dead);
    Silent { ns, dead, other }
}

/// Ends the kubelet of a node, and waits until Kubernetes has noticed.
pub(crate) fn kill(ns: &Namespace, node: &TestNode) {
    node.kill_kubelet();
    ns.wait_until("the node is Unknown", || node.ready() == "Unknown");
}

/// Ends the kubelet of a node, and waits only until its Lease is stale.
pub(crate) fn hush(ns: &Namespace, node: &TestNode) {
    node.kill_kubelet();
    ns.wait_until("the Lease is stale", || node.lease_age().is_none_or(|age| age.as_secs() >= 5));
}

/// Asks for the deletion of a pod and waits until its grace period of a second is over.
pub(crate) fn terminate(ns: &Namespace, pod: &str) {
    block_on(ns.api::<Pod>().delete(pod, &DeleteParams::default().grace_period(1))).expect("a pod to delete");
    ns.wait_until("the grace period is over", || {
        let deadline = ns.pod(pod).and_then(|pod| pod.metadata.deletion_timestamp).map(|time| time.0);
        deadline.is_some_and(|deadline| deadline <= Timestamp::now())
    });
}

/// Writes, as a kubelet does, that all containers of a pod have ended.
pub(crate) fn end_containers(ns: &Namespace, pod: &str) {
    let status = ns.container(pod, "app").expect("a container");
    let started = status.state.and_then(|state| state.running).and_then(|running| running.started_at);
    let ended = json!({"exitCode": 0, "reason": "Completed", "startedAt": started, "finishedAt": now()});
    let status = json!({
        "name": "app", "image": "example/app:1", "imageID": "", "ready": false, "started": false, "restartCount": 0,
        "state": {"terminated": ended},
    });
    ns.patch_status::<Pod>(pod, &json!({"containerStatuses": [status]}));
}

pub(crate) fn now() -> String {
    Timestamp::from_second(Timestamp::now().as_second()).expect("a time").to_string()
}

/// Waits for the next second: Kubernetes writes times in whole ones.
pub(crate) fn next_second(ns: &Namespace) {
    let second = Timestamp::now().as_second();
    ns.wait_until("it is later", || Timestamp::now().as_second() > second);
}

pub(crate) fn uid(ns: &Namespace, pod: &str) -> String {
    ns.pod(pod).and_then(|pod| pod.metadata.uid).unwrap_or_else(|| panic!("no pod {pod}"))
}

/// The node of a pod.
pub(crate) fn node_of(ns: &Namespace, pod: &str) -> String {
    ns.pod(pod).and_then(|pod| pod.spec?.node_name).unwrap_or_default()
}
