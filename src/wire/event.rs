//! Events.

use serde::Deserialize;

use super::{Object, ObjectMeta, Resource, Time, meta_of};

/// An event.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Event {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// What it is about.
    #[prost(message, optional, tag = "2")]
    pub involved_object: Option<ObjectReference>,
    /// For programs.
    #[prost(string, tag = "3")]
    pub reason: String,
    /// For people.
    #[prost(string, tag = "4")]
    pub message: String,
    /// First time seen.
    #[prost(message, optional, tag = "6")]
    pub first_timestamp: Option<Time>,
    /// Last time seen.
    #[prost(message, optional, tag = "7")]
    pub last_timestamp: Option<Time>,
    /// How often.
    #[prost(int32, tag = "8")]
    pub count: i32,
    /// Normal or Warning.
    #[prost(string, tag = "9")]
    #[serde(rename = "type")]
    pub r#type: String,
    /// When a newer-style event was first seen.
    #[prost(message, optional, tag = "10")]
    pub event_time: Option<Time>,
    /// Repetition of a newer-style event.
    #[prost(message, optional, tag = "11")]
    pub series: Option<EventSeries>,
}

/// What an event is about.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectReference {
    /// Kind.
    #[prost(string, tag = "1")]
    pub kind: String,
    /// Namespace.
    #[prost(string, tag = "2")]
    pub namespace: String,
    /// Name.
    #[prost(string, tag = "3")]
    pub name: String,
    /// Identity.
    #[prost(string, tag = "4")]
    pub uid: String,
    /// Part of the object, such as a container.
    #[prost(string, tag = "7")]
    pub field_path: String,
}

/// Repetition of a newer-style event.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EventSeries {
    /// How often.
    #[prost(int32, tag = "1")]
    pub count: i32,
    /// Last time seen.
    #[prost(message, optional, tag = "2")]
    pub last_observed_time: Option<Time>,
}

impl Object for Event {
    const RESOURCE: Resource =
        Resource { group: "", version: "v1", kind: "Event", plural: "events", namespaced: true };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}
