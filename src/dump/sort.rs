//! Puts documents where they belong, by kind.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::{moment, parse};
use crate::domain::Known;
use crate::snapshot::Objects;
use crate::wire::{self, Object};

/// The annotation of a capture that says when it was taken.
pub const CAPTURED_AT: &str = "kubectl-stateful/captured-at";

/// The annotation of a capture that lists the resources it holds all of: what is not in it did not exist.
pub const READ: &str = "kubectl-stateful/read";

/// Objects of a dump, by kind, each only once.
#[derive(Default)]
pub(super) struct Sorter {
    sets: Kind<wire::StatefulSet>,
    pods: Kind<wire::Pod>,
    claims: Kind<wire::PersistentVolumeClaim>,
    revisions: Kind<wire::ControllerRevision>,
    events: Kind<wire::Event>,
    services: Kind<wire::Service>,
    nodes: Kind<wire::Node>,
    leases: Kind<wire::Lease>,
    storage_classes: Kind<wire::StorageClass>,
    autoscalers: Kind<wire::HorizontalPodAutoscaler>,
    captured: Option<Timestamp>,
    newest: Option<Timestamp>,
    /// Resources that the dump holds all of.
    complete: BTreeSet<String>,
    notes: Vec<String>,
}

/// The objects of one kind, by namespace and name: a must-gather tree has many of them twice.
struct Kind<T> {
    objects: BTreeMap<(String, String), T>,
    seen: bool,
}

impl<T> Default for Kind<T> {
    fn default() -> Self {
        Self { objects: BTreeMap::new(), seen: false }
    }
}

impl<T: Object> Kind<T> {
    fn add(&mut self, value: Value) -> Result<(), String> {
        let object: T = parse::object(value)?;
        self.seen = true;
        let meta = object.meta();
        self.objects.insert((meta.namespace.clone(), meta.name.clone()), object);
        Ok(())
    }

    fn all(self) -> Vec<T> {
        self.objects.into_values().collect()
    }

    /// All objects, where the dump has any or says that it has all.
    fn known(self, complete: &BTreeSet<String>) -> Known<Vec<T>> {
        let known = self.seen || complete.contains(T::RESOURCE.plural);
        if known { Known::Known(self.all()) } else { Known::Unknown }
    }
}

impl Sorter {
    /// Takes in documents, Lists of objects included.
    pub(super) fn take_all(mut self, documents: Vec<Value>) -> Self {
        for document in documents {
            self.newest = self.newest.max(moment::newest(&document));
            self.take(document, None);
        }
        self
    }

    fn take(&mut self, mut value: Value, kind_of_items: Option<&str>) {
        let kind = value.get("kind").and_then(Value::as_str).or(kind_of_items).unwrap_or_default().to_owned();
        if let Some(items) = value.get_mut("items").and_then(Value::as_array_mut) {
            let items = std::mem::take(items);
            self.read_marks(&value);
            let kind_of_items = kind.strip_suffix("List").filter(|kind| !kind.is_empty());
            self.mark_seen(kind_of_items);
            for item in items {
                self.take(item, kind_of_items);
            }
            return;
        }
        let api_version = value.get("apiVersion").and_then(Value::as_str).unwrap_or_default().to_owned();
        let name = value.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let taken = match kind.as_str() {
            "StatefulSet" => self.sets.add(value),
            "Pod" => self.pods.add(value),
            "PersistentVolumeClaim" => self.claims.add(value),
            "ControllerRevision" => self.revisions.add(value),
            "Event" => self.events.add(core_event(value)),
            // Knative and others have Services of their own.
            "Service" if matches!(api_version.as_str(), "v1" | "") => self.services.add(value),
            "Node" if matches!(api_version.as_str(), "v1" | "") => self.nodes.add(value),
            "Lease" => self.leases.add(value),
            "StorageClass" => self.storage_classes.add(value),
            "HorizontalPodAutoscaler" => self.autoscalers.add(value),
            _ => Ok(()),
        };
        if let Err(problem) = taken {
            self.notes.push(format!("passed over {kind} {name}, which is not of the shape of one: {problem}"));
        }
    }

