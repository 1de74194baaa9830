//! Canaries lived to their end against the model of the controller.

mod back;
mod conflicts;
mod forward;
mod gates;
mod preview;
mod starting;

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::abort;
use super::begin::{self, Begun, Order, Refusal, Template};
use super::gates::{Check, Gates};
use super::patch::{Change, Partition};
use super::{Aim, Decision, End, OnFailure, Record, Rules, Situation, decide};
use crate::domain::cause::{Patience, diagnose};
use crate::domain::model::{Hopeless, MoveKind, forecast, next_moves, update_status};
use crate::domain::pod::{ContainerState, Phase};
use crate::domain::set::{Rolling, Strategy};
use crate::domain::state::judge;
use crate::domain::testing::{Story, now};
use crate::domain::{Offset, Ordinal, Revision, Set};

/// Nothing but what is always asked.
pub(super) fn rules() -> Rules {
    Rules { soak_seconds: 0, max_restarts: 0, check: None, check_seconds: 60, on_failure: OnFailure::Hold }
}

/// Goes so far with the set's own template.
pub(super) fn order(aim: Aim) -> Order {
    Order {
        aim,
        rules: rules(),
        template: None,
        take_over: false,
        runner: "laptop".to_owned(),
        run: "run-1".to_owned(),
        now: now(),
    }
}

/// Goes so far with a template of revision B.
pub(super) fn with_b(aim: Aim) -> Order {
    let template = Template { digest: "digest-B".to_owned(), revision: Revision::new("B") };
    Order { template: Some(template), ..order(aim) }
}

/// A set, the model of its controller, and a runner.
pub(super) struct World {
    pub(super) set: Set,
    /// Revisions whose pods crash.
    pub(super) broken: BTreeSet<Revision>,
    /// What was done, in order.
    pub(super) log: Vec<String>,
    /// The fewest ordinals that were available at any moment.
    pub(super) fewest: usize,
    pub(super) check: Option<Check>,
    /// How a check ends.
    pub(super) check_fails: Option<String>,
    pub(super) gates: Gates,
}

impl World {
    pub(super) fn of(story: &Story) -> Self {
        let set = story.build();
        Self {
            fewest: available(&set),
            set,
            broken: BTreeSet::new(),
            log: Vec::new(),
            check: None,
            check_fails: None,
            gates: Gates::default(),
        }
    }

    /// Pods of that revision crash.
    pub(super) fn breaking(mut self, revision: &str) -> Self {
        self.broken.insert(Revision::new(revision));
        self
    }

    /// Asks for something and lives with it to the end.
    pub(super) fn canary(&mut self, order: &Order) -> Result<End, Refusal> {
        let begun = begin::begin(&self.set, order)?;
        Ok(self.live(begun, order))
    }

    pub(super) fn abort(&mut self, keep_template: bool) -> Result<End, Refusal> {
        let order = order(Aim::Promote);
        let begun = abort::abort(&self.set, &order, keep_template)?;
        Ok(self.live(begun, &order))
    }

    fn live(&mut self, begun: Begun, order: &Order) -> End {
        match begun {
            Begun::Nothing(why) => panic!("nothing to do: {why}"),
            Begun::Resume(change) => self.write(&change, None),
            Begun::Write(change) => self.write(&change, order.template.as_ref()),
        }
        self.go_on()
    }

    /// Lives with what stands in the annotation.
    pub(super) fn go_on(&mut self) -> End {
        for _ in 0..500 {
            let record = self.record();
            let (moves, patience) = (next_moves(&self.set), Patience::default());
            let diagnosis = diagnose(&self.set, &moves, patience);
            let state = judge(&self.set, &moves, &diagnosis);
            let situation = Situation {
                set: &self.set,
                diagnosis: &diagnosis,
                state,
                record: &record,
                check: self.check.as_ref(),
                late: false,
            };
            let (decision, gates) = decide(&situation);
            self.gates = gates;
            match decision {
                Decision::End(end) => return end,
                Decision::Wait(until) => {
                    if !self.pass() {
                        self.set.now = until.unwrap_or(self.set.now + SignedDuration::from_secs(1));
                    }
                }
                Decision::Check => {
                    self.log.push("check".to_owned());
                    self.check = Some(Check { step: record.step, failure: self.check_fails.clone() });
                }
                Decision::Write(change) => self.write(&change, None),
                Decision::Delete { ordinal, uid, .. } => self.delete(ordinal, &uid),
            }
        }
        panic!("it does not come to an end: {:?}", self.log);
    }

