//! How the rest of the group becomes signs: the other members, and what a replacement would wait for.

use super::super::Attachment;
use super::super::Ready::{False, True};
use super::super::Reason::NodeFenced;
use super::super::Verdict::Safe;
use super::super::signs::Storage;
use super::story::{Case, lost, lost_of};
use crate::domain::testing::{Story, set};

#[test]
fn from_three_on_a_majority_of_all_must_be_ready_among_the_others() {
    for (replicas, ready, expected) in [
        (1, 0, false),
        (2, 0, false),
        (2, 1, false),
        (3, 0, true),
        (3, 1, true),
        (3, 2, false),
        (4, 2, true),
        (4, 3, false),
        (5, 2, true),
        (5, 3, false),
        (5, 4, false),
    ] {
        let last = replicas - 1;
        let story = set("web").replicas(replicas).all_ready(0..ready, "A").ready(last, "A");
        let story = (ready..last).fold(story, |story, number| story.not_ready(number, "A"));
        let few = lost_of(story, last).signs().few_others;
        assert_eq!(few, expected, "{ready} others of {replicas}");
    }
}

#[test]
fn others_that_go_or_are_out_of_range_or_are_the_pod_itself_do_not_count() {
    let few = |story: Story, number| lost_of(story, number).signs().few_others;
    let three = || set("web").replicas(3).all_ready(0..3, "A");
    assert!(!few(three(), 1));
    assert!(few(three().terminating(2, 20), 1));
    assert!(few(three().not_ready(2, "A").all_ready(3..6, "A"), 1), "out of range");
    assert!(few(set("web").replicas(3).ready(0, "A").ready(1, "A"), 1), "its own readiness is of the past");
    assert!(
        !few(three().ready(5, "A").not_ready(0, "A"), 5),
        "two of three in range, and it is not among them"
    );
    assert!(!few(set("web").start(10).replicas(3).all_ready(10..13, "A"), 11));
}

#[test]
fn a_local_volume_holds_the_replacement_unless_its_node_answers() {
    let storage = |case: Case| case.signs().storage;
    assert_eq!(storage(lost().local_volume()), Storage::OnNode);
    assert_eq!(storage(lost().local_volume().ready(False)), Storage::OnNode);
    assert_eq!(storage(lost().local_volume().node_gone()), Storage::OnNode);
    assert_eq!(storage(lost().volume(Attachment::Here).local_volume()), Storage::OnNode, "one is enough");
    assert_eq!(storage(lost().local_volume().ready(True)), Storage::Free);
    assert_eq!(storage(lost().volume(Attachment::Here)), Storage::Free);
    assert_eq!(storage(lost()), Storage::Free);
    assert_eq!(storage(lost().volumes_unread()), Storage::Unread);
}

#[test]
fn ordered_ready_makes_a_lower_ordinal_first_and_parallel_does_not() {
    let first = |story: Story, number| lost_of(story, number).signs().lower_first;
    let three = || set("web").replicas(3).all_ready(0..3, "A");
    assert!(!first(three(), 1));
    assert!(first(three().not_ready(0, "A"), 1));
    assert!(first(three().terminating(0, 20), 1));
    assert!(first(set("web").replicas(3).ready(1, "A").ready(2, "A"), 1), "web-0 is missing");
    assert!(!first(three().not_ready(2, "A"), 1), "a higher one");
    assert!(!first(three().not_ready(0, "A").parallel(), 1));
    assert!(!first(set("web").replicas(2).parallel().ready(1, "A"), 1), "both are made");
    assert!(!first(three().not_ready(0, "A"), 0), "itself");
}

#[test]
fn nothing_is_waited_for_by_an_ordinal_out_of_range() {
    let condemned = set("web").replicas(2).not_ready(0, "A").ready(1, "A").ready(5, "A");
    assert!(!lost_of(condemned.clone(), 5).signs().lower_first);
    lost_of(condemned, 5).fenced(150).is(Safe, NodeFenced);
    let below = set("web").start(3).replicas(2).ready(1, "A").not_ready(3, "A").ready(4, "A");
    assert!(!lost_of(below.clone(), 1).signs().lower_first);
    assert!(lost_of(below, 4).signs().lower_first);
}
