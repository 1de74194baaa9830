//! The verdict in one sentence, by the row that decided.

use super::Reason;
use super::facts::{Facts, Ready};
use super::modifiers::{majority, ready_others};
use crate::domain::Known;
use crate::domain::time::ago;

/// Why.
pub(super) fn message(reason: Reason, facts: &Facts) -> String {
    let pod = &facts.pod.pod;
    let name = &pod.name;
    let node = pod.node.as_deref().unwrap_or("its node");
    match reason {
        Reason::MirrorPod => format!("{name} is made by the kubelet of {node} from a file, not by a set"),
        Reason::NotOwnedBySet => not_owned(facts),
        Reason::Finalizers => {
            format!("{} must act first: by force or not, the pod stays until then", pod.finalizers.join(", "))
        }
        Reason::NotScheduled => "no node has ever had it: a plain delete takes it away at once".to_owned(),
        Reason::AlreadyEnded => "all its containers have ended: it goes without force".to_owned(),
        Reason::NotTerminating => {
            "nobody has asked for its deletion: it has had no chance to end by itself".to_owned()
        }
        Reason::WithinGrace => {
            let left = pod.deletion.map(|deletion| ago(deletion.deadline, facts.now)).unwrap_or_default();
            format!("it is ending: its grace period goes on for {left}")
        }
        Reason::OutOfServiceButReady => {
            format!("node {node} is marked out of service, but its kubelet says that it is ready")
        }
        Reason::RemediationRunning => format!("a remediation of node {node} is running"),
        Reason::NodeFenced => {
            format!("node {node} has been fenced: its machine was off, and the pod's processes with it")
        }
        Reason::MachineRebooted => {
            format!("the machine of node {node} has rebooted, and no kubelet starts a pod that is to go")
        }
        Reason::ContainersRunning => {
            let have = if facts.pod.alive.len() == 1 { "has" } else { "have" };
            format!(
                "node {node} is Ready by its last report, and {} {have} not ended",
                facts.pod.alive.join(", ")
            )
        }
        Reason::ContainersEnded => {
            format!(
                "node {node} answers and all containers have ended, but the pod stays: a mount may be stuck"
            )
        }
        Reason::KubeletReporting => {
            format!("the kubelet of node {node} lives: it says itself that the node is not ready")
        }
        Reason::LeaseRenewed => {
            format!("the kubelet of node {node} lives: it renews its Lease, so this is a partition at most")
        }
        Reason::OutOfService => {
            format!("node {node} is marked out of service: Kubernetes deletes the pod by itself within 20s")
        }
        Reason::NodeGone => format!("Node {node} has been deleted, which stops no machine and no container"),
        Reason::NodeReplaced => {
            format!("a Node {node} was made after the pod; that says nothing of the machine that ran it")
        }
        Reason::NodeShutDown => {
            format!("the cloud says that the machine of node {node} is shut down; nothing here proves it")
        }
        Reason::NodeSilent => silent(facts, node),
        Reason::EvidenceUnread => format!("not proven: {}", unread(facts)),
        Reason::QuorumAtRisk => format!("its processes have ended, but {}", few_others(facts)),
        Reason::Gone => gone(facts),
        Reason::VolumeOnNode => {
            format!("its volume is on node {node}: the replacement would stay Pending until that is back")
        }
        Reason::LowerOrdinalFirst => {
            "the set makes its pods in order, and a lower ordinal is not ready: the \
                                      replacement would not be made"
                .to_owned()
        }
    }
}

/// A kubelet lets a pod go when its containers have ended. Others do so without asking it.
fn gone(facts: &Facts) -> String {
    let name = &facts.pod.pod.name;
    let node = facts.node.get().and_then(Option::as_ref);
    match (&facts.pod.pod.node, node.map(|node| node.ready)) {
        (None, _) | (_, Some(Ready::True | Ready::False)) => format!("{name} has gone by itself"),
        (Some(node), _) => format!(
            "{name} has gone, but node {node} was silent at the last look: nothing here proves that its processes have ended"
        ),
    }
}

/// What is missing.
fn unread(facts: &Facts) -> String {
    let lease = facts.lease.get().and_then(Option::as_ref);
    let once = lease.is_some_and(|lease| !lease.is_fresh() && !lease.is_confirmed());
    let all = [
        (facts.set.get().is_none(), "the set could not be read"),
        (facts.node.get().is_none(), "the node could not be read"),
        (facts.lease.get().is_none(), "its Lease could not be read"),
        (once, "its Lease was read but once"),
        (facts.remediations.get().is_none(), "remediations of the node could not be read"),
        (facts.reboots.get().is_none(), "events of the node could not be read"),
        (facts.volumes.get().is_none(), "volumes could not be read"),
    ];
    let missing: Vec<&str> =
        all.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, what)| what).collect();
    missing.join(", ")
}

fn not_owned(facts: &Facts) -> String {
    let name = &facts.pod.pod.name;
    match &facts.pod.controller {
        None => format!("{name} has no controller: nothing would make it anew"),
        Some(owner) if !owner.is_stateful_set() => {
            format!("{name} is of {} {}, not of a StatefulSet", owner.kind, owner.name)
        }
        Some(owner) => format!("the StatefulSet {} that made {name} does not exist any more", owner.name),
    }
}

fn silent(facts: &Facts, node: &str) -> String {
    let lease = facts.lease.get().and_then(Option::as_ref);
    let since = lease.and_then(super::LeaseRead::last).map(|at| format!(" for {}", ago(facts.now, at)));
    format!(
        "node {node} has been silent{}; a machine that is cut off looks just the same, and its containers run on",
        since.unwrap_or_default()
    )
}

/// Few others are Ready. Nothing without a set.
pub(super) fn few_others(facts: &Facts) -> String {
    let Known::Known(Some(set)) = &facts.set else { return String::new() };
    let replicas = set.spec.range.replicas;
    format!(
        "only {} of the other {} are Ready, less than a majority of {}: two of one identity could vote twice",
        ready_others(set, facts.pod.pod.ordinal),
        replicas - u32::from(set.in_range(facts.pod.pod.ordinal)),
        majority(replicas)
    )
}
