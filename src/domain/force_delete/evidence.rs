//! What was looked at, when, and what it says.

use jiff::Timestamp;

use super::facts::{Attachment, Facts, LeaseRead, NodeFacts, Ready};
use super::modifiers::{majority, ready_others};
use crate::domain::Known;
use crate::domain::time::{ago, human};

/// One line of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The object.
    pub at: String,
    /// When it was read.
    pub read: Timestamp,
    /// What it says.
    pub says: String,
}

/// All of it: the pod, its set, its node, then what stands around them.
pub(super) fn evidence(facts: &Facts) -> Vec<Looked> {
    let line = |at: String, says: String| Looked { at, read: facts.now, says };
    let mut lines = vec![line(format!("pod {}", facts.pod.pod.name), pod(facts))];
    lines.push(line(format!("containers of {}", facts.pod.pod.name), containers(facts)));
    lines.push(line(set_name(facts), set(facts)));
    if let Some(name) = &facts.pod.pod.node {
        lines.push(line(format!("node {name}"), node(facts)));
        lines.extend(leases(name, facts));
        lines.push(line(format!("events of node {name}"), reboots(facts)));
        lines.extend(remediations(name, facts));
    }
    lines.extend(volumes(facts));
    lines.extend(budgets(facts));
    lines
}

const UNREAD: &str = "could not be read";

fn pod(facts: &Facts) -> String {
    let pod = &facts.pod.pod;
    let mut parts = vec![format!("phase {:?}", pod.phase)];
    match (pod.deletion, facts.pod.asked()) {
        (Some(deletion), Some(asked)) => {
            parts.push(format!("deletion asked for {} ago", ago(facts.now, asked)));
            parts.push(if facts.now < deletion.deadline {
                format!(
                    "its grace of {}s ends in {}",
                    deletion.grace_seconds,
                    ago(deletion.deadline, facts.now)
                )
            } else {
                format!(
                    "its grace of {}s ended {} ago",
                    deletion.grace_seconds,
                    ago(facts.now, deletion.deadline)
                )
            });
        }
        _ => parts.push("its deletion has not been asked for".to_owned()),
    }
    if !pod.finalizers.is_empty() {
        parts.push(format!("held by {}", pod.finalizers.join(", ")));
    }
    if facts.pod.mirror {
        parts.push("a mirror pod".to_owned());
    }
    parts.join("; ")
}

fn containers(facts: &Facts) -> String {
    let started = facts.pod.last_start.map(|at| format!("; the last start was {} ago", ago(facts.now, at)));
    let state = match facts.pod.alive.as_slice() {
        [] => "all have ended, by their last status".to_owned(),
        [one] => format!("{one} has not ended, by its last status"),
        several => format!("{} have not ended, by their last status", several.join(", ")),
    };
    format!("{state}{}", started.unwrap_or_default())
}

fn set_name(facts: &Facts) -> String {
    match &facts.pod.controller {
        Some(owner) => format!("{} {}", owner.kind.to_lowercase(), owner.name),
        None => "controller".to_owned(),
    }
}

fn set(facts: &Facts) -> String {
    let Some(owner) = &facts.pod.controller else { return "the pod has none".to_owned() };
    if !owner.is_stateful_set() {
        return "is not a StatefulSet of Kubernetes".to_owned();
    }
    match &facts.set {
        Known::Unknown => UNREAD.to_owned(),
        Known::Known(None) => "does not exist".to_owned(),
        Known::Known(Some(set)) if set.uid != owner.uid => {
            "was made after the one that owns the pod".to_owned()
        }
        Known::Known(Some(set)) => {
            let replicas = set.spec.range.replicas;
            let others = ready_others(set, facts.pod.pod.ordinal);
            let asked = if replicas == 1 { "replica" } else { "replicas" };
            let ready = if others == 1 { "other" } else { "others" };
            format!(
                "owns it; {replicas} {asked}, {others} {ready} Ready, a majority is {}",
                majority(replicas)
            )
        }
    }
}

fn node(facts: &Facts) -> String {
    match &facts.node {
        Known::Unknown => UNREAD.to_owned(),
        Known::Known(None) => "does not exist".to_owned(),
        Known::Known(Some(node)) => described(node, facts),
    }
}

