//! What a sync can do, and the rules that decide it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::pod::Pod;
use crate::domain::{Ordinal, Revision};

/// One thing that the controller does, or the one thing that it waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// What is done.
    pub kind: MoveKind,
    /// The ordinal that it concerns.
    pub ordinal: Option<Ordinal>,
    /// The pod that it concerns.
    pub pod: Option<String>,
    /// The revision of the pod that is created or deleted.
    pub revision: Option<Revision>,
    /// The claim that it concerns.
    pub claim: Option<String>,
    /// The rule that decides it.
    pub rule: Rule,
}

/// Kinds of moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub enum MoveKind {
    /// A pod is created.
    CreatePod,
    /// A pod is deleted, plainly, with its own grace period.
    DeletePod,
    /// A claim is created.
    CreateClaim,
    /// Nothing until something happens.
    Wait,
    /// Nothing, and nothing is waited for.
    Nothing,
}

/// All that one sync does: never empty. `Wait` and `Nothing` stand alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moves {
    list: Vec<Move>,
    stop: Move,
    replaced: usize,
    failed: BTreeSet<Ordinal>,
}

/// Why the controller does what it does. Each rule is a place in `stateful_set_control.go`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The set has a deletion timestamp: only its status is kept up.
    SetDeleting,
    /// The strategy is of a later Kubernetes: nothing can be predicted.
    StrategyUnknown,
    /// A finished pod in range is deleted, to be created again.
    ReplaceFinished,
    /// A finished pod is already being deleted.
    FinishedLeaving,
    /// An ordinal in range has no pod.
    CreateMissing,
    /// The claims of a new pod are made before the pod.
    ClaimBeforePod,
    /// A pod that is still Pending lacks a claim.
    ClaimForPending,
    /// A pod lacks a volume of the claim templates, and the claim for it does not exist.
    ClaimForVolume,
    /// The API server refuses to create the pod or its claims. Only a forecast knows beforehand.
    CreateRefused,
    /// A claim belongs to an earlier pod of that name (`PodClaimIsStale`).
    StaleClaim,
    /// A claim that is needed is being deleted.
    ClaimTerminating,
    /// A pod of that name exists and belongs to somebody else.
    NameTaken,
    /// The pod's volumes do not match the claim templates, and volumes of a pod cannot change.
    StorageMismatch,
    /// OrderedReady: a pod in range is terminating.
    Terminating,
    /// OrderedReady: a pod in range is not running and ready.
    NotReady,
    /// OrderedReady: a pod in range is Ready, but not for minReadySeconds yet.
    NotAvailable,
    /// A pod out of range is deleted.
    ScaleDown,
    /// OrderedReady: a pod out of range is terminating; the next one waits.
    CondemnedTerminating,
    /// OrderedReady: a pod out of range is not available and is not the lowest such pod of the set.
    CondemnedUnhealthy,
    /// OnDelete: the controller replaces no pod.
    OnDelete,
    /// The highest pod that is not at the update revision is deleted.
    Update,
    /// An updated pod is not available yet; lower ones wait.
    UpdatedNotAvailable,
    /// As many pods are unavailable as maxUnavailable allows.
    BudgetSpent,
    /// Every pod above the partition is at the update revision; those below are left alone.
    HeldByPartition,
    /// Every pod is where it should be.
    Settled,
}

impl Rule {
    /// Whether a sync that ends here ends with an error: the controller comes again by itself, later each time.
    pub fn is_error(self) -> bool {
        matches!(self, Self::CreateRefused | Self::ClaimTerminating | Self::NameTaken | Self::StorageMismatch)
    }

