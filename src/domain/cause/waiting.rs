//! What follows for the other ordinals from the place where the controller's sync stops.

use super::{Cause, Reason};
use crate::domain::model::{Move, MoveKind, Moves, Rule};
use crate::domain::pod::Pod;
use crate::domain::set::Strategy;
use crate::domain::{Ordinal, Set};

/// What an ordinal without trouble of its own waits for; none where it is in order or its turn has come.
pub(super) fn of(set: &Set, moves: &Moves, ordinal: Ordinal) -> Option<Cause> {
    if moves.as_slice().iter().any(|step| step.acts() && step.ordinal == Some(ordinal)) {
        return None;
    }
    let stop = moves.stop();
    match set.pods.get(&ordinal) {
        None => missing(set, stop, ordinal),
        Some(pod) if !set.in_range(ordinal) => condemned(set, stop, pod),
        Some(pod) => outdated(set, stop, pod),
    }
}

fn missing(set: &Set, stop: &Move, ordinal: Ordinal) -> Option<Cause> {
    if stop.ordinal == Some(ordinal) || set.deleted.is_some() {
        return None;
    }
    let what = format!("{} is created after", set.pod_name(ordinal));
    Some(after_stop(stop, ordinal, &what, Reason::LowerOrdinalNotReady))
}

fn condemned(set: &Set, stop: &Move, pod: &Pod) -> Option<Cause> {
    if pod.is_terminating() || set.deleted.is_some() {
        return None;
    }
    let what = format!("{} is out of range and is removed after", pod.name);
    Some(after_stop(stop, pod.ordinal, &what, Reason::LowerOrdinalNotReady))
}

fn outdated(set: &Set, stop: &Move, pod: &Pod) -> Option<Cause> {
    let ordinal = pod.ordinal;
    let old = pod.revision.as_ref() != Some(&set.update_revision);
    if old && set.below_partition(ordinal) {
        let partition = set.spec.strategy.partition();
        let message =
            format!("{} stays at its revision: it stands below the partition ({partition})", pod.name);
        return Some(Cause::root(Reason::HeldByPartition, Some(ordinal), message, false));
    }
    if !set.is_outdated(pod) || pod.is_terminating() || set.deleted.is_some() {
        return None;
    }
    if set.spec.strategy == Strategy::OnDelete {
        let message = format!("{} gets {} when somebody deletes it", pod.name, set.update_revision);
        return Some(Cause::root(Reason::AwaitingDelete, Some(ordinal), message, false));
    }
    if matches!(stop.rule, Rule::CondemnedTerminating | Rule::CondemnedUnhealthy | Rule::ScaleDown) {
        let pod_name = stop.pod.as_deref().unwrap_or_default();
        let message = format!("{} is updated after the scale-down is done, which is at {pod_name}", pod.name);
        return Some(Cause::root(Reason::ScaleDownFirst, Some(ordinal), message, true));
    }
    if stop.ordinal == Some(ordinal) {
        return None;
    }
    let what = format!("{} is updated after", pod.name);
    // OrderedReady comes to updates only once every ordinal is available, also the lower ones. Parallel does not
    // wait for those, but they count against its budget.
    let lower = !set.spec.parallel
        && stop.rule != Rule::BudgetSpent
        && stop.ordinal.is_some_and(|stop| stop < ordinal);
    let otherwise = if lower { Reason::LowerOrdinalNotReady } else { Reason::MaxUnavailableSpent };
    Some(after_stop(stop, ordinal, &what, otherwise))
}

/// Waits for the pod at which the sync stopped.
fn after_stop(stop: &Move, ordinal: Ordinal, what: &str, otherwise: Reason) -> Cause {
    let pod = stop.pod.as_deref().unwrap_or("the others");
    let (reason, until) = match (stop.rule, stop.kind) {
        (Rule::Terminating | Rule::FinishedLeaving | Rule::CondemnedTerminating, MoveKind::Wait) => {
            (Reason::PredecessorTerminating, "is gone")
        }
        (Rule::NotAvailable, MoveKind::Wait) => {
            (Reason::MinReadySeconds, "has been Ready for minReadySeconds")
        }
        (Rule::ScaleDown, _) => (Reason::PredecessorTerminating, "is gone"),
        (_, MoveKind::CreatePod) => (otherwise, "is created and available"),
        (_, MoveKind::DeletePod) => (otherwise, "is replaced"),
        _ => (otherwise, "is available"),
    };
    Cause::root(reason, Some(ordinal), format!("{what} {pod} {until}"), true)
}
