//! Actions: whether one frees the set is asked of the model, and only what frees is ever suggested.

use super::action::Action;
use super::model::{Hopeless, MoveKind, forecast};
use super::testing::{Story, at, set};
use super::{Offset, Revision, Set};

/// A set of that many replicas, at revision A and on its way to B.
fn rolling(replicas: u32) -> Story {
    set("web").replicas(replicas).revisions("A", "B")
}

fn delete(set: &Set, number: u32) -> Action {
    Action::delete_pod(set, &set.pods[&at(number)], "effect".to_owned(), "risk")
}

fn hopeless(set: &Set, number: u32, revisions: &[&str]) -> Hopeless {
    Hopeless {
        never_ready: [set.pods[&at(number)].uid.clone()].into(),
        revisions: revisions.iter().copied().map(Revision::new).collect(),
        ..Hopeless::default()
    }
}

#[test]
fn deleting_a_broken_pod_frees_where_its_successor_is_of_another_revision() {
    let frees = |story: Story, revisions: &[&str]| {
        let set = story.build();
        delete(&set, 1).frees(&set, Some(at(1)), &hopeless(&set, 1, revisions))
    };
    let trap = || rolling(2).ready(0, "B").crashing(1, "A");
    assert!(frees(trap(), &["A"]));
    assert!(!frees(trap(), &["A", "B"]), "the new template is broken too");
    assert!(!frees(trap().revisions("A", "A"), &["A"]), "the same revision again");
    assert!(!frees(trap().partition(2), &["A"]), "below the partition it comes back the same");
}

/// A pod that ran on a node is seen terminating, so that the controller counts its status anew before it creates the
/// next one. A pod that never had a node is gone at once, and the count is of before.
#[test]
fn without_rolling_update_deleting_frees_only_a_pod_that_is_seen_to_terminate() {
    let frees = |story: Story| {
        let set = story.build();
        delete(&set, 0).frees(&set, Some(at(0)), &hopeless(&set, 0, &["A"]))
    };
    assert!(frees(rolling(1).no_rolling_update(1).crashing(0, "A")));
    assert!(!frees(rolling(1).no_rolling_update(1).unscheduled(0, "A", "0/3 nodes")));
    assert!(frees(rolling(1).no_rolling_update(0).unscheduled(0, "A", "0/3 nodes")));
}

#[test]
fn a_pod_that_cannot_go_is_not_freed_by_another_delete() {
    let set = rolling(2).ready(0, "A").not_ready(1, "A").terminating(1, -100).build();
    let hopeless = Hopeless { never_gone: [set.pods[&at(1)].uid.clone()].into(), ..hopeless(&set, 1, &[]) };
    assert!(!delete(&set, 1).frees(&set, Some(at(1)), &hopeless));
    assert!(Action::evacuate("n1", "web-1").frees(&set, Some(at(1)), &hopeless));
    assert!(!Action::evacuate("n9", "web-1").frees(&set, Some(at(1)), &hopeless), "another node");
}

#[test]
fn deleting_a_pod_does_not_free_where_its_claim_keeps_the_next_one_from_being_created() {
    let set =
        rolling(2).claim_template("data").ready(0, "B").crashing(1, "A").claim_terminating(1, 900).build();
    let free = hopeless(&set, 1, &["A"]);
    let held = Hopeless { claims: ["data-web-1".to_owned()].into(), ..free.clone() };
    assert!(delete(&set, 1).frees(&set, Some(at(1)), &free));
    assert!(!delete(&set, 1).frees(&set, Some(at(1)), &held));
}

#[test]
fn what_changes_nothing_frees_nothing_even_where_the_controller_waits_for_nothing() {
    let set = set("web").replicas(1).all_ready(0..2, "A").terminating(1, -100).parallel().build();
    let hopeless = Hopeless { never_gone: [set.pods[&at(1)].uid.clone()].into(), ..Hopeless::default() };
    assert_eq!(forecast(&set, &hopeless, 9).end.kind, MoveKind::Nothing);
    assert!(!Action::evacuate("n9", "web-1").frees(&set, Some(at(1)), &hopeless));
    assert!(Action::evacuate("n1", "web-1").frees(&set, Some(at(1)), &hopeless));
}

