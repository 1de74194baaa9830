//! The model's word against what the controller did.

use crate::prove::evidence::observed::{Done, Observed, Reported};
use crate::prove::evidence::syncs::{Sync, What};
use kubectl_stateful::domain::Set;
use kubectl_stateful::domain::model::{
    Fault, Move, MoveKind, Moves, Rule, next_moves_faulty, next_moves_refused, status_is_refused,
    status_is_refused_faulty, update_status, update_status_faulty,
};
use kubectl_stateful::domain::set::Strategy;
use std::collections::BTreeSet;

/// Everything about one judged sync.
#[derive(Clone, Debug)]
pub(in crate::prove) struct Case {
    /// The set as it was while nothing moved.
    pub(in crate::prove) set: Set,
    /// The sync that followed.
    pub(in crate::prove) sync: Sync,
    /// What it did.
    pub(in crate::prove) observed: Observed,
}

/// What a model expects of a sync.
struct Expected {
    moves: Moves,
    /// The set with its status afterwards.
    after: Set,
    /// Whether the server refuses the status.
    refused: bool,
}

impl Case {
    /// What the model says at the moment of the sync. What the server refuses is the server's word, not the
    /// controller's, so the model is told.
    pub(in crate::prove) fn moves(&self) -> Moves {
        next_moves_refused(&self.at_sync(), &self.observed.refused)
    }

    /// Whether the model says one thing at the beginning of the sync and another at its end: the controller looks at the
    /// clock somewhere between.
    pub(in crate::prove) fn is_on_edge(&self) -> bool {
        let at = |now| next_moves_refused(&Set { now, ..self.set.clone() }, &self.observed.refused);
        at(self.sync.start) != at(self.sync.end)
    }

    /// Where the model and the controller disagree, in words; empty where they agree.
    pub(in crate::prove) fn disagreements(&self) -> Vec<String> {
        let mut set = self.at_sync();
        let moves = next_moves_refused(&set, &self.observed.refused);
        let refused = status_is_refused(&set, &moves);
        update_status(&mut set);
        self.compare(&Expected { moves, after: set, refused })
    }

    /// Whether a model with this fault would have been found out.
    pub(in crate::prove) fn exposes(&self, fault: Fault) -> bool {
        let mut set = self.at_sync();
        let moves = next_moves_faulty(&set, &self.observed.refused, fault);
        let refused = status_is_refused_faulty(&set, &moves, fault);
        update_status_faulty(&mut set, fault);
        !self.compare(&Expected { moves, after: set, refused }).is_empty()
    }

    /// The snapshot is as it was; only time went on until the sync.
    fn at_sync(&self) -> Set {
        Set { now: self.sync.start, ..self.set.clone() }
    }

    fn compare(&self, expected: &Expected) -> Vec<String> {
        let mut found = Vec::new();
        let all: BTreeSet<Done> = expected.moves.as_slice().iter().filter_map(done).collect();
        found
            .extend(all.difference(&self.observed.done).map(|done| format!("expected and not done: {done}")));
        found
            .extend(self.observed.done.difference(&all).map(|done| format!("done and not expected: {done}")));
        let stop = expected.moves.stop();
        if (stop.rule.is_error() || expected.refused) == self.sync.ok {
            let ended =
                if self.sync.ok { "well".to_owned() } else { format!("with an error ({})", self.sync.error) };
            found.push(format!("the sync ended {ended}, the model stops at {:?}", stop.rule));
        }
        found.extend(self.compare_wait(stop));
        if self.set.update_revision.is_unborn() != self.observed.new_revision.is_some() {
            let made = self.observed.new_revision.as_deref().unwrap_or("none");
            found.push(format!(
                "the model says {} is the update revision; made: {made}",
                self.set.update_revision
            ));
        }
        let failed = expected.moves.failed();
        if *failed != self.observed.failed {
            found.push(format!("tried in vain to create {:?}, expected {failed:?}", self.observed.failed));
        }
        if !expected.refused {
            found.extend(self.compare_status(expected));
        }
        found
    }

    /// A status that would say the same again is not written.
    fn compare_status(&self, expected: &Expected) -> Option<String> {
        let before = Reported {
            current_revision: self.set.status.current_revision.clone(),
            update_revision: self.set.status.update_revision.clone(),
            current_replicas: self.set.status.current_replicas.into(),
        };
        let after = &expected.after;
        let replaced = u64::try_from(expected.moves.replaced()).unwrap_or(u64::MAX);
        let expected = Reported {
            current_revision: after.current_revision.as_str().to_owned(),
            update_revision: after.update_revision.as_str().to_owned(),
            current_replicas: u64::from(after.status.current_replicas).saturating_sub(replaced),
        };
        let reported = self.observed.status.as_ref().unwrap_or(&before);
        (*reported != expected).then(|| format!("reported {reported:?}, expected {expected:?}"))
    }

    /// The controller names most of the places where it waits.
    fn compare_wait(&self, stop: &Move) -> Option<String> {
        let said = self.sync.waits.last();
        let budget = matches!(&self.set.spec.strategy, Strategy::RollingUpdate(Some(rolling)) if rolling.max_unavailable.is_some());
        // With maxUnavailable the update loop waits without a word.
        let expected = sentence(stop.rule).filter(|what| !(budget && *what == What::Updated));
        let agree = match (expected, said) {
            (Some(what), Some(said)) if what == said.what => {
                // There it names the pod that is not healthy, not the one that it would remove.
                what == What::CondemnedHealthy || stop.pod.as_deref() == Some(&said.pod)
            }
            (None, None) => true,
            // Under Parallel a claim that keeps an ordinal from being made is met again as a pod not to be had.
            (None, Some(said)) => {
                stop.rule == Rule::StaleClaim
                    && said.what == What::Updated
                    && stop.pod.as_deref() == Some(&said.pod)
            }
            _ => false,
        };
        let said =
            said.map_or_else(|| "nothing".to_owned(), |said| format!("{:?} of {}", said.what, said.pod));
        (!agree).then(|| {
            format!("the controller waits for {said}, the model stops at {:?} of {:?}", stop.rule, stop.pod)
        })
    }
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let moves = self.moves();
        for step in moves.as_slice().iter().filter_map(done) {
            write!(f, "{step}, ")?;
        }
        let (stop, pod) = (moves.stop(), moves.stop().pod.as_deref().unwrap_or_default());
        write!(f, "{:?} {:?} {pod}", stop.kind, stop.rule)
    }
}

fn done(step: &Move) -> Option<Done> {
    let revision = || step.revision.as_ref().map(|revision| revision.as_str().to_owned()).unwrap_or_default();
    match (step.kind, step.ordinal) {
        (MoveKind::CreateClaim, _) => step.claim.clone().map(Done::Claim),
        (MoveKind::CreatePod, Some(ordinal)) => Some(Done::Create(ordinal, revision())),
        (MoveKind::DeletePod, Some(ordinal)) => Some(Done::Delete(ordinal, revision())),
        _ => None,
    }
}

/// What the controller says where the model stops at a rule.
fn sentence(rule: Rule) -> Option<What> {
    Some(match rule {
        Rule::Terminating => What::Terminating,
        Rule::NotReady => What::Ready,
        Rule::NotAvailable => What::Available,
        Rule::CondemnedTerminating => What::CondemnedTerminating,
        Rule::CondemnedUnhealthy => What::CondemnedHealthy,
        Rule::UpdatedNotAvailable => What::Updated,
        _ => return None,
    })
}
