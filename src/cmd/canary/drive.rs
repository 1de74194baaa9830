//! The loop of a run: look, decide, do the one thing that was decided, look again.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::check;
use super::tell::Tell;
use super::write::Written;
use crate::cluster::live::{Live, Notice};
use crate::cluster::{Connection, Holding};
use crate::domain::Set;
use crate::domain::canary::gates::Check;
use crate::domain::canary::{Decision, End, Gates, Record, Situation, decide};
use crate::domain::cause::{Patience, diagnose};
use crate::domain::model::next_moves;
use crate::domain::state::judge;
use crate::error::{Error, Kind, Result};
use crate::render::Output;
use crate::snapshot::Index;
use crate::wire::{self, Object as _};

/// How often the set is looked at where nothing happens.
const LOOK: Duration = Duration::from_secs(1);
/// How often in a row a write may find the set changed.
const OUTDATED: u32 = 10;
/// How long our own writes may take to come back by the watches.
const ECHO: Duration = Duration::from_secs(60);

/// A run under way.
pub(super) struct Drive<'a> {
    pub(super) connection: &'a Connection,
    /// None for a dry run, which writes nothing.
    pub(super) holding: Option<&'a Holding>,
    pub(super) live: Live,
    pub(super) namespace: String,
    pub(super) name: String,
    /// Our name in the record.
    pub(super) identity: String,
    pub(super) patience: Patience,
    pub(super) deadline: Option<Instant>,
    pub(super) tell: Tell,
    awaited: Awaited,
    check: Option<Check>,
}

/// What must be seen before anything is decided: our own writes come back by the watches a moment later.
#[derive(Default)]
struct Awaited {
    /// The set at this version, or a later one.
    version: Option<u64>,
    /// This very pod gone, or going.
    end_of: Option<String>,
}

/// Where a run has ended.
pub(super) struct Ended {
    pub(super) set: Set,
    pub(super) record: Record,
    pub(super) gates: Gates,
    pub(super) end: End,
}

impl<'a> Drive<'a> {
    pub(super) fn new(connection: &'a Connection, live: Live, tell: Tell) -> Self {
        Self {
            connection,
            holding: None,
            live,
            namespace: tell.namespace.clone(),
            name: tell.name.clone(),
            identity: String::new(),
            patience: Patience::default(),
            deadline: None,
            tell,
            awaited: Awaited::default(),
            check: None,
        }
    }

    /// Goes on until it is over.
    pub(super) async fn run(&mut self, output: &mut Output) -> Result<Ended> {
        let mut outdated = 0;
        loop {
            let set = self.current(output).await?;
            let record = self.record(&set)?;
            let moves = next_moves(&set);
            let diagnosis = diagnose(&set, &moves, self.patience);
            let state = judge(&set, &moves, &diagnosis);
            let late = self.deadline.is_some_and(|deadline| deadline <= Instant::now());
            let check = self.check.as_ref();
            let situation =
                Situation { set: &set, diagnosis: &diagnosis, state, record: &record, check, late };
            let (decision, gates) = decide(&situation);
            self.tell.look(&set, &record, &gates, output)?;
            match decision {
                Decision::End(end) => return Ok(Ended { set, record, gates, end }),
                Decision::Wait(until) => self.wait(until.map(|until| (set.now, until)), output).await?,
                Decision::Check => {
                    let tell = &mut self.tell;
                    tell.check_begins(&record, output)?;
                    let check =
                        check::run(&set, &record, |line| tell.check_says(&record, line, output)).await;
                    self.check = Some(check);
                }
                Decision::Write(change) => match self.write(&set, &change, None).await? {
                    Written::Done(written) => {
                        outdated = 0;
                        self.tell.passed(&set, &record, &written, output)?;
                        self.tell.written(&set, &written, output)?;
                    }
                    Written::Outdated if outdated == OUTDATED => return Err(self.refuses(&set)),
                    Written::Outdated => outdated += 1,
                },
                Decision::Delete { ordinal, pod, uid, why } => {
                    self.tell.deletes(&record, ordinal, &pod, &why, output)?;
                    self.delete(&set, &pod, &uid).await?;
                }
            }
        }
    }

