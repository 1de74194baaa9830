//! StatefulSets.

use serde::Deserialize;

use super::claim::PersistentVolumeClaim;
use super::template::PodTemplate;
use super::{IntOrString, LabelSelector, Object, ObjectMeta, Resource, meta_of};

/// A StatefulSet.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StatefulSet {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// What is asked for.
    #[prost(message, optional, tag = "2")]
    pub spec: Option<StatefulSetSpec>,
    /// What the controller last reported.
    #[prost(message, optional, tag = "3")]
    pub status: Option<StatefulSetStatus>,
}

/// What is asked of a StatefulSet.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StatefulSetSpec {
    /// Number of ordinals; 1 where absent.
    #[prost(int32, optional, tag = "1")]
    pub replicas: Option<i32>,
    /// Which pods are candidates.
    #[prost(message, optional, tag = "2")]
    pub selector: Option<LabelSelector>,
    /// The pod template.
    #[prost(message, optional, tag = "3")]
    pub template: Option<PodTemplate>,
    /// One claim of each per ordinal.
    #[prost(message, repeated, tag = "4")]
    pub volume_claim_templates: Vec<PersistentVolumeClaim>,
    /// The governing Service.
    #[prost(string, tag = "5")]
    pub service_name: String,
    /// `OrderedReady` or `Parallel`.
    #[prost(string, tag = "6")]
    pub pod_management_policy: String,
    /// How pods get a new revision.
    #[prost(message, optional, tag = "7")]
    pub update_strategy: Option<UpdateStrategy>,
    /// How long a pod is Ready before it is available.
    #[prost(int32, tag = "9")]
    pub min_ready_seconds: i32,
    /// What becomes of claims.
    #[prost(message, optional, tag = "10")]
    pub persistent_volume_claim_retention_policy: Option<RetentionPolicy>,
    /// Where ordinals start.
    #[prost(message, optional, tag = "11")]
    pub ordinals: Option<Ordinals>,
}

/// How pods get a new revision.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateStrategy {
    /// `RollingUpdate`, `OnDelete`, or a name of a later Kubernetes.
    #[prost(string, tag = "1")]
    #[serde(rename = "type")]
    pub r#type: String,
    /// Parameters; absent is legal and differs from an empty one.
    #[prost(message, optional, tag = "2")]
    pub rolling_update: Option<RollingUpdate>,
}

/// Parameters of a rolling update.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RollingUpdate {
    /// Offset from the first ordinal; what stands below keeps its revision.
    #[prost(int32, optional, tag = "1")]
    pub partition: Option<i32>,
    /// Present only where the API server has the feature on.
    #[prost(message, optional, tag = "2")]
    pub max_unavailable: Option<IntOrString>,
}

/// Where ordinals start.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Ordinals {
    /// The first ordinal.
    #[prost(int32, tag = "1")]
    pub start: i32,
}

/// What becomes of claims.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RetentionPolicy {
    /// When the set is deleted: `Retain` or `Delete`.
    #[prost(string, tag = "1")]
    pub when_deleted: String,
    /// When an ordinal is scaled away: `Retain` or `Delete`.
    #[prost(string, tag = "2")]
    pub when_scaled: String,
}

/// What the controller last reported.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StatefulSetStatus {
    /// The generation that the rest of the status speaks of.
    #[prost(int64, tag = "1")]
    pub observed_generation: i64,
    /// Pods that exist.
    #[prost(int32, tag = "2")]
    pub replicas: i32,
    /// Pods that are Ready.
    #[prost(int32, tag = "3")]
    pub ready_replicas: i32,
    /// Pods at the current revision, as the controller counts them; it can drift.
    #[prost(int32, tag = "4")]
    pub current_replicas: i32,
    /// Pods at the update revision, likewise.
    #[prost(int32, tag = "5")]
    pub updated_replicas: i32,
    /// The revision of the last finished rollout.
    #[prost(string, tag = "6")]
    pub current_revision: String,
    /// The revision of the newest template.
    #[prost(string, tag = "7")]
    pub update_revision: String,
    /// Pods that are available.
    #[prost(int32, tag = "11")]
    pub available_replicas: i32,
}

impl Object for StatefulSet {
    const RESOURCE: Resource = Resource {
        group: "apps",
        version: "v1",
        kind: "StatefulSet",
        plural: "statefulsets",
        namespaced: true,
    };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}
