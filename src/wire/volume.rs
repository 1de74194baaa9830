//! Volumes, whom they are attached to, and snapshots of them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Quantity;
use super::values::null_as_default;
use super::{Object, ObjectMeta, ObjectReference, Resource, meta_of};

/// A volume.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PersistentVolume {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// What it is.
    #[prost(message, optional, tag = "2")]
    pub spec: Option<VolumeSpec>,
}

/// What a volume is.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeSpec {
    /// How large it is, under the key `storage`.
    #[prost(btree_map = "string, message", tag = "1")]
    pub capacity: BTreeMap<String, Quantity>,
    /// The claim that it is bound to.
    #[prost(message, optional, tag = "4")]
    pub claim_ref: Option<ObjectReference>,
    /// `Delete`, `Retain` or `Recycle`.
    #[prost(string, tag = "5")]
    pub persistent_volume_reclaim_policy: String,
    /// Storage class; empty for none.
    #[prost(string, tag = "6")]
    pub storage_class_name: String,
}

/// What the attach/detach controller keeps of a volume and a node.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeAttachment {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// What is attached where.
    #[prost(message, optional, tag = "2")]
    pub spec: Option<AttachmentSpec>,
    /// Whether it is.
    #[prost(message, optional, tag = "3")]
    pub status: Option<AttachmentStatus>,
}

/// What is to be attached where.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AttachmentSpec {
    /// The volume.
    #[prost(message, optional, tag = "2")]
    pub source: Option<AttachmentSource>,
    /// The node.
    #[prost(string, tag = "3")]
    pub node_name: String,
}

/// The volume of an attachment.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AttachmentSource {
    /// Its name; absent for one that a pod defines inline.
    #[prost(string, optional, tag = "1")]
    pub persistent_volume_name: Option<String>,
}

/// Whether a volume is attached.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AttachmentStatus {
    /// Whether it is.
    #[prost(bool, tag = "1")]
    pub attached: bool,
}

/// A snapshot: an object of an extension, which speaks JSON only.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeSnapshot {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// What is asked for.
    #[prost(message, optional, tag = "2")]
    pub spec: Option<SnapshotSpec>,
    /// What came of it.
    #[prost(message, optional, tag = "3")]
    pub status: Option<SnapshotStatus>,
}

/// What is asked of a snapshot.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SnapshotSpec {
    /// Of what it is taken.
    #[prost(message, optional, tag = "1")]
    pub source: Option<SnapshotSource>,
}

/// Of what a snapshot is taken.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SnapshotSource {
    /// A claim; absent for one that was taken elsewhere.
    #[prost(string, optional, tag = "1")]
    pub persistent_volume_claim_name: Option<String>,
}

/// What came of a snapshot.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SnapshotStatus {
    /// Whether it can be restored from.
    #[prost(bool, tag = "1")]
    #[serde(deserialize_with = "null_as_default")]
    pub ready_to_use: bool,
}

impl Object for PersistentVolume {
    const RESOURCE: Resource = Resource {
        group: "",
        version: "v1",
        kind: "PersistentVolume",
        plural: "persistentvolumes",
        namespaced: false,
    };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}

impl Object for VolumeAttachment {
    const RESOURCE: Resource = Resource {
        group: "storage.k8s.io",
        version: "v1",
        kind: "VolumeAttachment",
        plural: "volumeattachments",
        namespaced: false,
    };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}

impl Object for VolumeSnapshot {
    const RESOURCE: Resource = Resource {
        group: "snapshot.storage.k8s.io",
        version: "v1",
        kind: "VolumeSnapshot",
        plural: "volumesnapshots",
        namespaced: true,
    };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}
