//! `metadata.managedFields`: which client wrote which field. Read for one object at a time, and only as JSON:
//! in a list it would be most of the bytes.

use serde::Deserialize;
use serde_json::Value;

use super::Time;
use super::values::null_as_default;

/// What one client owns of an object.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ManagedField {
    /// Name of the client: what it says of itself, or the beginning of its `User-Agent`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub manager: String,
    /// `Apply` for a server-side apply, `Update` for everything else.
    pub operation: String,
    /// The part of the API through which it wrote, such as `scale` or `status`; empty for the object itself.
    #[serde(default, deserialize_with = "null_as_default")]
    pub subresource: String,
    /// When the client last changed anything of what it owns, in whole seconds; the server leaves it out for changes
    /// through `scale`.
    #[serde(default)]
    pub time: Option<Time>,
    /// The fields, as a tree: `{"f:spec": {"f:replicas": {}}}`.
    #[serde(rename = "fieldsV1", default)]
    pub fields: Value,
}

/// What each client owns of an object. An entry of another shape is left out: who owns a field explains, and is no
/// reason to fail.
pub fn managed_fields(object: &Value) -> Vec<ManagedField> {
    let entries = object.pointer("/metadata/managedFields").and_then(Value::as_array);
    let read = |entry: &Value| ManagedField::deserialize(entry).ok();
    entries.into_iter().flatten().filter_map(read).collect()
}
