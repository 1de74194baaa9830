//! Pods that terminate.

use jiff::SignedDuration;

use super::Reason;
use super::place;
use super::trouble::Trouble;
use crate::domain::pod::{ContainerState, Pod};
use crate::domain::time::{ago, human};
use crate::domain::{Known, Set};

/// What a kubelet may need past the deadline to report the end of a pod.
const SLACK: SignedDuration = SignedDuration::from_secs(10);

/// Why a terminating pod is still there.
pub(super) fn of(set: &Set, pod: &Pod) -> Option<Trouble> {
    let deletion = pod.deletion?;
    if let Some(node) = place::node(set, pod) {
        return Some(node);
    }
    let left = deletion.deadline.duration_since(set.now);
    if left + SLACK > SignedDuration::ZERO {
        let grace = if left > SignedDuration::ZERO {
            format!("its grace period ends in {}", human(left))
        } else {
            "its grace period has just ended".to_owned()
        };
        let message = format!("{} is terminating: {grace}", pod.name);
        return Some(Trouble::new(Reason::PredecessorTerminating, message).passes(true));
    }
    let over = ago(set.now, deletion.deadline);
    let message = if pod.finalizers.is_empty() {
        format!("{} should have ended {over} ago, and its node has not reported that it has", pod.name)
    } else {
        let names = pod.finalizers.join(", ");
        format!("{} should be gone since {over}: it waits for whoever owns the finalizer {names}", pod.name)
    };
    Some(
        Trouble::new(Reason::StuckTerminating, message)
            .evidences(finalizers(pod))
            .evidences(running(pod))
            .evidences(node(set, pod))
            .since(Some(deletion.deadline)),
    )
}

fn finalizers(pod: &Pod) -> Option<String> {
    let names = pod.finalizers.join(", ");
    (!names.is_empty())
        .then(|| format!("finalizers: {names} (never remove them by hand: their owner still has work)"))
}

fn running(pod: &Pod) -> Option<String> {
    let running =
        |container: &&crate::domain::pod::Container| !matches!(container.state, ContainerState::Ended(_));
    let names: Vec<&str> =
        pod.containers.iter().filter(running).map(|container| container.name.as_str()).collect();
    (!names.is_empty()).then(|| format!("containers not reported as ended: {}", names.join(", ")))
}

fn node(set: &Set, pod: &Pod) -> Option<String> {
    let name = pod.node.as_deref()?;
    Some(match set.around.nodes.get(name) {
        Some(Known::Known(Some(node))) => format!("node {name}: Ready={}", node.ready),
        Some(Known::Known(None)) => format!("node {name} does not exist any more"),
        Some(Known::Unknown) | None => format!("node {name}: not read"),
    })
}