/// An available pod is not given away for one that is known not to start.
#[test]
fn nothing_frees_that_breaks_what_works() {
    let set = rolling(3).on_delete().parallel().all_ready(0..2, "A").crashing(2, "B").build();
    assert!(!delete(&set, 1).frees(&set, Some(at(1)), &hopeless(&set, 2, &["B"])));
    let set = rolling(3).partition(2).parallel().all_ready(0..2, "A").crashing(2, "B").build();
    let promote = Action::lower_partition(&set, Offset::ZERO, "effect".to_owned());
    assert!(!promote.frees(&set, None, &hopeless(&set, 2, &["B"])));
    assert!(promote.frees(&set, None, &Hopeless::default()));
}

#[test]
fn taking_back_the_template_frees_parallel_alone_and_ordered_ready_with_a_delete() {
    let story = rolling(2).ready(0, "A").crashing(1, "B");
    let set = story.build();
    let broken = hopeless(&set, 1, &["B"]);
    let undo = Action::undo(&set).unwrap();
    assert!(!undo.frees(&set, Some(at(1)), &broken));
    let both = undo.then(delete(&set, 1));
    assert!(both.frees(&set, Some(at(1)), &broken));
    assert!(
        both.command.ends_with("--to-revision=1 && kubectl delete pod web-1 -n shop"),
        "{}",
        both.command
    );
    let set = story.parallel().build();
    assert!(Action::undo(&set).unwrap().frees(&set, Some(at(1)), &broken));
}

#[test]
fn a_template_whose_number_is_unknown_cannot_be_taken_back() {
    assert!(Action::undo(&rolling(1).revisions_unread().build()).is_none());
    assert!(Action::undo(&rolling(1).revisions("Z", "B").build()).is_none());
}

#[test]
fn releasing_a_claim_and_removing_a_foreign_pod_let_the_ordinal_be_created() {
    let set =
        set("web").replicas(1).claim_template("data").delete_claims_when_scaled().claim_of_old_pod(0).build();
    let stale = Hopeless { claims: ["data-web-0".to_owned()].into(), ..Hopeless::default() };
    assert!(Action::release_claim(&set, "data-web-0", "web-0").frees(&set, Some(at(0)), &stale));
    assert!(
        !Action::release_claim(&set, "log-web-0", "web-0").frees(&set, Some(at(0)), &stale),
        "another claim"
    );
    let set = rolling(2).foreign(0, None).build();
    assert!(Action::remove_foreign_pod(&set, at(0), None).frees(&set, Some(at(0)), &Hopeless::default()));
    assert!(!Action::remove_foreign_pod(&set, at(1), None).frees(&set, Some(at(0)), &Hopeless::default()));
}

#[test]
fn trouble_elsewhere_may_remain_after_an_action_frees_its_own_ordinal() {
    let set = rolling(3).ready(0, "A").crashing(1, "A").crashing(2, "A").build();
    let mut both = hopeless(&set, 1, &["A"]);
    both.never_ready.insert(set.pods[&at(2)].uid.clone());
    assert!(delete(&set, 1).frees(&set, Some(at(1)), &both), "then it waits for web-2");
    assert_eq!(forecast(&set, &both, 9).end.kind, MoveKind::Wait);
}

#[test]
fn commands_name_the_namespace_and_what_could_go_wrong() {
    let set = rolling(2).start(3).partition(1).ready(3, "A").ready(4, "B").build();
    for action in [
        delete(&set, 4),
        Action::undo(&set).unwrap(),
        Action::lower_partition(&set, Offset::ZERO, "effect".to_owned()),
        Action::release_claim(&set, "data-web-3", "web-3"),
        Action::remove_foreign_pod(&set, at(3), Some("Job/x")),
    ] {
        assert!(action.command.starts_with("kubectl ") && action.command.contains(" -n shop"), "{action:?}");
        assert!(!action.risk.is_empty() && !action.effect.is_empty(), "{action:?}");
    }
}
