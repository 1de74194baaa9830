//! Services, and the EndpointSlices that say where they lead.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::values::null_as_default;
use super::{IntOrString, Object, ObjectMeta, ObjectReference, Resource, meta_of};

/// A Service.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Service {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// What is asked for.
    #[prost(message, optional, tag = "2")]
    pub spec: Option<ServiceSpec>,
}

/// What is asked of a Service.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceSpec {
    /// Ports; a headless Service may have none.
    #[prost(message, repeated, tag = "1")]
    #[serde(deserialize_with = "null_as_default")]
    pub ports: Vec<ServicePort>,
    /// Labels of the pods that it leads to; empty where somebody else writes its endpoints.
    #[prost(btree_map = "string, string", tag = "2")]
    #[serde(deserialize_with = "null_as_default")]
    pub selector: BTreeMap<String, String>,
    /// `None` makes it headless.
    #[prost(string, tag = "3")]
    #[serde(rename = "clusterIP")]
    pub cluster_ip: String,
    /// `ClusterIP`, `ExternalName`, …
    #[prost(string, tag = "4")]
    #[serde(rename = "type")]
    pub r#type: String,
    /// Whether unready pods resolve.
    #[prost(bool, tag = "13")]
    pub publish_not_ready_addresses: bool,
    /// `IPv4`, `IPv6`.
    #[prost(string, repeated, tag = "19")]
    #[serde(deserialize_with = "null_as_default")]
    pub ip_families: Vec<String>,
}

/// A port of a Service.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServicePort {
    /// Name; empty only where there is one port.
    #[prost(string, tag = "1")]
    pub name: String,
    /// `TCP`, `UDP` or `SCTP`.
    #[prost(string, tag = "2")]
    pub protocol: String,
    /// Number.
    #[prost(int32, tag = "3")]
    pub port: i32,
    /// The container's port, by number or name; the same number where absent.
    #[prost(message, optional, tag = "4")]
    pub target_port: Option<IntOrString>,
}

/// A part of where a Service leads: all endpoints with the same ports, or some of them.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EndpointSlice {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// Endpoints.
    #[prost(message, repeated, tag = "2")]
    #[serde(deserialize_with = "null_as_default")]
    pub endpoints: Vec<Endpoint>,
    /// Ports that each of them has.
    #[prost(message, repeated, tag = "3")]
    #[serde(deserialize_with = "null_as_default")]
    pub ports: Vec<EndpointPort>,
    /// `IPv4`, `IPv6` or `FQDN`.
    #[prost(string, tag = "4")]
    pub address_type: String,
}

/// An endpoint.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Endpoint {
    /// Addresses; all the same endpoint. Kubernetes itself writes one.
    #[prost(string, repeated, tag = "1")]
    #[serde(deserialize_with = "null_as_default")]
    pub addresses: Vec<String>,
    /// How it fares.
    #[prost(message, optional, tag = "2")]
    pub conditions: Option<EndpointConditions>,
    /// Its name under the Service.
    #[prost(string, optional, tag = "3")]
    pub hostname: Option<String>,
    /// The pod.
    #[prost(message, optional, tag = "4")]
    pub target_ref: Option<ObjectReference>,
}

/// How an endpoint fares. What is absent is unknown: consumers take `ready` and `serving` for true then.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EndpointConditions {
    /// To be used.
    #[prost(bool, optional, tag = "1")]
    pub ready: Option<bool>,
    /// Its pod is Ready, terminating or not.
    #[prost(bool, optional, tag = "2")]
    pub serving: Option<bool>,
    /// Its pod terminates.
    #[prost(bool, optional, tag = "3")]
    pub terminating: Option<bool>,
}

/// A port of all endpoints of a slice.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EndpointPort {
    /// Name, that of the Service's port.
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    /// `TCP` where absent.
    #[prost(string, optional, tag = "2")]
    pub protocol: Option<String>,
    /// Number; every port where absent.
    #[prost(int32, optional, tag = "3")]
    pub port: Option<i32>,
}

impl Object for Service {
    const RESOURCE: Resource =
        Resource { group: "", version: "v1", kind: "Service", plural: "services", namespaced: true };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}

impl Object for EndpointSlice {
    const RESOURCE: Resource = Resource {
        group: "discovery.k8s.io",
        version: "v1",
        kind: "EndpointSlice",
        plural: "endpointslices",
        namespaced: true,
    };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}
