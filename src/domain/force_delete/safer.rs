//! What is safer than a force delete.

use super::Reason;
use super::facts::Facts;

/// A safer way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaferWay {
    /// As typed in a shell.
    pub command: String,
    /// What it brings about.
    pub effect: String,
}

/// What the out-of-service taint takes, and what it brings.
const OFF: &str = "power the machine off and check that it is, first; then this removes all its pods and detaches their volumes";

/// The safer way, by the row that decided.
pub(super) fn safer(reason: Reason, facts: &Facts) -> SaferWay {
    let pod = &facts.pod.pod;
    let (name, namespace) = (&pod.name, &facts.pod.namespace);
    let node = pod.node.as_deref().unwrap_or("NODE");
    let set = facts.pod.controller.as_ref().map_or("SET", |owner| owner.name.as_str());
    let of_pod = |what: &str| format!("kubectl {what} pod {name} -n {namespace}");
    let wait =
        |timeout: &str| format!("kubectl wait --for=delete pod/{name} -n {namespace} --timeout={timeout}");
    let look_at_node = || format!("kubectl describe node {node}");
    let out_of_service =
        || format!("kubectl taint node {node} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute");
    let (command, effect) = match reason {
        Reason::MirrorPod => (
            of_pod("describe"),
            "its manifest is a file on the node: take that away, and the kubelet ends the pod",
        ),
        Reason::NotOwnedBySet => {
            (of_pod("describe"), "shows whose it is; its own controller, or a plain delete, removes it")
        }
        Reason::Finalizers => (
            of_pod("describe"),
            "shows whose finalizers hold it: repair those; taking one off by hand skips what it is there for",
        ),
        Reason::NotScheduled => (of_pod("delete"), "it goes at once"),
        Reason::AlreadyEnded if pod.is_terminating() => (wait("120s"), "it goes by itself"),
        Reason::AlreadyEnded => (of_pod("delete"), "it goes at once, and the controller makes it anew"),
        Reason::NotTerminating => (of_pod("delete"), "asks it to end: its kubelet gives it its grace period"),
        Reason::WithinGrace => (wait(&in_grace(facts)), "it ends by itself, or its grace period runs out"),
        Reason::OutOfServiceButReady => (
            format!("kubectl taint node {node} node.kubernetes.io/out-of-service-"),
            "takes the wrong mark off: with it, Kubernetes would force-delete every pod of a living node",
        ),
        Reason::RemediationRunning => (
            format!("kubectl stateful force-delete {name} -n {namespace} --wait-safe --timeout=10m"),
            "waits until the node is fenced",
        ),
        Reason::NodeFenced => (wait("120s"), "whoever fenced the node removes the pod, too"),
        Reason::MachineRebooted => (wait("120s"), "a kubelet that is back removes the pod by itself"),
        Reason::ContainersRunning => (
            look_at_node(),
            "the kubelet or its container runtime is at fault: repair or restart that on the node",
        ),
        Reason::ContainersEnded => (
            of_pod("describe"),
            "shows what the kubelet waits for, such as a volume that does not unmount: repair its driver",
        ),
        Reason::KubeletReporting => (
            look_at_node(),
            "shows what the kubelet lacks, such as a runtime or a network plugin: repair that",
        ),
        Reason::LeaseRenewed => {
            (look_at_node(), "repair the way between node and API server; the pod then ends by itself")
        }
        Reason::OutOfService => (
            wait("60s"),
            "Kubernetes removes it and detaches its volumes at once; take the taint off after the repair",
        ),
        Reason::NodeGone => (
            wait("120s"),
            "Kubernetes removes pods of a deleted Node by itself; make sure that the machine is off before that",
        ),
        Reason::NodeReplaced => (
            look_at_node(),
            "that is another machine, maybe: make sure that the one which ran the pod is off",
        ),
        Reason::NodeShutDown | Reason::NodeSilent => (out_of_service(), OFF),
        Reason::EvidenceUnread if is_read_once(facts) => (out_of_service(), OFF),
        Reason::EvidenceUnread => (
            format!("kubectl auth can-i --list -n {namespace}"),
            "shows what you may read: with the rights in docs/rbac.md it can be proven",
        ),
        Reason::Gone => {
            (format!("kubectl stateful status {set} -n {namespace}"), "shows how its replacement fares")
        }
        Reason::QuorumAtRisk | Reason::LowerOrdinalFirst => (
            format!("kubectl stateful status {set} -n {namespace}"),
            "shows what the other ordinals lack: bring them back first",
        ),
        Reason::VolumeOnNode => {
            (look_at_node(), "bring the node back; or give up the data on it: delete the claim, then the pod")
        }
    };
    SaferWay { command, effect: effect.to_owned() }
}

/// Whether the Lease is stale and could not be read again, as in files.
fn is_read_once(facts: &Facts) -> bool {
    let lease = facts.lease.get().copied().flatten();
    lease.is_some_and(|lease| !lease.is_fresh() && !lease.is_confirmed())
}

/// A minute longer than its grace period goes on.
fn in_grace(facts: &Facts) -> String {
    let left =
        facts.pod.pod.deletion.map_or(0, |deletion| deletion.deadline.duration_since(facts.now).as_secs());
    format!("{}s", left.max(0).saturating_add(60))
}
