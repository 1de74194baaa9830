//! Puts documents where they belong, by kind.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use super::{moment, parse};
use crate::domain::Known;
use crate::domain::orphans::Source;
use crate::snapshot::leader::Elections;
use crate::snapshot::usage::Users;
use crate::snapshot::{Lookup, NODE_LEASES, Objects, Table};
use crate::wire::{self, Object};

/// The annotation of a capture that says when it was taken.
pub(super) const CAPTURED_AT: &str = "kubectl-stateful/captured-at";

/// The annotation of a capture that lists the resources it holds all of: what is not in it did not exist.
pub(super) const READ: &str = "kubectl-stateful/read";

/// The annotation of a capture that lists the resources of which it holds every election of its sets.
pub(super) const ELECTIONS: &str = "kubectl-stateful/elections";

/// Objects of a dump, by kind, each only once.
#[derive(Default)]
pub(super) struct Sorter {
    sets: Kind<wire::StatefulSet>,
    pods: Kind<wire::Pod>,
    claims: Kind<wire::PersistentVolumeClaim>,
    revisions: Kind<wire::ControllerRevision>,
    events: Kind<wire::Event>,
    services: Kind<wire::Service>,
    endpoint_slices: Kind<wire::EndpointSlice>,
    nodes: Kind<wire::Node>,
    leases: Kind<wire::Lease>,
    endpoints: Kind<wire::Endpoints>,
    config_maps: Kind<wire::ConfigMap>,
    storage_classes: Kind<wire::StorageClass>,
    autoscalers: Kind<wire::HorizontalPodAutoscaler>,
    deployments: Kind<wire::Deployment>,
    replica_sets: Kind<wire::ReplicaSet>,
    daemon_sets: Kind<wire::DaemonSet>,
    jobs: Kind<wire::Job>,
    cron_jobs: Kind<wire::CronJob>,
    scaled_objects: Kind<wire::ScaledObject>,
    volumes: Kind<wire::PersistentVolume>,
    attachments: Kind<wire::VolumeAttachment>,
    snapshots: Kind<wire::VolumeSnapshot>,
    captured: Option<Timestamp>,
    newest: Option<Timestamp>,
    /// Resources that the dump holds all of.
    complete: BTreeSet<String>,
    /// Resources of which it holds every election.
    elections: BTreeSet<String>,
    notes: Vec<String>,
}

/// The objects of one kind. A must-gather tree has many of them twice; a table keeps one.
struct Kind<T> {
    objects: Table<T>,
    seen: bool,
}

impl<T> Default for Kind<T> {
    fn default() -> Self {
        Self { objects: Table::default(), seen: false }
    }
}

impl<T: Object> Kind<T> {
    /// Other groups have kinds of the same names. Items of a list may leave out what they are.
    fn add(&mut self, api_version: &str, value: Value) -> Result<(), String> {
        let group = api_version.rsplit_once('/').map_or("", |(group, _)| group);
        if !api_version.is_empty() && group != T::RESOURCE.group {
            return Ok(());
        }
        self.objects.insert(parse::object(value)?);
        self.seen = true;
        Ok(())
    }

    /// All objects, where the dump has any or says that it has all.
    fn known(self, complete: &BTreeSet<String>) -> Known<Table<T>> {
        let known = self.seen || complete.contains(T::RESOURCE.plural);
        if known { Known::Known(self.objects) } else { Known::Unknown }
    }

