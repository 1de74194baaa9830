//! `orphans`: claims, what they are, and what came of deleting them.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::Ordinal;
use crate::domain::orphans::{Candidate, Class, Evidence, Need, OnDelete, Permit, Reason, Verdict};

/// The kind of a document of claims.
pub const KIND: &str = "ClaimList";

/// One claim.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClaimView {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Identity.
    pub uid: String,
    /// What it is.
    pub class: Class,
    /// Which rule says so.
    pub reason: Reason,
    /// The set that it is or was of; inferred from name and labels where no such set exists; null for none.
    pub set: Option<String>,
    /// The claim template; null likewise.
    pub template: Option<String>,
    /// The ordinal; null likewise.
    pub ordinal: Option<Ordinal>,
    /// What was looked at and what it says, the deciding line first.
    pub evidence: Vec<String>,
    /// How old it is; null where the server did not say.
    pub age_seconds: Option<i64>,
    /// Since when no pod uses it (RFC 3339); null where the server does not say (it does from Kubernetes 1.36 on, with
    /// the feature gate PersistentVolumeClaimUnusedSinceTime).
    pub last_used: Option<String>,
    /// How large it is, as Kubernetes writes it; null where it is not bound and asked for nothing.
    pub capacity: Option<String>,
    /// Storage class; null for the default one.
    pub storage_class: Option<String>,
    /// The volume; null where none is bound.
    pub volume: Option<String>,
    /// What becomes of the volume when the claim goes: `Delete`, `Retain` or `Recycle`; null where it was not read.
    pub reclaim_policy: Option<String>,
    /// What deleting the claim does to the data.
    pub on_delete: OnDelete,
    /// Whether it may be deleted with what was given on the command line.
    pub deletable: bool,
    /// What must be given first to delete it; null where nothing is lacking, and where it may never be deleted.
    pub needs: Option<Need>,
    /// What came of deleting it; null where that was not tried.
    pub deletion: Option<DeletionView>,
}

/// What came of deleting a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeletionView {
    /// What it is now.
    pub outcome: Outcome,
    /// That in one sentence.
    pub message: String,
}

/// What came of deleting a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub enum Outcome {
    /// It is gone.
    Deleted,
    /// The server has accepted the deletion, and something holds it.
    Terminating,
    /// It was a dry run; it would be deleted.
    WouldDelete,
    /// It was no longer what it had been: something uses it by now. Nothing was done to it.
    Changed,
    /// It could not be deleted.
    Failed,
    /// The run ended before its turn.
    NotTried,
}

impl ClaimView {
    /// A claim and its verdict.
    pub fn of(
        candidate: &Candidate,
        verdict: &Verdict,
        evidence: &Evidence,
        permit: &Permit,
        now: Timestamp,
    ) -> Self {
        let claim = &candidate.claim;
        let volume = claim.volume.as_ref().and_then(|name| evidence.volume(name)?.as_ref());
        let age = claim.created.map(|created| now.duration_since(created).as_secs().max(0));
        Self {
            namespace: candidate.namespace.clone(),
            name: claim.name.clone(),
            uid: claim.uid.clone(),
            class: verdict.class,
            reason: verdict.reason,
            set: verdict.set.clone(),
            template: verdict.template.clone(),
            ordinal: verdict.ordinal,
            evidence: verdict.evidence.clone(),
            age_seconds: age,
            last_used: candidate.unused_since.map(|since| since.to_string()),
            capacity: candidate.capacity.clone(),
            storage_class: claim.class.clone(),
            volume: claim.volume.clone(),
            reclaim_policy: volume.map(|volume| volume.reclaim_policy.clone()),
            on_delete: verdict.on_delete,
            deletable: permit.allows(verdict),
            needs: permit.lacks(verdict).first().copied(),
            deletion: None,
        }
    }
}
