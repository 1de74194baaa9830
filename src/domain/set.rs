//! The snapshot: one StatefulSet with all that explains it, as read at one moment.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use super::claim::Claim;
use super::ordinal::Range;
use super::pod::Pod;
use super::revision::StoredRevision;
use super::surroundings::Surroundings;
use super::{Known, Offset, Ordinal, Revision};

/// One StatefulSet at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// The moment, by the server's clock.
    pub now: Timestamp,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Identity of this very set.
    pub uid: String,
    /// Counts changes of the spec.
    pub generation: i64,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Since when its deletion has been asked for.
    pub deleted: Option<Timestamp>,
    /// Who must act before it can go.
    pub finalizers: Vec<String>,
    /// What is asked for.
    pub spec: Spec,
    /// What the controller last reported.
    pub status: Status,
    /// The revision of the template: the status's update revision once observed, before that the stored revision
    /// of equal content, or an unborn one.
    pub update_revision: Revision,
    /// The revision of the last finished rollout.
    pub current_revision: Revision,
    /// Digest of the pod template; none where it was not read whole.
    pub template: Option<String>,
    /// The record of a canary, as it stands in its annotation.
    pub canary: Option<String>,
    /// Whether there is a map of annotations to add to.
    pub annotated: Annotated,
    /// Pods that the set owns, by ordinal.
    pub pods: BTreeMap<Ordinal, Pod>,
    /// Pods that have the name of a missing ordinal and belong to somebody else.
    pub foreign_pods: Vec<ForeignPod>,
    /// Claims of the set's templates, by name.
    pub claims: Known<BTreeMap<String, Claim>>,
    /// Stored revisions.
    pub revisions: Known<Vec<StoredRevision>>,
    /// What explains it.
    pub around: Surroundings,
}

/// Whether an object has annotations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Annotated {
    /// It has some.
    Yes,
    /// It has none: whoever adds the first one can only rely on the version that was read.
    No {
        /// That version.
        resource_version: String,
    },
}

/// What is asked of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Ordinals asked for.
    pub range: Range,
    /// `Parallel` rather than `OrderedReady`.
    pub parallel: bool,
    /// How pods get a new revision.
    pub strategy: Strategy,
    /// How long a pod is Ready before it is available.
    pub min_ready_seconds: u32,
    /// The governing Service's name; empty where none is named.
    pub service: String,
    /// Claim templates: name and storage class.
    pub claim_templates: Vec<ClaimTemplate>,
    /// What becomes of claims.
    pub retention: Retention,
    /// Grace period of the pod template, in seconds.
    pub grace_seconds: Option<i64>,
}

/// A claim template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimTemplate {
    /// Name.
    pub name: String,
}

/// What becomes of claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Retention {
    /// Deleted with the set.
    pub delete_with_set: bool,
    /// Deleted when their ordinal is scaled away.
    pub delete_when_scaled: bool,
}

/// How pods get a new revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// The controller replaces them, highest ordinal first.
    RollingUpdate(Option<Rolling>),
    /// Somebody deletes them.
    OnDelete,
    /// A name that this program does not know; nothing is predicted for it.
    Unknown(String),
}

/// Parameters of a rolling update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rolling {
    /// Ordinals below `start + partition` keep their revision.
    pub partition: Offset,
    /// Present only where the API server has the feature on.
    pub max_unavailable: Option<Amount>,
}

/// A number or a percentage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amount {
    /// So many.
    Count(u32),
    /// So many of a hundred, rounded down.
    Percent(u32),
}

/// What the controller last reported.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Status {
    /// The generation that it speaks of.
    pub observed_generation: i64,
    /// Pods at the current revision, as the controller counts them: the count can drift, but the controller
    /// itself relies on it where `rollingUpdate` is absent.
    pub current_replicas: u32,
    /// The revision of the last finished rollout, as reported.
    pub current_revision: String,
    /// The revision of the newest template, as reported.
    pub update_revision: String,
}

