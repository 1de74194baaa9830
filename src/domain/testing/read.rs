//! What the domain says of a story, in words short enough for tables.

use super::Story;
use crate::domain::cause::{Cause, Diagnosis, Reason, diagnose};
use crate::domain::model::{Move, MoveKind, next_moves};
use crate::domain::state::{State, judge};
use crate::domain::warning::{Warning, warnings};
use crate::domain::{Ordinal, Set};

/// All that the domain says of a story.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) set: Set,
    pub(crate) state: State,
    pub(crate) diagnosis: Diagnosis,
    pub(crate) warnings: Vec<Warning>,
}

/// A move in words: `create web-2 at B`, `delete web-1`, `claim data-web-2`, `wait web-0: NotReady`, `Settled`.
fn line(step: &Move) -> String {
    let pod = step.pod.as_deref().unwrap_or_default();
    let revision = step.revision.as_ref().map(ToString::to_string).unwrap_or_default();
    match step.kind {
        MoveKind::CreatePod => format!("create {pod} at {revision}"),
        MoveKind::DeletePod => format!("delete {pod}"),
        MoveKind::CreateClaim => format!("claim {}", step.claim.as_deref().unwrap_or_default()),
        MoveKind::Wait => format!("wait {pod}: {:?}", step.rule),
        MoveKind::Nothing => format!("{:?}", step.rule),
    }
}

/// Moves in words, each but the last followed by a comma.
pub(crate) fn lines(moves: &[Move]) -> String {
    moves.iter().map(line).collect::<Vec<_>>().join(", ")
}

impl Story {
    /// The next moves, in words.
    pub(crate) fn moves(&self) -> String {
        lines(next_moves(&self.build()).as_slice())
    }

    /// What the sync stops at, in words.
    pub(crate) fn stop(&self) -> String {
        line(next_moves(&self.build()).stop())
    }

    /// Asks the domain everything.
    pub(crate) fn tell(&self) -> Told {
        let set = self.build();
        let moves = next_moves(&set);
        let diagnosis = diagnose(&set, &moves, self.patience);
        let state = judge(&set, &moves, &diagnosis);
        Told { state, diagnosis, warnings: warnings(&set), set }
    }
}

impl Told {
    /// The root cause of that reason.
    pub(crate) fn root(&self, reason: Reason) -> &Cause {
        let found = self.diagnosis.roots.iter().find(|cause| cause.reason == reason);
        found.unwrap_or_else(|| panic!("no root {reason:?} in {:#?}", self.diagnosis.roots))
    }

    /// The first root cause.
    pub(crate) fn first(&self) -> &Cause {
        self.diagnosis.roots.first().expect("a root cause")
    }

    /// The root causes: reason and ordinal, `CrashLoop 2`.
    pub(crate) fn roots(&self) -> String {
        let named = |cause: &Cause| match cause.ordinal {
            Some(ordinal) => format!("{:?} {ordinal}", cause.reason),
            None => format!("{:?}", cause.reason),
        };
        self.diagnosis.roots.iter().map(named).collect::<Vec<_>>().join(", ")
    }

    /// The first cause of an ordinal.
    pub(crate) fn of(&self, number: u32) -> &Cause {
        let causes = self.diagnosis.by_ordinal.get(&Ordinal::new(number));
        causes.and_then(|causes| causes.first()).unwrap_or_else(|| panic!("no cause of {number}: {self:#?}"))
    }

    /// Whether an ordinal has no cause.
    pub(crate) fn in_order(&self, number: u32) -> bool {
        !self.diagnosis.by_ordinal.contains_key(&Ordinal::new(number))
    }
}

impl Cause {
    /// The command of its action; empty for none.
    pub(crate) fn command(&self) -> &str {
        self.action.as_ref().map_or("", |action| action.command.as_str())
    }

    /// Its root, as `CrashLoop 2`; empty for a root.
    pub(crate) fn root_name(&self) -> String {
        let Some(root) = &self.follows_from else { return String::new() };
        root.ordinal
            .map_or_else(|| format!("{:?}", root.reason), |ordinal| format!("{:?} {ordinal}", root.reason))
    }
}
