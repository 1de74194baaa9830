//! Remediations of nodes by medik8s: objects of extensions, which speak JSON only.

use serde::Deserialize;

use super::{Condition, Object, ObjectMeta, Resource, meta_of};

/// A remediation by the node itself, or by its peers' assumption (medik8s/self-node-remediation
/// `api/v1alpha1/selfnoderemediation_types.go`).
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SelfNodeRemediation {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// How far it is.
    #[prost(message, optional, tag = "3")]
    pub status: Option<RemediationStatus>,
}

/// A remediation by a fence agent (medik8s/fence-agents-remediation `api/v1alpha1/fenceagentsremediation_types.go`).
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FenceAgentsRemediation {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// How far it is.
    #[prost(message, optional, tag = "3")]
    pub status: Option<RemediationStatus>,
}

/// How far a remediation is.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RemediationStatus {
    /// Of a SelfNodeRemediation, such as `Fencing-Completed`.
    #[prost(string, optional, tag = "1")]
    pub phase: Option<String>,
    /// Conditions.
    #[prost(message, repeated, tag = "2")]
    pub conditions: Vec<Condition>,
}

impl Object for SelfNodeRemediation {
    const RESOURCE: Resource = Resource {
        group: "self-node-remediation.medik8s.io",
        version: "v1alpha1",
        kind: "SelfNodeRemediation",
        plural: "selfnoderemediations",
        namespaced: true,
    };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}

impl Object for FenceAgentsRemediation {
    const RESOURCE: Resource = Resource {
        group: "fence-agents-remediation.medik8s.io",
        version: "v1alpha1",
        kind: "FenceAgentsRemediation",
        plural: "fenceagentsremediations",
        namespaced: true,
    };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}
