//! Metadata common to all kinds.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Time;
use super::values::null_as_default;

/// What we read of an object's metadata. `managedFields` is left out on purpose: it is most of the bytes.
#[derive(Clone, PartialEq, Eq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectMeta {
    /// Name within the namespace.
    #[prost(string, tag = "1")]
    #[serde(deserialize_with = "null_as_default")]
    pub name: String,
    /// Namespace; empty for cluster-wide kinds.
    #[prost(string, tag = "3")]
    #[serde(deserialize_with = "null_as_default")]
    pub namespace: String,
    /// Identity of this very object; another object of the same name has another one.
    #[prost(string, tag = "5")]
    #[serde(deserialize_with = "null_as_default")]
    pub uid: String,
    /// Opaque version for conditional writes and watches.
    #[prost(string, tag = "6")]
    #[serde(deserialize_with = "null_as_default")]
    pub resource_version: String,
    /// Counts changes of the spec.
    #[prost(int64, tag = "7")]
    #[serde(deserialize_with = "null_as_default")]
    pub generation: i64,
    /// When the object was made.
    #[prost(message, optional, tag = "8")]
    pub creation_timestamp: Option<Time>,
    /// When a graceful deletion ends, grace period included; present as soon as it has been asked for.
    #[prost(message, optional, tag = "9")]
    pub deletion_timestamp: Option<Time>,
    /// Seconds of grace that the deletion was given.
    #[prost(int64, optional, tag = "10")]
    pub deletion_grace_period_seconds: Option<i64>,
    /// Labels.
    #[prost(btree_map = "string, string", tag = "11")]
    #[serde(deserialize_with = "null_as_default")]
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    #[prost(btree_map = "string, string", tag = "12")]
    #[serde(deserialize_with = "null_as_default")]
    pub annotations: BTreeMap<String, String>,
    /// Owners.
    #[prost(message, repeated, tag = "13")]
    #[serde(deserialize_with = "null_as_default")]
    pub owner_references: Vec<OwnerReference>,
    /// Who must act before a deletion can finish.
    #[prost(string, repeated, tag = "14")]
    #[serde(deserialize_with = "null_as_default")]
    pub finalizers: Vec<String>,
}

/// One owner of an object.
#[derive(Clone, PartialEq, Eq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OwnerReference {
    /// The owner's kind.
    #[prost(string, tag = "1")]
    pub kind: String,
    /// The owner's name.
    #[prost(string, tag = "3")]
    pub name: String,
    /// The owner's identity.
    #[prost(string, tag = "4")]
    pub uid: String,
    /// The owner's group and version.
    #[prost(string, tag = "5")]
    pub api_version: String,
    /// Whether this owner is the managing controller.
    #[prost(bool, optional, tag = "6")]
    pub controller: Option<bool>,
}

/// A condition of a pod, a node or a claim: what is known of it, and since when.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Condition {
    /// What it is about: Ready, PodScheduled, Unused, …
    #[prost(string, tag = "1")]
    #[serde(rename = "type")]
    pub r#type: String,
    /// True, False or Unknown.
    #[prost(string, tag = "2")]
    pub status: String,
    /// When the status last changed.
    #[prost(message, optional, tag = "4")]
    pub last_transition_time: Option<Time>,
    /// Why, for programs.
    #[prost(string, tag = "5")]
    pub reason: String,
    /// Why, for people.
    #[prost(string, tag = "6")]
    pub message: String,
}

/// Metadata of a list.
#[derive(Clone, PartialEq, Eq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListMeta {
    /// The version at which the list was read: where a watch starts.
    #[prost(string, tag = "2")]
    #[serde(deserialize_with = "null_as_default")]
    pub resource_version: String,
    /// Asks for the next page; empty at the end.
    #[prost(string, tag = "3")]
    #[serde(rename = "continue", deserialize_with = "null_as_default")]
    pub continue_token: String,
    /// How many objects follow this page, where the server says so.
    #[prost(int64, optional, tag = "4")]
    pub remaining_item_count: Option<i64>,
}
