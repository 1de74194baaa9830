//! Pods whose containers run, and which are not Ready or not Ready for long enough.

use super::Reason;
use super::trouble::{Trouble, event_line};
use crate::domain::pod::{ContainerState, Pod};
use crate::domain::time::{ago, human};
use crate::domain::{Known, Set};

/// Why a pod that runs is not available.
pub(super) fn of(set: &Set, pod: &Pod) -> Option<Trouble> {
    if let Some(left) =
        pod.ready.holds.then(|| pod.available_in(set.spec.min_ready_seconds, set.now)).flatten()
    {
        let message = format!(
            "{} is Ready; it counts as available after minReadySeconds ({}), in {}",
            pod.name,
            set.spec.min_ready_seconds,
            human(left)
        );
        return Some(Trouble::new(Reason::MinReadySeconds, message).passes(true));
    }
    let probe = (set.around.events_of("Pod", &pod.name, &pod.uid)).find(|event| event.reason == "Unhealthy");
    let running: Vec<&str> = (pod.containers.iter())
        .filter(|container| !container.ready && matches!(container.state, ContainerState::Running(_)))
        .map(|container| container.name.as_str())
        .collect();
    let since = pod.ready.since.or(pod.started).or(pod.created);
    let so_long = since.map(|since| format!(" for {}", ago(set.now, since))).unwrap_or_default();
    let trouble = match (running.as_slice(), probe) {
        ([], _) if !pod.containers.is_empty() && pod.containers.iter().all(|container| container.ready) => {
            Trouble::new(Reason::ProbeFailing, all_containers_ready(pod, &so_long))
        }
        (_, Some(event)) => Trouble::new(
            Reason::ProbeFailing,
            format!("{} runs and is not Ready{so_long}: {}", pod.name, event.message.trim()),
        )
        .evidence(event_line(set, event))
        .of_revision(),
        ([], None) => Trouble::new(Reason::Starting, format!("{} is starting{so_long}", pod.name)),
        (names, None) => {
            let names = names.join(", ");
            Trouble::new(
                Reason::Starting,
                format!("{} runs and is not Ready{so_long}: waiting for container {names}", pod.name),
            )
            .of_revision()
        }
    };
    let condition = (!pod.ready.reason.is_empty())
        .then(|| format!("condition Ready=False ({}): {}", pod.ready.reason, pod.ready.message));
    Some(trouble.evidences(condition).evidences(node(set, pod)).since(since))
}

/// A readiness gate, or the node controller, which marks the pods of a node that it has lost and leaves all else.
fn all_containers_ready(pod: &Pod, so_long: &str) -> String {
    let words = if pod.ready.message.is_empty() { &pod.ready.reason } else { &pod.ready.message };
    if words.is_empty() {
        let node = pod.node.as_deref().unwrap_or("unknown");
        return format!(
            "{} is marked not Ready{so_long}, though its containers were Ready when last reported: its node {node} may have stopped reporting",
            pod.name
        );
    }
    format!("{} runs, but a readiness gate is not met{so_long}: {words}", pod.name)
}

/// A node whose kubelet reports that it is not ready.
fn node(set: &Set, pod: &Pod) -> Option<String> {
    match set.around.nodes.get(pod.node.as_deref()?)? {
        Known::Known(Some(node)) if node.ready == "False" => {
            Some(format!("node {}: Ready=False: {}", node.name, node.message))
        }
        _ => None,
    }
}
