//! A fault breaks its own rule and no other: of a set that the rule does not concern, the broken model is right.
//! Otherwise a broken rule could be noticed by what it has nothing to do with.

use proptest::prelude::*;

use super::invariants::any_story;
use crate::domain::model::{
    Fault, Refused, next_moves, next_moves_faulty, update_status, update_status_faulty,
};
use crate::domain::pod::{Phase, Pod};
use crate::domain::set::{Rolling, Strategy as UpdateStrategy};
use crate::domain::{Offset, Set};

/// Whether the rule that is broken has anything to say about the next moves of the set.
fn concerns(fault: Fault, set: &Set) -> bool {
    let ordered = !set.spec.parallel;
    let in_range =
        |holds: fn(&Pod) -> bool| set.pods.values().any(|pod| set.in_range(pod.ordinal) && holds(pod));
    let missing = set.spec.range.iter().any(|ordinal| !set.pods.contains_key(&ordinal));
    let condemned = set.condemned().next().is_some();
    let strategy = &set.spec.strategy;
    let updates = matches!(strategy, UpdateStrategy::RollingUpdate(_));
    let budget =
        matches!(strategy, UpdateStrategy::RollingUpdate(Some(Rolling { max_unavailable: Some(_), .. })));
    let partition = strategy.partition() > Offset::ZERO;
    match fault {
        Fault::DeletingSetActs => set.deleted.is_some(),
        Fault::FinishedKept => in_range(Pod::is_finished),
        Fault::FinishedLeavingIgnored => in_range(|pod| pod.is_finished() && pod.is_terminating()),
        Fault::MissingNotCreated | Fault::ClaimsNotMade => missing,
        Fault::OrderedCreatesOn => ordered && missing,
        Fault::PendingClaimsNotMade => in_range(|pod| pod.phase == Phase::Pending),
        Fault::StaleClaimIgnored => missing && set.spec.retention.delete_when_scaled,
        Fault::TerminatingClaimIgnored => {
            set.claims.get().is_some_and(|claims| claims.values().any(|claim| claim.deleted.is_some()))
        }
        Fault::NameTakenIgnored => missing && !set.foreign_pods.is_empty(),
        Fault::CreatedAtUpdateRevision => missing && partition,
        Fault::NullCreatedAtUpdateRevision => missing && *strategy == UpdateStrategy::RollingUpdate(None),
        Fault::TerminatingIgnored => ordered && in_range(Pod::is_terminating),
        Fault::NotReadyIgnored => ordered && in_range(|pod| !pod.is_running_and_ready()),
        Fault::NotAvailableIgnored => ordered && set.spec.min_ready_seconds > 0,
        Fault::StorageMismatchIgnored | Fault::VolumeClaimsNotMade => in_range(|pod| pod.claims.is_empty()),
        Fault::ErrorEndsNothing | Fault::ErrorEndsAtOnce | Fault::ParallelIsOrdered => !ordered,
        Fault::CondemnedKept | Fault::CondemnedLowestFirst => condemned,
        Fault::CondemnedAllAtOnce | Fault::CondemnedTerminatingIgnored | Fault::CondemnedUnhealthyIgnored => {
            ordered && condemned
        }
        Fault::OnDeleteUpdates => *strategy == UpdateStrategy::OnDelete,
        Fault::OutdatedKept | Fault::UpdatesLowestFirst => updates,
        Fault::UpdatePassesUnavailable => updates && !budget,
        Fault::PartitionIgnored => partition,
        Fault::PartitionIsOrdinal => partition && set.spec.range.start.get() > 0,
        Fault::BudgetOfOne
        | Fault::BudgetCountsNothing
        | Fault::BudgetMayBeNothing
        | Fault::PercentRoundsUp => budget,
        Fault::RevisionByStatus => !set.is_observed(),
        Fault::NeverPromoted | Fault::ZeroNotPromoted | Fault::StatusNeverRefused => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_fault_changes_nothing_that_its_rule_does_not_concern(story in any_story()) {
        let set = story.build();
        let sound = next_moves(&set);
        for fault in Fault::ALL.iter().filter(|fault| !concerns(**fault, &set)) {
            prop_assert_eq!(&next_moves_faulty(&set, &Refused::default(), *fault), &sound, "{:?}", fault);
        }
    }

    #[test]
    fn only_faults_of_the_status_change_the_status(story in any_story()) {
        let set = story.build();
        let mut sound = set.clone();
        update_status(&mut sound);
        for fault in Fault::ALL.iter().filter(|fault| !matches!(fault, Fault::NeverPromoted | Fault::ZeroNotPromoted)) {
            let mut other = set.clone();
            update_status_faulty(&mut other, *fault);
            prop_assert_eq!(&other, &sound, "{:?}", fault);
        }
    }
}
