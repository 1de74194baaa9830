//! What is known of each object that could use a claim.

use std::collections::BTreeMap;

use crate::domain::ordinal::Range;

/// A StatefulSet that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveSet {
    /// Name.
    pub name: String,
    /// Identity.
    pub uid: String,
    /// The ordinals that it asks for.
    pub range: Range,
    /// Its claim templates.
    pub templates: Vec<Template>,
    /// Labels that every pod has, and every claim at its creation.
    pub selector: BTreeMap<String, String>,
}

/// A claim template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Name.
    pub name: String,
    /// Labels that claims get at their creation.
    pub labels: BTreeMap<String, String>,
    /// Annotations that claims get at their creation.
    pub annotations: BTreeMap<String, String>,
}

/// A pod that uses claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodUse {
    /// Name.
    pub name: String,
    /// Identity.
    pub uid: String,
    /// Identity of its controller.
    pub controller: Option<String>,
    /// Succeeded or Failed: its processes have ended.
    pub ended: bool,
    /// The claims that its volumes name, and those of its generic ephemeral volumes.
    pub claims: Vec<String>,
}

/// Whatever scales sets by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Autoscaler {
    /// Its kind and name.
    pub name: String,
    /// The set that it scales.
    pub set: String,
    /// How far up.
    pub max_replicas: u32,
}

/// A volume that a claim is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// What becomes of it when the claim goes: `Delete`, `Retain` or `Recycle`.
    pub reclaim_policy: String,
}
