//! Rollouts that do not go on: traps, partitions, budgets, and broken new templates.

use super::{Root, expect, message, proves, rolling};
use crate::domain::cause::Reason;
use crate::domain::testing::Story;

fn delete(number: u32) -> String {
    format!("kubectl delete pod web-{number} -n shop")
}

const UNDO: &str = "kubectl rollout undo statefulset/web -n shop --to-revision=1";

fn lower(partition: u32) -> String {
    format!(
        "kubectl patch statefulset web -n shop --type=merge -p '{{\"spec\":{{\"updateStrategy\":{{\"rollingUpdate\":{{\"partition\":{partition}}}}}}}}}'"
    )
}

fn case<'a>(name: &'a str, story: Story, roots: &'a str, command: &'a str) -> Root<'a> {
    Root { name, story, roots, self_resolves: false, command }
}

/// kubernetes#67250.
#[test]
fn a_pod_broken_at_an_earlier_template_is_a_trap_that_deleting_it_frees() {
    let two = |story: Story| story.all_ready(0..2, "A");
    let roots = "BrokenRevisionBlocksRollout 2";
    expect(&[
        case("crash loop", two(rolling(3)).crashing(2, "A"), roots, &delete(2)),
        case("image", two(rolling(3)).image_pull(2, "A"), roots, &delete(2)),
        case("probe", two(rolling(3)).probe_failing(2, "A"), roots, &delete(2)),
        case("too large for any node", two(rolling(3)).unscheduled(2, "A", "0/3 nodes"), roots, &delete(2)),
        case("a template between", two(rolling(3)).crashing(2, "C"), roots, &delete(2)),
        case(
            "status.currentReplicas counts it",
            two(rolling(3).no_rolling_update(3)).crashing(2, "A"),
            roots,
            &delete(2),
        ),
        case(
            "a budget spent by it holds even Parallel",
            two(rolling(3)).crashing(2, "A").parallel().max_unavailable(1),
            roots,
            &delete(2),
        ),
    ]);
    let story = two(rolling(3)).crashing(2, "C");
    let text = message(&story, Reason::BrokenRevisionBlocksRollout);
    assert!(
        text.contains("web-2 is broken at an earlier template (C)") && text.contains("the template is now B"),
        "{text}"
    );
    assert!(proves(&story, "container app of web-2 keeps ending"));
}

#[test]
fn a_broken_pod_that_shares_in_a_spent_budget_is_a_trap_though_another_one_is_named_first() {
    let story = rolling(4).all_ready(0..2, "A").crashing(2, "A").starting(3, "B").since(3, 5);
    let told = story.parallel().max_unavailable(1).tell();
    assert_eq!(told.roots(), "Starting 3, BrokenRevisionBlocksRollout 2");
    assert_eq!(told.root(Reason::BrokenRevisionBlocksRollout).command(), delete(2));
}

#[test]
fn a_revision_that_works_for_one_pod_is_not_to_blame_for_another() {
    let told = rolling(3).ready(0, "B").crashing(1, "B").crashing(2, "A").tell();
    let blamed: Vec<&str> =
        told.diagnosis.hopeless.revisions.iter().map(crate::domain::Revision::as_str).collect();
    assert_eq!(blamed, ["A"]);
}

#[test]
fn parallel_needs_nobody_for_a_pod_broken_at_an_earlier_template() {
    let told = rolling(3).all_ready(0..2, "A").crashing(2, "A").parallel().tell();
    assert_eq!(told.roots(), "CrashLoop 2");
    assert!(told.diagnosis.can_proceed);
}

/// A database that replays its log is slow, not broken: deleting it would make it start over.
#[test]
fn a_pod_at_an_earlier_template_that_may_still_become_ready_is_no_trap() {
    for (story, roots) in [
        (rolling(2).ready(0, "A").not_ready(1, "A").since(1, 30), "Starting 1"),
        (rolling(2).ready(0, "A").probe_failing(1, "A").since(1, 200), "ProbeFailing 1"),
        (rolling(2).ready(0, "A").starting(1, "A").since(1, 30), "Starting 1"),
    ] {
        let told = story.tell();
        assert_eq!(told.roots(), roots);
        assert!(told.first().self_resolves && told.first().action.is_none());
    }
}

