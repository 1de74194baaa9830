//! What the controller reports at the end of a sync and goes by in the next one (`completeRollingUpdate`,
//! `updateStatus`).

use super::fault::Fault;
use super::moves::Moves;
use crate::domain::Set;

/// Brings the revision of the last finished rollout, and the count of pods at it, up to date. A rollout is finished
/// when updated = ready = existing = replicas, also where that is zero (kubernetes#121534).
pub fn update_status(set: &mut Set) {
    promote(set);
    count(set);
}

/// The same by a model with one rule broken.
pub fn update_status_faulty(set: &mut Set, fault: Fault) {
    let nothing_asked_for = set.spec.range.replicas == 0;
    if fault != Fault::NeverPromoted && !(fault == Fault::ZeroNotPromoted && nothing_asked_for) {
        promote(set);
    }
    count(set);
}

/// Whether the API server refuses the status that the controller writes after these moves. It counts the pods at the
/// current revision, and takes one off for each pod that its update loop has just deleted, also for one at a third
/// revision, which was not among them, and for one that has ended: a count below zero is invalid. The sync ends with
/// an error then, and the next one, without deletions, mends it.
pub fn status_is_refused(set: &Set, moves: &Moves) -> bool {
    at_current(set) < moves.replaced()
}

/// The same by a model with one rule broken.
pub fn status_is_refused_faulty(set: &Set, moves: &Moves, fault: Fault) -> bool {
    fault != Fault::StatusNeverRefused && status_is_refused(set, moves)
}

/// Once a rollout is finished, its revision is the current one.
fn promote(set: &mut Set) {
    let replicas = usize::try_from(set.spec.range.replicas).unwrap_or(usize::MAX);
    let updated = set.pods.values().filter(|pod| !pod.is_terminating());
    let updated = updated.filter(|pod| pod.revision.as_ref() == Some(&set.update_revision)).count();
    let ready = set.pods.values().filter(|pod| pod.is_running_and_ready()).count();
    let rolling = set.is_rolling();
    if rolling && updated == replicas && ready == replicas && set.pods.len() == replicas {
        set.current_revision = set.update_revision.clone();
    }
}

/// Counts the pods at the current revision.
fn count(set: &mut Set) {
    set.status.current_replicas = u32::try_from(at_current(set)).unwrap_or(u32::MAX);
}

fn at_current(set: &Set) -> usize {
    let current = Some(&set.current_revision);
    set.pods.values().filter(|pod| !pod.is_terminating() && pod.revision.as_ref() == current).count()
}
