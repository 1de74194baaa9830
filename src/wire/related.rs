//! Objects around a set: revisions and autoscalers.

use serde::Deserialize;

use super::{Object, ObjectMeta, RawExtension, Resource, meta_of};

/// A stored pod template.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ControllerRevision {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// A patch that restores the template, as JSON.
    #[prost(message, optional, tag = "2")]
    pub data: Option<RawExtension>,
    /// Its place in the history; a rollback raises it.
    #[prost(int64, tag = "3")]
    pub revision: i64,
}

/// An autoscaler.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HorizontalPodAutoscaler {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// What is asked for.
    #[prost(message, optional, tag = "2")]
    pub spec: Option<AutoscalerSpec>,
}

/// What is asked of an autoscaler.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutoscalerSpec {
    /// What it scales.
    #[prost(message, optional, tag = "1")]
    pub scale_target_ref: Option<ScaleTarget>,
    /// Lower bound; 1 where absent.
    #[prost(int32, optional, tag = "2")]
    pub min_replicas: Option<i32>,
    /// Upper bound.
    #[prost(int32, tag = "3")]
    pub max_replicas: i32,
}

/// What an autoscaler scales.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ScaleTarget {
    /// Kind.
    #[prost(string, tag = "1")]
    pub kind: String,
    /// Name.
    #[prost(string, tag = "2")]
    pub name: String,
}

/// KEDA's autoscaler: an object of an extension, which speaks JSON only.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ScaledObject {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// What is asked for.
    #[prost(message, optional, tag = "2")]
    pub spec: Option<ScaledObjectSpec>,
}

/// What is asked of KEDA's autoscaler.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ScaledObjectSpec {
    /// What it scales; a Deployment where no kind is named.
    #[prost(message, optional, tag = "1")]
    pub scale_target_ref: Option<ScaleTarget>,
    /// Upper bound; 100 where absent (kedacore/keda `apis/keda/v1alpha1/scaledobject_types.go`).
    #[prost(int32, optional, tag = "2")]
    pub max_replica_count: Option<i32>,
}

impl Object for ControllerRevision {
    const RESOURCE: Resource = Resource {
        group: "apps",
        version: "v1",
        kind: "ControllerRevision",
        plural: "controllerrevisions",
        namespaced: true,
    };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}

impl Object for HorizontalPodAutoscaler {
    const RESOURCE: Resource = Resource {
        group: "autoscaling",
        version: "v2",
        kind: "HorizontalPodAutoscaler",
        plural: "horizontalpodautoscalers",
        namespaced: true,
    };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}

impl Object for ScaledObject {
    const RESOURCE: Resource = Resource {
        group: "keda.sh",
        version: "v1alpha1",
        kind: "ScaledObject",
        plural: "scaledobjects",
        namespaced: true,
    };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}
