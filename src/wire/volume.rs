//! Volumes, whom they are attached to, and snapshots of them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Quantity;
use super::template::Requirement;
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
    /// What kind of storage it is.
    #[prost(message, optional, tag = "2")]
    #[serde(flatten)]
    pub source: Option<VolumeSource>,
    /// How many nodes may use it at once, and for what.
    #[prost(string, repeated, tag = "3")]
    pub access_modes: Vec<String>,
    /// The claim that it is bound to.
    #[prost(message, optional, tag = "4")]
    pub claim_ref: Option<ObjectReference>,
    /// `Delete`, `Retain` or `Recycle`.
    #[prost(string, tag = "5")]
    pub persistent_volume_reclaim_policy: String,
    /// Storage class; empty for none.
    #[prost(string, tag = "6")]
    pub storage_class_name: String,
    /// From where it can be used.
    #[prost(message, optional, tag = "9")]
    pub node_affinity: Option<VolumeAffinity>,
}

/// What kind of storage a volume is, as far as that tells whether it is attached: one of these, or another kind.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeSource {
    /// A directory of a node.
    #[prost(message, optional, tag = "3")]
    pub host_path: Option<Present>,
    /// A network file system.
    #[prost(message, optional, tag = "5")]
    pub nfs: Option<Present>,
    /// A disk of a node.
    #[prost(message, optional, tag = "20")]
    pub local: Option<Present>,
    /// Storage of a driver.
    #[prost(message, optional, tag = "22")]
    pub csi: Option<CsiSource>,
}

/// Something of which only matters that it is there.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message, Deserialize)]
#[serde(default)]
pub struct Present {}

/// Storage of a driver.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CsiSource {
    /// The driver.
    #[prost(string, tag = "1")]
    pub driver: String,
}

/// From where a volume can be used.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeAffinity {
    /// What a node must fit.
    #[prost(message, optional, tag = "1")]
    pub required: Option<NodeSelector>,
}

/// What a node must fit.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeSelector {
    /// One of these.
    #[prost(message, repeated, tag = "1")]
    pub node_selector_terms: Vec<NodeTerm>,
}

/// All of these.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeTerm {
    /// What the node's labels must be like.
    #[prost(message, repeated, tag = "1")]
    pub match_expressions: Vec<Requirement>,
    /// What its fields must be like.
    #[prost(message, repeated, tag = "2")]
    pub match_fields: Vec<Requirement>,
}

/// How a driver attaches volumes.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CsiDriver {
    /// Metadata; the name is that of the driver.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// What it can do.
    #[prost(message, optional, tag = "2")]
    pub spec: Option<CsiDriverSpec>,
}

/// What a driver can do.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CsiDriverSpec {
    /// Whether its volumes are attached to nodes; absent means that they are.
    #[prost(bool, optional, tag = "1")]
    pub attach_required: Option<bool>,
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

impl Object for CsiDriver {
    const RESOURCE: Resource = Resource {
        group: "storage.k8s.io",
        version: "v1",
        kind: "CSIDriver",
        plural: "csidrivers",
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
