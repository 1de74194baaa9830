//! What must hold before the next step.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use super::record::Record;
use crate::domain::cause::{Cause, Diagnosis, Reason};
use crate::domain::pod::Pod;
use crate::domain::state::State;
use crate::domain::time::human;
use crate::domain::{Ordinal, Set};

/// What a gate looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub enum GateName {
    /// The pod is a new one, at the new revision.
    Revision,
    /// It is Ready, for as long as it must be.
    Ready,
    /// It has not restarted.
    Restarts,
    /// The other ordinals are available.
    Available,
    /// The set moves on.
    Progress,
    /// The check command ended with 0.
    Check,
}

/// How a gate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It holds.
    Passed,
    /// It does not hold yet.
    Pending,
    /// It will not hold unless somebody acts.
    Failed,
}

/// One gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// What it looks at.
    pub name: GateName,
    /// Of which ordinal; none for the set.
    pub ordinal: Option<Ordinal>,
    /// How it stands.
    pub standing: Standing,
    /// Why, in one sentence.
    pub message: String,
    /// A command that would help, where the model knows one.
    pub command: Option<String>,
}

/// All gates of a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gates {
    /// One after the other, highest ordinal first.
    pub list: Vec<Gate>,
    /// When the next one passes if nothing happens: the end of a soak.
    pub until: Option<Timestamp>,
}

/// How a check command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The step that it looked at.
    pub step: usize,
    /// Nothing where it ended with 0, else how it ended.
    pub failure: Option<String>,
}

impl Gates {
    /// All of them together: one that failed decides, then one that is open.
    pub fn standing(&self) -> Standing {
        let any = |standing| self.list.iter().any(|gate| gate.standing == standing);
        match (any(Standing::Failed), any(Standing::Pending)) {
            (true, _) => Standing::Failed,
            (false, true) => Standing::Pending,
            (false, false) => Standing::Passed,
        }
    }

    /// The first gate that failed.
    pub fn failed(&self) -> Option<&Gate> {
        self.list.iter().find(|gate| gate.standing == Standing::Failed)
    }

    /// Whether nothing but time is lacking.
    pub fn is_soaking(&self) -> bool {
        let mut pending = self.list.iter().filter(|gate| gate.standing == Standing::Pending).peekable();
        self.until.is_some()
            && pending.peek().is_some()
            && pending.all(|gate| gate.name == GateName::Ready || gate.name == GateName::Check)
    }

    /// The ordinal whose time is over first.
    pub fn soaking(&self) -> Option<Ordinal> {
        let pending = |gate: &&Gate| gate.name == GateName::Ready && gate.standing == Standing::Pending;
        self.list.iter().find(pending).and_then(|gate| gate.ordinal)
    }

    fn add(&mut self, name: GateName, ordinal: Option<Ordinal>, standing: Standing, message: String) {
        self.list.push(Gate { name, ordinal, standing, message, command: None });
    }

    /// A gate that does not hold: failed where the diagnosis knows why it never will.
    fn open(&mut self, set: &Set, name: GateName, ordinal: Ordinal, cause: Option<&Cause>, message: String) {
        let (standing, message) = match cause {
            Some(cause) => (Standing::Failed, why(cause)),
            None => (Standing::Pending, message),
        };
        let command = cause.and_then(|cause| remedy(set, cause));
        self.list.push(Gate { name, ordinal: Some(ordinal), standing, message, command });
    }
}

/// Looks at the `updated` ordinals, and at all others save those in `aside`, which are about to be replaced.
pub fn evaluate(
    set: &Set,
    diagnosis: &Diagnosis,
    state: State,
    record: &Record,
    updated: &[Ordinal],
    aside: &BTreeSet<Ordinal>,
) -> Gates {
    let mut gates = Gates::default();
    for ordinal in updated.iter().rev() {
        of_updated(&mut gates, set, diagnosis, record, *ordinal);
    }
    of_others(&mut gates, set, diagnosis, updated, aside);
    if gates.standing() == Standing::Pending && state == State::Stuck {
        of_set(&mut gates, set, diagnosis);
    }
    gates
}

