//! What a run has judged, counted.

use crate::prove::verdict::Case;
use kubectl_stateful::domain::cause::Reason;
use kubectl_stateful::domain::model::{Fault, MoveKind, Rule};
use std::collections::BTreeMap;
use std::fmt;

/// Counts of a run.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Syncs that were judged.
    pub judged: usize,
    /// Of those, syncs in which the model or the controller made or deleted a pod.
    pub with_pods: usize,
    /// Syncs that cannot be judged, because somebody else wrote meanwhile, or minReadySeconds ended in the middle.
    pub disturbed: usize,
    /// Moves by their kind; `Wait` and `Nothing` stand for whole syncs.
    pub kinds: BTreeMap<MoveKind, usize>,
    /// Moves and stops by the rule that decided them.
    pub rules: BTreeMap<Rule, usize>,
    /// Looks at a set in which a cause was named.
    pub causes: BTreeMap<Reason, usize>,
    /// Waits at whose end the controller went on.
    pub went_on: usize,
    /// Waits during which nothing happened, watched to the end of a window.
    pub stood_still: usize,
    /// Sets that the controller did not look at again, because only claims had changed.
    pub asleep: usize,
    /// Stuck sets, watched for a window in which nothing moved.
    pub stuck: usize,
    /// Printed actions that were carried out.
    pub followed: BTreeMap<Reason, usize>,
    /// Printed actions that freed the set.
    pub freed: usize,
    /// Syncs that expose each broken model.
    pub exposed: BTreeMap<Fault, usize>,
    /// Lives that were lived to their end.
    pub lives: usize,
    /// What the model and the controller do not agree on.
    pub disagreements: Vec<Disagreement>,
}

/// A place where the model and the controller do not agree.
#[derive(Clone, Debug)]
pub struct Disagreement {
    /// The life.
    pub life: crate::prove::lives::Life,
    /// How many of its steps had begun.
    pub step: usize,
    /// What the model expected and what happened.
    pub what: Vec<String>,
}

impl Tally {
    pub(in crate::prove) fn judge(&mut self, case: &Case) -> Vec<String> {
        let moves = case.moves();
        self.judged += 1;
        let predicted = moves
            .as_slice()
            .iter()
            .any(|step| matches!(step.kind, MoveKind::CreatePod | MoveKind::DeletePod));
        self.with_pods += usize::from(predicted || case.observed.moved_pods());
        for step in moves.as_slice() {
            *self.kinds.entry(step.kind).or_default() += 1;
            *self.rules.entry(step.rule).or_default() += 1;
        }
        if moves.act() && !moves.stop().acts() {
            *self.rules.entry(moves.stop().rule).or_default() += 1;
        }
        let what = case.disagreements();
        if what.is_empty() {
            for fault in Fault::ALL.iter().filter(|fault| case.exposes(**fault)) {
                *self.exposed.entry(*fault).or_default() += 1;
            }
        }
        what
    }

    pub(in crate::prove) fn name_causes(&mut self, reasons: impl Iterator<Item = Reason>) {
        for reason in reasons {
            *self.causes.entry(reason).or_default() += 1;
        }
    }

    /// Adds another run.
    pub fn add(&mut self, other: Self) {
        fn sum<K: Ord>(all: &mut BTreeMap<K, usize>, more: BTreeMap<K, usize>) {
            more.into_iter().for_each(|(key, count)| *all.entry(key).or_default() += count);
        }
        self.judged += other.judged;
        self.with_pods += other.with_pods;
        self.disturbed += other.disturbed;
        sum(&mut self.kinds, other.kinds);
        sum(&mut self.rules, other.rules);
        sum(&mut self.causes, other.causes);
        self.went_on += other.went_on;
        self.stood_still += other.stood_still;
        self.asleep += other.asleep;
        self.stuck += other.stuck;
        sum(&mut self.followed, other.followed);
        self.freed += other.freed;
        sum(&mut self.exposed, other.exposed);
        self.lives += other.lives;
        self.disagreements.extend(other.disagreements);
    }

    /// Causes that a cluster with simulated nodes can bring about and that were never named. `MultiAttach` is not
    /// among them: it takes volumes that are attached.
    #[must_use]
    pub fn unnamed(&self) -> Vec<Reason> {
        let all = Reason::ALL.into_iter().filter(|reason| *reason != Reason::MultiAttach);
        all.filter(|reason| !self.causes.contains_key(reason)).collect()
    }

    /// Whether the run proves something: no disagreement, every broken model found out, every cause met, and few
    /// syncs left out.
    #[must_use]
    pub fn is_proof(&self) -> bool {
        let little_left_out = self.disturbed * 20 <= self.judged;
        self.disagreements.is_empty()
            && self.unexposed().is_empty()
            && self.unnamed().is_empty()
            && little_left_out
    }

    /// Broken models that nothing in the run speaks against.
    #[must_use]
    pub fn unexposed(&self) -> Vec<Fault> {
        Fault::ALL.iter().copied().filter(|fault| !self.exposed.contains_key(fault)).collect()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn table<K: fmt::Debug>(
            f: &mut fmt::Formatter<'_>,
            head: &str,
            counts: &BTreeMap<K, usize>,
        ) -> fmt::Result {
            writeln!(f, "\n{head}")?;
            counts.iter().try_for_each(|(key, count)| writeln!(f, "{count:7}  {key:?}"))
        }
        writeln!(
            f,
            "{} syncs judged in {} lives, {} of them with pods to create or delete",
            self.judged, self.lives, self.with_pods
        )?;
        writeln!(
            f,
            "{} left out, because somebody else wrote meanwhile or minReadySeconds ended just then",
            self.disturbed
        )?;
        writeln!(
            f,
            "{} waits after which the controller went on, {} in which nothing happened",
            self.went_on, self.stood_still
        )?;
        writeln!(
            f,
            "{} times the controller did not look again, because only claims had changed",
            self.asleep
        )?;
        writeln!(f, "{} stuck sets in which nothing moved", self.stuck)?;
        let followed: usize = self.followed.values().sum();
        writeln!(f, "{followed} suggested commands carried out, {} freed the set", self.freed)?;
        table(f, "moves, by kind", &self.kinds)?;
        table(f, "moves and stops, by rule", &self.rules)?;
        table(f, "causes named", &self.causes)?;
        table(f, "commands carried out, by cause", &self.followed)?;
        table(f, "broken models, and how many syncs speak against each", &self.exposed)?;
        for fault in self.unexposed() {
            writeln!(f, "      0  {fault:?}: nothing in this run speaks against it")?;
        }
        for reason in self.unnamed() {
            writeln!(f, "      0  {reason:?}: never named in this run")?;
        }
        for one in &self.disagreements {
            writeln!(f, "\nDISAGREEMENT in {} after step {}", one.life.name, one.step)?;
            one.what.iter().try_for_each(|line| writeln!(f, "  {line}"))?;
        }
        writeln!(f, "\n{} disagreements", self.disagreements.len())
    }
}
