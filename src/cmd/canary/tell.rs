//! Saying what happens, as it happens: a line each, for people or as JSON.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::canary::{Gates, Phase, Record, Standing};
use crate::domain::pod::Pod;
use crate::domain::{Ordinal, Set};
use crate::error::Result;
use crate::render::document::json_line;
use crate::render::{Output, canary as view};
use crate::report::canary::{Event, EventType};

/// What has been said so far.
pub(super) struct Tell {
    pub(super) namespace: String,
    pub(super) name: String,
    json: bool,
    pods: BTreeMap<Ordinal, Known>,
    soaks_until: Option<Timestamp>,
    failed: Vec<String>,
}

/// What was last known of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    uid: String,
    revision: String,
    ready: bool,
    going: bool,
    restarts: u32,
}

impl Tell {
    pub(super) fn new(namespace: &str, name: &str, json: bool) -> Self {
        Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            json,
            pods: BTreeMap::new(),
            soaks_until: None,
            failed: Vec::new(),
        }
    }

    /// Says what is new about the pods and the gates.
    pub(super) fn look(
        &mut self,
        set: &Set,
        record: &Record,
        gates: &Gates,
        output: &mut Output,
    ) -> Result<()> {
        for event in self.of_pods(set, record) {
            self.say(&event, output)?;
        }
        for gate in gates.list.iter().filter(|gate| gate.standing == Standing::Failed) {
            if !self.failed.contains(&gate.message) {
                self.failed.push(gate.message.clone());
                let event = self.event(set.now, EventType::GateFailed, record, gate.message.clone());
                self.say(&Event { ordinal: gate.ordinal, ..event }, output)?;
            }
        }
        if !self.json {
            output.live(&view::live(set, record, gates));
        }
        // What ends within a second is not worth a word.
        let left = gates.until.map(|until| until.duration_since(set.now)).unwrap_or_default();
        if gates.is_soaking() && left.as_secs() > 0 && self.soaks_until != gates.until {
            self.soaks_until = gates.until;
            let pod = gates.soaking().map(|ordinal| set.pod_name(ordinal)).unwrap_or_default();
            let message =
                format!("{pod} is Ready and must stay so for {} more", crate::domain::time::human(left));
            let event = self.event(set.now, EventType::Soaking, record, message);
            self.say(&Event { ordinal: gates.soaking(), pod: Some(pod), ..event }, output)?;
        }
        Ok(())
    }

    /// Says that a step has passed, where what was written says so.
    pub(super) fn passed(
        &mut self,
        set: &Set,
        before: &Record,
        written: &Record,
        output: &mut Output,
    ) -> Result<()> {
        let went_on = matches!(written.phase, Phase::Running | Phase::Held | Phase::Promoted);
        if before.phase != Phase::Running || !went_on {
            return Ok(());
        }
        let message = format!("step {} of {}: every gate holds", before.step + 1, before.steps.len());
        self.say(&self.event(set.now, EventType::GatesPassed, before, message), output)
    }

    /// Says that something was written.
    pub(super) fn written(&mut self, set: &Set, record: &Record, output: &mut Output) -> Result<()> {
        let (step, of) = (record.step + 1, record.steps.len());
        let partition = record.partition();
        let (kind, message) = match record.phase {
            Phase::Running => (
                EventType::StepStarted,
                format!(
                    "step {step} of {of}: {} of {} ordinals may be updated, partition {partition}",
                    record.updated(),
                    record.replicas
                ),
            ),
            Phase::Held => (EventType::Held, format!("held: partition {partition}")),
            Phase::Promoted => (EventType::Promoted, "promoted: every ordinal is updated".to_owned()),
            Phase::Failed => {
                (EventType::Failed, format!("failed; the partition holds the rest at {}", record.from))
            }
            Phase::Aborting => (EventType::AbortStarted, format!("going back to {}", record.from)),
            Phase::Aborted => (EventType::Aborted, format!("every ordinal is back at {}", record.from)),
        };
        self.say(&self.event(set.now, kind, record, message), output)
    }

    /// Says that a pod is deleted.
    pub(super) fn deletes(
        &mut self,
        record: &Record,
        ordinal: Ordinal,
        pod: &str,
        why: &str,
        output: &mut Output,
    ) -> Result<()> {
        let event =
            self.event(Timestamp::now(), EventType::PodDeleted, record, format!("deletes {pod}: {why}"));
        self.say(&Event { ordinal: Some(ordinal), pod: Some(pod.to_owned()), ..event }, output)
    }

    /// Says that the check runs.
    pub(super) fn check_begins(&mut self, record: &Record, output: &mut Output) -> Result<()> {
        let command = record.rules.check.clone().unwrap_or_default();
        self.say(
            &self.event(Timestamp::now(), EventType::CheckStarted, record, format!("check: {command}")),
            output,
        )
    }

    /// A line that the check has written.
    pub(super) fn check_says(&mut self, record: &Record, line: &str, output: &mut Output) {
        let event = self.event(Timestamp::now(), EventType::CheckOutput, record, format!("check | {line}"));
        // A reader that has gone away is noticed by the next line of ours.
        let _ = self.say(&event, output);
    }

    fn of_pods(&mut self, set: &Set, record: &Record) -> Vec<Event> {
        let now: BTreeMap<Ordinal, Known> = set.pods.values().map(|pod| (pod.ordinal, known(pod))).collect();
        let before = std::mem::replace(&mut self.pods, now.clone());
        // The first look is no change.
        if before.is_empty() {
            return Vec::new();
        }
        let ordinals: std::collections::BTreeSet<Ordinal> =
            before.keys().chain(now.keys()).copied().collect();
        let mut events = Vec::new();
        for ordinal in ordinals.into_iter().rev() {
            let pod = set.pod_name(ordinal);
            let mut add = |kind, revision: Option<&String>, what: String| {
                let event = self.event(set.now, kind, record, format!("{pod} {what}"));
                let (pod, revision) = (Some(pod.clone()), revision.cloned());
                events.push(Event { ordinal: Some(ordinal), pod, revision, ..event });
            };
            let (old, new) = (before.get(&ordinal), now.get(&ordinal));
            let same = old.zip(new).is_some_and(|(old, new)| old.uid == new.uid);
            if let (Some(old), false) = (old, same) {
                add(EventType::PodGone, Some(&old.revision), "is gone".to_owned());
            }
            let Some(new) = new else { continue };
            let old = old.filter(|_| same);
            if old.is_none() {
                add(EventType::PodCreated, Some(&new.revision), format!("created at {}", new.revision));
            }
            if new.going && !old.is_some_and(|old| old.going) {
                add(EventType::PodTerminating, Some(&new.revision), "is terminating".to_owned());
            }
            let was_ready = old.is_some_and(|old| old.ready);
            if new.ready && !was_ready {
                add(EventType::PodReady, Some(&new.revision), "is Ready".to_owned());
            }
            if !new.ready && was_ready && !new.going {
                add(EventType::PodNotReady, Some(&new.revision), "is not Ready any more".to_owned());
            }
            if old.is_some_and(|old| new.restarts > old.restarts) {
                add(
                    EventType::PodRestarted,
                    Some(&new.revision),
                    format!("has restarted ({})", new.restarts),
                );
            }
        }
        events
    }

    fn event(&self, time: Timestamp, kind: EventType, record: &Record, message: String) -> Event {
        Event {
            time: time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
            r#type: kind,
            namespace: self.namespace.clone(),
            name: self.name.clone(),
            step: record.step + 1,
            ordinal: None,
            pod: None,
            revision: None,
            message,
        }
    }

    fn say(&self, event: &Event, output: &mut Output) -> Result<()> {
        if self.json {
            return output.data(&json_line(event)?);
        }
        let clock = event.time.get(11..19).unwrap_or_default();
        output.progress(&format!("{clock}Z {}", event.message));
        Ok(())
    }
}

fn known(pod: &Pod) -> Known {
    Known {
        uid: pod.uid.clone(),
        revision: pod.revision.as_ref().map(ToString::to_string).unwrap_or_default(),
        ready: pod.is_running_and_ready(),
        going: pod.is_terminating(),
        restarts: pod.restarts(),
    }
}
