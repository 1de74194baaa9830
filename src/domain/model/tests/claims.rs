//! Claims within a sync.

use super::{expect, rolling};
use crate::domain::testing::{Story, set};

/// Two claim templates, the first named data.
fn stored(replicas: u32) -> Story {
    set("web").replicas(replicas).claim_template("data").claim_template("log")
}

fn one_claim(replicas: u32) -> Story {
    set("web").replicas(replicas).claim_template("data")
}

#[test]
fn claims_are_made_before_their_pod() {
    expect(&[
        ("all", stored(1), "claim data-web-0, claim log-web-0, create web-0 at A"),
        ("only those that are missing", stored(1).claim_left(0), "claim log-web-0, create web-0 at A"),
        ("OrderedReady: of one ordinal", one_claim(2), "claim data-web-0, create web-0 at A"),
        (
            "Parallel: of all",
            one_claim(2).parallel(),
            "claim data-web-0, create web-0 at A, claim data-web-1, create web-1 at A",
        ),
    ]);
}

#[test]
fn claims_that_could_not_be_read_are_taken_to_be_there() {
    assert_eq!(one_claim(1).claims_unread().moves(), "create web-0 at A");
}

#[test]
fn a_pending_pod_gets_its_missing_claims() {
    expect(&[
        ("OrderedReady", one_claim(1).pending(0, "A").without_claim(0), "claim data-web-0"),
        (
            "Parallel",
            one_claim(2).parallel().ready(1, "A").pending(0, "A").without_claim(0),
            "claim data-web-0",
        ),
        (
            "also on its way out",
            one_claim(1).pending(0, "A").terminating(0, 9).without_claim(0),
            "claim data-web-0",
        ),
        ("a running pod does not", one_claim(1).ready(0, "A").without_claim(0), "Settled"),
        (
            "OrderedReady does not come to later ones",
            one_claim(2).not_ready(0, "A").pending(1, "A").without_claim(1),
            "wait web-0: NotReady",
        ),
    ]);
    assert_eq!(one_claim(1).pending(0, "A").without_claim(0).stop(), "wait web-0: NotReady");
}

/// kubernetes#89513.
#[test]
fn a_claim_that_is_being_deleted_keeps_its_pod_from_being_created() {
    let story = || stored(4).all_ready(0..2, "A").claim_terminating(2, 5);
    expect(&[
        ("the other claims are made all the same", story(), "claim log-web-2"),
        ("Parallel: an error; web-3 is of a later batch", story().parallel(), "claim log-web-2"),
    ]);
    assert_eq!(story().stop(), "wait web-2: ClaimTerminating");
    assert_eq!(
        one_claim(3).claim_terminating(1, 5).parallel().moves(),
        "claim data-web-0, create web-0 at A, claim data-web-2, create web-2 at A"
    );
}

#[test]
fn a_pending_pod_whose_claim_is_being_deleted_is_an_error_too() {
    let story =
        rolling(3).claim_template("data").all_ready(1..3, "A").pending(0, "A").claim_terminating(0, 5);
    expect(&[
        ("OrderedReady", story.clone(), "wait web-0: ClaimTerminating"),
        ("Parallel updates nothing", story.parallel(), "wait web-0: ClaimTerminating"),
    ]);
}

#[test]
fn a_running_pod_whose_claim_is_being_deleted_stops_nothing() {
    let story = one_claim(1).ready(0, "A").claim_terminating(0, 5);
    assert_eq!(story.moves(), "Settled");
}

#[test]
fn a_stale_claim_stops_an_ordered_sync_and_only_its_own_ordinal_under_parallel() {
    let story = || one_claim(3).delete_claims_when_scaled().ready(0, "A").claim_of_old_pod(1);
    expect(&[
        ("OrderedReady", story(), "wait web-1: StaleClaim"),
        ("Parallel creates the others", story().parallel(), "claim data-web-2, create web-2 at A"),
        ("Parallel, nothing else to do", story().ready(2, "A").parallel(), "wait web-1: StaleClaim"),
    ]);
}

#[test]
fn a_stale_claim_under_parallel_is_no_error_and_lets_updates_happen() {
    let story = rolling(3).claim_template("data").delete_claims_when_scaled().parallel();
    let story = story.ready(2, "A").ready(1, "A").claim_of_old_pod(0);
    assert_eq!(story.moves(), "delete web-2");
}

#[test]
fn a_claim_of_an_earlier_pod_is_not_stale_where_claims_are_kept() {
    let story = one_claim(1).claim_of_old_pod(0);
    assert_eq!(story.moves(), "create web-0 at A");
}

#[test]
fn a_claim_of_another_pod_is_not_stale() {
    let story = one_claim(1).delete_claims_when_scaled();
    let story = story.claim_of_old_pod(0).claim(0, |claim| {
        let owner = crate::domain::claim::Owner {
            api_version: "v1".to_owned(),
            kind: "Pod".to_owned(),
            name: "web-1".to_owned(),
            uid: "other".to_owned(),
            controller: true,
        };
        claim.owners = vec![owner];
    });
    assert_eq!(story.moves(), "create web-0 at A");
}

/// The controller deletes by name and takes "not found" for success: nothing happens, and the sync ends there.
#[test]
fn a_missing_ordinal_that_would_be_made_at_the_old_revision_ends_the_update_loop() {
    let story = rolling(2).claim_template("data").delete_claims_when_scaled().no_rolling_update(2).parallel();
    let story = story.ready(0, "A").claim_of_old_pod(1);
    assert_eq!(story.moves(), "wait web-1: StaleClaim");
}

#[test]
fn a_pod_that_lacks_a_volume_of_the_templates_is_an_error_in_every_sync() {
    let story = || rolling(3).claim_template("data").all_ready(0..3, "A").without_volumes(1).claim_left(1);
    expect(&[
        ("OrderedReady updates nothing", story(), "wait web-1: StorageMismatch"),
        ("nor does Parallel", story().parallel(), "wait web-1: StorageMismatch"),
        ("a pod that is not ready stops before that", story().not_ready(0, "A"), "wait web-0: NotReady"),
    ]);
}

#[test]
fn missing_claims_are_made_before_the_volumes_of_a_pod_fail_to_change() {
    let story = one_claim(1).ready(0, "A").without_volumes(0).without_claim(0);
    assert_eq!(story.moves(), "claim data-web-0");
    assert_eq!(story.stop(), "wait web-0: StorageMismatch");
    let story = one_claim(1).ready(0, "A").without_volumes(0).claim_terminating(0, 9);
    assert_eq!(story.moves(), "wait web-0: ClaimTerminating");
}
