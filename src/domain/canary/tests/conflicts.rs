//! What somebody else changes meanwhile.

use super::*;
use crate::domain::canary::Pin;
use crate::domain::testing::set;

fn held() -> World {
    let mut world = World::of(&set("web").replicas(3).all_ready(0..3, "A"));
    assert_eq!(world.canary(&with_b(Aim::Step(1))), Ok(End::Held));
    world
}

/// Runs on under a change, without asking for anything new.
fn meets(change: impl FnOnce(&mut Set)) -> Vec<Pin> {
    let mut world = held();
    change(&mut world.set);
    match world.go_on() {
        End::Conflict(pins) => pins.into_iter().map(|pinned| pinned.pin).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_pinned_part_that_changes_is_a_conflict() {
    assert_eq!(meets(|set| set.spec.range.replicas = 4), [Pin::Replicas, Pin::Partition][..1]);
    assert_eq!(meets(|set| set.spec.range.start = Ordinal::new(1)), [Pin::Start]);
    assert_eq!(meets(|set| set.spec.strategy = rolling(Offset::new(0))), [Pin::Partition]);
    assert_eq!(meets(|set| set.spec.strategy = Strategy::OnDelete), [Pin::Strategy]);
    assert_eq!(meets(|set| set.deleted = Some(now())), [Pin::Set]);
    let other = |set: &mut Set| {
        set.template = Some("digest-C".to_owned());
        set.update_revision = Revision::new("C");
    };
    assert_eq!(meets(other), [Pin::Template]);
}

#[test]
fn scaling_to_zero_is_said_to_promote() {
    let mut world = held();
    world.set.spec.range.replicas = 0;
    let record = world.record();
    let pins = super::super::pins::broken(&world.set, &record);
    assert!(pins[0].message.contains("makes the new revision the current one"), "{pins:?}");
}

#[test]
fn the_same_content_written_otherwise_by_a_newer_server_is_no_conflict() {
    let mut world = held();
    world.set.template = Some("digest-B-written-otherwise".to_owned());
    assert_eq!(world.canary(&order(Aim::Promote)), Ok(End::Promoted));
}

#[test]
fn an_annotation_that_was_copied_from_another_set_means_nothing() {
    let mut world = held();
    world.set.uid = "uid-of-another".to_owned();
    assert_eq!(Record::of(&world.set), Ok(None));
}

#[test]
fn an_annotation_that_cannot_be_read_is_said_so() {
    let mut world = held();
    world.set.canary = Some("{}".to_owned());
    assert!(matches!(begin::begin(&world.set, &order(Aim::Promote)), Err(Refusal::Unreadable(_))));
}

#[test]
fn a_new_command_does_not_overwrite_a_template_that_somebody_else_wrote() {
    let mut world = held();
    world.set.template = Some("digest-C".to_owned());
    world.set.update_revision = Revision::new("C");
    let refused = begin::begin(&world.set, &order(Aim::Promote));
    assert!(matches!(refused, Err(Refusal::Conflict(_))), "{refused:?}");
    let refused = abort::abort(&world.set, &order(Aim::Promote), false);
    assert!(matches!(refused, Err(Refusal::Conflict(_))), "{refused:?}");
    let over = Order { take_over: true, ..order(Aim::Promote) };
    assert!(begin::begin(&world.set, &over).is_ok());
}

#[test]
fn a_held_canary_whose_set_was_scaled_goes_on_with_a_new_command() {
    let mut world = held();
    world.set = Story::build(
        &set("web").replicas(4).all_ready(0..2, "A").all_ready(2..4, "B").partition(2).revisions("A", "B"),
    );
    world.set.template = Some("digest-B".to_owned());
    world.set.canary = held().set.canary;
    assert_eq!(world.canary(&order(Aim::Step(1))), Ok(End::Held));
    assert_eq!(revisions(&world.set), "ABBB");
}

/// One whose runner is gone in the middle of its first step.
fn left() -> World {
    let mut world = World::of(&set("web").replicas(3).all_ready(0..3, "A"));
    let begun = begin::begin(&world.set, &with_b(Aim::Step(1))).unwrap();
    let Begun::Write(change) = begun else { panic!("{begun:?}") };
    world.write(&change, with_b(Aim::Step(1)).template.as_ref());
    world
}

#[test]
fn the_same_command_takes_over_what_was_changed_since_its_runner_is_gone() {
    let mut world = left();
    world.set.spec.strategy = rolling(Offset::new(1));
    let refused = begin::begin(&world.set, &order(Aim::Step(1)));
    assert!(matches!(refused, Err(Refusal::Conflict(_))), "{refused:?}");
    let over = Order { take_over: true, ..order(Aim::Step(1)) };
    assert_eq!(world.canary(&over), Ok(End::Promoted));
    // Scaling is nobody's to be asked for: it is the next command that goes on.
    let mut world = left();
    world.set.spec.range.replicas = 2;
    assert_ne!(world.go_on(), End::Held);
    let begun = begin::begin(&world.set, &order(Aim::Step(1)));
    assert!(matches!(begun, Ok(Begun::Write(_))), "{begun:?}");
}

#[test]
fn a_way_back_whose_partition_was_changed_begins_anew_when_told_to_take_over() {
    let mut world = held();
    let begun = abort::abort(&world.set, &order(Aim::Promote), false).unwrap();
    let Begun::Write(change) = begun else { panic!("{begun:?}") };
    world.write(&change, None);
    world.set.spec.strategy = rolling(Offset::new(0));
    assert!(matches!(world.abort(false), Err(Refusal::Conflict(_))));
    let begun = abort::abort(&world.set, &Order { take_over: true, ..order(Aim::Promote) }, false);
    let Ok(Begun::Write(change)) = begun else { panic!("{begun:?}") };
    world.write(&change, None);
    assert_eq!(world.go_on(), End::Aborted);
    assert_eq!(revisions(&world.set), "AAA");
}
