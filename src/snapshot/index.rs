//! Finds what belongs to a set without walking through everything for each of thousands.

use std::collections::{BTreeMap, HashMap};

use crate::domain::ordinal::split_pod_name;
use crate::domain::surroundings::Event;
use crate::wire::{self, Object as _};

use super::{Objects, Table, convert};

/// Objects by what they are looked up with.
pub struct Index<'a> {
    pub(super) objects: &'a Objects,
    pub(super) pods_by_owner: HashMap<&'a str, Vec<&'a wire::Pod>>,
    /// Pods without controller that are named like a set's, by namespace and the name of that set.
    pub(super) orphaned_pods: HashMap<(&'a str, &'a str), Vec<&'a wire::Pod>>,
    pub(super) revisions: HashMap<&'a str, Vec<&'a wire::ControllerRevision>>,
    /// Revisions without owner, as an orphaning delete leaves them.
    pub(super) orphaned_revisions: Vec<&'a wire::ControllerRevision>,
    /// By namespace and the name of the set that the event's object may belong to.
    events: HashMap<(&'a str, &'a str), Vec<&'a wire::Event>>,
}

impl<'a> Index<'a> {
    /// Indexes all that was read.
    pub fn new(objects: &'a Objects) -> Self {
        let mut index = Self {
            objects,
            pods_by_owner: HashMap::new(),
            orphaned_pods: HashMap::new(),
            revisions: HashMap::new(),
            orphaned_revisions: Vec::new(),
            events: HashMap::new(),
        };
        for pod in objects.pods.iter() {
            let meta = pod.meta();
            if let Some(owner) = convert::controller(meta) {
                index.pods_by_owner.entry(&owner.uid).or_default().push(pod);
            } else if let Some((set, _)) = split_pod_name(&meta.name) {
                index.orphaned_pods.entry((&meta.namespace, set)).or_default().push(pod);
            }
        }
        for revision in objects.revisions.get().into_iter().flat_map(Table::iter) {
            match convert::controller(revision.meta()) {
                Some(owner) => index.revisions.entry(&owner.uid).or_default().push(revision),
                None => index.orphaned_revisions.push(revision),
            }
        }
        for event in objects.events.get().into_iter().flat_map(Table::iter) {
            let Some(about) = &event.involved_object else { continue };
            index.events.entry((&about.namespace, of_set(about))).or_default().push(event);
        }
        index
    }

    /// Events that may concern a set: its own, those of its pods, and those of the claims named.
    pub(super) fn events(&self, namespace: &str, set: &str, claims: &BTreeMap<String, ()>) -> Vec<Event> {
        let own = self.events.get(&(namespace, set)).into_iter().flatten();
        let of_claims =
            claims.keys().filter_map(|claim| self.events.get(&(namespace, claim.as_str()))).flatten();
        let mut events: Vec<Event> = own.chain(of_claims).map(|event| convert::event(event)).collect();
        events.sort_by_key(|event| event.last);
        events
    }
}

/// An event about a pod is filed under its set's name, everything else under its own.
fn of_set(about: &wire::ObjectReference) -> &str {
    match about.kind.as_str() {
        "Pod" => split_pod_name(&about.name).map_or(about.name.as_str(), |(set, _)| set),
        _ => &about.name,
    }
}