/// A pod with a name that the set needs, which the set does not own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignPod {
    /// Its name.
    pub name: String,
    /// Its ordinal.
    pub ordinal: Ordinal,
    /// Its controlling owner, as `Kind/name`; none where it has none.
    pub owner: Option<String>,
    /// Whether it is on its way out, as the pods of an earlier set of the same name are.
    pub terminating: bool,
}

impl Amount {
    /// How many of `replicas`, at least one (`getStatefulSetMaxUnavailable`).
    pub fn of(&self, replicas: u32) -> u32 {
        self.share(replicas).max(1)
    }

    /// How many of `replicas`, rounded down, which may be none.
    pub(in crate::domain) fn share(&self, replicas: u32) -> u32 {
        let count = match self {
            Self::Count(count) => u64::from(*count),
            Self::Percent(percent) => u64::from(*percent) * u64::from(replicas) / 100,
        };
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => count.fmt(f),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

impl Strategy {
    /// The partition that is written down; none under other strategies, and where `rollingUpdate` is absent.
    pub fn written_partition(&self) -> Option<Offset> {
        match self {
            Self::RollingUpdate(rolling) => rolling.as_ref().map(|rolling| rolling.partition),
            Self::OnDelete | Self::Unknown(_) => None,
        }
    }

    /// The partition that a rolling update stops at; zero where none is given.
    pub fn partition(&self) -> Offset {
        self.written_partition().unwrap_or(Offset::ZERO)
    }
}

impl Set {
    /// Whether the controller itself replaces pods that are not at the update revision.
    pub fn is_rolling(&self) -> bool {
        matches!(self.spec.strategy, Strategy::RollingUpdate(_))
    }

    /// The name of the pod of an ordinal.
    pub fn pod_name(&self, ordinal: Ordinal) -> String {
        format!("{}-{ordinal}", self.name)
    }

    /// The name of an ordinal's claim.
    pub fn claim_name(&self, template: &str, ordinal: Ordinal) -> String {
        format!("{template}-{}-{ordinal}", self.name)
    }

    /// Whether the controller has seen this generation. Nothing may be judged before it has.
    pub fn is_observed(&self) -> bool {
        self.status.observed_generation >= self.generation
    }

    /// Whether the ordinal is asked for.
    pub fn in_range(&self, ordinal: Ordinal) -> bool {
        self.spec.range.contains(ordinal)
    }

    /// Whether a rolling update leaves the ordinal alone because of the partition.
    pub fn below_partition(&self, ordinal: Ordinal) -> bool {
        let partition = self.spec.strategy.partition();
        self.spec.range.offset(ordinal).is_some_and(|offset| offset < partition)
    }

    /// The revision at which the ordinal is, or would be once everything has settled.
    pub fn expected_revision(&self, ordinal: Ordinal) -> &Revision {
        if self.below_partition(ordinal) { &self.current_revision } else { &self.update_revision }
    }

    /// Whether the pod has the revision that the set wants of it. Below the partition a pod that is already at
    /// the update revision stays there: raising the partition reverts nothing (kubernetes#91676).
    pub fn at_expected_revision(&self, pod: &Pod) -> bool {
        let Some(revision) = &pod.revision else { return false };
        revision == self.expected_revision(pod.ordinal)
            || self.below_partition(pod.ordinal) && *revision == self.update_revision
    }

    /// Whether the controller, or a person under OnDelete, still has to replace the pod.
    pub fn is_outdated(&self, pod: &Pod) -> bool {
        !self.below_partition(pod.ordinal) && pod.revision.as_ref() != Some(&self.update_revision)
    }

    /// `isUnavailable`, with the set's own minReadySeconds and moment.
    pub fn is_unavailable(&self, pod: &Pod) -> bool {
        pod.is_unavailable(self.spec.min_ready_seconds, self.now)
    }

    /// Pods outside the range, highest ordinal first: the controller removes them.
    pub fn condemned(&self) -> impl DoubleEndedIterator<Item = &Pod> {
        self.pods.values().rev().filter(|pod| !self.in_range(pod.ordinal))
    }
}
