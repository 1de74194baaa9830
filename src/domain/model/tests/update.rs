//! The third part of a sync: new revisions.

use super::{expect, rolling};
use crate::domain::testing::Story;

#[test]
fn a_rolling_update_replaces_the_highest_outdated_pod_and_waits_until_it_is_available() {
    let story = || rolling(3).parallel();
    expect(&[
        ("the highest first", story().all_ready(0..3, "A"), "delete web-2"),
        ("it terminates", story().all_ready(0..3, "A").terminating(2, 20), "wait web-2: UpdatedNotAvailable"),
        (
            "it is updated and starts",
            story().all_ready(0..2, "A").starting(2, "B"),
            "wait web-2: UpdatedNotAvailable",
        ),
        (
            "it is not Ready for long enough",
            story().all_ready(0..2, "A").ready_for(2, "B", 3).min_ready(10),
            "wait web-2: UpdatedNotAvailable",
        ),
        ("the next one", story().all_ready(0..2, "A").ready(2, "B"), "delete web-1"),
        ("all are updated", story().all_ready(0..3, "B"), "Settled"),
    ]);
}

#[test]
fn ordered_ready_waits_for_an_updated_pod_in_its_first_part() {
    expect(&[
        ("starting", rolling(2).ready(0, "A").starting(1, "B"), "wait web-1: NotReady"),
        ("available", rolling(2).ready(0, "A").ready(1, "B"), "delete web-0"),
    ]);
}

/// kubernetes#96218.
#[test]
fn parallel_updates_without_waiting_for_a_broken_lower_ordinal() {
    let story = rolling(3).crashing(0, "A").all_ready(1..3, "A").parallel();
    assert_eq!(story.moves(), "delete web-2");
}

#[test]
fn a_broken_pod_at_the_update_revision_holds_the_update_of_lower_ordinals() {
    let story = rolling(3).all_ready(0..2, "A").crashing(2, "B").parallel();
    assert_eq!(story.moves(), "wait web-2: UpdatedNotAvailable");
}

#[test]
fn a_pod_without_revision_label_is_outdated() {
    let story = rolling(1).pod(0, "B", |pod| pod.revision = None);
    assert_eq!(story.moves(), "delete web-0");
}

#[test]
fn the_partition_keeps_lower_offsets_at_their_revision() {
    let held = |partition| rolling(4).start(10).partition(partition).all_ready(10..14, "A");
    expect(&[
        ("0: everything", held(0), "delete web-13"),
        ("3: the last one", held(3), "delete web-13"),
        ("3: done", held(3).ready(13, "B"), "HeldByPartition"),
        ("2: the third", held(2).ready(13, "B"), "delete web-12"),
        ("as many as replicas", held(4), "HeldByPartition"),
        ("more than replicas", held(5), "HeldByPartition"),
        ("more than the last ordinal", held(99), "HeldByPartition"),
    ]);
}

#[test]
fn raising_the_partition_reverts_nothing() {
    let story = rolling(3).partition(3).ready(0, "A").all_ready(1..3, "B");
    assert_eq!(story.moves(), "HeldByPartition");
}

#[test]
fn nothing_is_held_by_a_partition_below_which_every_pod_is_updated() {
    let story = rolling(2).partition(1).all_ready(0..2, "B");
    assert_eq!(story.moves(), "Settled");
}

#[test]
fn a_broken_pod_below_the_partition_does_not_hold_parallel() {
    let story = rolling(3).partition(1).crashing(0, "A").all_ready(1..3, "A").parallel();
    expect(&[
        ("the update goes on", story.clone(), "delete web-2"),
        ("and ends", story.all_ready(1..3, "B"), "HeldByPartition"),
    ]);
}

#[test]
fn without_rolling_update_everything_down_to_start_is_updated() {
    let story = rolling(2).start(4).no_rolling_update(2).ready(4, "A").ready(5, "B");
    assert_eq!(story.moves(), "delete web-4");
}

#[test]
fn ondelete_replaces_no_pod_and_still_scales_and_creates() {
    let story = || rolling(2).on_delete().ready(0, "A");
    expect(&[
        ("outdated pods stay", story().ready(1, "A"), "OnDelete"),
        ("a missing one is created", story(), "create web-1 at B"),
        ("one out of range goes", story().all_ready(1..3, "A"), "delete web-2"),
        ("a finished one is replaced", story().failed(1, "A"), "delete web-1"),
    ]);
}

