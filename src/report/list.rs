//! The envelope of every document.

use schemars::JsonSchema;
use serde::Serialize;

/// The version of all documents. Fields are added, never renamed.
pub const API_VERSION: &str = "kubectl-stateful/v1";

/// A document: always a list, also of one.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct List<T> {
    /// `kubectl-stateful/v1`.
    pub api_version: &'static str,
    /// What the items are.
    pub kind: &'static str,
    /// The items.
    pub items: Vec<T>,
    /// What could not be read, and what that limits.
    pub notes: Vec<String>,
}

impl<T> List<T> {
    /// A document of items.
    pub fn new(kind: &'static str, items: Vec<T>, notes: Vec<String>) -> Self {
        Self { api_version: API_VERSION, kind, items, notes }
    }
}
