//! The model with one rule broken. Whatever holds the model against a real controller is tested by it: it must
//! notice each broken rule.
//!
//! A fault is put in where it breaks nothing but its own rule: into the snapshot ([`Fault::distort`]), into what is
//! done about it ([`Fault::leaves_out`]), or else at the rule itself, which asks [`super::sync::Sync::breaks`].

use super::moves::{Move, MoveKind, Rule};
use crate::domain::set::{Amount, Rolling, Strategy};
use crate::domain::{Offset, Revision, Set};

/// The faults from one list, so that none is left out of [`Fault::ALL`].
macro_rules! faults {
    ($($fault:ident: $says:literal,)*) => {
        /// A rule that is broken, named by what the model then does wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Fault {
            $(#[doc = $says] $fault,)*
        }

        impl Fault {
            /// All of them, in the order of a sync.
            pub const ALL: &[Self] = &[$(Self::$fault,)*];

            /// One clause that says what the broken model believes.
            pub fn says(self) -> &'static str {
                match self {
                    $(Self::$fault => $says,)*
                }
            }
        }
    };
}

faults! {
    DeletingSetActs: "a set that is being deleted is worked on like any other",
    FinishedKept: "a pod that has ended is not deleted, and counts as one that is merely not ready",
    FinishedLeavingIgnored: "a pod that has ended and is being deleted counts as any other that is being deleted",
    MissingNotCreated: "a missing pod is not created",
    OrderedCreatesOn: "OrderedReady goes on to the next ordinal after it has created a pod",
    ClaimsNotMade: "the missing claims of a new pod are not made",
    PendingClaimsNotMade: "the missing claims of a Pending pod are not made",
    VolumeClaimsNotMade: "the claims of volumes that a pod lacks are not made",
    StaleClaimIgnored: "a claim of an earlier pod does not keep the next one from being created",
    TerminatingClaimIgnored: "a claim that is being deleted is as good as any other",
    NameTakenIgnored: "a pod is created although its name is taken",
    CreatedAtUpdateRevision: "a missing pod below the partition is created at the update revision",
    NullCreatedAtUpdateRevision: "without rollingUpdate, every missing pod is created at the update revision",
    TerminatingIgnored: "OrderedReady goes past a terminating pod",
    NotReadyIgnored: "OrderedReady goes past a pod that is not running and ready",
    NotAvailableIgnored: "OrderedReady goes past a pod that is not ready for minReadySeconds yet",
    StorageMismatchIgnored: "a pod that lacks a volume of the claim templates is in order",
    ErrorEndsNothing: "under Parallel, an error does not end the sync after its batch",
    ErrorEndsAtOnce: "under Parallel, an error ends the sync before its batch is finished",
    ParallelIsOrdered: "Parallel is OrderedReady",
    CondemnedKept: "a pod out of range is not deleted",
    CondemnedLowestFirst: "of the pods out of range, the lowest is removed first",
    CondemnedAllAtOnce: "OrderedReady removes all pods out of range in one sync",
    CondemnedTerminatingIgnored: "OrderedReady removes the next pod out of range while one terminates",
    CondemnedUnhealthyIgnored: "OrderedReady removes any unhealthy pod out of range",
    OnDeleteUpdates: "OnDelete is RollingUpdate",
    OutdatedKept: "no pod is deleted for an update",
    UpdatesLowestFirst: "the lowest outdated pod is updated first",
    UpdatePassesUnavailable: "without maxUnavailable, an update goes past an updated pod that is not available",
    PartitionIgnored: "an update goes on below the partition",
    PartitionIsOrdinal: "the partition is an ordinal, not an offset from the first one",
    BudgetOfOne: "maxUnavailable is 1, whatever it says",
    BudgetCountsNothing: "pods that are unavailable already do not count against maxUnavailable",
    PercentRoundsUp: "a percentage of maxUnavailable is rounded up",
    BudgetMayBeNothing: "a percentage of maxUnavailable that comes to less than one pod is none",
    RevisionByStatus: "a template that the controller has not seen is the revision that the status names",
    NeverPromoted: "the current revision stays what it is when a rollout is finished",
    ZeroNotPromoted: "a rollout of no replicas is never finished",
    StatusNeverRefused: "a status that counts less than no pods at the current revision is accepted",
}

impl Fault {
    /// Changes the snapshot into one of which a sound model says what the broken model says of this one. Only
    /// where nothing but the broken rule goes by what is changed; most faults are elsewhere.
    pub(super) fn distort(self, set: &mut Set) {
        match self {
            Self::DeletingSetActs => set.deleted = None,
            Self::StaleClaimIgnored => set.spec.retention.delete_when_scaled = false,
            Self::TerminatingClaimIgnored => {
                let claims = set.claims.get_mut().into_iter().flat_map(|claims| claims.values_mut());
                claims.for_each(|claim| claim.deleted = None);
            }
            Self::NameTakenIgnored => set.foreign_pods.clear(),
            // Within a sync, only the creation of pods goes by the current revision and the count of pods at it.
            Self::CreatedAtUpdateRevision => {
                if let Strategy::RollingUpdate(Some(_)) = set.spec.strategy {
                    set.current_revision = set.update_revision.clone();
                }
            }
            Self::RevisionByStatus if !set.is_observed() => {
                set.update_revision = Revision::new(set.status.update_revision.clone());
            }
            Self::NullCreatedAtUpdateRevision => set.status.current_replicas = 0,
            Self::ParallelIsOrdered => set.spec.parallel = false,
            Self::OnDeleteUpdates if set.spec.strategy == Strategy::OnDelete => {
                let rolling = Rolling { partition: Offset::ZERO, max_unavailable: None };
                set.spec.strategy = Strategy::RollingUpdate(Some(rolling));
            }
            Self::PartitionIsOrdinal | Self::BudgetOfOne | Self::PercentRoundsUp => {
                let (start, replicas) = (set.spec.range.start.get(), set.spec.range.replicas);
                if let Strategy::RollingUpdate(Some(rolling)) = &mut set.spec.strategy {
                    self.distort_rolling(rolling, start, replicas);
                }
            }
            _ => {}
        }
    }

    fn distort_rolling(self, rolling: &mut Rolling, start: u32, replicas: u32) {
        match (self, &rolling.max_unavailable) {
            (Self::PartitionIsOrdinal, _) => {
                rolling.partition = Offset::new(rolling.partition.get().saturating_sub(start));
            }
            (Self::BudgetOfOne, Some(_)) => rolling.max_unavailable = Some(Amount::Count(1)),
            (Self::PercentRoundsUp, Some(Amount::Percent(percent))) => {
                let count = (u64::from(*percent) * u64::from(replicas)).div_ceil(100);
                rolling.max_unavailable = Some(Amount::Count(u32::try_from(count).unwrap_or(u32::MAX)));
            }
            _ => {}
        }
    }

    /// Whether the broken model does not do what a sound one does here.
    pub(super) fn leaves_out(self, step: &Move) -> bool {
        match self {
            Self::MissingNotCreated => step.kind == MoveKind::CreatePod,
            Self::ClaimsNotMade => step.rule == Rule::ClaimBeforePod,
            Self::VolumeClaimsNotMade => step.rule == Rule::ClaimForVolume,
            Self::PendingClaimsNotMade => step.rule == Rule::ClaimForPending,
            Self::CondemnedKept => step.rule == Rule::ScaleDown,
            Self::OutdatedKept => step.rule == Rule::Update,
            _ => false,
        }
    }
}
