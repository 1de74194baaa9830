//! Everything that could use a claim, as read at one moment, and what of it could not be read.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::facts::{Autoscaler, LiveSet, PodUse, Template, Volume};
use super::name::Shape;
use super::source::Source;
use crate::domain::ordinal::split_pod_name;

/// What was found, by namespace, and what was not readable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    places: HashMap<String, Place>,
    /// Volumes that were asked for; none for one that does not exist.
    volumes: HashMap<String, Option<Volume>>,
    /// Nodes to which volumes are attached.
    attached: HashMap<String, String>,
    unread: BTreeSet<Source>,
    /// Sets that a person has named; they may have been deleted.
    named: BTreeSet<String>,
}

/// One namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// By name.
    pub(super) sets: BTreeMap<String, LiveSet>,
    /// Sets by `<template>-<set>`, with the template's place in its set: two pairs can give one name.
    stems: HashMap<String, Vec<(String, usize)>>,
    /// Pods that use claims, by identity.
    pods: HashMap<String, PodUse>,
    /// Pods by the claims that they use.
    used: HashMap<String, Vec<String>>,
    /// Workloads by the claims that their templates name.
    named: HashMap<String, Vec<String>>,
    scalers: HashMap<String, Vec<Autoscaler>>,
    /// Who makes a copy of a claim.
    copied: HashMap<String, String>,
}

impl Evidence {
    /// A kind that could not be read, or of which it is not known whether all was read.
    pub fn leave_unread(&mut self, source: Source) {
        self.unread.insert(source);
    }

    /// Nothing but that a kind could not be read.
    pub fn without(source: Source) -> Self {
        Self { unread: BTreeSet::from([source]), ..Self::default() }
    }

    /// Adds what was found elsewhere.
    pub fn merge(&mut self, other: Self) {
        for (namespace, mut place) in other.places {
            std::mem::take(&mut place.sets).into_values().for_each(|set| self.add_set(&namespace, set));
            self.place(&namespace).merge(place);
        }
        self.volumes.extend(other.volumes);
        self.attached.extend(other.attached);
        self.unread.extend(other.unread);
        self.named.extend(other.named);
    }

    /// What could not be read.
    pub fn unread(&self) -> impl Iterator<Item = Source> {
        self.unread.iter().copied()
    }

    /// A set that a person says there is, or was.
    pub fn name_set(&mut self, set: &str) {
        self.named.insert(set.to_owned());
    }

    pub(super) fn is_named(&self, set: &str) -> bool {
        self.named.contains(set)
    }

    pub(super) fn is_read(&self, source: Source) -> bool {
        !self.unread.contains(&source)
    }

    /// Adds a set, or replaces the one of its name.
    pub fn add_set(&mut self, namespace: &str, set: LiveSet) {
        self.remove_set(namespace, &set.name);
        let place = self.place(namespace);
        for (at, template) in set.templates.iter().enumerate() {
            let stem = format!("{}-{}", template.name, set.name);
            place.stems.entry(stem).or_default().push((set.name.clone(), at));
        }
        place.sets.insert(set.name.clone(), set);
    }

    fn remove_set(&mut self, namespace: &str, name: &str) {
        let place = self.place(namespace);
        let Some(old) = place.sets.remove(name) else { return };
        for template in old.templates {
            let stem = format!("{}-{name}", template.name);
            place.stems.entry(stem).or_default().retain(|(set, _)| set != name);
        }
    }

    /// Adds a pod.
    pub fn add_pod(&mut self, namespace: &str, pod: PodUse) {
        let place = self.place(namespace);
        for claim in &pod.claims {
            place.used.entry(claim.clone()).or_default().push(pod.uid.clone());
        }
        place.pods.insert(pod.uid.clone(), pod);
    }

    /// Puts what a set is now in place of what it was; none where it does not exist.
    pub fn set_is(&mut self, namespace: &str, name: &str, set: Option<LiveSet>) {
        self.remove_set(namespace, name);
        set.into_iter().for_each(|set| self.add_set(namespace, set));
    }

    /// Puts what a pod is now in place of what it was; none where it does not exist or uses no claims.
    pub fn pod_is(&mut self, namespace: &str, name: &str, pod: Option<PodUse>) {
        self.place(namespace).pods.retain(|_, known| known.name != name);
        pod.into_iter().for_each(|pod| self.add_pod(namespace, pod));
    }

    /// Adds a workload, such as `cronjob backup`, whose template names claims.
    pub fn add_template(
        &mut self,
        namespace: &str,
        workload: &str,
        claims: impl IntoIterator<Item = String>,
    ) {
        let place = self.place(namespace);
        for claim in claims {
            place.named.entry(claim).or_default().push(workload.to_owned());
        }
    }

    /// Adds an autoscaler.
    pub fn add_autoscaler(&mut self, namespace: &str, scaler: Autoscaler) {
        self.place(namespace).scalers.entry(scaler.set.clone()).or_default().push(scaler);
    }

