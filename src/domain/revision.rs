//! Revisions: names of ControllerRevisions, as pods carry them in `controller-revision-hash`.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The label on a pod that names its revision.
pub const REVISION_LABEL: &str = "controller-revision-hash";

/// The name of a ControllerRevision. Names do not sort by age: a rollback re-uses an old name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Revision(String);

impl Revision {
    /// The revision of that name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// A template for which the controller has not made a ControllerRevision yet. No pod has it.
    pub fn unborn() -> Self {
        Self(String::new())
    }

    /// Whether the controller has yet to make it.
    pub fn is_unborn(&self) -> bool {
        self.0.is_empty()
    }

    /// The name; `(new)` for one that does not exist yet.
    pub fn as_str(&self) -> &str {
        if self.is_unborn() { "(new)" } else { &self.0 }
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A ControllerRevision of the set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRevision {
    /// Its name.
    pub name: Revision,
    /// Its place in the history, as `kubectl rollout undo --to-revision` takes it.
    pub number: i64,
}