/// The command that helps. Withdrawing the template is the canary's own affair: by any other hand it is a conflict.
fn remedy(set: &Set, cause: &Cause) -> Option<String> {
    // What helps a pod below the partition lets the whole new revision go.
    let action = cause.action.as_ref().filter(|_| cause.reason != Reason::BrokenBelowPartition)?;
    Some(match action.withdraws_the_template() {
        true => format!("kubectl stateful canary {} -n {} --abort", set.name, set.namespace),
        false => action.command.clone(),
    })
}

/// A cause, and what is behind it where it only says who waits.
fn why(cause: &Cause) -> String {
    let trap = matches!(cause.reason, Reason::BrokenBelowPartition | Reason::BrokenRevisionBlocksRollout);
    let behind = cause.evidence.first().filter(|_| trap);
    let behind = behind.map_or_else(String::new, |evidence| format!(" ({evidence})"));
    format!("{:?}: {}{behind}", cause.reason, cause.message)
}

/// The gate of the check command, where there is one.
pub fn add_check(gates: &mut Gates, record: &Record, check: Option<&Check>) {
    if record.rules.check.is_none() {
        return;
    }
    let (standing, message) = match check.filter(|check| check.step == record.step) {
        None => (Standing::Pending, "the check runs when everything else holds".to_owned()),
        Some(Check { failure: None, .. }) => (Standing::Passed, "the check ended with 0".to_owned()),
        Some(Check { failure: Some(how), .. }) => (Standing::Failed, format!("the check {how}")),
    };
    gates.add(GateName::Check, None, standing, message);
}

fn of_updated(gates: &mut Gates, set: &Set, diagnosis: &Diagnosis, record: &Record, ordinal: Ordinal) {
    let (name, to) = (set.pod_name(ordinal), &set.update_revision);
    let cause = hopeless(set, diagnosis, ordinal);
    let Some(pod) = set.pods.get(&ordinal) else {
        return gates.open(set, GateName::Revision, ordinal, cause, format!("{name} does not exist yet"));
    };
    let at = pod.revision.as_ref().map_or("no revision", |revision| revision.as_str());
    if pod.is_terminating() {
        return gates.open(set, GateName::Revision, ordinal, cause, format!("{name} at {at} is terminating"));
    }
    let replaced = record.replaces.get(&ordinal).is_none_or(|uid| *uid != pod.uid);
    if pod.revision.as_ref() != Some(to) || !replaced {
        return gates.open(set, GateName::Revision, ordinal, cause, format!("{name} is still at {at}"));
    }
    gates.add(GateName::Revision, Some(ordinal), Standing::Passed, format!("{name} is at {to}"));
    let allowed = record.rules.max_restarts;
    let restarts = pod.restarts();
    if restarts > allowed {
        let cause = hopeless(set, diagnosis, ordinal).or_else(|| any_root(diagnosis, ordinal));
        let why = cause.map_or_else(String::new, |cause| format!(": {:?}: {}", cause.reason, cause.message));
        let message = format!("{name} has restarted {} ({allowed} allowed){why}", times(restarts));
        gates.add(GateName::Restarts, Some(ordinal), Standing::Failed, message);
    } else {
        let message = match restarts {
            0 => format!("{name} has not restarted"),
            some => format!("{name} has restarted {} ({allowed} allowed)", times(some)),
        };
        gates.add(GateName::Restarts, Some(ordinal), Standing::Passed, message);
    }
    of_readiness(gates, set, record, pod, cause);
}

