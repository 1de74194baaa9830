//! No fault is without effect: each has a story of which the broken model says something else than the sound one.

use super::rolling;
use crate::domain::model::{
    Fault, Refused, next_moves, next_moves_faulty, status_is_refused, status_is_refused_faulty,
    update_status, update_status_faulty,
};
use crate::domain::testing::{Story, lines, set};

/// A fault, a story, what the sound model says of it, and what the broken one says.
type Row = (Fault, Story, &'static str, &'static str);

/// Two settled replicas with a claim each.
fn stored() -> Story {
    set("web").replicas(2).claim_template("data").all_ready(0..2, "A")
}

/// The first part of a sync: what is created, and what is looked after in range.
fn in_range() -> Vec<Row> {
    let claim = || set("web").replicas(1).claim_template("data");
    let three = || set("web").replicas(3);
    let taken = || rolling(4).parallel().foreign(1, None).ready(3, "A");
    let stale = claim().delete_claims_when_scaled().claim_of_old_pod(0);
    vec![
        (Fault::DeletingSetActs, three().deleting(), "SetDeleting", "create web-0 at A"),
        (Fault::FinishedKept, three().failed(0, "A"), "delete web-0", "wait web-0: NotReady"),
        (
            Fault::FinishedLeavingIgnored,
            three().failed(0, "A").terminating(0, 9),
            "wait web-0: FinishedLeaving",
            "wait web-0: Terminating",
        ),
        (Fault::MissingNotCreated, three(), "create web-0 at A", "wait web-0: CreateMissing"),
        (
            Fault::OrderedCreatesOn,
            three().ready(1, "A"),
            "create web-0 at A",
            "create web-0 at A, create web-2 at A",
        ),
        (Fault::ClaimsNotMade, claim(), "claim data-web-0, create web-0 at A", "create web-0 at A"),
        (
            Fault::PendingClaimsNotMade,
            claim().pending(0, "A").without_claim(0),
            "claim data-web-0",
            "wait web-0: NotReady",
        ),
        (
            Fault::VolumeClaimsNotMade,
            stored().without_volumes(0).without_claim(0),
            "claim data-web-0",
            "wait web-0: StorageMismatch",
        ),
        (Fault::StaleClaimIgnored, stale, "wait web-0: StaleClaim", "create web-0 at A"),
        (
            Fault::TerminatingClaimIgnored,
            claim().claim_terminating(0, 5),
            "wait web-0: ClaimTerminating",
            "create web-0 at A",
        ),
        (Fault::NameTakenIgnored, three().foreign(0, None), "wait web-0: NameTaken", "create web-0 at A"),
        (Fault::CreatedAtUpdateRevision, rolling(2).partition(1), "create web-0 at A", "create web-0 at B"),
        (
            Fault::NullCreatedAtUpdateRevision,
            rolling(2).no_rolling_update(1),
            "create web-0 at A",
            "create web-0 at B",
        ),
        (
            Fault::TerminatingIgnored,
            three().ready(0, "A").terminating(0, 9),
            "wait web-0: Terminating",
            "create web-1 at A",
        ),
        (Fault::NotReadyIgnored, three().starting(0, "A"), "wait web-0: NotReady", "create web-1 at A"),
        (
            Fault::NotAvailableIgnored,
            three().ready_for(0, "A", 1).min_ready(60),
            "wait web-0: NotAvailable",
            "create web-1 at A",
        ),
        (
            Fault::StorageMismatchIgnored,
            stored().without_volumes(0).claim_left(0),
            "wait web-0: StorageMismatch",
            "Settled",
        ),
        (
            Fault::ErrorEndsNothing,
            taken(),
            "create web-0 at B, create web-2 at B",
            "create web-0 at B, create web-2 at B, delete web-3",
        ),
        (Fault::ErrorEndsAtOnce, taken(), "create web-0 at B, create web-2 at B", "create web-0 at B"),
        (
            Fault::ParallelIsOrdered,
            three().ready(0, "A").parallel(),
            "create web-1 at A, create web-2 at A",
            "create web-1 at A",
        ),
    ]
}

