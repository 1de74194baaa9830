//! Disruption budgets.

use serde::Deserialize;

use super::{LabelSelector, Object, ObjectMeta, Resource, meta_of};

/// A disruption budget.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodDisruptionBudget {
    /// Metadata.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// What is asked for.
    #[prost(message, optional, tag = "2")]
    pub spec: Option<BudgetSpec>,
    /// What was last counted.
    #[prost(message, optional, tag = "3")]
    pub status: Option<BudgetStatus>,
}

/// What is asked of a budget.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BudgetSpec {
    /// Its pods: none without a selector, all with an empty one.
    #[prost(message, optional, tag = "2")]
    pub selector: Option<LabelSelector>,
}

/// What was last counted.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BudgetStatus {
    /// How many more pods may be evicted now.
    #[prost(int32, tag = "3")]
    pub disruptions_allowed: i32,
}

impl Object for PodDisruptionBudget {
    const RESOURCE: Resource = Resource {
        group: "policy",
        version: "v1",
        kind: "PodDisruptionBudget",
        plural: "poddisruptionbudgets",
        namespaced: true,
    };

    fn meta(&self) -> &ObjectMeta {
        meta_of(self.metadata.as_ref())
    }
}
