//! The verdict on a whole set, state by state.

use super::state::State;
use super::testing::{Story, set};

/// A set of that many replicas, at revision A and on its way to B.
fn rolling(replicas: u32) -> Story {
    set("web").replicas(replicas).revisions("A", "B")
}

fn expect(state: State, stories: &[(&str, Story)]) {
    for (name, story) in stories {
        let told = story.tell();
        assert_eq!(told.state, state, "{name}: {:#?}", told.diagnosis.roots);
    }
}

fn two() -> Story {
    set("web").replicas(2).all_ready(0..2, "A")
}

#[test]
fn a_set_is_complete_when_every_ordinal_is_available_at_its_revision() {
    expect(
        State::Complete,
        &[
            ("one revision", two()),
            ("the newest one", rolling(2).all_ready(0..2, "B")),
            ("OnDelete, all updated", rolling(2).on_delete().all_ready(0..2, "B")),
            ("a partition below which all are updated", rolling(2).partition(1).all_ready(0..2, "B")),
            ("a partition with nothing to hold", two().partition(1)),
            ("an unknown strategy", rolling(2).all_ready(0..2, "B").strategy("Recreate")),
        ],
    );
}

#[test]
fn a_set_is_held_when_only_the_partition_keeps_pods_at_the_old_revision() {
    expect(
        State::Held,
        &[
            ("a canary", rolling(3).partition(2).all_ready(0..2, "A").ready(2, "B")),
            ("partition = replicas", rolling(2).partition(2).all_ready(0..2, "A")),
            ("beyond replicas", rolling(2).partition(9).all_ready(0..2, "A")),
            ("start is not 0", rolling(2).start(7).partition(1).ready(7, "A").ready(8, "B")),
        ],
    );
}

#[test]
fn an_ondelete_set_with_outdated_pods_that_are_fine_awaits_their_delete() {
    expect(
        State::AwaitingDelete,
        &[
            ("all", rolling(2).on_delete().all_ready(0..2, "A")),
            ("one", rolling(2).on_delete().ready(0, "A").ready(1, "B")),
        ],
    );
}

#[test]
fn a_set_progresses_while_the_controller_acts_or_waits_for_what_comes_by_itself() {
    expect(
        State::Progressing,
        &[
            ("a rollout acts", rolling(2).all_ready(0..2, "A")),
            ("a scale-up acts", set("web").replicas(2)),
            ("a scale-down acts", set("web").replicas(1).all_ready(0..3, "A")),
            ("the new pod starts", rolling(2).ready(0, "A").starting(1, "B").since(1, 30)),
            ("the old pod terminates", rolling(2).all_ready(0..2, "A").terminating(1, 20)),
            ("minReadySeconds run", two().ready_for(1, "A", 2).min_ready(30)),
            ("a crash of a moment ago", two().crashing(1, "A").since(1, 30)),
            ("a failed pod is replaced", two().failed(1, "A")),
            ("a claim goes", set("web").replicas(1).claim_template("data").claim_terminating(0, 3)),
            ("Parallel replaces a broken pod", rolling(2).ready(0, "A").crashing(1, "A").parallel()),
            ("its node is gone and PodGC comes", rolling(2).ready(0, "A").not_ready(1, "A").node_gone("n1")),
        ],
    );
}

/// Under Parallel the controller itself waits for nothing here: the pods still go.
#[test]
fn a_set_progresses_while_pods_terminate_that_the_controller_does_not_wait_for() {
    let leaving = |story: Story| story.terminating(1, 20);
    expect(
        State::Progressing,
        &[
            ("a scale-down under Parallel", leaving(set("web").replicas(1).all_ready(0..2, "A").parallel())),
            ("OnDelete and Parallel", leaving(rolling(2).on_delete().all_ready(0..2, "A").parallel())),
            (
                "below the partition",
                leaving(rolling(3).partition(2).all_ready(0..2, "A").ready(2, "B").parallel()),
            ),
            ("OnDelete, OrderedReady", leaving(rolling(2).on_delete().all_ready(0..2, "A"))),
        ],
    );
}

