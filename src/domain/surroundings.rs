//! What stands around a set and explains it: events, nodes, classes, Services, autoscalers, owners.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Known;
use super::claim::Owner;

/// What stands around a set. Each part is read only where it can explain something, and may be unknown.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// Events of the set, its pods and its claims, oldest first.
    pub events: Known<Vec<Event>>,
    /// Nodes that were asked for, by name; none for one that does not exist.
    pub nodes: BTreeMap<String, Known<Option<Node>>>,
    /// Storage classes, by name.
    pub storage_classes: Known<Vec<StorageClass>>,
    /// The governing Service: whether it exists.
    pub service: Known<Option<Service>>,
    /// Autoscalers that name the set as their target.
    pub autoscalers: Known<Vec<String>>,
    /// Owners of the set.
    pub owners: Vec<Owner>,
    /// Tools that own parts of the set's spec: tool, and the field.
    pub field_owners: Vec<(String, String)>,
}

/// An event, reduced to what explains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Kind of the object it is about.
    pub kind: String,
    /// Name of the object it is about.
    pub name: String,
    /// Identity of the object it is about; empty where the writer gave none.
    pub uid: String,
    /// Whether it is a warning.
    pub warning: bool,
    /// For programs.
    pub reason: String,
    /// For people.
    pub message: String,
    /// First time seen.
    pub first: Option<Timestamp>,
    /// Last time seen.
    pub last: Option<Timestamp>,
    /// How often.
    pub count: u32,
}

/// A node, reduced to whether it can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Name.
    pub name: String,
    /// Status of its Ready condition: True, False or Unknown.
    pub ready: String,
    /// When that last changed.
    pub ready_since: Option<Timestamp>,
    /// What the Ready condition says.
    pub message: String,
    /// When its Lease was last renewed.
    pub lease_renewed: Known<Option<Timestamp>>,
    /// Keys of its taints.
    pub taints: Vec<String>,
}

/// A storage class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageClass {
    /// Name.
    pub name: String,
    /// Whether claims without a class get this one.
    pub default: bool,
    /// Whether it binds only when a pod is scheduled.
    pub waits_for_consumer: bool,
}

/// The governing Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Whether it is headless.
    pub headless: bool,
}

impl Surroundings {
    /// Events about one object, newest first. An event that carries another identity is about an earlier object
    /// of the same name and is left out.
    pub fn events_of<'a>(
        &'a self,
        kind: &'a str,
        name: &'a str,
        uid: &'a str,
    ) -> impl Iterator<Item = &'a Event> {
        let events = self.events.get().map(Vec::as_slice).unwrap_or_default();
        events
            .iter()
            .rev()
            .filter(move |event| event.kind == kind && event.name == name)
            .filter(move |event| uid.is_empty() || event.uid.is_empty() || event.uid == uid)
    }
}
