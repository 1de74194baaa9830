//! Pods.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::values::null_as_default;
use super::{Condition, Container, ContainerStatus, Object, ObjectMeta, Resource, Time, meta_of};

/// A pod.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Pod {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// What is asked for.
    #[prost(message, optional, tag = "2")]
    pub spec: Option<PodSpec>,
    /// What was last reported.
    #[prost(message, optional, tag = "3")]
    pub status: Option<PodStatus>,
}

/// What is asked of a pod.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSpec {
    /// Volumes.
    #[prost(message, repeated, tag = "1")]
    pub volumes: Vec<Volume>,
    /// Containers.
    #[prost(message, repeated, tag = "2")]
    pub containers: Vec<Container>,
    /// `Always` for pods of a set.
    #[prost(string, tag = "3")]
    pub restart_policy: String,
    /// Grace that a plain delete gives.
    #[prost(int64, optional, tag = "4")]
    pub termination_grace_period_seconds: Option<i64>,
    /// Labels that a node must have.
    #[prost(btree_map = "string, string", tag = "7")]
    pub node_selector: BTreeMap<String, String>,
    /// The node; empty until scheduled.
    #[prost(string, tag = "10")]
    pub node_name: String,
    /// The first part of its name in DNS; the pod's name where empty.
    #[prost(string, tag = "16")]
    pub hostname: String,
    /// The Service whose name is part of the host name.
    #[prost(string, tag = "17")]
    pub subdomain: String,
    /// Init containers and sidecars.
    #[prost(message, repeated, tag = "20")]
    pub init_containers: Vec<Container>,
    /// Debug containers.
    #[prost(message, repeated, tag = "34")]
    pub ephemeral_containers: Vec<EphemeralContainer>,
}

/// A debug container of a spec: in JSON the fields of a container, in protobuf a message within the message.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(from = "Container")]
pub struct EphemeralContainer {
    /// What every container has.
    #[prost(message, optional, tag = "1")]
    pub common: Option<Container>,
}

impl From<Container> for EphemeralContainer {
    fn from(container: Container) -> Self {
        Self { common: Some(container) }
    }
}

/// A volume of a pod.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Volume {
    /// Name within the pod.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Where it comes from.
    #[prost(message, optional, tag = "2")]
    #[serde(flatten)]
    pub source: Option<VolumeSource>,
}

/// Where a volume comes from; only claims are read.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeSource {
    /// A claim.
    #[prost(message, optional, tag = "10")]
    pub persistent_volume_claim: Option<ClaimSource>,
    /// A claim that is made with the pod, `<pod>-<volume>`, and goes with it; only that there is one is read.
    #[prost(message, optional, tag = "29")]
    pub ephemeral: Option<EphemeralSource>,
}

/// A generic ephemeral volume.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub struct EphemeralSource {}

/// A claim that a pod uses.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimSource {
    /// Its name.
    #[prost(string, tag = "1")]
    pub claim_name: String,
}

/// What was last reported of a pod.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodStatus {
    /// Pending, Running, Succeeded, Failed or Unknown.
    #[prost(string, tag = "1")]
    pub phase: String,
    /// Conditions.
    #[prost(message, repeated, tag = "2")]
    pub conditions: Vec<Condition>,
    /// Why it is in this phase, for people.
    #[prost(string, tag = "3")]
    pub message: String,
    /// Why it is in this phase, for programs.
    #[prost(string, tag = "4")]
    pub reason: String,
    /// Address.
    #[prost(string, tag = "6")]
    #[serde(rename = "podIP")]
    pub pod_ip: String,
    /// When the kubelet took it on.
    #[prost(message, optional, tag = "7")]
    pub start_time: Option<Time>,
    /// Containers.
    #[prost(message, repeated, tag = "8")]
    pub container_statuses: Vec<ContainerStatus>,
    /// Addresses, one of each family; the first is `pod_ip`.
    #[prost(message, repeated, tag = "12")]
    #[serde(rename = "podIPs", deserialize_with = "null_as_default")]
    pub pod_ips: Vec<PodIp>,
    /// Init containers and sidecars.
    #[prost(message, repeated, tag = "10")]
    pub init_container_statuses: Vec<ContainerStatus>,
    /// Debug containers.
    #[prost(message, repeated, tag = "13")]
    pub ephemeral_container_statuses: Vec<ContainerStatus>,
}

/// An address of a pod.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub struct PodIp {
    /// The address.
    #[prost(string, tag = "1")]
    pub ip: String,
}

impl Object for Pod {
    const RESOURCE: Resource =
        Resource { group: "", version: "v1", kind: "Pod", plural: "pods", namespaced: true };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}
