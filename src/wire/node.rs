//! Nodes and the Leases that prove their kubelet alive.

use serde::Deserialize;

use super::{Condition, Object, ObjectMeta, Resource, Time, meta_of};

/// A node.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Node {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// What is asked for.
    #[prost(message, optional, tag = "2")]
    pub spec: Option<NodeSpec>,
    /// What was last reported.
    #[prost(message, optional, tag = "3")]
    pub status: Option<NodeStatus>,
}

/// What is asked of a node.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeSpec {
    /// Cordoned.
    #[prost(bool, tag = "4")]
    pub unschedulable: bool,
    /// Taints.
    #[prost(message, repeated, tag = "5")]
    pub taints: Vec<Taint>,
}

/// A taint.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Taint {
    /// Key.
    #[prost(string, tag = "1")]
    pub key: String,
    /// Value.
    #[prost(string, tag = "2")]
    pub value: String,
    /// NoSchedule, PreferNoSchedule or NoExecute.
    #[prost(string, tag = "3")]
    pub effect: String,
    /// When it was set.
    #[prost(message, optional, tag = "4")]
    pub time_added: Option<Time>,
}

/// What was last reported of a node.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeStatus {
    /// Conditions.
    #[prost(message, repeated, tag = "4")]
    pub conditions: Vec<Condition>,
    /// What the machine says of itself.
    #[prost(message, optional, tag = "7")]
    pub node_info: Option<NodeInfo>,
}

/// What a machine says of itself.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeInfo {
    /// Identity of the installed system.
    #[prost(string, tag = "1")]
    #[serde(rename = "machineID")]
    pub machine_id: String,
    /// Identity of its present boot.
    #[prost(string, tag = "3")]
    #[serde(rename = "bootID")]
    pub boot_id: String,
}

/// A lease.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Lease {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// Who holds it.
    #[prost(message, optional, tag = "2")]
    pub spec: Option<LeaseSpec>,
}

/// Who holds a lease, and until when.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LeaseSpec {
    /// Holder; empty when released.
    #[prost(string, optional, tag = "1")]
    pub holder_identity: Option<String>,
    /// How long a renewal counts.
    #[prost(int32, optional, tag = "2")]
    pub lease_duration_seconds: Option<i32>,
    /// When this holder took it.
    #[prost(message, optional, tag = "3")]
    pub acquire_time: Option<Time>,
    /// When it was last renewed.
    #[prost(message, optional, tag = "4")]
    pub renew_time: Option<Time>,
    /// How often it has gone from one holder to another.
    #[prost(int32, optional, tag = "5")]
    pub lease_transitions: Option<i32>,
}

impl Object for Node {
    const RESOURCE: Resource =
        Resource { group: "", version: "v1", kind: "Node", plural: "nodes", namespaced: false };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}

impl Object for Lease {
    const RESOURCE: Resource = Resource {
        group: "coordination.k8s.io",
        version: "v1",
        kind: "Lease",
        plural: "leases",
        namespaced: true,
    };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}
