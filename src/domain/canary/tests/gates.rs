//! Each gate, failing.

use super::*;
use crate::domain::canary::{GateName, Phase};
use crate::domain::testing::set;

fn three() -> Story {
    set("web").replicas(3).all_ready(0..3, "A")
}

fn failed(world: &World) -> (GateName, String) {
    let gate = world.gates.failed().expect("a failed gate");
    (gate.name, gate.message.clone())
}

#[test]
fn a_pod_that_crashes_holds_the_canary_and_nothing_below_is_touched() {
    let mut world = World::of(&three()).breaking("B");
    assert_eq!(world.canary(&with_b(Aim::Promote)), Ok(End::Failed));
    assert_eq!(revisions(&world.set), "AAB");
    let (name, message) = failed(&world);
    assert_eq!(name, GateName::Restarts);
    assert!(message.starts_with("web-2 has restarted"), "{message}");
    assert!(message.contains("CrashLoop"), "{message}");
    assert_eq!((world.record().phase, world.record().why), (Phase::Failed, Some(message)));
}

#[test]
fn restarts_may_be_allowed_and_then_the_cause_decides() {
    let mut world = World::of(&three()).breaking("B");
    let rules = Rules { max_restarts: 99, ..rules() };
    assert_eq!(world.canary(&Order { rules, ..with_b(Aim::Step(1)) }), Ok(End::Failed));
    let (name, message) = failed(&world);
    assert_eq!(name, GateName::Ready);
    assert!(message.starts_with("CrashLoop: "), "{message}");
    // Not `kubectl rollout undo`: that would be somebody else's hand in the canary.
    let helps = world.gates.failed().and_then(|gate| gate.command.as_deref());
    assert_eq!(helps, Some("kubectl stateful canary web -n shop --abort"));
}

#[test]
fn a_failed_gate_can_abort_by_itself() {
    let mut world = World::of(&three()).breaking("B");
    let rules = Rules { on_failure: OnFailure::Abort, ..rules() };
    assert_eq!(world.canary(&Order { rules, ..with_b(Aim::Step(1)) }), Ok(End::Aborted));
    assert_eq!(revisions(&world.set), "AAA");
    assert_eq!((world.set.update_revision.as_str(), world.fewest), ("A", 2));
}

#[test]
fn another_ordinal_that_is_down_fails_the_step() {
    let mut world = World::of(&three().crashing(0, "A"));
    assert_eq!(world.canary(&with_b(Aim::Step(1))), Ok(End::Failed));
    let (name, message) = failed(&world);
    assert_eq!(name, GateName::Available);
    assert!(message.contains("web-0"), "{message}");
}

#[test]
fn a_check_that_fails_fails_the_step() {
    let mut world = World::of(&three());
    world.check_fails = Some("ended with code 3".to_owned());
    let rules = Rules { check: Some("exit 3".to_owned()), ..rules() };
    assert_eq!(world.canary(&Order { rules, ..with_b(Aim::Promote) }), Ok(End::Failed));
    assert_eq!(failed(&world), (GateName::Check, "the check ended with code 3".to_owned()));
}

#[test]
fn a_soak_counts_from_ready_and_the_longer_of_two_times_holds() {
    for (min_ready, soak) in [(0, 40), (40, 10)] {
        let mut world = World::of(&three().min_ready(min_ready));
        let rules = Rules { soak_seconds: soak, ..rules() };
        let begun = world.set.now;
        assert_eq!(world.canary(&Order { rules, ..with_b(Aim::Step(1)) }), Ok(End::Held));
        let passed = world.set.now.duration_since(begun).as_secs();
        // The model brings a pod to minReadySeconds at once. The second more is what a kubelet may have cut off.
        let expected = if min_ready == 0 { 41 } else { 0 };
        assert!(passed >= expected, "{passed} s");
    }
}

#[test]
fn a_pod_with_the_new_label_that_was_not_replaced_is_not_updated() {
    let mut world = World::of(&three());
    let begun = begin::begin(&world.set, &with_b(Aim::Step(1))).unwrap();
    let Begun::Write(change) = begun else { panic!("{begun:?}") };
    world.write(&change, with_b(Aim::Step(1)).template.as_ref());
    // Somebody has painted the old pod.
    world.set.pods.get_mut(&Ordinal::new(2)).unwrap().revision = Some(Revision::new("B"));
    let (moves, record) = (next_moves(&world.set), world.record());
    let diagnosis = diagnose(&world.set, &moves, Patience::default());
    let state = judge(&world.set, &moves, &diagnosis);
    let set = &world.set;
    let situation =
        Situation { set, diagnosis: &diagnosis, state, record: &record, check: None, late: false };
    let (decision, gates) = decide(&situation);
    assert_eq!(decision, Decision::Wait(None));
    assert_eq!(gates.list[0].name, GateName::Revision);
}
