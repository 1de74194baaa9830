//! On the way to the new revision.

use super::*;
use crate::domain::set::Amount;
use crate::domain::testing::set;

fn five() -> Story {
    set("web").replicas(5).all_ready(0..5, "A")
}

#[test]
fn a_step_replaces_one_pod_and_the_partition_holds_the_rest() {
    let mut world = World::of(&five());
    assert_eq!(world.canary(&with_b(Aim::Step(1))), Ok(End::Held));
    assert_eq!(world.log, ["write Running 0 partition 4", "controller deletes 4", "4 at B", "write Held 0"]);
    assert_eq!(revisions(&world.set), "AAAAB");
    assert_eq!(world.canary(&order(Aim::Step(2))), Ok(End::Held));
    assert_eq!(revisions(&world.set), "AABBB");
    assert_eq!(world.canary(&order(Aim::Promote)), Ok(End::Promoted));
    assert_eq!(revisions(&world.set), "BBBBB");
    assert_eq!(world.set.current_revision, Revision::new("B"));
    assert_eq!(world.fewest, 4);
}

#[test]
fn a_plan_goes_step_by_step_and_checks_each() {
    let mut world = World::of(&five());
    let aim = Aim::Steps(vec![Amount::Count(1), Amount::Percent(50), Amount::Percent(100)]);
    let rules = Rules { check: Some("true".to_owned()), ..rules() };
    assert_eq!(world.canary(&Order { rules, ..with_b(aim) }), Ok(End::Promoted));
    let own: Vec<&String> =
        world.log.iter().filter(|line| !line.contains(" at ") && !line.contains("deletes")).collect();
    let expected = [
        "write Running 0 partition 4",
        "check",
        "write Running 1 partition 2",
        "check",
        "write Running 2 partition 0",
        "check",
        "write Promoted 2",
    ];
    assert_eq!(own, expected);
}

#[test]
fn the_partition_is_an_offset_where_ordinals_start_higher() {
    let mut world = World::of(&set("web").start(3).replicas(3).all_ready(3..6, "A"));
    assert_eq!(world.canary(&with_b(Aim::Step(1))), Ok(End::Held));
    assert_eq!(world.log[0], "write Running 0 partition 2");
    assert_eq!(revisions(&world.set), "AAB");
}

#[test]
fn without_a_rolling_update_one_is_made_and_nothing_below_moves() {
    let mut world = World::of(&set("web").replicas(3).all_ready(0..3, "A").no_rolling_update(3));
    assert_eq!(world.canary(&with_b(Aim::Step(1))), Ok(End::Held));
    assert_eq!(revisions(&world.set), "AAB");
    assert_eq!(world.record().partition_before, None);
}

#[test]
fn parallel_replaces_one_at_a_time_as_well() {
    let mut world = World::of(&five().parallel());
    assert_eq!(world.canary(&with_b(Aim::Promote)), Ok(End::Promoted));
    assert_eq!((revisions(&world.set).as_str(), world.fewest), ("BBBBB", 4));
}

#[test]
fn under_on_delete_the_runner_deletes_pods_one_by_one_highest_first() {
    let mut world = World::of(&five().on_delete());
    assert_eq!(world.canary(&with_b(Aim::Step(2))), Ok(End::Held));
    assert_eq!(world.log, ["write Running 0", "delete 4", "4 at B", "delete 3", "3 at B", "write Held 0"]);
    assert_eq!(world.canary(&order(Aim::Promote)), Ok(End::Promoted));
    assert_eq!((revisions(&world.set).as_str(), world.fewest), ("BBBBB", 4));
}

#[test]
fn a_template_that_was_changed_earlier_and_is_held_by_the_partition_is_taken_on() {
    let mut world = World::of(&five().revisions("A", "B").partition(5));
    world.set.template = Some("digest-B".to_owned());
    assert_eq!(world.canary(&order(Aim::Step(1))), Ok(End::Held));
    assert_eq!(revisions(&world.set), "AAAAB");
    assert_eq!(world.record().partition_before, Some(Offset::new(5)));
}

#[test]
fn one_replica_is_a_canary_of_all() {
    let mut world = World::of(&set("web").replicas(1).ready(0, "A"));
    assert_eq!(world.canary(&with_b(Aim::Step(1))), Ok(End::Promoted));
}

#[test]
fn a_partition_beyond_the_set_rolls_nothing_and_holds() {
    let mut world = World::of(&five());
    assert_eq!(world.canary(&with_b(Aim::Partition(Offset::new(9)))), Ok(End::Held));
    assert_eq!(revisions(&world.set), "AAAAA");
    assert_eq!(world.set.spec.strategy.partition(), Offset::new(9), "the very one that was asked for");
}

#[test]
fn a_runner_that_dies_anywhere_is_followed_by_one_that_does_the_same() {
    let aim = || Aim::Steps(vec![Amount::Count(1), Amount::Count(3), Amount::Count(5)]);
    let mut undisturbed = World::of(&five());
    assert_eq!(undisturbed.canary(&with_b(aim())), Ok(End::Promoted));
    // A run remembers nothing, so that all that can differ is how the next one begins.
    let mut world = World::of(&five());
    let begun = begin::begin(&world.set, &with_b(aim())).unwrap();
    let Begun::Write(change) = begun else { panic!("{begun:?}") };
    world.write(&change, with_b(aim()).template.as_ref());
    let other = Order { runner: "another".to_owned(), ..order(aim()) };
    let again = begin::begin(&world.set, &other).unwrap();
    assert!(matches!(again, Begun::Resume(_)), "{again:?}");
    assert_eq!(world.canary(&other), Ok(End::Promoted));
    assert_eq!(world.record().runner, "another");
    let taken_on = world.log.remove(1);
    assert_eq!(taken_on, "write Running 0");
    assert_eq!(world.log, undisturbed.log);
}