fn of_readiness(gates: &mut Gates, set: &Set, record: &Record, pod: &Pod, cause: Option<&Cause>) {
    let (name, ordinal) = (&pod.name, pod.ordinal);
    if !pod.is_running_and_ready() {
        return gates.open(set, GateName::Ready, ordinal, cause, format!("{name} is not Ready yet"));
    }
    let soak = u64::from(set.spec.min_ready_seconds).max(record.rules.soak_seconds);
    let soak = SignedDuration::from_secs(i64::try_from(soak).unwrap_or(i64::MAX));
    let since = pod.ready.since.unwrap_or(set.now);
    // Kubelets cut that moment off to whole seconds; what was asked for is to pass in full.
    let cut = SignedDuration::from_secs(i64::from(record.rules.soak_seconds > 0));
    let end = since.checked_add(soak.saturating_add(cut)).unwrap_or(Timestamp::MAX);
    if end > set.now {
        gates.until = Some(gates.until.map_or(end, |until| until.min(end)));
        let message =
            format!("{name} is Ready for {} of {}", human(set.now.duration_since(since)), human(soak));
        return gates.add(GateName::Ready, Some(ordinal), Standing::Pending, message);
    }
    let message = format!("{name} is Ready for {}", human(set.now.duration_since(since)));
    gates.add(GateName::Ready, Some(ordinal), Standing::Passed, message);
}

/// Every ordinal that is not updated must stay available.
fn of_others(
    gates: &mut Gates,
    set: &Set,
    diagnosis: &Diagnosis,
    updated: &[Ordinal],
    aside: &BTreeSet<Ordinal>,
) {
    let others = |ordinal: &Ordinal| !updated.contains(ordinal) && !aside.contains(ordinal);
    let others: Vec<Ordinal> = set.spec.range.iter().filter(others).collect();
    let mut all = true;
    for ordinal in others.iter().rev() {
        let pod = set.pods.get(ordinal);
        if pod.is_some_and(|pod| !set.is_unavailable(pod)) {
            continue;
        }
        all = false;
        let what = if pod.is_some() { "is not available" } else { "does not exist" };
        let message = format!("{} {what}", set.pod_name(*ordinal));
        gates.open(set, GateName::Available, *ordinal, hopeless(set, diagnosis, *ordinal), message);
        if let Some(left) = pod.and_then(|pod| pod.available_in(set.spec.min_ready_seconds, set.now)) {
            let end = set.now.checked_add(left).unwrap_or(Timestamp::MAX);
            gates.until = Some(gates.until.map_or(end, |until| until.min(end)));
        }
    }
    if all && !others.is_empty() {
        let message = format!("all {} other ordinals are available", others.len());
        gates.add(GateName::Available, None, Standing::Passed, message);
    }
}

/// The set is stuck for a reason that is none of its ordinals'.
fn of_set(gates: &mut Gates, set: &Set, diagnosis: &Diagnosis) {
    let Some(cause) = diagnosis.roots.iter().find(|cause| !cause.self_resolves) else { return };
    let command = remedy(set, cause);
    let message = format!("{:?}: {}", cause.reason, cause.message);
    let (name, ordinal, standing) = (GateName::Progress, cause.ordinal, Standing::Failed);
    gates.list.push(Gate { name, ordinal, standing, message, command });
}

/// Why an ordinal that is not available will not be.
pub(super) fn hopeless<'a>(set: &Set, diagnosis: &'a Diagnosis, ordinal: Ordinal) -> Option<&'a Cause> {
    let available = set.pods.get(&ordinal).is_some_and(|pod| !set.is_unavailable(pod));
    if available {
        return None;
    }
    // These say which revision it is to have, not why it is not available.
    let of_rollout =
        |cause: &&Cause| matches!(cause.reason, Reason::HeldByPartition | Reason::AwaitingDelete);
    let mut causes = diagnosis.by_ordinal.get(&ordinal)?.iter().filter(|cause| !of_rollout(cause));
    causes.find(|cause| cause.follows_from.is_none() && !cause.self_resolves)
}

fn any_root(diagnosis: &Diagnosis, ordinal: Ordinal) -> Option<&Cause> {
    diagnosis.by_ordinal.get(&ordinal)?.iter().find(|cause| cause.follows_from.is_none())
}

fn times(count: u32) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}
