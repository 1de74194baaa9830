//! What the controller reports and goes by in its next sync.

use super::rolling;
use crate::domain::Revision;
use crate::domain::model::{next_moves, status_is_refused, update_status};
use crate::domain::testing::Story;

/// The current revision, and the count of pods at it, after the status was brought up to date.
fn counted(story: &Story) -> (Revision, u32) {
    let mut set = story.build();
    update_status(&mut set);
    (set.current_revision, set.status.current_replicas)
}

#[test]
fn a_rollout_is_finished_when_all_that_exist_are_updated_ready_and_as_many_as_asked_for() {
    let done = || rolling(2).all_ready(0..2, "B");
    for (name, story, current) in [
        ("all of it", done(), "B"),
        ("minReadySeconds do not count (kubernetes#136831)", done().ready_for(1, "B", 1).min_ready(60), "B"),
        ("nothing asked for, nothing there (kubernetes#121534)", rolling(0), "B"),
        ("one is not updated", done().ready(1, "A"), "A"),
        ("one is not ready", done().not_ready(1, "B"), "A"),
        ("one terminates", done().terminating(1, 20), "A"),
        ("one is missing", rolling(2).ready(0, "B"), "A"),
        ("one is out of range", done().not_ready(4, "A"), "A"),
        ("OnDelete never finishes (kubernetes#73492)", done().on_delete(), "A"),
    ] {
        assert_eq!(counted(&story).0, Revision::new(current), "{name}");
    }
}

#[test]
fn pods_at_the_current_revision_are_counted_unless_they_terminate() {
    let story = rolling(3).all_ready(0..2, "A").ready(2, "B");
    assert_eq!(counted(&story).1, 2);
    assert_eq!(counted(&story.terminating(0, 20)).1, 1);
    assert_eq!(counted(&rolling(2).all_ready(0..2, "B")).1, 2, "of the newly current one");
}

/// A pod at a third revision was not counted at the current one, and is taken off that count when it is deleted for an
/// update: `status.currentReplicas: Invalid value: -1`, and the sync ends with an error. Found by the referee.
#[test]
fn the_status_is_refused_when_more_pods_are_deleted_than_were_counted() {
    let refused = |story: &Story| {
        let set = story.build();
        status_is_refused(&set, &next_moves(&set))
    };
    for (name, story, expected) in [
        ("the only pod is at a third revision", rolling(1).ready(0, "C"), true),
        ("another pod is counted", rolling(2).ready(0, "A").ready(1, "C"), false),
        ("it is at the current revision", rolling(1).ready(0, "A"), false),
        ("nothing is deleted for an update", rolling(0).ready(0, "C"), false),
        (
            "it has ended, and Parallel deletes it twice in one sync",
            rolling(1).parallel().failed(0, "C"),
            true,
        ),
        ("OrderedReady ends the sync with a pod that has ended", rolling(1).failed(0, "C"), false),
        ("two are deleted, one was counted", rolling(2).ready(0, "A").ready(1, "C").max_unavailable(2), true),
    ] {
        assert_eq!(refused(&story), expected, "{name}");
    }
}
