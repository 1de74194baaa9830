//! Where a pod runs, or why it runs nowhere.

use super::Reason;
use super::trouble::{Trouble, event_line};
use crate::domain::pod::{Phase, Pod};
use crate::domain::surroundings::Node;
use crate::domain::time::ago;
use crate::domain::{Known, Set};

/// The pod's node does not answer, or is gone.
pub(super) fn node(set: &Set, pod: &Pod) -> Option<Trouble> {
    let name = pod.node.as_deref()?;
    let (trouble, passes) = match set.around.nodes.get(name)? {
        Known::Unknown => return None,
        Known::Known(None) if !pod.finalizers.is_empty() => return None,
        // PodGC waits 40 s for the Node to come back, then removes its pods.
        Known::Known(None) => {
            let message = format!(
                "{} is bound to node {name}, which does not exist any more: it is removed within a minute or two",
                pod.name
            );
            (Trouble::new(Reason::NodeUnreachable, message), Some(true))
        }
        Known::Known(Some(node)) if node.ready == "Unknown" => {
            let trouble = unreachable(set, pod, node);
            // PodGC removes what terminates on a node that is declared so, every 20 s.
            let declared = node.taints.iter().any(|key| key == OUT_OF_SERVICE) && pod.finalizers.is_empty();
            let taint =
                declared.then(|| format!("node {name} has the taint {OUT_OF_SERVICE}: its pods are removed"));
            // A node may only be restarting. But what terminates there has been given up by the cluster already.
            let passes = if declared { Some(true) } else { pod.is_terminating().then_some(false) };
            (trouble.evidences(taint), passes)
        }
        Known::Known(Some(_)) => return None,
    };
    Some(Trouble { passes, ..trouble.evidences(pod_condition(pod)) })
}

/// The taint with which a person declares that nothing runs on a node any more.
const OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";

fn unreachable(set: &Set, pod: &Pod, node: &Node) -> Trouble {
    let so_long = node.ready_since.map(|since| format!(" for {}", ago(set.now, since))).unwrap_or_default();
    let message = format!(
        "node {} of {} has not answered{so_long}: whether the pod still runs there is not known",
        node.name, pod.name
    );
    let lease = match &node.lease_renewed {
        Known::Known(Some(renewed)) => format!("node lease last renewed {} ago", ago(set.now, *renewed)),
        Known::Known(None) => "the node has no lease".to_owned(),
        Known::Unknown => "node lease: not read".to_owned(),
    };
    Trouble::new(Reason::NodeUnreachable, message)
        .evidence(format!("node {}: Ready=Unknown: {}", node.name, node.message))
        .evidence(lease)
        .since(node.ready_since)
}

fn pod_condition(pod: &Pod) -> Option<String> {
    let reason = &pod.ready.reason;
    (!pod.ready.holds && !reason.is_empty()).then(|| format!("pod {}: Ready=False ({reason})", pod.name))
}

/// The scheduler's words since 1.34, and those before (`volumebinding/binder.go`).
const AFFINITY: [&str; 2] =
    ["didn't match PersistentVolume's node affinity", "volume node affinity conflict"];

/// No node was found for the pod.
pub(super) fn scheduling(set: &Set, pod: &Pod) -> Option<Trouble> {
    if pod.phase != Phase::Pending || pod.node.is_some() || pod.scheduled.holds {
        return None;
    }
    let mut events = set.around.events_of("Pod", &pod.name, &pod.uid);
    let event = events.find(|event| event.reason == "FailedScheduling");
    let condition = &pod.scheduled;
    let words = if condition.message.is_empty() {
        event.map(|event| event.message.clone())
    } else {
        Some(condition.message.clone())
    };
    let Some(words) = words else {
        let message = format!("{} is waiting to be scheduled", pod.name);
        return Some(Trouble::new(Reason::Starting, message).since(pod.created));
    };
    let scaling =
        set.around.events_of("Pod", &pod.name, &pod.uid).find(|event| event.reason == "TriggeredScaleUp");
    let reason = if AFFINITY.iter().any(|text| words.contains(text)) {
        Reason::VolumeNodeAffinity
    } else {
        Reason::Unschedulable
    };
    let what = if condition.reason == "SchedulingGated" {
        format!("{} is held back by its scheduling gates", pod.name)
    } else {
        format!("no node fits {}", pod.name)
    };
    let mut trouble = Trouble::new(reason, format!("{what}: {}", words.trim()))
        .since(condition.since.or(pod.created))
        .evidence(format!("condition PodScheduled=False ({})", condition.reason))
        .evidences(event.map(|event| event_line(set, event)));
    if let Some(scaling) = scaling {
        trouble = trouble.evidence(event_line(set, scaling));
    }
    // What keeps a pod from every node is the template's: another pod of the revision would fare the same. But a
    // volume is the ordinal's, and stays where it is whatever the revision.
    Some(if reason == Reason::Unschedulable { trouble.of_revision() } else { trouble })
}