#[test]
fn deleting_a_pod_whose_process_runs_is_not_called_harmless() {
    let risk = |story: Story| story.tell().first().action.as_ref().unwrap().risk.clone();
    let two = || rolling(2).ready(0, "A");
    assert!(risk(two().crashing(1, "A")).starts_with("little: the pod is not Ready"));
    assert!(risk(two().probe_failing(1, "A")).contains("container app runs"));
}

/// The volume is the ordinal's: a pod of another revision would find it in the same place.
#[test]
fn a_volume_that_no_node_reaches_is_no_fault_of_a_revision() {
    let zone = "0/3 nodes are available: 3 node(s) had volume node affinity conflict.";
    let old = rolling(2).ready(0, "A").unscheduled(1, "A", zone);
    let new = rolling(2).ready(0, "A").unscheduled(1, "B", zone);
    expect(&[case("old", old, "VolumeNodeAffinity 1", ""), case("new", new, "VolumeNodeAffinity 1", "")]);
}

#[test]
fn below_the_partition_the_partition_must_come_down_before_the_pod_is_deleted() {
    let story = rolling(4).start(2).partition(2).ready(2, "A").crashing(3, "A").all_ready(4..6, "A");
    let command = format!("{} && {}", lower(1), delete(3));
    expect(&[case("ordered", story.clone(), "BrokenBelowPartition 3", &command)]);
    assert!(message(&story, Reason::BrokenBelowPartition).contains("a new pod gets the same revision"));
}

/// The new template is broken too: nothing that we know of helps.
#[test]
fn below_the_partition_of_a_template_that_is_broken_itself_there_is_no_action() {
    let story = rolling(3).partition(1).crashing(0, "A").crashing(1, "B").ready(2, "A");
    assert_eq!(story.tell().first().command(), "");
}

#[test]
fn a_broken_new_template_is_taken_back_and_under_ordered_ready_its_pod_is_deleted_too() {
    let story = || rolling(3).all_ready(0..2, "A").crashing(2, "B");
    let both = format!("{UNDO} && {}", delete(2));
    expect(&[
        case("OrderedReady", story(), "CrashLoop 2", &both),
        case("Parallel replaces it by itself", story().parallel(), "CrashLoop 2", UNDO),
        case("a canary above a partition", story().partition(2), "CrashLoop 2", &both),
        case(
            "an image that does not exist",
            rolling(2).ready(0, "A").image_pull(1, "B"),
            "ImagePull 1",
            &format!("{UNDO} && {}", delete(1)),
        ),
        case(
            "with a budget, Parallel replaces it by itself",
            story().parallel().max_unavailable(2),
            "CrashLoop 2",
            UNDO,
        ),
    ]);
}

#[test]
fn a_broken_new_template_is_not_taken_back_by_an_unknown_number() {
    let story = rolling(2).ready(0, "A").crashing(1, "B").revisions_unread();
    expect(&[case("unread", story, "CrashLoop 1", "")]);
}

/// Taking back the template makes no room on nodes, binds no volume and removes no finalizer.
#[test]
fn trouble_that_is_not_the_templates_is_not_answered_with_taking_it_back() {
    let rollout = || rolling(2).claim_template("data").ready(0, "A");
    let attach = "Multi-Attach error for volume \"pv\"";
    expect(&[
        case(
            "full nodes",
            rollout().unscheduled(1, "B", "0/3 nodes: 3 Insufficient memory"),
            "Unschedulable 1",
            "",
        ),
        case("no volume", rollout().pending(1, "B").claim_pending(1), "ClaimPending 1", ""),
        case("volume lost", rollout().starting(1, "B").claim_lost(1), "ClaimLost 1", ""),
        case(
            "attached elsewhere",
            rollout().starting(1, "B").event("Pod", "web-1", "FailedAttachVolume", attach, 5),
            "MultiAttach 1",
            "",
        ),
        case(
            "no sandbox",
            rollout().starting(1, "B").event("Pod", "web-1", "FailedCreatePodSandBox", "cni", 5),
            "Starting 1",
            "",
        ),
    ]);
}