    /// Adds a copy that is being made: `who` makes one of `claim`.
    pub fn add_copy(&mut self, namespace: &str, claim: &str, who: String) {
        keep_first(&mut self.place(namespace).copied, claim.to_owned(), who);
    }

    /// Adds what was found of a volume: none where it does not exist.
    pub fn add_volume(&mut self, name: &str, volume: Option<Volume>) {
        self.volumes.insert(name.to_owned(), volume);
    }

    /// Adds a volume that is attached to a node.
    pub fn add_attachment(&mut self, volume: &str, node: &str) {
        keep_first(&mut self.attached, volume.to_owned(), node.to_owned());
    }

    /// What is known of a volume: nothing where it was not asked for or not readable.
    pub fn volume(&self, name: &str) -> Option<&Option<Volume>> {
        self.volumes.get(name)
    }

    /// Pods that have not ended and use a claim.
    pub fn pods_using(&self, namespace: &str, claim: &str) -> BTreeSet<&str> {
        self.at(namespace).pods_using(claim)
    }

    /// The names of all live sets.
    pub fn set_names(&self) -> BTreeSet<&str> {
        self.places.values().flat_map(|place| place.sets.keys()).map(String::as_str).collect()
    }

    pub(super) fn attachment(&self, volume: &str) -> Option<&str> {
        self.attached.get(volume).map(String::as_str)
    }

    pub(super) fn at(&self, namespace: &str) -> &Place {
        static NOWHERE: std::sync::LazyLock<Place> = std::sync::LazyLock::new(Place::default);
        self.places.get(namespace).unwrap_or(&NOWHERE)
    }

    fn place(&mut self, namespace: &str) -> &mut Place {
        // Not `entry`: it would copy the name for each of thousands of pods.
        if !self.places.contains_key(namespace) {
            self.places.insert(namespace.to_owned(), Place::default());
        }
        self.places.get_mut(namespace).expect("was just added")
    }
}

impl Place {
    /// Takes over all but the sets.
    fn merge(&mut self, other: Self) {
        self.pods.extend(other.pods);
        for (claim, who) in other.copied {
            keep_first(&mut self.copied, claim, who);
        }
        append(&mut self.used, other.used);
        append(&mut self.named, other.named);
        append(&mut self.scalers, other.scalers);
    }

    /// The live sets, with the template, that give just this name.
    pub(super) fn matches(&self, shape: Shape<'_>) -> Vec<(&LiveSet, &Template)> {
        let pairs = self.stems.get(shape.stem).into_iter().flatten();
        let found = pairs.filter_map(|(set, at)| {
            let set = self.sets.get(set)?;
            Some((set, set.templates.get(*at)?))
        });
        let mut found: Vec<_> = found.collect();
        found.sort_by_key(|(set, _)| &set.name);
        found
    }

    /// Pods that have not ended and use a claim, by name.
    pub(super) fn pods_using(&self, claim: &str) -> BTreeSet<&str> {
        let uids = self.used.get(claim).into_iter().flatten();
        let pods = uids.filter_map(|uid| self.pods.get(uid)).filter(|pod| !pod.ended);
        pods.map(|pod| pod.name.as_str()).collect()
    }

    /// A workload whose template names a claim.
    pub(super) fn template_naming(&self, claim: &str) -> Option<&String> {
        self.named.get(claim)?.iter().min()
    }

    pub(super) fn pod(&self, uid: &str) -> Option<&PodUse> {
        self.pods.get(uid)
    }

    /// Whether the controller is about to remove the pod: it is of a live set and outside its range.
    pub(super) fn is_condemned(&self, pod: &PodUse) -> bool {
        let Some(controller) = &pod.controller else { return false };
        let set = self.sets.values().find(|set| set.uid == *controller);
        let ordinal = split_pod_name(&pod.name).map(|(_, ordinal)| ordinal);
        set.zip(ordinal).is_some_and(|(set, ordinal)| !set.range.contains(ordinal))
    }

    /// The autoscaler of a set that goes furthest.
    pub(super) fn scaler(&self, set: &str) -> Option<&Autoscaler> {
        self.scalers.get(set)?.iter().max_by_key(|scaler| (scaler.max_replicas, Reverse(&scaler.name)))
    }

    pub(super) fn copier(&self, claim: &str) -> Option<&str> {
        self.copied.get(claim).map(String::as_str)
    }
}

fn append<T>(all: &mut HashMap<String, Vec<T>>, more: HashMap<String, Vec<T>>) {
    for (key, mut values) in more {
        all.entry(key).or_default().append(&mut values);
    }
}

/// Of several the first by name, so that the words do not depend on the order of reading.
fn keep_first(all: &mut HashMap<String, String>, key: String, value: String) {
    let known = all.entry(key).or_insert_with(|| value.clone());
    *known = value.min(std::mem::take(known));
}