/// The second part: pods out of range.
fn out_of_range() -> Vec<Row> {
    let story = || set("web").replicas(1).all_ready(0..3, "A");
    vec![
        (Fault::CondemnedKept, story(), "delete web-2", "wait web-2: ScaleDown"),
        (Fault::CondemnedLowestFirst, story(), "delete web-2", "delete web-1"),
        (Fault::CondemnedAllAtOnce, story(), "delete web-2", "delete web-2, delete web-1"),
        (
            Fault::CondemnedTerminatingIgnored,
            story().terminating(2, 9),
            "wait web-2: CondemnedTerminating",
            "delete web-1",
        ),
        (
            Fault::CondemnedUnhealthyIgnored,
            story().crashing(1, "A").crashing(2, "A"),
            "wait web-2: CondemnedUnhealthy",
            "delete web-2",
        ),
    ]
}

/// The third part: new revisions.
fn updates() -> Vec<Row> {
    let old = |replicas| rolling(replicas).all_ready(0..replicas, "A");
    let broken = || old(3).parallel().crashing(2, "B");
    vec![
        (Fault::OnDeleteUpdates, old(2).on_delete(), "OnDelete", "delete web-1"),
        (Fault::OutdatedKept, old(2), "delete web-1", "wait web-1: Update"),
        (Fault::UpdatesLowestFirst, old(2), "delete web-1", "delete web-0"),
        (Fault::UpdatePassesUnavailable, broken(), "wait web-2: UpdatedNotAvailable", "delete web-1"),
        (Fault::PartitionIgnored, old(2).partition(2), "HeldByPartition", "delete web-1"),
        (
            Fault::PartitionIsOrdinal,
            rolling(2).start(5).partition(2).all_ready(5..7, "A"),
            "HeldByPartition",
            "delete web-6",
        ),
        (Fault::BudgetOfOne, old(2).max_unavailable(2), "delete web-1, delete web-0", "delete web-1"),
        (Fault::BudgetCountsNothing, broken().max_unavailable(1), "wait web-2: BudgetSpent", "delete web-1"),
        (
            Fault::PercentRoundsUp,
            old(3).max_unavailable_percent(34),
            "delete web-2",
            "delete web-2, delete web-1",
        ),
        (Fault::BudgetMayBeNothing, old(3).max_unavailable_percent(10), "delete web-2", "Settled"),
        (Fault::RevisionByStatus, old(2).unobserved().reporting("A"), "delete web-1", "Settled"),
    ]
}

/// What is reported: the revision of the last finished rollout.
fn statuses() -> Vec<Row> {
    vec![
        (Fault::NeverPromoted, rolling(1).ready(0, "B"), "B", "A"),
        (Fault::ZeroNotPromoted, rolling(0), "B", "A"),
    ]
}

fn faulty(story: &Story, fault: Fault) -> String {
    lines(next_moves_faulty(&story.build(), &Refused::default(), fault).as_slice())
}

#[test]
fn a_broken_rule_changes_what_the_model_says() {
    for (fault, story, sound, broken) in [in_range(), out_of_range(), updates()].concat() {
        assert_eq!(story.moves(), sound, "{fault:?}, not broken");
        assert_eq!(faulty(&story, fault), broken, "{fault:?}");
        assert_ne!(sound, broken, "{fault:?}");
    }
    for (fault, story, sound, broken) in statuses() {
        let (mut set, mut wrong) = (story.build(), story.build());
        update_status(&mut set);
        update_status_faulty(&mut wrong, fault);
        assert_eq!(set.current_revision.to_string(), sound, "{fault:?}, not broken");
        assert_eq!(wrong.current_revision.to_string(), broken, "{fault:?}");
        assert_ne!(sound, broken, "{fault:?}");
    }
}

#[test]
fn a_status_that_counts_less_than_nothing_is_told_from_a_valid_one() {
    let set = rolling(1).ready(0, "C").build();
    let moves = next_moves(&set);
    assert!(status_is_refused(&set, &moves));
    assert!(!status_is_refused_faulty(&set, &moves, Fault::StatusNeverRefused));
}

#[test]
fn every_fault_has_its_story() {
    let rows = [in_range(), out_of_range(), updates(), statuses()].concat();
    let told = rows.iter().map(|row| row.0).chain([Fault::StatusNeverRefused]);
    assert_eq!(told.collect::<Vec<_>>(), Fault::ALL);
}
