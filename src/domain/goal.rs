//! What a script waits for, and whether it can still come true.

use super::state::State;

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// All that the partition allows is rolled out.
    Settled,
    /// Every ordinal is at the update revision.
    Complete,
    /// A partition holds the rest of a rollout.
    Held,
    /// Every ordinal is available, at whatever revision.
    Ready,
}

/// How a wait stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It has come true.
    Reached,
    /// It can still come true by itself.
    Open,
    /// It will not come true unless somebody acts.
    Lost,
}

impl Goal {
    /// Judges a state; `all_available` says whether every ordinal in range is available.
    pub fn judge(self, state: State, all_available: bool) -> Verdict {
        match (self, state) {
            (_, State::Deleting) => Verdict::Lost,
            (_, State::Unobserved) => Verdict::Open,
            (Self::Ready, _) if all_available => Verdict::Reached,
            (_, State::Progressing) => Verdict::Open,
            (Self::Settled, State::Complete | State::Held | State::ScaledToZero)
            | (Self::Complete, State::Complete | State::ScaledToZero)
            | (Self::Held, State::Held) => Verdict::Reached,
            (_, _) => Verdict::Lost,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_goal_ends_where_its_state_is_reached_or_cannot_be() {
        use State::*;
        use Verdict::*;
        for (goal, state, available, expected) in [
            (Goal::Settled, Held, true, Reached),
            (Goal::Settled, Complete, true, Reached),
            (Goal::Settled, Stuck, false, Lost),
            (Goal::Settled, Degraded, false, Lost),
            (Goal::Settled, AwaitingDelete, true, Lost),
            (Goal::Settled, Unobserved, true, Open),
            (Goal::Complete, Held, true, Lost),
            (Goal::Complete, ScaledToZero, true, Reached),
            (Goal::Complete, Progressing, false, Open),
            (Goal::Held, Complete, true, Lost),
            (Goal::Held, Held, true, Reached),
            (Goal::Ready, AwaitingDelete, true, Reached),
            (Goal::Ready, Progressing, true, Reached),
            (Goal::Ready, Unobserved, true, Open),
            (Goal::Ready, Deleting, true, Lost),
            (Goal::Ready, Stuck, false, Lost),
        ] {
            assert_eq!(goal.judge(state, available), expected, "{goal:?} {state:?}");
        }
    }
}