fn described(node: &NodeFacts, facts: &Facts) -> String {
    let since = node.ready_since.map(|since| format!(" for {}", ago(facts.now, since))).unwrap_or_default();
    let mut parts = vec![match node.ready {
        Ready::True => format!("Ready{since}"),
        Ready::False => format!("Ready is False{since}: its kubelet says so"),
        Ready::Unknown => format!("Ready is Unknown{since}: its kubelet has stopped reporting"),
    }];
    if node.out_of_service {
        parts.push("marked out of service".to_owned());
    }
    if node.shut_down {
        parts.push("shut down, by the cloud's word".to_owned());
    }
    if node.created.zip(facts.pod.pod.created).is_some_and(|(node, pod)| node > pod) {
        parts.push("this Node was made after the pod".to_owned());
    }
    if let Some(earlier) = &facts.earlier {
        let same = |a: &str, b: &str| a == b && !a.is_empty();
        let what = match (same(&earlier.machine_id, &node.machine_id), same(&earlier.boot_id, &node.boot_id))
        {
            (true, true) => "the same boot as in",
            (true, false) => "another boot than in",
            (false, _) => "not known to be the machine of",
        };
        parts.push(format!("{what} the capture of {} ago", ago(facts.now, earlier.taken)));
    }
    parts.join("; ")
}

/// One line for each reading.
fn leases(name: &str, facts: &Facts) -> Vec<Looked> {
    let line = |read, says| Looked { at: format!("lease {name}"), read, says };
    match &facts.lease {
        Known::Unknown => vec![line(facts.now, UNREAD.to_owned())],
        Known::Known(None) => vec![line(facts.now, "does not exist: no kubelet renews it".to_owned())],
        Known::Known(Some(lease)) => {
            let first = line(lease.read, renewed(lease, lease.renewed, lease.read));
            let again = lease.again.map(|(at, read)| {
                let moved = if at == lease.renewed { "not renewed meanwhile" } else { "renewed meanwhile" };
                line(read, format!("{moved}; {}", renewed(lease, at, read)))
            });
            std::iter::once(first).chain(again).collect()
        }
    }
}

fn renewed(lease: &LeaseRead, at: Option<Timestamp>, read: Timestamp) -> String {
    let lasts = human(lease.duration);
    match at {
        Some(at) => format!("renewed {} ago, and lasts {lasts}", ago(read, at)),
        None => format!("never renewed, and lasts {lasts}"),
    }
}

fn reboots(facts: &Facts) -> String {
    let Known::Known(all) = &facts.reboots else { return UNREAD.to_owned() };
    match all.iter().max() {
        None => "no reboot of its machine is reported".to_owned(),
        Some(last) => format!("a reboot of its machine was reported {} ago", ago(facts.now, *last)),
    }
}

fn remediations(name: &str, facts: &Facts) -> Vec<Looked> {
    let line = |at: String, says: String| Looked { at, read: facts.now, says };
    let Known::Known(all) = &facts.remediations else {
        return vec![line(format!("remediations of {name}"), UNREAD.to_owned())];
    };
    let says = |running: bool, fenced: Option<Timestamp>| match (running, fenced) {
        (true, _) => "is running, and has not fenced the node yet".to_owned(),
        (false, Some(at)) => format!("fenced the node {} ago", ago(facts.now, at)),
        (false, None) => "ended without fencing the node".to_owned(),
    };
    all.iter().map(|one| line(one.name.clone(), says(one.running, one.fenced))).collect()
}

fn volumes(facts: &Facts) -> Vec<Looked> {
    let line = |at: String, says: String| Looked { at, read: facts.now, says };
    let Known::Known(all) = &facts.volumes else {
        return vec![line("volumes".to_owned(), UNREAD.to_owned())];
    };
    let each = all.iter().map(|volume| {
        let attached = match volume.attachment {
            Attachment::None => "of a kind that is not attached",
            Attachment::Here => "attached to its node",
            Attachment::Gone => "not attached to its node",
            Attachment::Unread => "its attachment could not be read",
        };
        let shared = if volume.shared { "; several nodes may write to it" } else { "" };
        let on_node = if volume.on_node { "; it can be used on its node only" } else { "" };
        line(
            format!("volume {}", volume.name),
            format!("of claim {}; {attached}{shared}{on_node}", volume.claim),
        )
    });
    each.collect()
}

fn budgets(facts: &Facts) -> Vec<Looked> {
    let line = |at: String, says: String| Looked { at, read: facts.now, says };
    let Known::Known(all) = &facts.budgets else {
        return vec![line("disruption budgets".to_owned(), UNREAD.to_owned())];
    };
    let each = all.iter().map(|budget| {
        line(
            format!("poddisruptionbudget {}", budget.name),
            format!("allows {} disruptions now", budget.allowed),
        )
    });
    each.collect()
}