    /// One clause that says the rule to a person.
    pub fn why(self) -> &'static str {
        match self {
            Self::SetDeleting => "the set is being deleted: the controller only keeps its status up",
            Self::StrategyUnknown => "the update strategy is not known to this version: nothing is predicted",
            Self::ReplaceFinished => "the pod has ended; it is deleted to be created again",
            Self::FinishedLeaving => "the pod has ended and is being deleted; its successor comes after it",
            Self::CreateMissing => "the ordinal has no pod",
            Self::ClaimBeforePod => "claims are made before their pod",
            Self::ClaimForPending => "the pod is Pending and lacks this claim",
            Self::ClaimForVolume => "the pod lacks a volume for this claim",
            Self::CreateRefused => "the API server refuses to create the pod or its claims",
            Self::StaleClaim => {
                "the claim is owned by an earlier pod of this name; no pod is created until it is gone"
            }
            Self::ClaimTerminating => "the claim is being deleted; no pod is created until it is gone",
            Self::NameTaken => "a pod of this name exists that the set does not own",
            Self::StorageMismatch => {
                "the pod lacks a volume of the claim templates, and a pod's volumes cannot change"
            }
            Self::Terminating => "OrderedReady goes no further while this pod is terminating",
            Self::NotReady => "OrderedReady goes no further until this pod is running and ready",
            Self::NotAvailable => {
                "OrderedReady goes no further until this pod has been ready for minReadySeconds"
            }
            Self::ScaleDown => "the ordinal is out of range: scaled down, highest first",
            Self::CondemnedTerminating => {
                "scale-down removes one pod at a time; this one is still terminating"
            }
            Self::CondemnedUnhealthy => {
                "an unhealthy pod out of range is removed only when no lower pod of the set is unhealthy"
            }
            Self::OnDelete => "strategy OnDelete: pods are replaced only when somebody deletes them",
            Self::Update => "the highest ordinal that is not at the update revision is replaced first",
            Self::UpdatedNotAvailable => "no lower ordinal is updated until this pod is available",
            Self::BudgetSpent => "as many pods are unavailable as maxUnavailable allows",
            Self::HeldByPartition => "the partition keeps the lower ordinals at their revision",
            Self::Settled => "every pod is where it should be",
        }
    }
}

impl Move {
    /// A move that concerns a pod.
    pub(super) fn on_pod(kind: MoveKind, pod: &Pod, rule: Rule) -> Self {
        Self {
            kind,
            ordinal: Some(pod.ordinal),
            pod: Some(pod.name.clone()),
            revision: if kind == MoveKind::Wait { None } else { pod.revision.clone() },
            claim: None,
            rule,
        }
    }

    /// Waits for something about an ordinal that may have no pod.
    pub(super) fn wait(ordinal: Ordinal, pod: String, claim: Option<String>, rule: Rule) -> Self {
        Self { kind: MoveKind::Wait, ordinal: Some(ordinal), pod: Some(pod), revision: None, claim, rule }
    }

    /// Nothing to do.
    pub(super) fn nothing(rule: Rule) -> Self {
        Self { kind: MoveKind::Nothing, ordinal: None, pod: None, revision: None, claim: None, rule }
    }

    /// Whether something is changed by it.
    pub fn acts(&self) -> bool {
        !matches!(self.kind, MoveKind::Wait | MoveKind::Nothing)
    }
}

impl Moves {
    /// The moves of a sync that ended at `stop`, after its update loop had deleted `replaced` pods, and the
    /// server had not created `failed` ones.
    pub(super) fn new(mut list: Vec<Move>, stop: Move, replaced: usize, failed: BTreeSet<Ordinal>) -> Self {
        if list.is_empty() {
            list.push(stop.clone());
        }
        Self { list, stop, replaced, failed }
    }

    /// All of them, in the order in which the controller comes to them.
    pub fn as_slice(&self) -> &[Move] {
        &self.list
    }

    /// The first of them.
    pub fn first(&self) -> &Move {
        self.list.first().unwrap_or(&self.stop)
    }

    /// Whether the sync changes anything.
    pub fn act(&self) -> bool {
        self.list.iter().any(Move::acts)
    }

    /// How many pods the update loop deletes, counted as the controller counts them: a pod that the same sync has
    /// deleted before, because it had ended, is deleted and counted again, and one that is missing is counted too.
    pub fn replaced(&self) -> usize {
        self.replaced
    }

    /// Ordinals whose pods the controller tries to create in vain: refused, or the name is taken.
    pub fn failed(&self) -> &BTreeSet<Ordinal> {
        &self.failed
    }

    /// What the sync stopped at, also where it did something before.
    pub fn stop(&self) -> &Move {
        &self.stop
    }
}
