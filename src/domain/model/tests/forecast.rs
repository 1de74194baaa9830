//! The model run forward.

use super::rolling;
use crate::domain::model::{Forecast, Hopeless, forecast};
use crate::domain::testing::{Story, at, lines, set};
use crate::domain::{Ordinal, Revision};

fn ahead(story: &Story, hopeless: &Hopeless) -> Forecast {
    forecast(&story.build(), hopeless, 100)
}

/// Everything that is done, and where it ends, in words.
fn run(story: &Story, hopeless: &Hopeless) -> (String, String) {
    let forecast = ahead(story, hopeless);
    (lines(&forecast.moves), lines(&[forecast.end]))
}

fn easy(story: &Story) -> (String, String) {
    run(story, &Hopeless::default())
}

fn pair(moves: &str, end: &str) -> (String, String) {
    (moves.to_owned(), end.to_owned())
}

/// Pods of the story that will never be Ready, and whose revision makes no better ones.
fn never_ready(story: &Story, number: u32) -> Hopeless {
    let set = story.build();
    let pod = &set.pods[&at(number)];
    let mut hopeless = Hopeless::default();
    hopeless.never_ready.insert(pod.uid.clone());
    hopeless.revisions.extend(pod.revision.clone());
    hopeless
}

#[test]
fn an_ordered_rollout_runs_to_its_end_highest_ordinal_first() {
    let expected =
        "delete web-2, create web-2 at B, delete web-1, create web-1 at B, delete web-0, create web-0 at B";
    assert_eq!(easy(&rolling(3).all_ready(0..3, "A")), pair(expected, "Settled"));
}

#[test]
fn a_finished_rollout_makes_the_update_revision_the_current_one() {
    let last = ahead(&rolling(2).all_ready(0..2, "A"), &Hopeless::default()).last;
    assert_eq!(last.current_revision, Revision::new("B"));
    let held = ahead(&rolling(2).partition(1).all_ready(0..2, "A"), &Hopeless::default()).last;
    assert_eq!(held.current_revision, Revision::new("A"), "not while a partition holds");
    let on_delete = ahead(&rolling(2).on_delete().all_ready(0..2, "B"), &Hopeless::default()).last;
    assert_eq!(on_delete.current_revision, Revision::new("A"), "never under OnDelete");
}

/// kubernetes#121534.
#[test]
fn scaling_to_zero_promotes_a_half_done_canary() {
    let story = rolling(0).partition(2).all_ready(0..2, "A").ready(2, "B");
    assert_eq!(ahead(&story, &Hopeless::default()).last.current_revision, Revision::new("B"));
}

#[test]
fn a_scale_up_and_a_scale_down_run_to_their_ends() {
    assert_eq!(easy(&set("web").replicas(2)), pair("create web-0 at A, create web-1 at A", "Settled"));
    let down = set("web").replicas(1).all_ready(0..3, "A");
    assert_eq!(easy(&down), pair("delete web-2, delete web-1", "Settled"));
}

#[test]
fn a_held_and_an_ondelete_set_end_at_what_holds_them() {
    let held = rolling(2).partition(1).all_ready(0..2, "A");
    assert_eq!(easy(&held), pair("delete web-1, create web-1 at B", "HeldByPartition"));
    assert_eq!(easy(&rolling(1).on_delete().ready(0, "A")), pair("", "OnDelete"));
}

#[test]
fn without_rolling_update_a_deleted_pod_comes_back_updated_once_the_status_has_been_counted_anew() {
    let story = rolling(2).no_rolling_update(2).all_ready(0..2, "A");
    let expected = "delete web-1, create web-1 at B, delete web-0, create web-0 at B";
    assert_eq!(easy(&story), pair(expected, "Settled"));
}

#[test]
fn what_is_on_its_way_arrives() {
    for story in [
        set("web").replicas(1).starting(0, "A"),
        set("web").replicas(1).pending(0, "A"),
        set("web").replicas(1).ready_for(0, "A", 1).min_ready(30),
        set("web").replicas(1).pod(0, "A", |pod| pod.ready.since = None).min_ready(30),
    ] {
        let forecast = ahead(&story, &Hopeless::default());
        assert!(forecast.arrives() && forecast.moves.is_empty() && forecast.broken.is_empty());
        assert!(!forecast.last.is_unavailable(&forecast.last.pods[&at(0)]));
    }
    let leaving = set("web").replicas(1).ready(0, "A").terminating(0, 20);
    assert_eq!(easy(&leaving), pair("create web-0 at A", "Settled"));
    let claim = set("web").replicas(1).claim_template("data").claim_terminating(0, 5);
    assert_eq!(easy(&claim), pair("claim data-web-0, create web-0 at A", "Settled"));
    let stale = set("web").replicas(1).claim_template("data").delete_claims_when_scaled().claim_of_old_pod(0);
    assert_eq!(easy(&stale), pair("claim data-web-0, create web-0 at A", "Settled"));
}