    /// The record that stands in the annotation.
    pub(super) fn record(&self) -> Record {
        Record::of(&self.set).expect("a record that can be read").expect("a record")
    }

    fn write(&mut self, change: &Change, template: Option<&Template>) {
        let mut record = change.record.clone();
        if let Some(template) = template {
            self.change_template(&template.revision, &template.digest);
        }
        if let Some(revision) = &change.template {
            record.template = format!("digest-{revision}");
            self.change_template(revision, &record.template);
        }
        let before = self.set.spec.strategy.partition();
        match change.partition {
            Some(Partition::At(partition)) => keep_amount(&mut self.set.spec.strategy, partition),
            Some(Partition::None) => self.set.spec.strategy = Strategy::RollingUpdate(None),
            None => {}
        }
        let after = self.set.spec.strategy.partition();
        let partition = if before == after { String::new() } else { format!(" partition {after}") };
        self.log.push(format!("write {:?} {}{partition}", record.phase, record.step));
        self.set.canary = Some(record.text());
        update_status(&mut self.set);
    }

    fn change_template(&mut self, revision: &Revision, digest: &str) {
        self.set.update_revision = revision.clone();
        self.set.template = Some(digest.to_owned());
    }

    fn delete(&mut self, ordinal: Ordinal, uid: &str) {
        assert_eq!(self.set.pods[&ordinal].uid, uid, "the very pod");
        self.log.push(format!("delete {ordinal}"));
        self.set.pods.remove(&ordinal);
        self.count();
        update_status(&mut self.set);
    }

    /// The controller and the kubelets do one thing. Whether anything was done.
    fn pass(&mut self) -> bool {
        let never_ready =
            self.set.pods.values().filter(|pod| is_broken(&self.broken, pod)).map(|pod| pod.uid.clone());
        let hopeless = Hopeless { never_ready: never_ready.collect(), ..Hopeless::default() };
        let before = self.set.clone();
        let ahead = forecast(&self.set, &hopeless, 1);
        for step in &ahead.moves {
            let ordinal = step.ordinal.map(|ordinal| ordinal.to_string()).unwrap_or_default();
            match step.kind {
                MoveKind::CreatePod => {
                    self.log.push(format!("{ordinal} at {}", step.revision.as_ref().unwrap()));
                }
                MoveKind::DeletePod => self.log.push(format!("controller deletes {ordinal}")),
                _ => {}
            }
        }
        self.set = ahead.last;
        let broken = self.broken.clone();
        for pod in self.set.pods.values_mut().filter(|pod| is_broken(&broken, pod)) {
            crash(pod);
        }
        self.set.now = before.now + SignedDuration::from_secs(1);
        self.count();
        self.set.pods != before.pods
    }

    fn count(&mut self) {
        self.fewest = self.fewest.min(available(&self.set));
    }
}

fn is_broken(broken: &BTreeSet<Revision>, pod: &crate::domain::pod::Pod) -> bool {
    pod.revision.as_ref().is_some_and(|revision| broken.contains(revision))
}

/// As a kubelet reports a container that ends again and again.
fn crash(pod: &mut crate::domain::pod::Pod) {
    let crashing = crate::domain::testing::set("other").crashing(0, "A").build();
    let containers = crashing.pods.into_values().next().map(|pod| pod.containers).unwrap_or_default();
    assert!(matches!(containers[0].state, ContainerState::Waiting { .. }));
    pod.containers = containers;
    pod.phase = Phase::Running;
    pod.ready.holds = false;
    pod.ready.since = pod.ready.since.or(pod.created);
}

fn rolling(partition: Offset) -> Strategy {
    Strategy::RollingUpdate(Some(Rolling { partition, max_unavailable: None }))
}

/// Another partition, and the rest as it is.
fn keep_amount(strategy: &mut Strategy, partition: Offset) {
    match strategy {
        Strategy::RollingUpdate(Some(known)) => known.partition = partition,
        other => *other = rolling(partition),
    }
}

pub(super) fn available(set: &Set) -> usize {
    let in_range = set.spec.range.iter().filter_map(|ordinal| set.pods.get(&ordinal));
    in_range.filter(|pod| !set.is_unavailable(pod)).count()
}

/// The revisions of the pods, lowest ordinal first.
pub(super) fn revisions(set: &Set) -> String {
    set.pods.values().map(|pod| pod.revision.as_ref().map_or("-", Revision::as_str)).collect()
}