    /// An empty list of a kind says that there are none.
    fn mark_seen(&mut self, kind: Option<&str>) {
        match kind {
            Some("Pod") => self.pods.seen = true,
            Some("PersistentVolumeClaim") => self.claims.seen = true,
            Some("ControllerRevision") => self.revisions.seen = true,
            Some("Event") => self.events.seen = true,
            _ => {}
        }
    }

    fn read_marks(&mut self, list: &Value) {
        let mark = |name: &str| list.pointer("/metadata/annotations")?.get(name)?.as_str();
        if let Some(time) = mark(CAPTURED_AT).and_then(|text| text.parse().ok()) {
            self.captured = self.captured.max(Some(time));
        }
        let complete = mark(READ).unwrap_or_default().split(',').filter(|name| !name.is_empty());
        self.complete.extend(complete.map(str::to_owned));
    }

    /// The objects, tied to a moment.
    pub(super) fn finish(self, notes: &mut Vec<String>) -> Objects {
        notes.extend(self.notes);
        let now = self.captured.or(self.newest).unwrap_or(Timestamp::UNIX_EPOCH);
        let complete = &self.complete;
        if self.captured.is_none() && !self.sets.objects.is_empty() {
            notes.push(format!(
                "the files do not say when they were taken; durations count to the newest time in them, {now}"
            ));
        }
        let has_all = |plural: &str| complete.contains(plural);
        let mut objects = Objects::new(now);
        let sets = self.sets.all();
        let service_names = sets.iter().filter_map(|set| {
            Some((set.meta().namespace.clone(), set.spec.as_ref()?.service_name.clone()))
        });
        objects.services = looked_up(service_names, self.services.objects, has_all("services"));
        let pods = self.pods.all();
        let node_names: BTreeSet<String> =
            pods.iter().filter_map(|pod| pod.spec.as_ref()).map(|spec| spec.node_name.clone()).collect();
        let keys = |namespace: &'static str| node_names.iter().map(move |name| (namespace.to_owned(), name.clone()));
        objects.nodes = by_name(looked_up(keys(""), self.nodes.objects, has_all("nodes")));
        objects.leases = by_name(looked_up(keys("kube-node-lease"), self.leases.objects, has_all("leases")));
        objects.sets = sets;
        objects.pods = pods;
        objects.claims = self.claims.known(complete);
        objects.revisions = self.revisions.known(complete);
        objects.events = self.events.known(complete);
        objects.storage_classes = self.storage_classes.known(complete);
        objects.autoscalers = self.autoscalers.known(complete);
        objects
    }
}

/// What became of the objects that were asked for: found, or, where the dump has all, proven absent.
fn looked_up<T>(
    keys: impl Iterator<Item = (String, String)>,
    mut objects: BTreeMap<(String, String), T>,
    complete: bool,
) -> BTreeMap<(String, String), Known<Option<T>>> {
    let distinct: BTreeSet<(String, String)> = keys.filter(|(_, name)| !name.is_empty()).collect();
    let found = distinct.into_iter().map(|key| {
        let object = objects.remove(&key);
        let known = if object.is_some() || complete { Known::Known(object) } else { Known::Unknown };
        (key, known)
    });
    found.collect()
}

fn by_name<T>(objects: BTreeMap<(String, String), T>) -> BTreeMap<String, T> {
    objects.into_iter().map(|((_, name), object)| (name, object)).collect()
}

/// An event of `events.k8s.io` in the older form.
fn core_event(mut value: Value) -> Value {
    let Some(fields) = value.as_object_mut() else { return value };
    for (newer, older) in [
        ("regarding", "involvedObject"),
        ("note", "message"),
        ("deprecatedFirstTimestamp", "firstTimestamp"),
        ("deprecatedLastTimestamp", "lastTimestamp"),
        ("deprecatedCount", "count"),
    ] {
        if let Some(moved) = fields.remove(newer) {
            fields.entry(older).or_insert(moved);
        }
    }
    value
}