    /// The set as it is now, once everything that is awaited is seen in it.
    pub(super) async fn current(&mut self, output: &mut Output) -> Result<Set> {
        let mut patient = Instant::now();
        loop {
            // Some kinds may be new already and others still old: such a state never was.
            if self.live.is_interrupted() {
                patient = Instant::now();
            } else if let Some(set) = self.seen()? {
                return Ok(set);
            }
            if patient.elapsed() > ECHO {
                return Err(Error::failed(format!(
                    "what was written to statefulset {:?} has not come back by its watch for {} s",
                    self.name,
                    ECHO.as_secs()
                )));
            }
            self.wait(None, output).await?;
        }
    }

    /// The set, unless something is awaited that is not seen yet.
    fn seen(&mut self) -> Result<Option<Set>> {
        let objects = self.live.objects();
        let Some(found) = objects.sets.get(&self.namespace, &self.name) else {
            return Err(Error::new(
                Kind::Conflict,
                format!("statefulset.apps {:?} was deleted meanwhile", self.name),
            ));
        };
        let version = version(&found.meta().resource_version);
        let set = Index::new(objects).set(found);
        if self.awaited.version.zip(version).is_some_and(|(awaited, seen)| seen < awaited) {
            return Ok(None);
        }
        let going = |uid: &String| set.pods.values().all(|pod| pod.uid != *uid || pod.is_terminating());
        if self.awaited.end_of.as_ref().is_some_and(|uid| !going(uid)) {
            return Ok(None);
        }
        self.awaited = Awaited::default();
        Ok(Some(set))
    }

    /// The server answers again and again that the set is not as it was read, and yet it is read the same.
    fn refuses(&self, set: &Set) -> Error {
        Error::failed(format!(
            "statefulset {:?} is never as it was read when the canary is to be written: nothing was written",
            set.name
        ))
        .hint(format!("kubectl stateful canary {} -n {} shows where it stands", set.name, set.namespace))
    }

    /// The set as far as it is known; none where it is gone.
    pub(super) fn known(&mut self) -> Option<Set> {
        let objects = self.live.objects();
        objects.sets.get(&self.namespace, &self.name).map(|set| Index::new(objects).set(set))
    }

    /// Our own record.
    fn record(&self, set: &Set) -> Result<Record> {
        let gone = || {
            Error::new(Kind::Conflict, format!("the record of the canary of {} was taken away", set.name))
                .hint("whoever removed the annotation has ended this canary; the partition holds what is not updated")
        };
        let record = Record::of(set).ok().flatten().ok_or_else(gone)?;
        if record.runner == self.identity {
            return Ok(record);
        }
        Err(Error::new(
            Kind::Conflict,
            format!("{} has taken over the canary of {}", record.runner, set.name),
        ))
    }

    /// Waits for a change, a moment, or the time limit; a second at most, because patience with crash loops and the like
    /// passes with time alone.
    pub(super) async fn wait(
        &mut self,
        until: Option<(Timestamp, Timestamp)>,
        output: &mut Output,
    ) -> Result<()> {
        let moment =
            until.map(|(now, until)| Duration::try_from(until.duration_since(now)).unwrap_or_default());
        let limit = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let limit = limit.filter(|limit| !limit.is_zero());
        let longest = moment.into_iter().chain(limit).min().unwrap_or(LOOK).min(LOOK);
        tokio::select! {
            notices = self.live.next() => for notice in notices? {
                output.note(&match notice {
                    Notice::Interrupted(why) => format!("{why}; trying again, nothing is decided meanwhile"),
                    Notice::Resumed => "connected again".to_owned(),
                });
            },
            () = sleep(longest + Duration::from_millis(2)) => {}
        }
        self.live.take_warnings().iter().for_each(|warning| output.warning(warning));
        self.live.explain().await;
        Ok(())
    }

    /// Nothing is decided before this version of the set is seen.
    pub(super) fn await_version(&mut self, set: &Value) {
        let version = set.pointer("/metadata/resourceVersion").and_then(Value::as_str).and_then(version);
        self.awaited.version = self.awaited.version.max(version);
    }

    /// Nothing is decided before this very pod is gone or going.
    pub(super) fn await_end_of(&mut self, uid: &str) {
        self.awaited.end_of = Some(uid.to_owned());
    }

    /// A stored revision, where it was read.
    pub(super) fn stored(&mut self, name: &str) -> Option<wire::ControllerRevision> {
        let namespace = self.namespace.clone();
        self.live.objects().revisions.get()?.get(&namespace, name).cloned()
    }
}

/// Versions of one kind are numbers that rise (KEP-5504).
fn version(text: &str) -> Option<u64> {
    text.parse().ok()
}
