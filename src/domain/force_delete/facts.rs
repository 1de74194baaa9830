//! What was read of a pod and of everything that tells whether its processes live.

use jiff::{SignedDuration, Timestamp};

use crate::domain::claim::Owner;
use crate::domain::pod::Pod;
use crate::domain::{Known, Set};

/// Everything that the table looks at.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The moment of the last reading, by the server's clock.
    pub now: Timestamp,
    /// The pod.
    pub pod: PodFacts,
    /// The set that its controller reference names; none where it does not exist.
    pub set: Known<Option<Set>>,
    /// Its node; none where it does not exist, and for a pod without node.
    pub node: Known<Option<NodeFacts>>,
    /// The node's Lease; none where it does not exist.
    pub lease: Known<Option<LeaseRead>>,
    /// Remediations of the node by medik8s.
    pub remediations: Known<Vec<Remediation>>,
    /// When kubelets of that name have reported a reboot of their machine, by whichever clock is earlier.
    pub reboots: Known<Vec<Timestamp>>,
    /// The node as an earlier capture shows it.
    pub earlier: Option<Earlier>,
    /// The volumes of its claims.
    pub volumes: Known<Vec<Volume>>,
    /// The budgets that select it.
    pub budgets: Known<Vec<Budget>>,
}

/// The pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodFacts {
    /// Namespace.
    pub namespace: String,
    /// What every pod has.
    pub pod: Pod,
    /// The version that was read, for a conditional deletion.
    pub resource_version: String,
    /// Made by a kubelet for a static pod (annotation `kubernetes.io/config.mirror`).
    pub mirror: bool,
    /// Its managing controller.
    pub controller: Option<Owner>,
    /// Containers that have not ended by its status, init, sidecar and ephemeral ones too.
    pub alive: Vec<String>,
    /// When the last of its containers started, by the kubelet's clock.
    pub last_start: Option<Timestamp>,
}

/// What a node's Ready condition says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ready {
    /// The kubelet says that it is.
    True,
    /// The kubelet says that it is not.
    False,
    /// The kubelet has not said anything for long.
    Unknown,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeFacts {
    /// Name.
    pub name: String,
    /// When this Node object was made.
    pub created: Option<Timestamp>,
    /// Whether it is ready.
    pub ready: Ready,
    /// When that last changed.
    pub ready_since: Option<Timestamp>,
    /// The taint `node.kubernetes.io/out-of-service`: a person says that the machine is off.
    pub out_of_service: bool,
    /// The taint `node.cloudprovider.kubernetes.io/shutdown`.
    pub shut_down: bool,
    /// Identity of the machine's present boot.
    pub boot_id: String,
    /// What the machine calls itself.
    pub machine_id: String,
}

/// A node's Lease, read once or twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseRead {
    /// Until the kubelet counts as gone.
    pub duration: SignedDuration,
    /// When it was last renewed, by the kubelet's clock.
    pub renewed: Option<Timestamp>,
    /// When that was read.
    pub read: Timestamp,
    /// The same, read again at least one renewal later.
    pub again: Option<(Option<Timestamp>, Timestamp)>,
}

/// A remediation of a node by medik8s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remediation {
    /// `SelfNodeRemediation` or `FenceAgentsRemediation`, and its name.
    pub name: String,
    /// It has begun and has not fenced the node yet.
    pub running: bool,
    /// When it had fenced the node, so that the machine has been off.
    pub fenced: Option<Timestamp>,
}

/// A node as a capture shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// When the capture was made.
    pub taken: Timestamp,
    /// Identity of the machine's boot then.
    pub boot_id: String,
    /// What the machine called itself.
    pub machine_id: String,
}

/// The volume of one of the pod's claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Name of the claim.
    pub claim: String,
    /// Name of the volume.
    pub name: String,
    /// It can be used on the pod's node only.
    pub on_node: bool,
    /// Several nodes may write to it at once.
    pub shared: bool,
    /// Whether it is attached.
    pub attachment: Attachment,
}

/// Whether a volume is attached to a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attachment {
    /// This kind of storage is not attached: whoever runs the pod can write.
    None,
    /// It is attached to the pod's node.
    Here,
    /// It is not attached to the pod's node.
    Gone,
    /// It could not be read.
    Unread,
}

/// A disruption budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Name.
    pub name: String,
    /// How many more pods may go now.
    pub allowed: i32,
}

impl LeaseRead {
    /// How far apart a kubelet renews it: a quarter of its duration (`nodeLeaseRenewIntervalFraction` in
    /// `pkg/kubelet/kubelet.go`).
    pub fn renewal(&self) -> SignedDuration {
        self.duration / 4
    }

    /// When it was last renewed, as far as is known.
    pub fn last(&self) -> Option<Timestamp> {
        self.again.map_or(self.renewed, |(renewed, _)| renewed)
    }

    /// Whether its duration has not passed yet.
    pub fn is_fresh(&self) -> bool {
        let (renewed, read) = self.again.unwrap_or((self.renewed, self.read));
        renewed.is_some_and(|renewed| read.duration_since(renewed) < self.duration)
    }

    /// Whether it was read twice, at least a renewal apart.
    pub fn is_confirmed(&self) -> bool {
        self.again.is_some_and(|(_, read)| read.duration_since(self.read) >= self.renewal())
    }

    /// Whether it was renewed between the two readings, whatever the clock of its kubelet says.
    pub fn advances(&self) -> bool {
        self.again.is_some_and(|(renewed, _)| renewed != self.renewed)
    }
}

impl PodFacts {
    /// When its deletion was asked for.
    pub fn asked(&self) -> Option<Timestamp> {
        let deletion = self.pod.deletion?;
        deletion.deadline.checked_sub(SignedDuration::from_secs(deletion.grace_seconds)).ok()
    }
}
