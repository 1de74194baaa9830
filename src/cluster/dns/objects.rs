//! The objects around a DNS server, reduced to what is read of them. Field numbers are those of `generated.proto`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::wire::{Condition, IntOrString, Object, ObjectMeta, Resource};

/// A pod that may be a DNS server.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub(super) struct DnsPod {
    #[prost(message, optional, tag = "1")]
    pub(super) metadata: Option<ObjectMeta>,
    #[prost(message, optional, tag = "2")]
    pub(super) spec: Option<DnsPodSpec>,
    #[prost(message, optional, tag = "3")]
    pub(super) status: Option<DnsPodStatus>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub(super) struct DnsPodSpec {
    #[prost(message, repeated, tag = "1")]
    pub(super) volumes: Vec<Volume>,
    #[prost(message, repeated, tag = "2")]
    pub(super) containers: Vec<Container>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub(super) struct DnsPodStatus {
    #[prost(message, repeated, tag = "2")]
    pub(super) conditions: Vec<Condition>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub(super) struct Container {
    #[prost(message, repeated, tag = "6")]
    pub(super) ports: Vec<ContainerPort>,
}

#[derive(Clone, PartialEq, Eq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ContainerPort {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(int32, tag = "3")]
    pub(super) container_port: i32,
    /// TCP where it is left out.
    #[prost(string, tag = "4")]
    pub(super) protocol: String,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub(super) struct Volume {
    #[prost(message, optional, tag = "2")]
    #[serde(flatten)]
    pub(super) source: Option<VolumeSource>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct VolumeSource {
    #[prost(message, optional, tag = "19")]
    pub(super) config_map: Option<ConfigMapSource>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub(super) struct ConfigMapSource {
    /// An object of its own in protobuf, a field here in JSON.
    #[prost(message, optional, tag = "1")]
    #[serde(flatten)]
    pub(super) reference: Option<LocalReference>,
}

#[derive(Clone, PartialEq, Eq, prost::Message, Deserialize)]
#[serde(default)]
pub(super) struct LocalReference {
    #[prost(string, tag = "1")]
    pub(super) name: String,
}

/// A Service: the one of the DNS servers, or `default/kubernetes`.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub(super) struct DnsService {
    #[prost(message, optional, tag = "1")]
    pub(super) metadata: Option<ObjectMeta>,
    #[prost(message, optional, tag = "2")]
    pub(super) spec: Option<DnsServiceSpec>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub(super) struct DnsServiceSpec {
    #[prost(message, repeated, tag = "1")]
    pub(super) ports: Vec<ServicePort>,
    #[prost(btree_map = "string, string", tag = "2")]
    pub(super) selector: BTreeMap<String, String>,
    #[prost(string, tag = "3")]
    #[serde(rename = "clusterIP")]
    pub(super) cluster_ip: String,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ServicePort {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) protocol: String,
    #[prost(int32, tag = "3")]
    pub(super) port: i32,
    #[prost(message, optional, tag = "4")]
    pub(super) target_port: Option<IntOrString>,
}

/// A ConfigMap.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub(super) struct ConfigMap {
    #[prost(message, optional, tag = "1")]
    pub(super) metadata: Option<ObjectMeta>,
    #[prost(btree_map = "string, string", tag = "2")]
    pub(super) data: BTreeMap<String, String>,
}

const fn core(kind: &'static str, plural: &'static str) -> Resource {
    Resource { group: "", version: "v1", kind, plural, namespaced: true }
}

/// The metadata, or an empty one that stands for "the server sent none".
fn meta(metadata: Option<&ObjectMeta>) -> &ObjectMeta {
    static NONE: std::sync::LazyLock<ObjectMeta> = std::sync::LazyLock::new(ObjectMeta::default);
    metadata.unwrap_or(&NONE)
}

impl Object for DnsPod {
    const RESOURCE: Resource = core("Pod", "pods");

    fn meta(&self) -> &ObjectMeta {
        meta(self.metadata.as_ref())
    }
}

impl Object for DnsService {
    const RESOURCE: Resource = core("Service", "services");

    fn meta(&self) -> &ObjectMeta {
        meta(self.metadata.as_ref())
    }
}

impl Object for ConfigMap {
    const RESOURCE: Resource = core("ConfigMap", "configmaps");

    fn meta(&self) -> &ObjectMeta {
        meta(self.metadata.as_ref())
    }
}

impl DnsPod {
    /// Whether it answers: Ready, and not about to go.
    pub(super) fn is_ready(&self) -> bool {
        let conditions = self.status.iter().flat_map(|status| &status.conditions);
        let mut ready = conditions.filter(|condition| condition.r#type == "Ready");
        self.meta().deletion_timestamp.is_none() && ready.any(|condition| condition.status == "True")
    }

    /// The TCP ports that its containers name.
    pub(super) fn ports(&self) -> impl Iterator<Item = &ContainerPort> {
        self.spec.iter().flat_map(|spec| &spec.containers).flat_map(|container| &container.ports)
    }

    /// The ConfigMaps that it mounts.
    pub(super) fn config_maps(&self) -> impl Iterator<Item = &str> {
        let sources =
            self.spec.iter().flat_map(|spec| &spec.volumes).filter_map(|volume| volume.source.as_ref());
        let maps = sources.filter_map(|source| source.config_map.as_ref()?.reference.as_ref());
        maps.map(|reference| reference.name.as_str())
    }
}

/// Whether a port is of TCP, which it is where nothing is said.
pub(super) fn is_tcp(protocol: &str) -> bool {
    protocol.is_empty() || protocol == "TCP"
}
