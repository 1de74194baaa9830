//! What the controller does once the pod is gone.

use super::Fence;
use super::facts::{Facts, Ready};
use crate::domain::model::{MoveKind, Moves, next_moves};
use crate::domain::{Known, Ordinal, Set};

/// What the controller would do next if the ordinal had no pod.
pub(super) fn moves_without(set: &Set, ordinal: Ordinal) -> Moves {
    let mut without = set.clone();
    without.pods.remove(&ordinal);
    without.foreign_pods.retain(|pod| pod.ordinal != ordinal);
    next_moves(&without)
}

/// That in words: when and where the replacement starts, or why it would not.
pub(super) fn next(facts: &Facts, fence: Fence) -> String {
    let pod = &facts.pod.pod;
    let Known::Known(Some(set)) = &facts.set else {
        return "what follows is not known: the set could not be read or does not exist".to_owned();
    };
    if set.deleted.is_some() {
        return format!("set {} is being deleted: {} is not made again", set.name, pod.name);
    }
    if !set.in_range(pod.ordinal) {
        return format!("ordinal {} is out of range: {} is not made again", pod.ordinal, pod.name);
    }
    let moves = moves_without(set, pod.ordinal);
    let mut of_ordinal = moves.as_slice().iter().filter(|step| step.ordinal == Some(pod.ordinal));
    let made = of_ordinal.clone().find(|step| step.kind == MoveKind::CreatePod);
    match made.or_else(|| of_ordinal.next()) {
        Some(step) if step.kind == MoveKind::CreatePod => {
            let revision =
                step.revision.as_ref().map(|name| format!(" at revision {name}")).unwrap_or_default();
            format!("the controller makes {} anew at once{revision}{}", pod.name, starts(facts, fence))
        }
        Some(step) => format!("{} is not made at once: {}", pod.name, step.rule.why()),
        None => {
            let first = moves.first();
            let whom = first.pod.as_deref().unwrap_or("the set");
            format!("{} is not made at once: the controller is at {whom} ({})", pod.name, first.rule.why())
        }
    }
}

/// Where the replacement starts, and what it waits for.
fn starts(facts: &Facts, fence: Fence) -> String {
    let volumes = facts.volumes.get().map(Vec::as_slice).unwrap_or_default();
    let node = facts.node.get().and_then(Option::as_ref);
    let answers = node.is_some_and(|node| node.ready == Ready::True);
    if let Some(volume) = volumes.iter().find(|volume| volume.on_node) {
        let name = facts.pod.pod.node.as_deref().unwrap_or_default();
        return if answers {
            format!("; volume {} is on node {name}, so it starts there again", volume.name)
        } else {
            format!("; volume {} is on node {name}, so it stays Pending until that is back", volume.name)
        };
    }
    let out_of_service = node.is_some_and(|node| node.out_of_service);
    match fence {
        Fence::Attached if out_of_service => "; its volumes are detached at once, as the node is out of service".to_owned(),
        Fence::Attached => {
            "; it waits in ContainerCreating until its volumes are detached, which the attach/detach controller forces \
             six minutes after the deletion"
                .to_owned()
        }
        Fence::Unknown => ", on any node that the scheduler finds".to_owned(),
        Fence::None | Fence::Detached | Fence::NoVolumes => {
            ", on any node that the scheduler finds, and nothing delays it".to_owned()
        }
    }
}