fn budget(story: Story, count: u32) -> Story {
    story.max_unavailable(count)
}

#[test]
fn max_unavailable_deletes_as_many_outdated_pods_as_the_budget_leaves() {
    let five = || rolling(5).all_ready(0..5, "A");
    expect(&[
        ("one", budget(five(), 1), "delete web-4"),
        ("two", budget(five(), 2), "delete web-4, delete web-3"),
        (
            "more than there are",
            budget(five(), 9),
            "delete web-4, delete web-3, delete web-2, delete web-1, delete web-0",
        ),
        ("down to the partition", budget(five().partition(3), 9), "delete web-4, delete web-3"),
        ("one is away", budget(five().starting(4, "B").parallel(), 2), "delete web-3"),
        ("none is outdated", budget(rolling(2).all_ready(0..2, "B"), 2), "Settled"),
        ("a partition holds", budget(five().partition(5), 2), "HeldByPartition"),
    ]);
}

#[test]
fn a_percentage_of_replicas_is_rounded_down_to_at_least_one() {
    for (percent, replicas, deletes) in
        [(1, 3, 1), (34, 3, 1), (66, 3, 1), (67, 3, 2), (100, 3, 3), (50, 5, 2), (10, 9, 1)]
    {
        let story = rolling(replicas).all_ready(0..replicas, "A").max_unavailable_percent(percent);
        assert_eq!(story.moves().matches("delete").count(), deletes, "{percent} % of {replicas}");
    }
}

/// kubernetes#137409.
#[test]
fn every_unavailable_pod_in_range_counts_against_the_budget_whatever_its_revision() {
    let story = || rolling(4).parallel().all_ready(0..4, "A").ready(3, "B");
    expect(&[
        ("a broken old one above", budget(story().crashing(2, "A"), 1), "wait web-2: BudgetSpent"),
        (
            "a broken old one below the partition",
            budget(story().crashing(0, "A").partition(1), 1),
            "wait web-0: BudgetSpent",
        ),
        ("an updated one that starts", budget(story().starting(3, "B"), 1), "wait web-3: BudgetSpent"),
        ("one that terminates", budget(story().terminating(0, 20), 1), "wait web-0: BudgetSpent"),
        (
            "one not Ready for long enough",
            budget(story().ready_for(3, "B", 2).min_ready(9), 1),
            "wait web-3: BudgetSpent",
        ),
        ("a larger budget", budget(story().crashing(0, "A"), 2), "delete web-2"),
    ]);
    let off = story().crashing(1, "A");
    expect(&[("with the feature off it does not count", off, "delete web-2")]);
}

#[test]
fn a_broken_outdated_pod_uses_up_the_budget_twice() {
    let story = rolling(4).parallel().all_ready(0..3, "A").crashing(3, "A").max_unavailable(2);
    assert_eq!(story.moves(), "delete web-3");
}

#[test]
fn a_terminating_pod_takes_from_the_budget_and_is_not_deleted_again() {
    let story = rolling(3).parallel().all_ready(0..3, "A").terminating(2, 20).max_unavailable(2);
    assert_eq!(story.moves(), "delete web-1");
}

#[test]
fn a_missing_pod_counts_as_unavailable_in_the_sync_that_creates_it() {
    let story = rolling(3).parallel().all_ready(0..2, "A").max_unavailable(1);
    expect(&[
        ("the budget is spent", story.clone(), "create web-2 at B"),
        ("a larger budget", story.max_unavailable(2), "create web-2 at B, delete web-1"),
    ]);
}

#[test]
fn with_the_feature_on_ordered_ready_still_stops_at_its_first_unavailable_pod() {
    let story = rolling(4).all_ready(0..3, "A").starting(3, "B").max_unavailable(3);
    assert_eq!(story.moves(), "wait web-3: NotReady");
}

#[test]
fn once_nothing_is_outdated_an_unavailable_pod_is_waited_for_and_no_budget_is_spoken_of() {
    let story = rolling(3).parallel().all_ready(0..2, "B").starting(2, "B");
    expect(&[
        ("on", story.clone().max_unavailable(1), "wait web-2: UpdatedNotAvailable"),
        ("on, with budget left", story.clone().max_unavailable(2), "wait web-2: UpdatedNotAvailable"),
        ("off", story, "wait web-2: UpdatedNotAvailable"),
    ]);
}
