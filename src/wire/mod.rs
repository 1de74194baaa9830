//! Kubernetes objects as they come over the wire, reduced to the fields that this program reads.
//!
//! Each type reads **both encodings** of the API: JSON (files, watches, servers that do not answer in protobuf)
//! through serde, and protobuf (big lists, where JSON is most of the cost) through prost. Both skip every field
//! that is not named here, which is what keeps a list of 100,000 objects small. Field numbers are those of
//! `generated.proto` in k8s.io/api and k8s.io/apimachinery.

mod budget;
mod claim;
mod container;
mod election;
mod event;
mod managed;
mod meta;
mod node;
mod pod;
mod related;
mod remediation;
mod service;
mod statefulset;
mod template;
mod values;
mod volume;
mod workload;

pub use budget::PodDisruptionBudget;
pub use claim::{ClaimSpec, ClaimStatus, DataSource, PersistentVolumeClaim, StorageClass};
pub use container::{Container, ContainerPort, ContainerState, ContainerStatus, Terminated};
pub use election::{ConfigMap, Endpoints};
pub use event::{Event, EventSeries, ObjectReference};
pub use managed::{ManagedField, managed_fields};
pub use meta::{Condition, ListMeta, ObjectMeta, OwnerReference};
pub use node::{Lease, LeaseSpec, Node, NodeSpec, NodeStatus, Taint};
pub use pod::{Pod, PodSpec, PodStatus, Volume};
pub use related::{ControllerRevision, HorizontalPodAutoscaler, ScaledObject};
pub use remediation::{FenceAgentsRemediation, RemediationStatus, SelfNodeRemediation};
pub use service::{Endpoint, EndpointPort, EndpointSlice, Service, ServicePort};
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

    /// Reads an object. Whatever comes from elsewhere is read here, so that each kind's decoders are compiled once.
    ///
    /// # Errors
    /// A fragment that says what is wrong with the text or the message.
    fn read(encoded: Encoded<'_>) -> Result<Self, String> {
        match encoded {
            Encoded::Json(text) => serde_json::from_slice(text).map_err(|error| without_place(&error)),
            Encoded::Protobuf(message) => Self::decode(message).map_err(|error| error.to_string()),
        }
    }
}

/// An object as it comes.
#[derive(Clone, Copy, Debug)]
pub enum Encoded<'a> {
    /// JSON text.
    Json(&'a [u8]),
    /// A protobuf message, without the envelope.
    Protobuf(&'a [u8]),
}

/// What is wrong, but not in which column: nobody sees the text that was read.
fn without_place(error: &serde_json::Error) -> String {
    let (text, place) = (error.to_string(), format!(" at line {} column {}", error.line(), error.column()));
    text.strip_suffix(&place).map_or(text.clone(), str::to_owned)
}

/// The metadata, or an empty one that stands for "the server sent none".
pub(crate) fn meta_of(metadata: Option<&ObjectMeta>) -> &ObjectMeta {
    static NONE: std::sync::LazyLock<ObjectMeta> = std::sync::LazyLock::new(ObjectMeta::default);
    metadata.unwrap_or(&NONE)
}
