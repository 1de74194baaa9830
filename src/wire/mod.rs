//! Kubernetes objects as they come over the wire, reduced to the fields that this program reads.
//!
//! Each type reads **both encodings** of the API: JSON (files, watches, servers that do not answer in protobuf)
//! through serde, and protobuf (big lists, where JSON is most of the cost) through prost. Both skip every field
//! that is not named here, which is what keeps a list of 100,000 objects small. Field numbers are those of
//! `generated.proto` in k8s.io/api and k8s.io/apimachinery.

mod budget;
mod claim;
mod election;
mod event;
mod managed;
mod meta;
mod node;
mod pod;
mod related;
mod remediation;
mod statefulset;
mod template;
mod values;
mod volume;
mod workload;

pub use budget::PodDisruptionBudget;
pub use claim::{ClaimSpec, ClaimStatus, DataSource, PersistentVolumeClaim, StorageClass};
pub use election::{ConfigMap, Endpoints};
pub use event::{Event, EventSeries, ObjectReference};
pub use managed::{ManagedField, managed_fields};
pub use meta::{Condition, ListMeta, ObjectMeta, OwnerReference};
pub use node::{Lease, LeaseSpec, Node, NodeSpec, NodeStatus, Taint};
pub use pod::{Container, ContainerState, ContainerStatus, Pod, PodSpec, PodStatus, Terminated, Volume};
pub use related::{ControllerRevision, HorizontalPodAutoscaler, ScaledObject, Service};
pub use remediation::{FenceAgentsRemediation, RemediationStatus, SelfNodeRemediation};
pub use statefulset::{StatefulSet, StatefulSetSpec, StatefulSetStatus, UpdateStrategy};
pub use template::{LabelSelector, PodTemplate, Requirement};
pub use values::{IntOrString, Quantity, RawExtension, Time};
pub use volume::{CsiDriver, NodeTerm, PersistentVolume, VolumeAttachment, VolumeSnapshot, VolumeSpec};
pub use workload::{CronJob, DaemonSet, Deployment, Job, ReplicaSet, Workload};

use serde::de::DeserializeOwned;

/// Where a kind of object lives in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Resource {
    /// API group, empty for the core group.
    pub group: &'static str,
    /// Version within the group.
    pub version: &'static str,
    /// Kind, as in manifests.
    pub kind: &'static str,
    /// Plural, lower-case name, as in paths and RBAC rules.
    pub plural: &'static str,
    /// Whether objects live in a namespace.
    pub namespaced: bool,
}

impl Resource {
    /// `apps/v1`, or `v1` for the core group.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_owned()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }
}

/// A slim object of one kind, readable from JSON and from protobuf.
pub trait Object: prost::Message + Default + Clone + DeserializeOwned + 'static {
    /// The kind's place in the API.
    const RESOURCE: Resource;

    /// The object's metadata; empty where the server sent none.
    fn meta(&self) -> &ObjectMeta;
}

/// The metadata, or an empty one that stands for "the server sent none".
fn meta_of(metadata: Option<&ObjectMeta>) -> &ObjectMeta {
    static NONE: std::sync::LazyLock<ObjectMeta> = std::sync::LazyLock::new(ObjectMeta::default);
    metadata.unwrap_or(&NONE)
}
