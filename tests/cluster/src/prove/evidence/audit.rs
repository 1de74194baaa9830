//! The API server's own record of who wrote what, and what it answered.

use crate::prove::evidence::tail::Tail;
use anyhow::{Context, Result};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// How the StatefulSet controller calls itself.
const CONTROLLER: &str = "/statefulset-controller";

/// One request that writes, answered.
#[derive(Clone, Debug)]
pub(in crate::prove) struct Write {
    /// When it arrived.
    pub(in crate::prove) at: Timestamp,
    /// When it was answered.
    pub(in crate::prove) answered: Timestamp,
    /// Whether the StatefulSet controller made it.
    pub(in crate::prove) by_controller: bool,
    /// `create`, `update`, `patch`, `delete`.
    pub(in crate::prove) verb: String,
    /// Plural name, with the subresource: `statefulsets/status`.
    pub(in crate::prove) resource: String,
    /// The object's name.
    pub(in crate::prove) name: String,
    /// The answer's code.
    pub(in crate::prove) code: u16,
    /// The object as it was sent, with creations and updates.
    pub(in crate::prove) object: Value,
}

impl Write {
    /// Whether the controller made a claim or a pod, or deleted a pod.
    pub(in crate::prove) fn is_move(&self) -> bool {
        let of = (self.verb.as_str(), self.resource.as_str());
        let moves = matches!(of, ("create" | "delete", "pods") | ("create", "persistentvolumeclaims"));
        self.by_controller && moves && self.code < 300
    }

    /// Whether somebody else deleted a claim, or took a finalizer off one that is being deleted.
    pub(in crate::prove) fn takes_claim_away(&self) -> bool {
        let going = self.object.pointer("/metadata/deletionTimestamp").is_some_and(|at| !at.is_null());
        self.resource == "persistentvolumeclaims"
            && !self.by_controller
            && (self.verb == "delete" || self.verb == "patch" || going)
    }
}

/// The record, as far as it has been read.
#[derive(Debug)]
pub(in crate::prove) struct Record {
    tail: Tail,
    /// By namespace, in the order of the answers.
    writes: BTreeMap<String, Vec<Write>>,
    /// Requests that have arrived and have not been answered, by their id.
    open: HashMap<String, Open>,
}

/// A request that has not been answered.
#[derive(Debug)]
struct Open {
    namespace: String,
    by_controller: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    #[serde(rename = "auditID")]
    id: String,
    stage: String,
    verb: String,
    #[serde(default)]
    user_agent: String,
    object_ref: Option<ObjectRef>,
    response_status: Option<Status>,
    #[serde(default)]
    request_object: Value,
    request_received_timestamp: Timestamp,
    stage_timestamp: Timestamp,
}

#[derive(Deserialize)]
struct ObjectRef {
    #[serde(default)]
    resource: String,
    #[serde(default)]
    subresource: String,
    #[serde(default)]
    namespace: String,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Status {
    #[serde(default)]
    code: u16,
}

impl Record {
    pub(in crate::prove) fn open(path: &Path) -> Self {
        Self { tail: Tail::from_start(path), writes: BTreeMap::new(), open: HashMap::new() }
    }

    /// Reads on. The server notes a request before it does anything about it, so once a writer has its answer, the
    /// request is here; [`Self::is_whole`] says whether all answers are too.
    pub(in crate::prove) fn read(&mut self) -> Result<()> {
        for line in self.tail.lines()? {
            let line: Line = serde_json::from_str(&line).context("a line of the audit log")?;
            self.take(line);
        }
        Ok(())
    }

    /// Whether every request of the controller that has arrived has its answer on record.
    pub(in crate::prove) fn is_whole(&self) -> bool {
        !self.open.values().any(|open| open.by_controller)
    }

    /// Whether a write in a namespace has arrived and has no answer yet.
    pub(in crate::prove) fn is_open(&self, namespace: &str) -> bool {
        self.open.values().any(|open| open.namespace == namespace)
    }

    /// A controller that was killed gets no answer.
    pub(in crate::prove) fn forget_open(&mut self) {
        self.open.clear();
    }

    /// The writes in a namespace.
    pub(in crate::prove) fn of(&self, namespace: &str) -> &[Write] {
        self.writes.get(namespace).map(Vec::as_slice).unwrap_or_default()
    }

    /// A namespace that is done with.
    pub(in crate::prove) fn forget(&mut self, namespace: &str) {
        self.writes.remove(namespace);
    }

    fn take(&mut self, line: Line) {
        let by_controller = line.user_agent.ends_with(CONTROLLER);
        match line.stage.as_str() {
            "RequestReceived" => {
                let namespace = line.object_ref.map(|object| object.namespace).unwrap_or_default();
                self.open.insert(line.id, Open { namespace, by_controller });
            }
            "ResponseComplete" | "Panic" => {
                self.open.remove(&line.id);
                let Some(object) = line.object_ref else { return };
                let resource = match object.subresource.as_str() {
                    "" => object.resource,
                    sub => format!("{}/{sub}", object.resource),
                };
                self.writes.entry(object.namespace).or_default().push(Write {
                    at: line.request_received_timestamp,
                    answered: line.stage_timestamp,
                    by_controller,
                    verb: line.verb,
                    resource,
                    name: object.name,
                    code: line.response_status.map_or(0, |status| status.code),
                    object: line.request_object,
                });
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::io::Write as _;

    fn line(stage: &str, agent: &str) -> String {
        let line = json!({
            "auditID": agent, "stage": stage, "verb": "create", "userAgent": agent,
            "objectRef": {"resource": "pods", "namespace": "ns", "name": "web-0"},
            "responseStatus": {"code": 201},
            "requestReceivedTimestamp": "2026-01-01T00:00:00.000001Z",
            "stageTimestamp": "2026-01-01T00:00:00.000002Z",
        });
        format!("{line}\n")
    }

    #[test]
    fn the_record_is_whole_when_every_request_of_the_controller_is_answered() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let mut record = Record::open(file.path());
        let (controller, other) = ("kube-controller-manager/v1/statefulset-controller", "kwok/v0");
        file.write_all((line("RequestReceived", controller) + &line("RequestReceived", other)).as_bytes())
            .unwrap();
        record.read().unwrap();
        assert!(!record.is_whole());
        file.write_all(line("ResponseComplete", controller).as_bytes()).unwrap();
        record.read().unwrap();
        assert!(record.is_whole(), "others are not waited for");
        let [write] = record.of("ns") else { panic!("{record:?}") };
        assert!(write.is_move() && write.at < write.answered);
        file.write_all(line("ResponseComplete", other).as_bytes()).unwrap();
        record.read().unwrap();
        assert!(!record.of("ns")[1].is_move(), "what others do is no move of the controller");
    }
}
