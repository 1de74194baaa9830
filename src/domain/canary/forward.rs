//! The one next thing to do.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::back;
use super::gates::{self, Check, Gates, Standing};
use super::patch::{Change, Partition};
use super::pins::{self, Pin, Pinned};
use super::record::{OnFailure, Phase, Record};
use crate::domain::cause::Diagnosis;
use crate::domain::pod::Pod;
use crate::domain::set::Strategy;
use crate::domain::state::State;
use crate::domain::{Ordinal, Set};

/// Everything that a decision rests on.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The set.
    pub set: &'a Set,
    /// What is wrong with it.
    pub diagnosis: &'a Diagnosis,
    /// Where it stands.
    pub state: State,
    /// The record that stands in the set's annotation.
    pub record: &'a Record,
    /// The last check that was run.
    pub check: Option<&'a Check>,
    /// Whether the time is up.
    pub late: bool,
}

/// The one next thing to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Nothing until something happens, or until then.
    Wait(Option<Timestamp>),
    /// Run the check command.
    Check,
    /// Write this.
    Write(Box<Change>),
    /// Delete this very pod.
    Delete {
        /// Its ordinal.
        ordinal: Ordinal,
        /// Its name.
        pod: String,
        /// Its identity, a precondition of the deletion.
        uid: String,
        /// Why.
        why: String,
    },
    /// It is over.
    End(End),
}

/// How a run ends.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// All steps that were asked for have passed, and the partition holds the rest.
    Held,
    /// Every ordinal is at the new revision.
    Promoted,
    /// Every ordinal is back at the old revision.
    Aborted,
    /// A gate has failed, and nothing more is done.
    Failed,
    /// Time is up, and it can still come true.
    Late,
    /// Somebody else has changed what the canary relies on.
    Conflict(Vec<Pinned>),
}

/// What to do next, and the gates that it rests on.
pub fn decide(situation: &Situation<'_>) -> (Decision, Gates) {
    let Situation { set, record, late, .. } = *situation;
    let broken = pins::broken(set, record);
    match record.phase {
        // A finished one holds nothing any more.
        Phase::Promoted => return (Decision::End(End::Promoted), Gates::default()),
        Phase::Aborted => return (Decision::End(End::Aborted), Gates::default()),
        _ if !broken.is_empty() => return (Decision::End(End::Conflict(broken)), Gates::default()),
        _ => {}
    }
    if !set.is_observed() {
        let decision = if late { Decision::End(End::Late) } else { Decision::Wait(None) };
        return (decision, Gates::default());
    }
    match record.phase {
        Phase::Aborting => back::decide(situation),
        _ => go_on(situation),
    }
}

fn go_on(situation: &Situation<'_>) -> (Decision, Gates) {
    let Situation { set, diagnosis, state, record, check, late } = *situation;
    let updated = record.ordinals(set);
    // Under OnDelete nobody replaces a pod but we, one after the other, highest first.
    let on_delete = set.spec.strategy == Strategy::OnDelete;
    let mut pods = updated.iter().rev().filter_map(|ordinal| set.pods.get(ordinal));
    let next = pods.find(|pod| on_delete && is_old(set, record, pod));
    let (done, aside) = match next {
        None => (updated, BTreeSet::new()),
        Some(pod) => {
            let done = updated.into_iter().filter(|ordinal| *ordinal > pod.ordinal).collect();
            (done, BTreeSet::from([pod.ordinal]))
        }
    };
    let mut gates = gates::evaluate(set, diagnosis, state, record, &done, &aside);
    if let Some(pod) = next {
        let decision = match gates.standing() {
            Standing::Passed => delete(pod, format!("the pod that replaces it gets {}", set.update_revision)),
            standing => unsettled(situation, &gates, standing),
        };
        return (decision, gates);
    }
    let others = gates.standing();
    gates::add_check(&mut gates, record, check);
    let decision = match gates.standing() {
        Standing::Passed => passed(set, record),
        Standing::Pending if others == Standing::Passed && !late => Decision::Check,
        standing => unsettled(situation, &gates, standing),
    };
    (decision, gates)
}

/// Some gate does not hold.
fn unsettled(situation: &Situation<'_>, gates: &Gates, standing: Standing) -> Decision {
    let Situation { set, record, late, .. } = *situation;
    let failed = standing == Standing::Failed;
    if !failed && !late {
        return Decision::Wait(gates.until);
    }
    if record.rules.on_failure == OnFailure::Abort {
        return Decision::Write(Box::new(back::start(set, record, false)));
    }
    if !failed {
        return Decision::End(End::Late);
    }
    let why = gates.failed().map(|gate| gate.message.clone());
    if record.phase == Phase::Failed {
        return Decision::End(End::Failed);
    }
    let record = Record { phase: Phase::Failed, why, ..known(set, record) };
    Decision::Write(Box::new(Change { record, partition: None, template: None }))
}

/// All gates of the step hold.
fn passed(set: &Set, record: &Record) -> Decision {
    if record.has_next() {
        return Decision::Write(Box::new(next_step(set, record)));
    }
    let record = known(set, record);
    let rolling = set.is_rolling();
    if record.updated() < record.replicas {
        return match record.phase {
            Phase::Held => Decision::End(End::Held),
            _ => write_phase(record, Phase::Held),
        };
    }
    // The controller has the last word: it makes the revision the current one.
    if rolling && set.current_revision != set.update_revision {
        return Decision::Wait(None);
    }
    write_phase(record, Phase::Promoted)
}

fn write_phase(record: Record, phase: Phase) -> Decision {
    let record = Record { phase, why: None, ..record };
    Decision::Write(Box::new(Change { record, partition: None, template: None }))
}

fn next_step(set: &Set, record: &Record) -> Change {
    let mut next = Record { step: record.step + 1, phase: Phase::Running, why: None, ..known(set, record) };
    next.replaces = replaced(set, &next);
    let rolling = set.is_rolling();
    let partition = rolling.then(|| Partition::At(next.partition()));
    Change { record: next, partition, template: None }
}

/// The record with the name of the new revision, once the controller has made it.
pub(super) fn known(set: &Set, record: &Record) -> Record {
    let to = (set.is_observed() && !set.update_revision.is_unborn()).then(|| set.update_revision.clone());
    Record { to: record.to.clone().or(to), ..record.clone() }
}

/// Identities of the pods that the step of a record replaces.
pub(super) fn replaced(set: &Set, record: &Record) -> std::collections::BTreeMap<Ordinal, String> {
    let pods = record.ordinals(set).into_iter().filter_map(|ordinal| set.pods.get(&ordinal));
    let old = pods.filter(|pod| record.to.is_none() || pod.revision != record.to);
    old.map(|pod| (pod.ordinal, pod.uid.clone())).collect()
}

/// Whether a pod is still to be replaced.
fn is_old(set: &Set, record: &Record, pod: &Pod) -> bool {
    let old = pod.revision.as_ref() != Some(&set.update_revision)
        || record.replaces.get(&pod.ordinal) == Some(&pod.uid);
    old && !pod.is_terminating()
}

pub(super) fn delete(pod: &Pod, why: String) -> Decision {
    Decision::Delete { ordinal: pod.ordinal, pod: pod.name.clone(), uid: pod.uid.clone(), why }
}

/// Whether a change of this makes going back overwrite what somebody else has written.
pub(super) fn is_theirs(pin: Pin) -> bool {
    matches!(pin, Pin::Set | Pin::Template | Pin::Partition | Pin::Strategy)
}
