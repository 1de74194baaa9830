//! The names of causes. Scripts rely on them.

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::Ordinal;
use crate::domain::action::Action;

/// A stable name for why an ordinal does not move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Reason {
    /// The partition keeps it at its revision.
    HeldByPartition,
    /// OrderedReady waits for a broken pod of an earlier template and never applies the fixed one
    /// (kubernetes#67250).
    BrokenRevisionBlocksRollout,
    /// The same below the partition, where a new pod gets the same broken revision.
    BrokenBelowPartition,
    /// OnDelete: waits for somebody to delete the pod.
    AwaitingDelete,
    /// The controller has not seen the newest spec.
    SpecNotObserved,
    /// As many pods are unavailable as may be at once.
    MaxUnavailableSpent,
    /// The set is being deleted.
    SetDeleting,
    /// A lower ordinal is not available.
    LowerOrdinalNotReady,
    /// Ready, but not for long enough.
    MinReadySeconds,
    /// A pod that must go first is terminating.
    PredecessorTerminating,
    /// Pods out of range are removed before any is updated.
    ScaleDownFirst,
    /// An image cannot be pulled.
    ImagePull,
    /// A container ends again and again.
    CrashLoop,
    /// A probe fails.
    ProbeFailing,
    /// A container is killed for its memory.
    OutOfMemory,
    /// A container cannot be created from its configuration.
    ContainerConfig,
    /// An init container fails.
    InitContainer,
    /// Starting; nothing is known to be wrong.
    Starting,
    /// No node fits.
    Unschedulable,
    /// The pod's volume is bound to nodes that do not fit.
    VolumeNodeAffinity,
    /// The volume is still attached to another node.
    MultiAttach,
    /// The node does not answer.
    NodeUnreachable,
    /// Past its grace period and still there.
    StuckTerminating,
    /// A claim that the pod uses does not exist.
    ClaimMissing,
    /// A claim has no volume.
    ClaimPending,
    /// A claim's volume is gone.
    ClaimLost,
    /// A claim is being deleted.
    ClaimTerminating,
    /// A claim belongs to an earlier pod of the same name.
    ClaimOwnedByOldPod,
    /// The API server refuses to create or change the pod or its claims.
    CreateRejected,
    /// A pod of that name belongs to somebody else.
    ForeignPod,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 30] = [
        Self::HeldByPartition,
        Self::BrokenRevisionBlocksRollout,
        Self::BrokenBelowPartition,
        Self::AwaitingDelete,
        Self::SpecNotObserved,
        Self::MaxUnavailableSpent,
        Self::SetDeleting,
        Self::LowerOrdinalNotReady,
        Self::MinReadySeconds,
        Self::PredecessorTerminating,
        Self::ScaleDownFirst,
        Self::ImagePull,
        Self::CrashLoop,
        Self::ProbeFailing,
        Self::OutOfMemory,
        Self::ContainerConfig,
        Self::InitContainer,
        Self::Starting,
        Self::Unschedulable,
        Self::VolumeNodeAffinity,
        Self::MultiAttach,
        Self::NodeUnreachable,
        Self::StuckTerminating,
        Self::ClaimMissing,
        Self::ClaimPending,
        Self::ClaimLost,
        Self::ClaimTerminating,
        Self::ClaimOwnedByOldPod,
        Self::CreateRejected,
        Self::ForeignPod,
    ];
}

/// Why an ordinal, or the set, does not move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The stable name.
    pub reason: Reason,
    /// The ordinal it concerns; none where it concerns the set.
    pub ordinal: Option<Ordinal>,
    /// One sentence for a person.
    pub message: String,
    /// What that rests on: conditions, container states, events in the server's own words.
    pub evidence: Vec<String>,
    /// Whether it can pass without anybody acting.
    pub self_resolves: bool,
    /// What is left of the patience with it; none where it does not pass, or passes for sure.
    pub stuck_in: Option<SignedDuration>,
    /// What would free it, if the model confirms that it does.
    pub action: Option<Action>,
    /// The cause that it follows from; none for a root.
    pub follows_from: Option<Root>,
}

/// Points at a root cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// Its name.
    pub reason: Reason,
    /// Its ordinal.
    pub ordinal: Option<Ordinal>,
}

impl Cause {
    /// A root cause without action.
    pub fn root(reason: Reason, ordinal: Option<Ordinal>, message: String, self_resolves: bool) -> Self {
        Self {
            reason,
            ordinal,
            message,
            evidence: Vec::new(),
            self_resolves,
            stuck_in: None,
            action: None,
            follows_from: None,
        }
    }

    /// How others point at it.
    pub fn as_root(&self) -> Root {
        Root { reason: self.reason, ordinal: self.ordinal }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_reasons_are_listed_once_in_their_order() {
        let schema = schemars::schema_for!(Reason).to_value();
        let variants = schema["oneOf"].as_array().map(Vec::len);
        assert_eq!(variants, Some(Reason::ALL.len()));
        assert!(Reason::ALL.is_sorted_by(|one, next| one < next));
    }
}
