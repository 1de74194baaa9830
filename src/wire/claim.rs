//! PersistentVolumeClaims, volumes and storage classes.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Condition, Object, ObjectMeta, Quantity, Resource, meta_of};

/// A claim.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PersistentVolumeClaim {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// What is asked for.
    #[prost(message, optional, tag = "2")]
    pub spec: Option<ClaimSpec>,
    /// What was last reported.
    #[prost(message, optional, tag = "3")]
    pub status: Option<ClaimStatus>,
}

/// What a claim asks for.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimSpec {
    /// The volume it is bound to.
    #[prost(string, tag = "3")]
    pub volume_name: String,
    /// How much is asked for.
    #[prost(message, optional, tag = "2")]
    pub resources: Option<ClaimResources>,
    /// What it is filled from.
    #[prost(message, optional, tag = "7")]
    pub data_source: Option<DataSource>,
    /// Likewise, in the newer form, which can be of another namespace.
    #[prost(message, optional, tag = "8")]
    pub data_source_ref: Option<DataSource>,
    /// Storage class; absent means the default class.
    #[prost(string, optional, tag = "5")]
    pub storage_class_name: Option<String>,
}

/// How much a claim asks for.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimResources {
    /// Under the key `storage`.
    #[prost(btree_map = "string, message", tag = "2")]
    pub requests: BTreeMap<String, Quantity>,
}

/// What a claim is filled from.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DataSource {
    /// Kind, such as `PersistentVolumeClaim`.
    #[prost(string, tag = "2")]
    pub kind: String,
    /// Name.
    #[prost(string, tag = "3")]
    pub name: String,
    /// Namespace; absent for the claim's own.
    #[prost(string, optional, tag = "4")]
    pub namespace: Option<String>,
}

/// What was last reported of a claim.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimStatus {
    /// Pending, Bound or Lost.
    #[prost(string, tag = "1")]
    pub phase: String,
    /// What it got.
    #[prost(btree_map = "string, message", tag = "3")]
    pub capacity: BTreeMap<String, Quantity>,
    /// Conditions.
    #[prost(message, repeated, tag = "4")]
    pub conditions: Vec<Condition>,
}

/// A storage class.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StorageClass {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// Who makes its volumes.
    #[prost(string, tag = "2")]
    pub provisioner: String,
    /// `Immediate` or `WaitForFirstConsumer`.
    #[prost(string, optional, tag = "7")]
    pub volume_binding_mode: Option<String>,
}

impl Object for PersistentVolumeClaim {
    const RESOURCE: Resource = Resource {
        group: "",
        version: "v1",
        kind: "PersistentVolumeClaim",
        plural: "persistentvolumeclaims",
        namespaced: true,
    };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}

impl Object for StorageClass {
    const RESOURCE: Resource = Resource {
        group: "storage.k8s.io",
        version: "v1",
        kind: "StorageClass",
        plural: "storageclasses",
        namespaced: false,
    };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}
