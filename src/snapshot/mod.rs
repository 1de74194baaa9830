//! From Kubernetes objects to the snapshot that the domain judges: the edge at which wire types end.
//!
//! [`Objects`] holds what was read, wherever from: the cluster, a watch, or files. [`Index::set`] ties one
//! StatefulSet to its pods, claims, revisions and surroundings. Live, watched and captured states go through the
//! same code, so that they get the same analysis.

mod convert;
pub mod force_delete;
mod index;
pub mod leader;
mod lookup;
mod ownership;
pub mod peers;
mod pod;
mod revision;
mod set;
mod table;
#[cfg(test)]
mod tests;
pub mod usage;

use jiff::Timestamp;

use crate::domain::Known;
use crate::wire;

pub(crate) use convert::lease;
pub use index::Index;
pub use lookup::Lookup;
pub use ownership::ownership;
pub use revision::{digest, restored_template};
pub(crate) use set::selects;
pub use table::Table;

/// The namespace in which each kubelet renews a Lease of its node's name.
pub const NODE_LEASES: &str = "kube-node-lease";

/// What was read, by kind, before it is tied into sets.
#[derive(Clone, Debug)]
pub struct Objects {
    /// The moment of reading, by the server's clock.
    pub now: Timestamp,
    /// The sets.
    pub sets: Table<wire::StatefulSet>,
    /// Pods.
    pub pods: Table<wire::Pod>,
    /// Claims of the sets and of their pods.
    pub claims: Known<Table<wire::PersistentVolumeClaim>>,
    /// Revisions of the sets.
    pub revisions: Known<Table<wire::ControllerRevision>>,
    /// Events.
    pub events: Known<Table<wire::Event>>,
    /// Services.
    pub services: Lookup<wire::Service>,
    /// EndpointSlices of the governing Services.
    pub endpoint_slices: Known<Table<wire::EndpointSlice>>,
    /// Nodes.
    pub nodes: Lookup<wire::Node>,
    /// Leases of nodes, in [`NODE_LEASES`].
    pub leases: Lookup<wire::Lease>,
    /// Storage classes.
    pub storage_classes: Known<Table<wire::StorageClass>>,
    /// Autoscalers.
    pub autoscalers: Known<Table<wire::HorizontalPodAutoscaler>>,
    /// What only claims are judged by.
    pub users: usage::Users,
    /// What only says who leads.
    pub elections: leader::Elections,
}

impl Objects {
    /// Nothing has been read yet.
    pub fn new(now: Timestamp) -> Self {
        Self {
            now,
            sets: Table::default(),
            pods: Table::default(),
            claims: Known::Unknown,
            revisions: Known::Unknown,
            events: Known::Unknown,
            services: Lookup::default(),
            endpoint_slices: Known::Unknown,
            nodes: Lookup::default(),
            leases: Lookup::default(),
            storage_classes: Known::Unknown,
            autoscalers: Known::Unknown,
            users: usage::Users::default(),
            elections: leader::Elections::default(),
        }
    }
}