#[test]
fn a_hopeless_pod_stops_an_ordered_rollout_and_not_that_of_parallel() {
    let story = rolling(3).all_ready(0..2, "A").crashing(2, "A");
    let mut hopeless = never_ready(&story, 2);
    assert_eq!(run(&story, &hopeless), pair("", "wait web-2: NotReady"));
    assert!(ahead(&story, &hopeless).broken.contains(&at(2)));
    let parallel = story.parallel();
    assert_eq!(run(&parallel, &hopeless).1, "Settled");
    hopeless.revisions.insert(Revision::new("B"));
    assert_eq!(
        run(&parallel, &hopeless),
        pair("delete web-2, create web-2 at B", "wait web-2: UpdatedNotAvailable")
    );
}

#[test]
fn a_new_pod_of_a_hopeless_revision_is_broken_like_the_first() {
    let story = rolling(3).all_ready(0..2, "A").crashing(2, "B");
    let hopeless = never_ready(&story, 2);
    assert_eq!(run(&story, &hopeless), pair("", "wait web-2: NotReady"));
    let gone = rolling(3).all_ready(0..2, "A");
    assert_eq!(run(&gone, &hopeless), pair("create web-2 at B", "wait web-2: NotReady"));
}

#[test]
fn a_pod_that_cannot_go_is_waited_for_after_its_deletion_was_asked_for() {
    let story = rolling(2).all_ready(0..2, "A");
    let mut hopeless = Hopeless::default();
    hopeless.never_gone.insert(story.build().pods[&at(1)].uid.clone());
    assert_eq!(run(&story, &hopeless), pair("delete web-1", "wait web-1: Terminating"));
}

fn refused(number: u32) -> Hopeless {
    Hopeless { rejected: [Ordinal::new(number)].into(), ..Hopeless::default() }
}

#[test]
fn a_refused_creation_stops_an_ordered_sync_there() {
    let story = set("web").replicas(3).ready(0, "A");
    assert_eq!(run(&story, &refused(1)), pair("", "wait web-1: CreateRefused"));
    let with_claims = set("web").replicas(1).claim_template("data");
    assert_eq!(run(&with_claims, &refused(0)), pair("", "wait web-0: CreateRefused"));
}

/// A refusal is an error: later batches and the update loop do not happen.
#[test]
fn a_refused_creation_keeps_parallel_from_updating() {
    let story = rolling(3).parallel().all_ready(0..2, "A");
    assert_eq!(run(&story, &refused(2)), pair("", "wait web-2: CreateRefused"));
    let batches = set("web").replicas(4).parallel();
    assert_eq!(
        run(&batches, &refused(1)),
        pair("create web-0 at A, create web-2 at A", "wait web-1: CreateRefused")
    );
}

#[test]
fn a_claim_that_cannot_go_is_waited_for() {
    let hopeless = Hopeless { claims: ["data-web-0".to_owned()].into(), ..Hopeless::default() };
    let story = set("web").replicas(1).claim_template("data");
    assert_eq!(run(&story.clone().claim_terminating(0, 5), &hopeless).1, "wait web-0: ClaimTerminating");
    let stale = story.delete_claims_when_scaled().claim_of_old_pod(0);
    assert_eq!(run(&stale, &hopeless).1, "wait web-0: StaleClaim");
}

#[test]
fn a_pod_of_somebody_else_never_goes_by_itself() {
    assert_eq!(easy(&set("web").replicas(1).foreign(0, None)), pair("", "wait web-0: NameTaken"));
}

/// A snapshot can say anything of its moment: no pod can have been Ready before the beginning of time.
#[test]
fn a_forecast_ends_also_where_no_time_is_long_enough_ago() {
    let mut set = set("web").replicas(1).starting(0, "A").min_ready(60).build();
    set.now = jiff::Timestamp::MIN;
    let forecast = forecast(&set, &Hopeless::default(), 9);
    assert_eq!(lines(&[forecast.end]), "wait web-0: NotReady");
}

#[test]
fn a_forecast_ends_at_its_limit() {
    let forecast = forecast(&set("web").replicas(9).build(), &Hopeless::default(), 3);
    assert_eq!(forecast.moves.len(), 3);
    assert!(forecast.arrives(), "it still moved");
}
