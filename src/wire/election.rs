//! Endpoints and ConfigMaps, as far as they hold an election: their metadata. What else is in them is never read.

use serde::Deserialize;

use super::{Object, ObjectMeta, Resource, meta_of};

/// An Endpoints object.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Endpoints {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
}

/// A ConfigMap.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConfigMap {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
}

impl Object for Endpoints {
    const RESOURCE: Resource =
        Resource { group: "", version: "v1", kind: "Endpoints", plural: "endpoints", namespaced: true };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}

impl Object for ConfigMap {
    const RESOURCE: Resource =
        Resource { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}
