//! On the way back.

use super::*;
use crate::domain::testing::set;

fn five() -> Story {
    set("web").replicas(5).all_ready(0..5, "A")
}

/// A canary with so many ordinals updated.
fn updated(story: &Story, count: u32) -> World {
    let mut world = World::of(story);
    assert_eq!(world.canary(&with_b(Aim::Step(count))), Ok(End::Held));
    world.log.clear();
    world
}

#[test]
fn a_healthy_canary_goes_back_highest_first_one_at_a_time() {
    for story in [five(), five().parallel()] {
        let mut world = updated(&story, 3);
        assert_eq!(world.abort(false), Ok(End::Aborted));
        assert_eq!(
            world.log,
            [
                "write Aborting 0 partition 5",
                "delete 4",
                "4 at A",
                "delete 3",
                "3 at A",
                "delete 2",
                "2 at A",
                "write Aborted 0 partition 0"
            ]
        );
        assert_eq!((revisions(&world.set).as_str(), world.fewest), ("AAAAA", 4));
        assert_eq!(world.set.update_revision, Revision::new("A"));
    }
}

#[test]
fn a_broken_pod_goes_back_first_so_that_never_two_are_down() {
    for story in [five(), five().parallel()] {
        let mut world = updated(&story, 2);
        world.set.pods.get_mut(&Ordinal::new(3)).map(crash).unwrap();
        world.count();
        assert_eq!(world.abort(false), Ok(End::Aborted));
        let deletes: Vec<&String> = world.log.iter().filter(|line| line.starts_with("delete")).collect();
        assert_eq!(deletes, ["delete 3", "delete 4"]);
        assert_eq!((revisions(&world.set).as_str(), world.fewest), ("AAAAA", 4));
    }
}

#[test]
fn a_canary_that_failed_at_once_goes_back() {
    for story in [five(), five().parallel(), five().on_delete()] {
        let mut world = World::of(&story).breaking("B");
        assert_eq!(world.canary(&with_b(Aim::Promote)), Ok(End::Failed));
        assert_eq!(world.abort(false), Ok(End::Aborted));
        assert_eq!((revisions(&world.set).as_str(), world.fewest), ("AAAAA", 4));
    }
}

#[test]
fn under_on_delete_the_template_goes_back_before_the_pods() {
    let mut world = updated(&five().on_delete(), 2);
    assert_eq!(world.abort(false), Ok(End::Aborted));
    assert_eq!(revisions(&world.set), "AAAAA");
    assert!(matches!(
        abort::abort(&updated(&five().on_delete(), 1).set, &order(Aim::Promote), true),
        Err(Refusal::Unsafe { .. })
    ));
}

#[test]
fn the_template_can_be_kept_and_the_partition_keeps_it_from_rolling() {
    let mut world = updated(&five(), 2);
    assert_eq!(world.abort(true), Ok(End::Aborted), "{:?} {:?}", world.log, world.gates);
    assert_eq!(revisions(&world.set), "AAAAA");
    assert_eq!(
        (world.set.update_revision.as_str(), world.set.spec.strategy.partition()),
        ("B", Offset::new(5))
    );
}

#[test]
fn what_was_there_before_comes_back() {
    for (story, partition) in
        [(five().partition(2), Some(Offset::new(2))), (five().no_rolling_update(5), None)]
    {
        let mut world = updated(&story, 1);
        assert_eq!(world.abort(false), Ok(End::Aborted));
        let now = match &world.set.spec.strategy {
            Strategy::RollingUpdate(rolling) => rolling.as_ref().map(|rolling| rolling.partition),
            other => panic!("{other:?}"),
        };
        assert_eq!(now, partition);
    }
}

#[test]
fn an_old_pod_that_is_down_stops_the_way_back_and_is_named() {
    let mut world = updated(&five(), 1);
    world.set.pods.get_mut(&Ordinal::new(0)).map(crash).unwrap();
    world.set.now += SignedDuration::from_secs(600);
    assert_eq!(world.abort(false), Ok(End::Failed));
    assert!(world.gates.failed().unwrap().message.contains("web-0"), "{:?}", world.gates);
    assert_eq!(revisions(&world.set), "AAAAB", "nothing is taken down beside it");
}

