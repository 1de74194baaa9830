//! A claim of the set.

use jiff::Timestamp;

/// A PersistentVolumeClaim as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its name: `<template>-<set>-<ordinal>` for the set's own.
    pub name: String,
    /// Identity of this very claim.
    pub uid: String,
    /// Pending, Bound or Lost.
    pub phase: ClaimPhase,
    /// When its deletion was asked for.
    pub deleted: Option<Timestamp>,
    /// Who must act before it can go.
    pub finalizers: Vec<String>,
    /// Its owners.
    pub owners: Vec<Owner>,
    /// Its storage class; none means the default class.
    pub class: Option<String>,
    /// The volume it is bound to.
    pub volume: Option<String>,
    /// When it was made.
    pub created: Option<Timestamp>,
}

/// Phase of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimPhase {
    /// No volume yet.
    Pending,
    /// Has its volume.
    Bound,
    /// Its volume is gone.
    Lost,
}

impl ClaimPhase {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Bound => "Bound",
            Self::Lost => "Lost",
        }
    }
}

/// An owner of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Group and version.
    pub api_version: String,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Identity.
    pub uid: String,
    /// Whether it is the managing controller.
    pub controller: bool,
}

impl Owner {
    /// Whether it is a StatefulSet of Kubernetes' own: there are others of that kind.
    pub fn is_stateful_set(&self) -> bool {
        self.kind == "StatefulSet" && self.api_version.starts_with("apps/")
    }
}

impl Claim {
    /// The reference to a pod of that name, if there is one. With `whenScaled: Delete` a reference that was left
    /// by an earlier pod blocks the creation of the next (`PodClaimIsStale`).
    pub fn owner_pod(&self, pod: &str) -> Option<&Owner> {
        self.owners.iter().find(|owner| owner.kind == "Pod" && owner.api_version == "v1" && owner.name == pod)
    }
}