#[test]
fn a_set_is_stuck_when_a_rollout_or_a_scaling_cannot_go_on_by_itself() {
    let stored = || set("web").replicas(2).claim_template("data").ready(0, "A");
    expect(
        State::Stuck,
        &[
            ("the trap", rolling(2).ready(0, "A").crashing(1, "A")),
            ("a broken new template", rolling(2).ready(0, "A").crashing(1, "B")),
            ("under Parallel", rolling(2).ready(0, "A").crashing(1, "B").parallel()),
            ("a first rollout", set("web").replicas(2).crashing(0, "A")),
            ("a pod cannot go", two().terminating(1, -100)),
            ("nor under Parallel", two().terminating(1, -100).parallel()),
            (
                "one out of range cannot go",
                set("web").replicas(1).all_ready(0..2, "A").terminating(1, -100).parallel(),
            ),
            (
                "a dead node",
                rolling(2).ready(0, "A").not_ready(1, "A").terminating(1, -9).node("n1", "Unknown", 600),
            ),
            ("a claim does not go", stored().claim_terminating(1, 900)),
            ("a claim of an earlier pod", stored().delete_claims_when_scaled().claim_of_old_pod(1)),
            ("the same under Parallel", stored().delete_claims_when_scaled().claim_of_old_pod(1).parallel()),
            ("a pod of somebody else", set("web").replicas(1).foreign(0, None)),
            ("quota", two().replicas(3).rejected(2, "exceeded quota", 90)),
            (
                "quota under Parallel, and outdated pods",
                rolling(3).all_ready(0..2, "A").rejected(2, "exceeded quota", 9).parallel(),
            ),
            (
                "two broken pods out of range",
                set("web").replicas(1).ready(0, "A").crashing(1, "A").crashing(2, "A"),
            ),
            ("two ended ones", set("web").replicas(1).ready(0, "A").failed(1, "A").failed(2, "A")),
            (
                "a budget spent by a broken pod",
                rolling(3).all_ready(1..3, "A").crashing(0, "A").max_unavailable(1).parallel(),
            ),
            (
                "volumes that cannot change",
                rolling(1).claim_template("data").ready(0, "A").without_volumes(0),
            ),
        ],
    );
}

#[test]
fn a_set_is_degraded_when_nothing_is_under_way_and_a_pod_is_broken() {
    expect(
        State::Degraded,
        &[
            ("a crash loop", two().crashing(1, "A")),
            ("a dead node, its pod not terminating", two().not_ready(1, "A").node("n1", "Unknown", 600)),
            ("below the partition", rolling(2).partition(1).crashing(0, "A").ready(1, "B")),
            ("OnDelete", rolling(2).on_delete().ready(0, "A").crashing(1, "A")),
        ],
    );
}

#[test]
fn an_ondelete_set_whose_old_pod_restarts_is_not_degraded() {
    let story = rolling(2).on_delete().ready(0, "A").starting(1, "A").since(1, 20);
    expect(State::Progressing, &[("starting", story)]);
}

#[test]
fn a_set_without_replicas_is_scaled_to_zero_once_its_pods_are_gone() {
    expect(State::ScaledToZero, &[("gone", set("web")), ("whatever its revisions", rolling(0).partition(3))]);
    expect(State::Progressing, &[("not gone", set("web").ready(0, "A").terminating(0, 9))]);
}

#[test]
fn deletion_hides_everything_and_an_unseen_spec_everything_else() {
    let broken = || rolling(2).ready(0, "A").crashing(1, "A");
    expect(State::Deleting, &[("both", broken().deleting().unobserved()), ("zero", set("web").deleting())]);
    expect(State::Unobserved, &[("broken", broken().unobserved()), ("zero", set("web").unobserved())]);
}

#[test]
fn an_unknown_strategy_is_never_called_stuck() {
    expect(
        State::Progressing,
        &[
            ("outdated", rolling(2).all_ready(0..2, "A").strategy("Recreate")),
            ("missing", rolling(2).ready(0, "A").strategy("Recreate")),
        ],
    );
}

#[test]
fn patience_decides_between_progressing_and_stuck() {
    let story = rolling(2).ready(0, "A").starting(1, "B").since(1, 30);
    expect(State::Stuck, &[("none", story.clone().stuck_after(0))]);
    expect(State::Progressing, &[("plenty", story.stuck_after(31))]);
}
