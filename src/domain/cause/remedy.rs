//! What to suggest for a root cause: the smallest action after which the model moves on.

use super::{Cause, Reason};
use crate::domain::action::Action;
use crate::domain::model::{Hopeless, expected_at_creation, stale_claim};
use crate::domain::pod::{Container, ContainerKind, ContainerState, Pod};
use crate::domain::{Offset, Set};

/// The first candidate that frees the ordinal of the cause; none where no command of ours does. `of_template`: another
/// template could do away with it.
pub(super) fn of(set: &Set, cause: &Cause, of_template: bool, hopeless: &Hopeless) -> Option<Action> {
    // A controller that has not seen the spec, or only waits for the end of the set, would not follow up. Pods on a
    // dead node hold up that end too.
    let ends = set.deleted.is_some() && cause.reason != Reason::NodeUnreachable;
    if ends || !set.is_observed() {
        return None;
    }
    let mut candidates = candidates(set, cause, of_template).into_iter();
    candidates.find(|action| action.frees(set, cause.ordinal, hopeless))
}

/// What might help, smallest first.
fn candidates(set: &Set, cause: &Cause, of_template: bool) -> Vec<Action> {
    let pod = cause.ordinal.and_then(|ordinal| set.pods.get(&ordinal));
    match (cause.reason, pod) {
        (Reason::BrokenRevisionBlocksRollout, Some(pod)) => vec![delete_broken(set, pod)],
        (Reason::BrokenBelowPartition, Some(pod)) => below_partition(set, pod),
        (Reason::HeldByPartition, _) => vec![release_all(set)],
        (Reason::AwaitingDelete, Some(pod)) => delete_outdated(set, pod).into_iter().collect(),
        (Reason::NodeUnreachable, Some(_)) if cause.self_resolves => Vec::new(),
        (Reason::NodeUnreachable, Some(pod)) => {
            pod.node.as_deref().map(|node| Action::evacuate(node, &pod.name)).into_iter().collect()
        }
        (Reason::ClaimOwnedByOldPod, None) => release_claim(set, cause).into_iter().collect(),
        (Reason::CreateRejected, None) if of_template && !cause.self_resolves => withdraw_refused(set, cause),
        (Reason::ForeignPod, None) if !cause.self_resolves => remove_foreign_pod(set, cause),
        (_, Some(pod)) if !set.in_range(pod.ordinal) && !pod.is_terminating() => {
            vec![delete_condemned(set, pod)]
        }
        (_, Some(pod)) if of_template && !cause.self_resolves && !pod.is_terminating() => withdraw(set, pod),
        _ => Vec::new(),
    }
}

/// What deleting a broken pod could cost.
fn risk(pod: &Pod) -> String {
    let runs = |container: &&Container| {
        container.kind == ContainerKind::Main && matches!(container.state, ContainerState::Running(_))
    };
    match pod.containers.iter().find(runs) {
        None => "little: the pod is not Ready, so it serves nobody".to_owned(),
        Some(container) => format!(
            "the pod is not Ready, but its container {} runs: what it is doing, such as recovering, starts over",
            container.name
        ),
    }
}

fn delete_broken(set: &Set, pod: &Pod) -> Action {
    let effect = format!("{} is created again at {}, and the rollout goes on", pod.name, set.update_revision);
    Action::delete_pod(set, pod, effect, &risk(pod))
}

/// Below the partition a deleted pod gets the same broken revision: the partition must come down first.
fn below_partition(set: &Set, pod: &Pod) -> Vec<Action> {
    let Some(offset) = set.spec.range.offset(pod.ordinal) else { return Vec::new() };
    let lower = Action::lower_partition(
        set,
        offset,
        format!("ordinals from {} on get {}", pod.ordinal, set.update_revision),
    );
    vec![lower.clone(), lower.then(delete_broken(set, pod))]
}

fn release_all(set: &Set) -> Action {
    let held =
        set.pods.values().rev().filter(|pod| set.below_partition(pod.ordinal) && set.in_range(pod.ordinal));
    let names: Vec<&str> = held
        .filter(|pod| pod.revision.as_ref() != Some(&set.update_revision))
        .map(|pod| pod.name.as_str())
        .collect();
    let shown = match names.as_slice() {
        [first, .., last] if names.len() > 3 => format!("{first} … {last}"),
        names => names.join(", "),
    };
    Action::lower_partition(set, Offset::ZERO, format!("{shown} roll to {}", set.update_revision))
}

/// One pod at a time: not while another one is away.
fn delete_outdated(set: &Set, pod: &Pod) -> Option<Action> {
    let mut others = set.spec.range.iter().filter(|ordinal| *ordinal != pod.ordinal);
    if others.any(|ordinal| set.pods.get(&ordinal).is_none_or(|other| set.is_unavailable(other))) {
        return None;
    }
    let effect = format!("{} is created again at {}", pod.name, set.update_revision);
    Some(Action::delete_pod(set, pod, effect, "it is away until the new pod is Ready: one pod at a time"))
}

fn delete_condemned(set: &Set, pod: &Pod) -> Action {
    let effect = format!("{} is gone for good (it is out of range), and the scale-down goes on", pod.name);
    Action::delete_pod(set, pod, effect, &risk(pod))
}

/// The newest template is broken: take it back. Where OrderedReady then waits for the broken pod
/// (kubernetes#67250), the pod must be deleted as well.
fn withdraw(set: &Set, pod: &Pod) -> Vec<Action> {
    let rolling = set.is_rolling();
    let under_way = set.current_revision != set.update_revision;
    if !rolling || !under_way || pod.revision.as_ref() != Some(&set.update_revision) {
        return Vec::new();
    }
    let Some(undo) = Action::undo(set) else { return Vec::new() };
    let effect = format!("{} is created again at {}", pod.name, set.current_revision);
    let delete = Action::delete_pod(set, pod, effect, &risk(pod));
    vec![undo.clone(), undo.then(delete)]
}

/// The server refuses the newest template: take it back.
fn withdraw_refused(set: &Set, cause: &Cause) -> Vec<Action> {
    let rolling = set.is_rolling();
    let newest =
        cause.ordinal.is_some_and(|ordinal| *expected_at_creation(set, ordinal) == set.update_revision);
    if !rolling || !newest || set.current_revision == set.update_revision {
        return Vec::new();
    }
    Action::undo(set).into_iter().collect()
}

/// Not where others own the claim too: the command takes off all owners. The controller does not see a claim change.
fn release_claim(set: &Set, cause: &Cause) -> Option<Action> {
    let ordinal = cause.ordinal?;
    let pod = set.pod_name(ordinal);
    let Some(name) = stale_claim(set, ordinal) else { return Some(Action::wake_controller(set)) };
    let claim = set.claims.get()?.get(&name)?;
    let alone = claim.owners.iter().all(|owner| owner.kind == "Pod" && owner.name == pod);
    alone.then(|| Action::release_claim(set, &name, &pod).then(Action::wake_controller(set)))
}

fn remove_foreign_pod(set: &Set, cause: &Cause) -> Vec<Action> {
    let foreign = set.foreign_pods.iter().find(|pod| Some(pod.ordinal) == cause.ordinal);
    foreign
        .map(|pod| Action::remove_foreign_pod(set, pod.ordinal, pod.owner.as_deref()))
        .map(|action| action.then(Action::wake_controller(set)))
        .into_iter()
        .collect()
}
