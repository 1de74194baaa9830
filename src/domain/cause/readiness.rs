//! Pods whose containers run, and which are not Ready or not Ready for long enough.

use super::Reason;
use super::trouble::{Trouble, event_line};
use crate::domain::Set;
use crate::domain::pod::{ContainerState, Pod};
use crate::domain::time::{ago, human};

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
            let words = if pod.ready.message.is_empty() { &pod.ready.reason } else { &pod.ready.message };
            Trouble::new(
                Reason::ProbeFailing,
                format!("{} runs, but a readiness gate is not met{so_long}: {words}", pod.name),
            )
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
    Some(trouble.evidences(condition).since(since))
}