    /// Objects that are looked up by name; those that are not there did not exist only if the dump has all.
    fn lookup(self, complete: &BTreeSet<String>) -> Lookup<T> {
        let all = complete.contains(T::RESOURCE.plural);
        if all { Lookup::all(self.objects) } else { Lookup::some(self.objects) }
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
            "StatefulSet" => self.sets.add(&api_version, value),
            "Pod" => self.pods.add(&api_version, value),
            "PersistentVolumeClaim" => self.claims.add(&api_version, value),
            "ControllerRevision" => self.revisions.add(&api_version, value),
            "Event" if api_version.starts_with("events.k8s.io/") => self.events.add("v1", core_event(value)),
            "Event" => self.events.add(&api_version, value),
            "Service" => self.services.add(&api_version, value),
            "EndpointSlice" => self.endpoint_slices.add(&api_version, value),
            "Node" => self.nodes.add(&api_version, value),
            "Lease" => self.leases.add(&api_version, value),
            "Endpoints" => self.endpoints.add(&api_version, value),
            "ConfigMap" => self.config_maps.add(&api_version, value),
            "StorageClass" => self.storage_classes.add(&api_version, value),
            "HorizontalPodAutoscaler" => self.autoscalers.add(&api_version, value),
            "Deployment" => self.deployments.add(&api_version, value),
            "ReplicaSet" => self.replica_sets.add(&api_version, value),
            "DaemonSet" => self.daemon_sets.add(&api_version, value),
            "Job" => self.jobs.add(&api_version, value),
            "CronJob" => self.cron_jobs.add(&api_version, value),
            "ScaledObject" => self.scaled_objects.add(&api_version, value),
            "PersistentVolume" => self.volumes.add(&api_version, value),
            "VolumeAttachment" => self.attachments.add(&api_version, value),
            "VolumeSnapshot" => self.snapshots.add(&api_version, value),
            _ => Ok(()),
        };
        if let Err(problem) = taken {
            self.notes
                .push(format!("passed over {kind} {name}, which is not of the shape of one: {problem}"));
        }
    }

    /// An empty list of a kind says that there are none.
    fn mark_seen(&mut self, kind: Option<&str>) {
        match kind {
            Some("Pod") => self.pods.seen = true,
            Some("PersistentVolumeClaim") => self.claims.seen = true,
            Some("ControllerRevision") => self.revisions.seen = true,
            Some("Event") => self.events.seen = true,
            Some("EndpointSlice") => self.endpoint_slices.seen = true,
            Some("StatefulSet") => self.sets.seen = true,
            Some("Lease") => self.leases.seen = true,
            Some("Endpoints") => self.endpoints.seen = true,
            Some("ConfigMap") => self.config_maps.seen = true,
            Some("Deployment") => self.deployments.seen = true,
            Some("ReplicaSet") => self.replica_sets.seen = true,
            Some("DaemonSet") => self.daemon_sets.seen = true,
            Some("Job") => self.jobs.seen = true,
            Some("CronJob") => self.cron_jobs.seen = true,
            Some("HorizontalPodAutoscaler") => self.autoscalers.seen = true,
            Some("ScaledObject") => self.scaled_objects.seen = true,
            Some("VolumeAttachment") => self.attachments.seen = true,
            Some("VolumeSnapshot") => self.snapshots.seen = true,
            _ => {}
        }
    }

    fn read_marks(&mut self, list: &Value) {
        let mark = |name: &str| list.pointer("/metadata/annotations")?.get(name)?.as_str();
        if let Some(time) = mark(CAPTURED_AT).and_then(|text| text.parse().ok()) {
            self.captured = self.captured.max(Some(time));
        }
        let listed = |name| {
            let names = mark(name).unwrap_or_default().split(',').filter(|name| !name.is_empty());
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        self.complete.extend(listed(READ));
        self.elections.extend(listed(ELECTIONS));
    }

    /// When they were captured; none where they do not say.
    pub(super) fn captured(&self) -> Option<Timestamp> {
        self.captured
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
        let mut objects = Objects::new(now);
        let seen = [(Source::Sets, "statefulsets", self.sets.seen), (Source::Pods, "pods", self.pods.seen)];
        let unseen = seen.into_iter().filter(|(_, plural, seen)| !seen && !complete.contains(*plural));
        objects.users.incomplete = unseen.map(|(source, ..)| source).collect();
        objects.sets = self.sets.objects;
        if !self.pods.seen && !complete.contains("pods") {
            without_pods(&mut objects.sets, notes);
        }
        objects.pods = self.pods.objects;
        objects.elections =
            elections(&objects.sets, &self.leases, self.endpoints, self.config_maps, &self.elections);
        objects.services = self.services.lookup(complete);
        objects.endpoint_slices = self.endpoint_slices.known(complete);
        objects.nodes = self.nodes.lookup(complete);
        objects.leases = self.leases.lookup(complete);
        objects.claims = self.claims.known(complete);
        objects.revisions = self.revisions.known(complete);
        objects.events = self.events.known(complete);
        objects.storage_classes = self.storage_classes.known(complete);
        objects.autoscalers = self.autoscalers.known(complete);
        objects.users = Users {
            deployments: self.deployments.known(complete),
            replica_sets: self.replica_sets.known(complete),
            daemon_sets: self.daemon_sets.known(complete),
            jobs: self.jobs.known(complete),
            cron_jobs: self.cron_jobs.known(complete),
            scaled_objects: self.scaled_objects.known(complete),
            volumes: self.volumes.lookup(complete),
            attachments: self.attachments.known(complete),
            snapshots: self.snapshots.known(complete),
            ..objects.users
        };
        objects
    }
}

/// What files say about elections. Captures of earlier versions hold Leases of nodes only, which is no reason to believe
/// that there were no others.
fn elections(
    sets: &Table<wire::StatefulSet>,
    leases: &Kind<wire::Lease>,
    endpoints: Kind<wire::Endpoints>,
    config_maps: Kind<wire::ConfigMap>,
    complete: &BTreeSet<String>,
) -> Elections {
    let mut own = leases.objects.clone();
    own.retain(|lease| lease.meta().namespace != NODE_LEASES);
    let of_nodes = !leases.objects.is_empty() && own.is_empty();
    let names = sets.iter().map(|set| (set.meta().namespace.clone(), set.meta().name.clone()));
    Elections {
        leases: Kind { objects: own, seen: leases.seen && !of_nodes }.known(complete),
        endpoints: endpoints.known(complete),
        config_maps: config_maps.known(complete),
        // A capture holds no election of a set that is not in it.
        sets: if complete.is_empty() { Known::Unknown } else { Known::Known(names.collect()) },
    }
}

/// Files without any pod say nothing about the pods of a set that has some.
fn without_pods(sets: &mut Table<wire::StatefulSet>, notes: &mut Vec<String>) {
    let count = |set: &wire::StatefulSet| set.status.as_ref().map_or(0, |status| status.replicas);
    for set in sets.iter().filter(|set| count(set) > 0) {
        let meta = set.meta();
        let pods = count(set);
        notes.push(format!(
            "passed over StatefulSet {}: it has {pods} pods, and none is in the files",
            meta.name
        ));
    }
    sets.retain(|set| count(set) == 0);
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
