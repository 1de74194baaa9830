//! From Kubernetes objects to the snapshot that the domain judges: the edge at which wire types end.
//!
//! [`Objects`] holds what was read, wherever from: the cluster, a watch, or files. [`Index::set`] ties one
//! StatefulSet to its pods, claims, revisions and surroundings. Live, watched and captured states go through the
//! same code, so that they get the same analysis.

mod convert;
mod index;
mod pod;
mod revision;
mod set;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::Known;
use crate::wire;

pub use index::Index;

/// What was read, by kind, before it is tied into sets.
#[derive(Clone, Debug)]
pub struct Objects {
    /// The moment of reading, by the server's clock.
    pub now: Timestamp,
    /// The sets.
    pub sets: Vec<wire::StatefulSet>,
    /// Pods.
    pub pods: Vec<wire::Pod>,
    /// Claims of the sets and of their pods.
    pub claims: Known<Vec<wire::PersistentVolumeClaim>>,
    /// Revisions of the sets.
    pub revisions: Known<Vec<wire::ControllerRevision>>,
    /// Events.
    pub events: Known<Vec<wire::Event>>,
    /// Governing Services, by namespace and name; none for one that does not exist.
    pub services: BTreeMap<(String, String), Known<Option<wire::Service>>>,
    /// Nodes, by name, likewise.
    pub nodes: BTreeMap<String, Known<Option<wire::Node>>>,
    /// Leases of nodes, by node name, likewise.
    pub leases: BTreeMap<String, Known<Option<wire::Lease>>>,
    /// Storage classes.
    pub storage_classes: Known<Vec<wire::StorageClass>>,
    /// Autoscalers.
    pub autoscalers: Known<Vec<wire::HorizontalPodAutoscaler>>,
}

impl Objects {
    /// Nothing has been read yet.
    pub fn new(now: Timestamp) -> Self {
        Self {
            now,
            sets: Vec::new(),
            pods: Vec::new(),
            claims: Known::Unknown,
            revisions: Known::Unknown,
            events: Known::Unknown,
            services: BTreeMap::new(),
            nodes: BTreeMap::new(),
            leases: BTreeMap::new(),
            storage_classes: Known::Unknown,
            autoscalers: Known::Unknown,
        }
    }
}