#[test]
fn what_is_promoted_is_not_aborted() {
    let mut world = World::of(&five());
    assert_eq!(world.canary(&with_b(Aim::Promote)), Ok(End::Promoted));
    let begun = abort::abort(&world.set, &order(Aim::Promote), false).unwrap();
    assert!(matches!(begun, Begun::Nothing(_)), "{begun:?}");
}

#[test]
fn a_last_step_that_fails_after_the_controller_has_promoted_it_is_rolled_back() {
    for story in [five(), five().parallel()] {
        let mut world = World::of(&story);
        world.check_fails = Some("ended with code 1".to_owned());
        let rules = Rules { check: Some("exit 1".to_owned()), on_failure: OnFailure::Abort, ..rules() };
        assert_eq!(world.canary(&Order { rules, ..with_b(Aim::Promote) }), Ok(End::Aborted));
        assert_eq!((revisions(&world.set).as_str(), world.fewest), ("AAAAA", 4), "{:?}", world.log);
        assert_eq!(world.set.current_revision, Revision::new("A"));
        assert!(!world.log.iter().any(|line| line.starts_with("delete ")), "{:?}", world.log);
    }
}

#[test]
fn a_promotion_in_the_very_moment_of_the_abort_is_rolled_back_as_well() {
    let mut world = World::of(&five());
    let begun = begin::begin(&world.set, &with_b(Aim::Partition(Offset::new(0)))).unwrap();
    let Begun::Write(change) = begun else { panic!("{begun:?}") };
    world.write(&change, with_b(Aim::Promote).template.as_ref());
    let before = world.set.clone();
    assert_eq!(world.go_on(), End::Promoted);
    // The abort was decided by what was seen before: the current revision was still the old one.
    let change = super::super::back::start(&before, &change.record, false);
    assert_eq!(change.record.rolls_back, None);
    world.write(&change, None);
    world.log.clear();
    assert_eq!(world.go_on(), End::Aborted);
    assert_eq!((revisions(&world.set).as_str(), world.fewest), ("AAAAA", 4), "{:?}", world.log);
}

#[test]
fn a_way_back_that_a_failed_gate_began_is_resumed_by_the_same_command() {
    let mut world = World::of(&five()).breaking("B");
    assert_eq!(world.canary(&with_b(Aim::Step(1))), Ok(End::Failed));
    let change = super::super::back::start(&world.set, &world.record(), false);
    world.write(&change, None);
    assert_eq!(world.canary(&with_b(Aim::Step(1))), Ok(End::Aborted));
    assert_eq!(revisions(&world.set), "AAAAA");
}

/// The controller may take two at a time, and the way back takes one.
#[test]
fn a_rollback_goes_down_ordinal_by_ordinal_where_the_controller_would_take_several() {
    for story in [five().max_unavailable(2), five().parallel().max_unavailable_percent(60)] {
        let mut world = World::of(&story);
        world.check_fails = Some("ended with code 1".to_owned());
        let rules = Rules { check: Some("exit 1".to_owned()), ..rules() };
        assert_eq!(world.canary(&Order { rules, ..with_b(Aim::Promote) }), Ok(End::Failed));
        (world.fewest, world.log) = (5, Vec::new());
        assert_eq!(world.abort(false), Ok(End::Aborted), "{:?}", world.log);
        assert_eq!((revisions(&world.set).as_str(), world.fewest), ("AAAAA", 4), "{:?}", world.log);
        let partitions = world.log.iter().filter(|line| line.contains("partition")).count();
        assert_eq!(partitions, 5, "{:?}", world.log);
    }
}

/// OrderedReady makes nothing above a broken pod: what is missing there comes back only after it.
#[test]
fn a_broken_pod_is_replaced_though_a_higher_one_is_missing() {
    for story in [five(), five().on_delete()] {
        let mut world = updated(&story, 2).breaking("B");
        world.set.pods.get_mut(&Ordinal::new(3)).map(crash).unwrap();
        world.set.pods.remove(&Ordinal::new(4));
        assert_eq!(world.abort(false), Ok(End::Aborted), "{:?}", world.log);
        assert_eq!(revisions(&world.set), "AAAAA", "{:?}", world.log);
    }
}
