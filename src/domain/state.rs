//! The verdict on a whole set.

use schemars::JsonSchema;
use serde::Serialize;

use super::Set;
use super::cause::Diagnosis;
use super::model::Moves;
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
    let unknown_strategy = matches!(set.spec.strategy, Strategy::Unknown(_));
    let on_delete = set.spec.strategy == Strategy::OnDelete;
    let in_range = || set.spec.range.iter().map(|ordinal| set.pods.get(&ordinal));
    let outdated = in_range().flatten().any(|pod| set.is_outdated(pod));
    let missing = in_range().any(|pod| pod.is_none_or(super::pod::Pod::is_terminating));
    let condemned = set.condemned().next().is_some();
    let scaling = missing || condemned;
    let unavailable = in_range().flatten().any(|pod| set.is_unavailable(pod));

    if scaling || outdated && !on_delete {
        let moving = diagnosis.can_proceed || unknown_strategy;
        // An acting controller that is refused by the API server does not move anything.
        let idle = !moves.act() && moves.stop().kind == super::model::MoveKind::Nothing && !unknown_strategy;
        return if moving && !idle { State::Progressing } else { State::Stuck };
    }
    if unavailable {
        let broken = diagnosis.roots.iter().any(|cause| {
            !cause.self_resolves
                && cause
                    .ordinal
                    .is_some_and(|ordinal| set.pods.get(&ordinal).is_some_and(|pod| set.is_unavailable(pod)))
        });
        return if broken { State::Degraded } else { State::Progressing };
    }
    if on_delete && outdated {
        return State::AwaitingDelete;
    }
    let held = in_range().flatten().any(|pod| pod.revision.as_ref() != Some(&set.update_revision));
    if held { State::Held } else { State::Complete }
}
