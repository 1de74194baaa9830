//! The second part of a sync: pods out of range, highest ordinal first (`processCondemned`).

use super::moves::{Move, MoveKind, Rule};
use super::sync::Sync;
use crate::domain::{Ordinal, Set};

/// Removes pods out of range: all at once under Parallel, else one in a sync. Returns what ended the sync.
pub(super) fn process(sync: &mut Sync<'_>) -> Option<Move> {
    let set = sync.set;
    let first_unhealthy = first_unhealthy(set);
    for pod in set.condemned() {
        if pod.is_terminating() {
            if set.spec.parallel {
                continue;
            }
            return Some(Move::on_pod(MoveKind::Wait, pod, Rule::CondemnedTerminating));
        }
        let healthy = pod.is_running_and_ready() && pod.is_available(set.spec.min_ready_seconds, set.now);
        if !set.spec.parallel && !healthy && first_unhealthy != Some(pod.ordinal) {
            return Some(Move::on_pod(MoveKind::Wait, pod, Rule::CondemnedUnhealthy));
        }
        let step = sync.delete_pod(pod.ordinal, pod.revision.as_ref(), Rule::ScaleDown);
        if !set.spec.parallel {
            return Some(step);
        }
    }
    None
}

/// The lowest unavailable pod: those in range come first, then those out of range, ascending. An ordinal in range
/// that has no pod counts too, but OrderedReady never comes here with one.
fn first_unhealthy(set: &Set) -> Option<Ordinal> {
    let in_range =
        set.spec.range.iter().find(|ordinal| set.pods.get(ordinal).is_none_or(|pod| set.is_unavailable(pod)));
    in_range.or_else(|| set.condemned().rev().find(|pod| set.is_unavailable(pod)).map(|pod| pod.ordinal))
}
