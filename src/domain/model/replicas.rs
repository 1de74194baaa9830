//! The first part of a sync: ordinals in range, ascending (`processReplica`).

use super::claims;
use super::fault::Fault;
use super::moves::{Move, MoveKind, Rule};
use super::sync::{Slot, Sync};
use crate::domain::Ordinal;

/// What came of one ordinal.
enum Outcome {
    /// On to the next one.
    GoOn,
    /// OrderedReady ends the sync here; Parallel goes on.
    Halt(Move),
    /// An error: OrderedReady ends the sync here; Parallel finishes the batch and then ends it.
    Error(Move),
}

/// Walks the ordinals in range. Returns what ended the sync, if something did.
pub(super) fn process(sync: &mut Sync<'_>) -> Option<Move> {
    if sync.set.spec.parallel { in_batches(sync) } else { one_by_one(sync) }
}

/// OrderedReady: the first ordinal that is not in order ends the sync.
fn one_by_one(sync: &mut Sync<'_>) -> Option<Move> {
    let mut end = None;
    for ordinal in sync.set.spec.range.iter() {
        if let Outcome::Halt(stop) | Outcome::Error(stop) = one(sync, ordinal) {
            let goes_on = stop.kind == MoveKind::CreatePod && sync.breaks(Fault::OrderedCreatesOn);
            end = Some(stop);
            if !goes_on {
                break;
            }
        }
    }
    end
}

/// Parallel: batches of 1, 2, 4, … ordinals (`slowStartBatch`). Only an error ends the sync, after its batch:
/// so one ordinal that cannot be created keeps those of later batches, and all updates, from happening.
fn in_batches(sync: &mut Sync<'_>) -> Option<Move> {
    let mut ordinals = sync.set.spec.range.iter().peekable();
    let mut size = 1;
    while ordinals.peek().is_some() {
        let mut error = None;
        for ordinal in ordinals.by_ref().take(size) {
            if let Outcome::Error(stop) = one(sync, ordinal) {
                error.get_or_insert(stop);
                if sync.breaks(Fault::ErrorEndsAtOnce) {
                    break;
                }
            }
        }
        if error.is_some() && !sync.breaks(Fault::ErrorEndsNothing) {
            return error;
        }
        // MaxBatchSize in stateful_set_control.go.
        size = (size * 2).min(500);
    }
    None
}

/// `processReplica`, in its order.
fn one(sync: &mut Sync<'_>, ordinal: Ordinal) -> Outcome {
    let set = sync.set;
    let pod = match sync.slot(ordinal) {
        Slot::Missing(revision) => {
            let created = create(sync, ordinal, revision);
            return match created {
                Ok(_) if set.spec.parallel => Outcome::GoOn,
                Ok(step) => Outcome::Halt(step),
                Err(outcome) => outcome,
            };
        }
        Slot::Taken(pod) => pod,
    };
    let leaving_ignored = pod.is_terminating() && sync.breaks(Fault::FinishedLeavingIgnored);
    if pod.is_finished() && !sync.breaks(Fault::FinishedKept) && !leaving_ignored {
        if pod.is_terminating() {
            return Outcome::Halt(Move::on_pod(MoveKind::Wait, pod, Rule::FinishedLeaving));
        }
        return Outcome::Halt(sync.delete_pod(ordinal, pod.revision.as_ref(), Rule::ReplaceFinished));
    }
    if pod.phase == crate::domain::pod::Phase::Pending
        && let Err(stop) = claims::create_missing(sync, ordinal, Rule::ClaimForPending)
    {
        return Outcome::Error(stop);
    }
    if !set.spec.parallel {
        let halt = |rule| Outcome::Halt(Move::on_pod(MoveKind::Wait, pod, rule));
        if pod.is_terminating() && !sync.breaks(Fault::TerminatingIgnored) {
            return halt(Rule::Terminating);
        }
        let ready = pod.is_running_and_ready();
        if !ready && !sync.breaks(Fault::NotReadyIgnored) {
            return halt(Rule::NotReady);
        }
        // A pod that is not ready is never available: without `ready`, the second rule would do the first one's work.
        let available = pod.is_available(set.spec.min_ready_seconds, set.now);
        if ready && !available && !sync.breaks(Fault::NotAvailableIgnored) {
            return halt(Rule::NotAvailable);
        }
    }
    if !claims::storage_matches(sync, pod) && !sync.breaks(Fault::StorageMismatchIgnored) {
        // `UpdateStatefulPod` makes missing claims before the API server refuses the change of volumes.
        if let Err(stop) = claims::create_missing(sync, ordinal, Rule::ClaimForVolume) {
            return Outcome::Error(stop);
        }
        return Outcome::Error(Move::on_pod(MoveKind::Wait, pod, Rule::StorageMismatch));
    }
    Outcome::GoOn
}

/// Creates a pod with its claims, or says what is in the way.
fn create(
    sync: &mut Sync<'_>,
    ordinal: Ordinal,
    revision: &crate::domain::Revision,
) -> Result<Move, Outcome> {
    let set = sync.set;
    if let Some(stop) = claims::stale(sync, ordinal) {
        return Err(Outcome::Halt(stop));
    }
    claims::create_missing(sync, ordinal, Rule::ClaimBeforePod).map_err(Outcome::Error)?;
    if sync.refused.pods.contains(&ordinal) {
        return Err(Outcome::Error(sync.fail_to_create(ordinal, Rule::CreateRefused)));
    }
    if set.foreign_pods.iter().any(|pod| pod.ordinal == ordinal) {
        return Err(Outcome::Error(sync.fail_to_create(ordinal, Rule::NameTaken)));
    }
    Ok(sync.create_pod(ordinal, revision))
}
