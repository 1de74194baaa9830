//! The status of a set, put together from the domain's answers.

use crate::domain::action::Action;
use crate::domain::cause::{Cause, Patience, diagnose};
use crate::domain::model::{Move, MoveKind, next_moves};
use crate::domain::set::Strategy;
use crate::domain::state::{State, judge};
use crate::domain::warning::{Warning, warnings};
use crate::domain::{Revision, Set};

use super::{
    ActionView, CauseView, Counts, MoveView, RootView, SetStatus, StrategyView, WarningView, ordinal,
};

impl SetStatus {
    /// Judges a snapshot.
    pub fn of(set: &Set, patience: Patience) -> Self {
        let moves = next_moves(set);
        let diagnosis = diagnose(set, &moves, patience);
        let state = judge(set, &moves, &diagnosis);
        let counts = counts(set);
        let next_moves: Vec<MoveView> = moves.as_slice().iter().map(MoveView::of).collect();
        Self {
            namespace: set.namespace.clone(),
            name: set.name.clone(),
            uid: set.uid.clone(),
            created: set.created.map(|time| time.to_string()),
            state,
            message: message(set, state, counts, &diagnosis.roots, moves.first()),
            generation: set.generation,
            observed_generation: set.status.observed_generation,
            strategy: StrategyView::of(&set.spec.strategy),
            pod_management_policy: if set.spec.parallel { "Parallel" } else { "OrderedReady" },
            min_ready_seconds: set.spec.min_ready_seconds,
            start: set.spec.range.start,
            replicas: set.spec.range.replicas,
            counts,
            current_revision: born(&set.current_revision),
            update_revision: born(&set.update_revision),
            next_move: MoveView::of(moves.first()),
            next_moves,
            ordinals: ordinal::all(set, &diagnosis),
            causes: diagnosis.roots.iter().map(CauseView::of).collect(),
            warnings: warnings(set).into_iter().map(WarningView::of).collect(),
        }
    }
}

pub(super) fn born(revision: &Revision) -> Option<Revision> {
    (!revision.is_unborn()).then(|| revision.clone())
}

fn counts(set: &Set) -> Counts {
    let range = set.spec.range;
    let in_range = || range.iter().filter_map(|ordinal| set.pods.get(&ordinal));
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let partition = set.spec.strategy.partition().get();
    Counts {
        existing: number(set.pods.len()),
        ready: number(in_range().filter(|pod| pod.is_running_and_ready() && !pod.is_terminating()).count()),
        available: number(in_range().filter(|pod| !set.is_unavailable(pod)).count()),
        updated: number(in_range().filter(|pod| pod.revision.as_ref() == Some(&set.update_revision)).count()),
        expected_updated: range.replicas.saturating_sub(partition),
    }
}

/// One sentence: the state, and the first root cause where there is one.
fn message(set: &Set, state: State, counts: Counts, roots: &[Cause], next: &Move) -> String {
    let of = format!("{}/{}", counts.available, set.spec.range.replicas);
    let first = roots.first().map(|cause| cause.message.as_str());
    match state {
        State::Complete => match set.spec.range.replicas {
            1 => format!("its one ordinal is available at {}", set.update_revision),
            replicas => format!("all {replicas} ordinals are available at {}", set.update_revision),
        },
        State::ScaledToZero => "no replicas are asked for, and there are none".to_owned(),
        State::Unobserved => first.unwrap_or("the controller has not seen the newest spec").to_owned(),
        State::Progressing => match first {
            Some(cause) => format!("{of} available; {cause}"),
            None => format!("{of} available; the controller {}", MoveView::of(next).sentence()),
        },
        State::Held | State::AwaitingDelete | State::Stuck | State::Degraded | State::Deleting => match first
        {
            Some(cause) => cause.to_owned(),
            None => format!("{of} available; {}", next.rule.why()),
        },
    }
}

impl MoveView {
    fn of(step: &Move) -> Self {
        Self {
            kind: step.kind,
            ordinal: step.ordinal,
            pod: step.pod.clone(),
            claim: step.claim.clone(),
            revision: step.revision.as_ref().and_then(born),
            why: step.rule.why(),
        }
    }

    /// What the controller does, for a person: `deletes web-2 at web-84f6: …`.
    pub fn sentence(&self) -> String {
        let object = self.claim.as_deref().or(self.pod.as_deref()).unwrap_or("the set");
        let at = self.revision.as_ref().map(|revision| format!(" at {revision}")).unwrap_or_default();
        let why = self.why;
        match self.kind {
            MoveKind::CreatePod => format!("creates {object}{at}: {why}"),
            MoveKind::DeletePod => format!("deletes {object}{at}: {why}"),
            MoveKind::CreateClaim => format!("creates claim {object}: {why}"),
            MoveKind::Wait => format!("waits for {}: {why}", self.pod.as_deref().unwrap_or(object)),
            MoveKind::Nothing => format!("does nothing: {why}"),
        }
    }
}

impl StrategyView {
    fn of(strategy: &Strategy) -> Self {
        let (name, rolling) = match strategy {
            Strategy::RollingUpdate(rolling) => ("RollingUpdate", rolling.as_ref()),
            Strategy::OnDelete => ("OnDelete", None),
            Strategy::Unknown(name) => (name.as_str(), None),
        };
        let max_unavailable =
            rolling.and_then(|rolling| rolling.max_unavailable.as_ref()).map(ToString::to_string);
        let partition = rolling.map(|rolling| rolling.partition.get());
        Self { r#type: name.to_owned(), partition, max_unavailable }
    }
}

impl CauseView {
    pub(super) fn of(cause: &Cause) -> Self {
        Self {
            reason: cause.reason,
            ordinal: cause.ordinal,
            message: cause.message.clone(),
            evidence: cause.evidence.clone(),
            self_resolves: cause.self_resolves,
            stuck_in_seconds: cause.stuck_in.map(|left| left.as_secs()),
            follows_from: (cause.follows_from.as_ref())
                .map(|root| RootView { reason: root.reason, ordinal: root.ordinal }),
            action: cause.action.as_ref().map(ActionView::of),
        }
    }
}

impl ActionView {
    fn of(action: &Action) -> Self {
        Self { command: action.command.clone(), effect: action.effect.clone(), risk: action.risk.clone() }
    }
}

impl WarningView {
    fn of(warning: Warning) -> Self {
        Self { reason: warning.reason, message: warning.message, action: warning.action }
    }
}
