//! The objects around a DNS server, reduced to what is read of them. Field numbers are those of `generated.proto`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::wire::{Condition, ContainerPort, Object, ObjectMeta, Resource, meta_of};

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

impl Object for DnsPod {
    const RESOURCE: Resource = core("Pod", "pods");

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}

impl Object for ConfigMap {
    const RESOURCE: Resource = core("ConfigMap", "configmaps");

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
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

#[cfg(test)]
mod tests {
    use prost::Message;
    use serde_json::{from_value, json};

    use super::*;

    fn pod(ready: &str, deleted: Option<&str>) -> DnsPod {
        from_value(json!({
            "metadata": {"name": "coredns-1", "deletionTimestamp": deleted},
            "spec": {
                "containers": [{"ports": [{"name": "dns-tcp", "containerPort": 53, "protocol": "TCP"}]}],
                "volumes": [
                    {"name": "scratch", "emptyDir": {}},
                    {"name": "config", "configMap": {"name": "coredns", "items": [{"key": "Corefile", "path": "Corefile"}]}},
                ],
            },
            "status": {"conditions": [{"type": "Initialized", "status": "True"}, {"type": "Ready", "status": ready}]},
        }))
        .expect("a pod")
    }

    #[test]
    fn a_pod_is_the_same_in_both_encodings() {
        let from_json = pod("True", None);
        let from_protobuf = DnsPod::decode(&*from_json.encode_to_vec()).expect("a pod");
        for pod in [from_json, from_protobuf] {
            assert_eq!(pod.config_maps().collect::<Vec<_>>(), ["coredns"]);
            assert_eq!(pod.ports().map(|port| port.container_port).collect::<Vec<_>>(), [53]);
            assert!(pod.is_ready());
        }
    }

    #[test]
    fn a_pod_that_is_not_ready_or_is_to_go_does_not_answer() {
        assert!(!pod("False", None).is_ready());
        assert!(!pod("True", Some("2026-01-01T00:00:00Z")).is_ready());
        assert!(!DnsPod::default().is_ready());
    }
}
