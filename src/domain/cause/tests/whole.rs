//! Causes that concern the set as a whole.

use super::{message, rolling};
use crate::domain::cause::Reason;
use crate::domain::testing::set;

#[test]
fn a_set_that_is_being_deleted_says_so_first_and_names_its_finalizers() {
    let told = rolling(3).ready(0, "A").crashing(1, "A").deleting().tell();
    assert_eq!(told.first().reason, Reason::SetDeleting);
    assert!(!told.first().self_resolves);
    assert!(
        told.first().message.contains("web has been on its way out for 60s")
            && told.first().message.contains("foregroundDeletion")
    );
}

/// The controller does nothing for it any more: no delete or undo would bring anything back.
#[test]
fn nothing_is_suggested_for_a_set_that_is_being_deleted_but_what_lets_its_pods_go() {
    let told = rolling(2).ready(0, "A").crashing(1, "A").crashing(4, "A").deleting().tell();
    assert!(told.diagnosis.roots.iter().all(|cause| cause.action.is_none()), "{:#?}", told.diagnosis.roots);
    let dead =
        set("web").replicas(1).ready(0, "A").terminating(0, -99).node("n0", "Unknown", 600).deleting().tell();
    assert!(dead.root(Reason::NodeUnreachable).command().starts_with("kubectl taint nodes n0"));
}

#[test]
fn a_spec_that_the_controller_has_not_seen_comes_first_and_nothing_is_suggested() {
    let story = rolling(2).ready(0, "A").crashing(1, "A").unobserved();
    let told = story.tell();
    assert_eq!(told.first().reason, Reason::SpecNotObserved);
    assert!(told.first().self_resolves);
    assert!(told.diagnosis.roots.iter().all(|cause| cause.action.is_none()));
    assert!(
        message(&story, Reason::SpecNotObserved).contains("has not seen generation 7 yet (it has seen 6)")
    );
}

#[test]
fn a_settled_set_has_no_causes() {
    for story in
        [set("web"), set("web").replicas(2).all_ready(0..2, "A"), rolling(2).all_ready(0..2, "B").on_delete()]
    {
        let told = story.tell();
        assert_eq!(told.roots(), "");
        assert!(told.diagnosis.by_ordinal.is_empty() && told.diagnosis.can_proceed);
    }
}