#[test]
fn a_held_rollout_says_what_lowering_the_partition_brings() {
    let story = rolling(4).start(10).partition(2).all_ready(10..12, "A").all_ready(12..14, "B");
    expect(&[case("held", story.clone(), "HeldByPartition", &lower(0))]);
    let told = story.tell();
    assert!(
        told.first().message.contains("the partition (2) keeps ordinals below 12 at A"),
        "{:?}",
        told.first()
    );
    assert_eq!(told.first().action.as_ref().unwrap().effect, "web-11, web-10 roll to B");
    assert_eq!(told.of(10).reason, Reason::HeldByPartition);
    assert!(told.in_order(12));
}

#[test]
fn a_held_rollout_with_trouble_is_about_the_trouble() {
    let story = rolling(2).partition(1).crashing(0, "A").ready(1, "B").parallel();
    assert_eq!(story.tell().roots(), "CrashLoop 0");
}

#[test]
fn ondelete_names_the_outdated_pods_and_the_highest_to_delete_first() {
    let story = rolling(3).on_delete().all_ready(0..3, "A");
    expect(&[case("three", story.clone(), "AwaitingDelete 2", &delete(2))]);
    assert!(message(&story, Reason::AwaitingDelete).contains("web-2, web-1, web-0 get B"));
    expect(&[case(
        "one is done",
        rolling(2).on_delete().ready(0, "A").ready(1, "B"),
        "AwaitingDelete 0",
        &delete(0),
    )]);
    assert_eq!(rolling(1).on_delete().ready(0, "B").tell().roots(), "");
    let many = message(&rolling(9).on_delete().all_ready(0..9, "A"), Reason::AwaitingDelete);
    assert!(many.contains("and 4 more"), "{many}");
}

/// One pod at a time: nobody is told to delete a pod while another one is away.
#[test]
fn ondelete_suggests_no_delete_while_another_pod_is_away() {
    let starting = rolling(3).on_delete().all_ready(0..2, "A").starting(2, "B").since(2, 5);
    assert_eq!(starting.tell().root(Reason::AwaitingDelete).command(), "");
    let broken = rolling(3).on_delete().all_ready(0..2, "A").crashing(2, "B");
    for story in [broken.clone(), broken.parallel()] {
        assert_eq!(story.tell().root(Reason::AwaitingDelete).command(), "", "the new template is broken");
    }
    let itself = rolling(2).on_delete().ready(0, "A").crashing(1, "A");
    assert_eq!(itself.tell().root(Reason::AwaitingDelete).command(), delete(1), "it serves nobody");
}

#[test]
fn a_spent_budget_is_what_the_next_ordinals_wait_for() {
    let story = rolling(3).all_ready(0..2, "A").starting(2, "B").since(2, 5).parallel().max_unavailable(1);
    let told = story.tell();
    assert_eq!(told.roots(), "Starting 2");
    assert_eq!(told.of(1).reason, Reason::MaxUnavailableSpent);
    assert_eq!(told.of(1).root_name(), "Starting 2");
    assert!(told.of(1).self_resolves);
}

#[test]
fn two_broken_pods_out_of_range_are_freed_by_deleting_the_one_that_is_waited_for() {
    let story = rolling(1).revisions("A", "A").ready(0, "A").crashing(1, "A").crashing(2, "A");
    let told = story.tell();
    assert_eq!(told.roots(), "CrashLoop 2, CrashLoop 1");
    assert_eq!(told.first().command(), delete(2));
    assert!(!told.diagnosis.can_proceed);
    let ended = rolling(1).revisions("A", "A").ready(0, "A").failed(1, "A").failed(2, "A").tell();
    assert!(!ended.first().self_resolves && !ended.diagnosis.can_proceed);
    assert_eq!(ended.first().command(), delete(2));
    assert!(!ended.first().message.contains("recreate"), "{}", ended.first().message);
}
