//! The verdict on a whole set.

use schemars::JsonSchema;
use serde::Serialize;

use super::Set;
use super::cause::{Diagnosis, Reason, is_under_way};
use super::model::{Moves, Rule};
use super::set::Strategy;

/// Where a set stands. Scripts rely on the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub enum State {
    /// Every ordinal is available at its expected revision.
    Complete,
    /// The same, and a partition keeps some ordinals at the old revision.
    Held,
    /// OnDelete, with pods that are not updated.
    AwaitingDelete,
    /// The controller acts, or waits for something that can still happen by itself.
    Progressing,
    /// A rollout or a scaling is under way and cannot go on until somebody acts.
    Stuck,
    /// Nothing is under way, and an ordinal is not available.
    Degraded,
    /// No replicas are asked for, and there are none.
    ScaledToZero,
    /// The set is being deleted.
    Deleting,
    /// The controller has not seen this generation.
    Unobserved,
}

/// Judges a set, in the order in which one state hides the next.
pub fn judge(set: &Set, moves: &Moves, diagnosis: &Diagnosis) -> State {
    if set.deleted.is_some() {
        return State::Deleting;
    }
    if !set.is_observed() {
        return State::Unobserved;
    }
    if set.spec.range.replicas == 0 && set.pods.is_empty() {
        return State::ScaledToZero;
    }
    if is_under_way(set) {
        let unpredicted = moves.stop().rule == Rule::StrategyUnknown;
        return if diagnosis.can_proceed || unpredicted { State::Progressing } else { State::Stuck };
    }
    let in_range = || set.spec.range.iter().filter_map(|ordinal| set.pods.get(&ordinal));
    let unavailable = in_range().any(|pod| set.is_unavailable(pod));
    if unavailable {
        let broken = diagnosis.roots.iter().any(|cause| {
            !cause.self_resolves
                && cause.reason != Reason::AwaitingDelete
                && cause
                    .ordinal
                    .is_some_and(|ordinal| set.pods.get(&ordinal).is_some_and(|pod| set.is_unavailable(pod)))
        });
        return if broken { State::Degraded } else { State::Progressing };
    }
    if set.spec.strategy == Strategy::OnDelete && in_range().any(|pod| set.is_outdated(pod)) {
        return State::AwaitingDelete;
    }
    let held = in_range().any(|pod| pod.revision.as_ref() != Some(&set.update_revision));
    if held { State::Held } else { State::Complete }
}
