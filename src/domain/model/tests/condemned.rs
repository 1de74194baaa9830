//! The second part of a sync: pods out of range.

use super::{expect, rolling};
use crate::domain::pod::Phase;
use crate::domain::testing::set;

#[test]
fn ordered_ready_removes_one_pod_out_of_range_at_a_time_highest_first() {
    let one = || set("web").replicas(1).ready(0, "A");
    expect(&[
        ("the highest first", one().all_ready(1..4, "A"), "delete web-3"),
        (
            "then it waits for it to go",
            one().all_ready(1..4, "A").terminating(3, 20),
            "wait web-3: CondemnedTerminating",
        ),
        ("ten is above nine", one().ready(9, "A").ready(10, "A"), "delete web-10"),
    ]);
}

#[test]
fn pods_below_start_are_out_of_range_too() {
    let story = set("web").replicas(2).start(3).all_ready(3..5, "A").ready(0, "A");
    assert_eq!(story.moves(), "delete web-0");
}

#[test]
fn scale_down_waits_for_every_lower_ordinal_in_range_and_comes_before_updates() {
    let story = rolling(2).ready(0, "A").ready(2, "A");
    expect(&[
        ("a lower one is not ready", story.clone().not_ready(1, "A"), "wait web-1: NotReady"),
        ("a lower one is missing", story.clone(), "create web-1 at B"),
        ("all are fine, none is updated yet", story.ready(1, "A"), "delete web-2"),
    ]);
}

#[test]
fn a_single_broken_pod_out_of_range_is_removed() {
    let story = set("web").replicas(1).ready(0, "A").ready(1, "A").crashing(2, "A");
    assert_eq!(story.moves(), "delete web-2");
}

#[test]
fn two_broken_pods_out_of_range_hold_each_other_for_ever_under_ordered_ready() {
    let story = set("web").replicas(1).ready(0, "A").crashing(1, "A").crashing(2, "A");
    expect(&[
        (
            "the higher waits for the lower, which waits for its turn",
            story.clone(),
            "wait web-2: CondemnedUnhealthy",
        ),
        ("Parallel removes both", story.parallel(), "delete web-2, delete web-1"),
    ]);
}

#[test]
fn a_pod_out_of_range_that_is_not_available_yet_holds_back_like_a_broken_one() {
    let story = set("web").replicas(1).ready(0, "A").min_ready(60);
    expect(&[
        (
            "above a broken one",
            story.clone().crashing(1, "A").ready_for(2, "A", 5),
            "wait web-2: CondemnedUnhealthy",
        ),
        ("alone it goes", story.ready_for(1, "A", 5), "delete web-1"),
    ]);
}

#[test]
fn a_pod_out_of_range_that_is_ready_and_not_running_holds_back_like_a_broken_one() {
    let story = set("web").replicas(1).ready(0, "A").pod(2, "A", |pod| pod.phase = Phase::Unknown);
    expect(&[
        ("above a broken one", story.clone().crashing(1, "A"), "wait web-2: CondemnedUnhealthy"),
        ("it is not the first unhealthy one either", story, "wait web-2: CondemnedUnhealthy"),
    ]);
}

#[test]
fn a_terminating_pod_counts_as_the_first_unhealthy_one() {
    let story = set("web").replicas(1).ready(0, "A").ready(1, "A").terminating(1, 20).crashing(2, "A");
    assert_eq!(story.moves(), "wait web-2: CondemnedUnhealthy");
}

#[test]
fn parallel_removes_all_pods_out_of_range_and_goes_on_to_the_update() {
    let story = rolling(2).all_ready(0..5, "A").terminating(3, 20).parallel();
    assert_eq!(story.moves(), "delete web-4, delete web-2, delete web-1");
}

#[test]
fn two_pods_out_of_range_that_have_ended_hold_each_other_too() {
    let story = set("web").replicas(1).ready(0, "A").failed(1, "A").failed(2, "A");
    assert_eq!(story.moves(), "wait web-2: CondemnedUnhealthy");
}

#[test]
fn a_finished_pod_out_of_range_is_removed_and_not_replaced() {
    let story = set("web").replicas(1).ready(0, "A").failed(1, "A");
    assert_eq!(story.moves(), "delete web-1");
}
