//! What the table says of a pod.

use schemars::JsonSchema;
use serde::Serialize;

/// Whether a pod may be deleted by force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub enum Verdict {
    /// Its processes may be running, or start again.
    Unsafe,
    /// It is no pod of a live set.
    Refused,
    /// It would not bring the replacement.
    Useless,
    /// It goes without force.
    Unneeded,
    /// Nothing proves that its processes have ended: a person has to know.
    NeedsAttestation,
    /// It is proven that its processes have ended.
    Safe,
}

/// Which row of the table, or which modifier, decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub enum Reason {
    /// A kubelet runs it from a file.
    MirrorPod,
    /// Its controller is not the live set.
    NotOwnedBySet,
    /// Somebody has to act before it can go.
    Finalizers,
    /// No kubelet has ever had it.
    NotScheduled,
    /// It and all its containers have ended.
    AlreadyEnded,
    /// Its deletion has not been asked for.
    NotTerminating,
    /// Its grace period is not over.
    WithinGrace,
    /// Its node is marked out of service and answers.
    OutOfServiceButReady,
    /// A remediation of its node is running.
    RemediationRunning,
    /// Its node has been fenced.
    NodeFenced,
    /// Its machine has rebooted.
    MachineRebooted,
    /// Its node answers, and a container runs.
    ContainersRunning,
    /// Its node answers, and its containers have ended.
    ContainersEnded,
    /// Its kubelet reports that the node is not ready.
    KubeletReporting,
    /// Its kubelet renews its Lease.
    LeaseRenewed,
    /// Its node is marked out of service.
    OutOfService,
    /// Its Node has been deleted.
    NodeGone,
    /// A Node of that name was made after it.
    NodeReplaced,
    /// The cloud says that its machine is shut down.
    NodeShutDown,
    /// Its node has not been heard of for long.
    NodeSilent,
    /// Something that counts could not be read.
    EvidenceUnread,
    /// It is proven, but the others are too few to stand a mistake.
    QuorumAtRisk,
    /// Its volume is on the dead node.
    VolumeOnNode,
    /// The controller makes a lower ordinal first.
    LowerOrdinalFirst,
    /// It has gone by itself while it was waited for.
    Gone,
}

impl Verdict {
    /// Whether a person may have it deleted, if need be by attesting what the cluster cannot know.
    pub fn permits_deletion(self) -> bool {
        matches!(self, Self::Safe | Self::NeedsAttestation)
    }

    /// As it is written in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unsafe => "Unsafe",
            Self::Refused => "Refused",
            Self::Useless => "Useless",
            Self::Unneeded => "Unneeded",
            Self::NeedsAttestation => "NeedsAttestation",
            Self::Safe => "Safe",
        }
    }
}
