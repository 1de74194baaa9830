//! The first part of a sync: ordinals in range.

use super::{expect, rolling};
use crate::domain::testing::set;

#[test]
fn ordered_ready_creates_the_lowest_missing_ordinal_and_nothing_else() {
    let three = || set("web").replicas(3);
    expect(&[
        ("none exists", three(), "create web-0 at A"),
        ("one exists", three().ready(0, "A"), "create web-1 at A"),
        ("a gap", three().ready(0, "A").ready(2, "A"), "create web-1 at A"),
        ("all exist", three().all_ready(0..3, "A"), "Settled"),
    ]);
}

#[test]
fn ordered_ready_stops_at_the_first_ordinal_that_is_not_in_order() {
    let two = || set("web").replicas(3).ready(0, "A").ready(2, "A");
    expect(&[
        ("terminating", two().ready(1, "A").terminating(1, 20), "wait web-1: Terminating"),
        ("terminating and not ready", two().crashing(1, "A").terminating(1, 20), "wait web-1: Terminating"),
        ("pending", two().starting(1, "A"), "wait web-1: NotReady"),
        ("unscheduled", two().pending(1, "A"), "wait web-1: NotReady"),
        ("running, not ready", two().not_ready(1, "A"), "wait web-1: NotReady"),
        ("ready, not long enough", two().ready_for(1, "A", 4).min_ready(5), "wait web-1: NotAvailable"),
        ("ready for exactly minReadySeconds", two().ready_for(1, "A", 5).min_ready(5), "Settled"),
        (
            "of unknown phase",
            two().pod(1, "A", |pod| pod.phase = crate::domain::pod::Phase::Unknown),
            "wait web-1: NotReady",
        ),
    ]);
}

#[test]
fn a_ready_condition_without_a_time_never_grows_old_enough() {
    let story = set("web").replicas(1).pod(0, "A", |pod| pod.ready.since = None);
    assert_eq!(story.moves(), "Settled");
    assert_eq!(story.min_ready(1).moves(), "wait web-0: NotAvailable");
}

#[test]
fn a_lower_broken_pod_stops_an_ordered_sync_before_scale_down_and_update() {
    let story = rolling(2).ready(1, "A").crashing(0, "A").ready(2, "A");
    expect(&[
        ("OrderedReady", story.clone(), "wait web-0: NotReady"),
        ("Parallel", story.parallel(), "delete web-2, delete web-1"),
    ]);
}

/// kubernetes#67250: the fixed template B never reaches the pod that is broken at A.
#[test]
fn a_fixed_template_is_never_applied_to_the_broken_pod_that_an_ordered_sync_stops_at() {
    let story = rolling(3).all_ready(0..2, "A").crashing(2, "A");
    expect(&[
        ("OrderedReady waits for it", story.clone(), "wait web-2: NotReady"),
        ("Parallel replaces it by itself", story.parallel(), "delete web-2"),
    ]);
}

#[test]
fn a_pod_that_has_ended_is_deleted_and_its_successor_comes_in_a_later_sync() {
    let failed = || set("web").replicas(3).ready(0, "A").failed(1, "A");
    let succeeded = |pod: &mut crate::domain::pod::Pod| pod.phase = crate::domain::pod::Phase::Succeeded;
    expect(&[
        ("OrderedReady does no more in that sync", failed(), "delete web-1"),
        ("Succeeded counts as ended", set("web").replicas(1).pod(0, "A", succeeded), "delete web-0"),
        ("while it leaves, OrderedReady waits", failed().terminating(1, 20), "wait web-1: FinishedLeaving"),
        ("Parallel goes on to the missing ones", failed().parallel(), "delete web-1, create web-2 at A"),
        ("Parallel goes on while it leaves", failed().terminating(1, 20).parallel(), "create web-2 at A"),
    ]);
}

#[test]
fn a_finished_and_outdated_pod_is_deleted_once_in_a_sync() {
    let story = rolling(2).ready(0, "A").failed(1, "A").parallel();
    assert_eq!(story.moves(), "delete web-1");
    assert_eq!(story.stop(), "delete web-1");
}

/// The stop is what others are said to wait for: it must name the pod of the update, not the last move before it.
#[test]
fn a_sync_that_ends_at_a_pod_deleted_before_names_that_pod() {
    let story = rolling(3).failed(2, "A").ready(1, "A").failed(0, "A").parallel();
    assert_eq!(story.moves(), "delete web-0, delete web-2");
    assert_eq!(story.stop(), "delete web-2");
    let story = rolling(3).ready(0, "A").failed(2, "A").ready(3, "A").ready(1, "B").parallel();
    assert_eq!(story.moves(), "delete web-2, delete web-3");
    assert_eq!(story.stop(), "delete web-2");
}

#[test]
fn parallel_creates_all_missing_ordinals_in_one_sync() {
    let story = set("web").replicas(4).parallel();
    expect(&[
        (
            "none exists",
            story.clone(),
            "create web-0 at A, create web-1 at A, create web-2 at A, create web-3 at A",
        ),
        (
            "unready ones stop nothing",
            story.clone().crashing(0, "A").starting(2, "A"),
            "create web-1 at A, create web-3 at A",
        ),
        (
            "terminating ones stop nothing",
            story.ready(0, "A").terminating(0, 9),
            "create web-1 at A, create web-2 at A, create web-3 at A",
        ),
    ]);
}

/// `slowStartBatch`: 1, then 2, then 4. An error ends the sync after the batch that it happened in.
#[test]
fn an_error_under_parallel_keeps_later_batches_and_all_updates_from_happening() {
    let seven = || set("web").replicas(7).parallel();
    expect(&[
        ("in the first batch of one", seven().foreign(0, None), "wait web-0: NameTaken"),
        ("in the second batch of two", seven().foreign(1, None), "create web-0 at A, create web-2 at A"),
        ("the other of that batch", seven().foreign(2, None), "create web-0 at A, create web-1 at A"),
        (
            "in the third batch of four",
            seven().foreign(3, None),
            "create web-0 at A, create web-1 at A, create web-2 at A, create web-4 at A, create web-5 at A, create web-6 at A",
        ),
    ]);
    let update = rolling(3).parallel().foreign(2, None).all_ready(0..2, "A");
    expect(&[("updates wait for it too", update, "wait web-2: NameTaken")]);
    let condemned = set("web").replicas(1).parallel().foreign(0, None).ready(1, "A");
    expect(&[("scale-down waits for it too", condemned, "wait web-0: NameTaken")]);
}

#[test]
fn a_foreign_pod_stops_an_ordered_sync_at_its_ordinal() {
    let story = set("web").replicas(3).ready(0, "A").foreign(1, Some("ReplicaSet/web"));
    assert_eq!(story.moves(), "wait web-1: NameTaken");
}

#[test]
fn a_set_that_is_being_deleted_gets_nothing_done() {
    for story in [set("web").replicas(3), rolling(2).parallel().failed(0, "A").ready(5, "A")] {
        assert_eq!(story.deleting().moves(), "SetDeleting");
    }
}

#[test]
fn nothing_is_predicted_for_a_strategy_of_a_later_kubernetes() {
    assert_eq!(rolling(2).all_ready(0..2, "A").strategy("Recreate").moves(), "StrategyUnknown");
}

#[test]
fn nothing_is_done_for_no_replicas_and_no_pods() {
    for story in [set("web"), set("web").parallel(), set("web").on_delete()] {
        assert!(["Settled", "OnDelete"].contains(&story.moves().as_str()));
    }
}
