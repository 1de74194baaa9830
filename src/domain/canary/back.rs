//! The way back: every updated pod returns to the old revision, never more than one at a time.
//!
//! The partition stands at `replicas` all the way, so that the controller itself replaces nothing: what it creates below
//! the partition gets the current revision. Under OnDelete the template decides, and it has been put back.
//!
//! Where the last step has been taken and all its pods were Ready, the controller has made the new revision the current
//! one (`completeRollingUpdate`), and what it creates below a partition would be new again. Then the old template is
//! rolled out, and only broken pods, which the controller may wait for in vain, are deleted. Where the controller may
//! take several pods at a time (`maxUnavailable`), the partition goes down with them, one by one.

use super::forward::{Decision, End, Situation, delete, known};
use super::gates::{self, Gate, GateName, Gates, Standing};
use super::patch::{Change, Partition};
use super::record::{Phase, Record};
use crate::domain::pod::Pod;
use crate::domain::set::{Rolling, Strategy};
use crate::domain::{Offset, Ordinal, Revision, Set};

/// The write with which the way back begins. With `keep_template` the new template stays.
pub fn start(set: &Set, record: &Record, keep_template: bool) -> Change {
    let known = known(set, record);
    let template = (!keep_template).then(|| record.from.clone());
    let pinned = Record { replicas: set.spec.range.replicas, start: set.spec.range.start, ..known };
    let rolls_back = is_promoted(set, record).then(|| rolls_to(set, &record.from));
    let record = Record { phase: Phase::Aborting, why: None, rolls_back, ..pinned };
    let rolling = set.is_rolling();
    let partition = rolling.then(|| Partition::At(record.partition()));
    Change { record, partition, template }
}

/// Whether the controller creates pods at the new revision wherever the partition stands.
pub fn is_promoted(set: &Set, record: &Record) -> bool {
    let rolling = set.is_rolling();
    rolling && set.current_revision != record.from
}

pub(super) fn decide(situation: &Situation<'_>) -> (Decision, Gates) {
    let Situation { set, diagnosis, record, late, .. } = *situation;
    let mut gates = Gates::default();
    // It became the current one in the very moment in which the way back began.
    if is_promoted(set, record) && record.rolls_back.is_none() {
        return (roll_back(set, record, &mut gates), gates);
    }
    let wrong = |pod: &&Pod| pod.revision.as_ref() != Some(&record.from);
    let mut broken = None;
    let mut healthy = None;
    for ordinal in set.spec.range.iter() {
        let name = set.pod_name(ordinal);
        let pod = set.pods.get(&ordinal);
        let is_wrong = pod.as_ref().is_some_and(wrong);
        let unavailable = pod.is_none_or(|pod| set.is_unavailable(pod));
        match pod.filter(|pod| is_wrong && !pod.is_terminating()) {
            // It serves nobody: replacing it takes nothing away. The lowest first, because OrderedReady waits there.
            Some(pod) if unavailable => broken = broken.or(Some(pod)),
            Some(pod) => healthy = Some(pod),
            None if unavailable => {
                let cause = gates::hopeless(set, diagnosis, ordinal);
                let standing = if cause.is_some() { Standing::Failed } else { Standing::Pending };
                let message = match (cause, pod) {
                    (Some(cause), _) => format!("{:?}: {}", cause.reason, cause.message),
                    (None, Some(pod)) if pod.is_terminating() => format!("{name} is terminating"),
                    (None, Some(_)) => format!("{name} is not available yet"),
                    (None, None) => format!("{name} does not exist yet"),
                };
                let command =
                    cause.and_then(|cause| cause.action.as_ref()).map(|action| action.command.clone());
                let ordinal = Some(ordinal);
                gates.list.push(Gate { name: GateName::Available, ordinal, standing, message, command });
            }
            None => {}
        }
        if let Some(left) = pod.and_then(|pod| pod.available_in(set.spec.min_ready_seconds, set.now)) {
            let end = set.now.checked_add(left).ok();
            gates.until = gates.until.into_iter().chain(end).min();
        }
    }
    let below = |pod: &&Pod| set.spec.range.offset(pod.ordinal) < record.rolls_back;
    let next = broken.or(healthy.filter(|_| record.rolls_back.is_none()));
    if let (None, Some(pod)) = (next, healthy.filter(|pod| !below(pod))) {
        let message = format!("{} is still to be replaced by the controller", pod.name);
        let (name, ordinal, standing) = (GateName::Revision, Some(pod.ordinal), Standing::Pending);
        gates.list.push(Gate { name, ordinal, standing, message, command: None });
    }
    let standing = broken.map_or(gates.standing(), |broken| gates_of(set, &gates, broken).standing());
    let decision = match (standing, next) {
        (Standing::Failed, _) => Decision::End(End::Failed),
        (Standing::Pending, _) if late => Decision::End(End::Late),
        (Standing::Pending, _) => Decision::Wait(gates.until),
        (Standing::Passed, _) if next.or(healthy).is_some_and(|pod| below(&pod)) => {
            let record = Record { rolls_back: Some(rolls_to(set, &record.from)), ..record.clone() };
            go_down(&record)
        }
        (Standing::Passed, Some(pod)) => {
            delete(pod, format!("the pod that replaces it gets {} again", record.from))
        }
        (Standing::Passed, None) if is_promoted(set, record) => Decision::Wait(None),
        (Standing::Passed, None) => Decision::Write(Box::new(finish(set, record))),
    };
    (decision, gates)
}

