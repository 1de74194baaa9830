//! The revision at which a missing pod is created (`newVersionedStatefulSetPod`).

use super::{expect, rolling};

#[test]
fn the_partition_is_an_offset_from_start_and_not_an_ordinal() {
    let story = || rolling(4).start(5).partition(2).parallel();
    expect(&[
        (
            "below start + 2 at the current, above at the update revision",
            story(),
            "create web-5 at A, create web-6 at A, create web-7 at B, create web-8 at B",
        ),
        ("start 0", rolling(2).partition(1).parallel(), "create web-0 at A, create web-1 at B"),
    ]);
}

#[test]
fn a_partition_beyond_replicas_creates_everything_at_the_current_revision() {
    for partition in [2, 3, 999] {
        let story = rolling(2).partition(partition).parallel();
        assert_eq!(story.moves(), "create web-0 at A, create web-1 at A", "partition {partition}");
    }
}

#[test]
fn a_pod_deleted_below_the_partition_comes_back_at_the_current_revision() {
    let story = rolling(3).partition(2).ready(0, "A").ready(2, "B");
    assert_eq!(story.moves(), "create web-1 at A");
}

/// `updateStrategy: {type: RollingUpdate}` alone keeps `rollingUpdate` nil.
#[test]
fn without_rolling_update_a_missing_pod_goes_by_the_status_count_of_current_replicas() {
    let story = |count| rolling(3).start(1).no_rolling_update(count).ready(1, "A").ready(3, "B");
    expect(&[
        ("offset 1 is below a count of 2", story(2), "create web-2 at A"),
        ("offset 1 is not below a count of 1", story(1), "create web-2 at B"),
        ("nor below 0", story(0), "create web-2 at B"),
    ]);
}

#[test]
fn ondelete_and_plain_rolling_updates_create_at_the_update_revision() {
    expect(&[
        ("OnDelete", rolling(2).on_delete().ready(0, "A"), "create web-1 at B"),
        ("no partition", rolling(2).ready(0, "A"), "create web-1 at B"),
    ]);
}

#[test]
fn under_parallel_a_pod_created_at_the_old_revision_is_deleted_in_the_same_sync() {
    let story = rolling(2).no_rolling_update(2).parallel().ready(0, "A");
    assert_eq!(story.moves(), "create web-1 at A, delete web-1");
}
