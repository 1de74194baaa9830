//! The second part of a sync: pods out of range, highest ordinal first (`processCondemned`).

use super::fault::Fault;
use super::moves::{Move, MoveKind, Rule};
use super::sync::Sync;
use crate::domain::pod::Pod;
use crate::domain::{Ordinal, Set};

/// Removes pods out of range: all at once under Parallel, else one in a sync. Returns what ended the sync.
pub(super) fn process(sync: &mut Sync<'_>) -> Option<Move> {
    let set = sync.set;
    let first_unhealthy = first_unhealthy(set);
    let mut condemned: Vec<&Pod> = set.condemned().collect();
    if sync.breaks(Fault::CondemnedLowestFirst) {
        condemned.reverse();
    }
    let mut removed = None;
    for pod in condemned {
        if pod.is_terminating() {
            if set.spec.parallel || sync.breaks(Fault::CondemnedTerminatingIgnored) {
                continue;
            }
            return Some(Move::on_pod(MoveKind::Wait, pod, Rule::CondemnedTerminating));
        }
        let healthy = pod.is_running_and_ready() && pod.is_available(set.spec.min_ready_seconds, set.now);
        let passes = healthy || first_unhealthy == Some(pod.ordinal);
        if !set.spec.parallel && !passes && !sync.breaks(Fault::CondemnedUnhealthyIgnored) {
            return Some(Move::on_pod(MoveKind::Wait, pod, Rule::CondemnedUnhealthy));
        }
        let step = sync.delete_pod(pod.ordinal, pod.revision.as_ref(), Rule::ScaleDown);
        if !set.spec.parallel {
            removed = Some(step);
            if !sync.breaks(Fault::CondemnedAllAtOnce) {
                break;
            }
        }
    }
    removed
}

/// The lowest unavailable pod: those in range come first, then those out of range, ascending. An ordinal in range
/// that has no pod counts too, but OrderedReady never comes here with one.
fn first_unhealthy(set: &Set) -> Option<Ordinal> {
    let in_range =
        set.spec.range.iter().find(|ordinal| set.pods.get(ordinal).is_none_or(|pod| set.is_unavailable(pod)));
    in_range.or_else(|| set.condemned().rev().find(|pod| set.is_unavailable(pod)).map(|pod| pod.ordinal))
}