/// Rolls the old template out, where it has been put back.
fn roll_back(set: &Set, record: &Record, gates: &mut Gates) -> Decision {
    if set.update_revision != record.from {
        let message = format!(
            "{} has become the current revision: with its template in place nothing comes back to {}",
            set.update_revision, record.from
        );
        let (name, standing) = (GateName::Progress, Standing::Failed);
        gates.list.push(Gate { name, ordinal: None, standing, message, command: None });
        return Decision::End(End::Failed);
    }
    go_down(&Record { rolls_back: Some(rolls_to(set, &record.from)), ..record.clone() })
}

fn go_down(record: &Record) -> Decision {
    let partition = Some(Partition::At(record.partition()));
    Decision::Write(Box::new(Change { record: record.clone(), partition, template: None }))
}

/// The partition down to which the old template is rolled out next. All the way where the controller takes one pod at
/// a time; else to a broken pod, which would come back as it is below the partition, or to the next healthy one.
fn rolls_to(set: &Set, from: &Revision) -> Offset {
    let several = match &set.spec.strategy {
        Strategy::RollingUpdate(Some(Rolling { max_unavailable: Some(amount), .. })) => {
            amount.of(set.spec.range.replicas) > 1
        }
        _ => false,
    };
    let wrong = || {
        set.spec
            .range
            .iter()
            .filter_map(|ordinal| set.pods.get(&ordinal))
            .filter(|pod| pod.revision.as_ref() != Some(from))
    };
    let broken = wrong().find(|pod| set.is_unavailable(pod));
    let next = broken.or(wrong().next_back()).filter(|_| several);
    next.and_then(|pod| set.spec.range.offset(pod.ordinal)).unwrap_or(Offset::ZERO)
}

/// The gates that can pass before a broken pod is replaced: under OrderedReady the controller makes nothing above it.
fn gates_of(set: &Set, gates: &Gates, broken: &Pod) -> Gates {
    let behind =
        |ordinal: Ordinal| !set.spec.parallel && ordinal > broken.ordinal && !set.pods.contains_key(&ordinal);
    let list = gates.list.iter().filter(|gate| !gate.ordinal.is_some_and(behind)).cloned().collect();
    Gates { list, until: gates.until }
}

/// Every pod is back: the partition returns to what it was, unless it keeps the new template from rolling out.
fn finish(set: &Set, record: &Record) -> Change {
    let keeps = set.update_revision != record.from;
    let rolling = set.is_rolling();
    let before = record.partition_before.map_or(Partition::None, Partition::At);
    let partition = (rolling && !keeps).then_some(before);
    let record = Record { phase: Phase::Aborted, ..record.clone() };
    Change { record, partition, template: None }
}
