//! What the table says of a claim.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::Ordinal;

/// What a claim is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub enum Class {
    /// Nothing uses it, and nothing will by itself.
    Orphaned,
    /// Nothing uses it now, but its set may by itself.
    Reserved,
    /// Nothing uses it, but why it is there cannot be told.
    Unclear,
    /// What could show that it is used was not readable.
    Unknown,
    /// Something uses it, or will.
    InUse,
    /// Somebody else decides on it.
    Managed,
    /// Goes by itself.
    GarbageCollecting,
    /// Is going.
    Terminating,
    /// Its volume is still attached to a node.
    Attached,
}

/// Which row of the table decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub enum Reason {
    /// Its deletion has been asked for.
    BeingDeleted,
    /// A condemned pod owns it.
    OwnedByCondemnedPod,
    /// A pod uses it.
    UsedByPod,
    /// A workload's template names it.
    NamedByTemplate,
    /// It is of an ordinal in range.
    InRange,
    /// What owned it is gone, so the garbage collector deletes it.
    OwnerGone,
    /// Another object owns it.
    OwnedByOther,
    /// It bears the marks of an operator, Helm or GitOps.
    MarkedAsManaged,
    /// Its name is not such as a set gives.
    NotOfASet,
    /// Pods, sets or templates could not be read.
    EvidenceUnread,
    /// An autoscaler may scale its set up to it.
    AutoscalerMayUse,
    /// Its set is scaled to 0.
    SetPaused,
    /// Its volume is attached.
    VolumeAttached,
    /// A snapshot or a clone of it is being made.
    BeingCopied,
    /// Its ordinal is below the first one of its set.
    BelowStart,
    /// Its ordinal is above the range of its set.
    ScaledDown,
    /// Its ordinal is above the range of several sets.
    SeveralSets,
    /// Its set has no such claim template any more.
    TemplateGone,
    /// No such set exists any more.
    SetGone,
}

/// What else must be given before it may be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Need {
    /// `--include-reserved`.
    Override,
    /// `--attest TEXT`.
    Attestation,
    /// The name of the set.
    SetName,
}

/// What deleting the claim does to the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub enum OnDelete {
    /// The volume is deleted with it.
    DestroysData,
    /// The volume stays, or there is none.
    KeepsVolume,
    /// The volume could not be read.
    Unknown,
}

/// What a claim is, why, and what deleting it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What it is.
    pub class: Class,
    /// The row that decided.
    pub reason: Reason,
    /// The set that it is or was of; inferred where no such set lives.
    pub set: Option<String>,
    /// All sets that it may be of: `data-web-web-0` can be of `web` and of `web-web`.
    pub sets: Vec<String>,
    /// The claim template.
    pub template: Option<String>,
    /// The ordinal.
    pub ordinal: Option<Ordinal>,
    /// What was looked at and what it says, the deciding line first.
    pub evidence: Vec<String>,
    /// What must be given to delete it; none for those that may never be deleted, see [`Verdict::is_deletable`].
    pub needs: Vec<Need>,
    /// What deleting it does to the data.
    pub on_delete: OnDelete,
}

impl Class {
    /// Whether a list shows it unasked: everything that nothing is known to use.
    pub fn is_listed(self) -> bool {
        matches!(self, Self::Orphaned | Self::Reserved | Self::Unclear | Self::Unknown)
    }

    /// Whether it may be deleted at all, provided that what [`Verdict::needs`] lists is given.
    pub fn is_deletable(self) -> bool {
        matches!(self, Self::Orphaned | Self::Reserved | Self::Unclear)
    }
}
