//! What is refused at the beginning, and what is nothing to do.

use super::*;
use crate::domain::testing::set;

#[test]
fn nothing_is_begun_where_nothing_can_be_tried() {
    for story in [
        set("web"),
        set("web").replicas(1).ready(0, "A").strategy("Recreate"),
        set("web").replicas(1).ready(0, "A").deleting(),
    ] {
        let refused = begin::begin(&story.build(), &with_b(Aim::Step(1)));
        assert!(matches!(refused, Err(Refusal::Unsafe { .. })), "{refused:?}");
    }
}

#[test]
fn a_set_at_its_own_template_has_nothing_to_roll_out() {
    let settled = set("web").replicas(2).all_ready(0..2, "A").build();
    for aim in [Aim::Step(1), Aim::Promote, Aim::Partition(Offset::new(1))] {
        let begun = begin::begin(&settled, &order(aim)).unwrap();
        assert!(matches!(begun, Begun::Nothing(_)), "{begun:?}");
    }
}

#[test]
fn under_on_delete_pods_at_several_old_revisions_have_no_way_back() {
    let story =
        set("web").replicas(3).ready(0, "A").ready(1, "B").ready(2, "A").on_delete().revisions("A", "C");
    let refused = begin::begin(&story.build(), &order(Aim::Step(1)));
    assert!(matches!(refused, Err(Refusal::Unsafe { .. })), "{refused:?}");
}

#[test]
fn a_second_template_over_an_open_canary_lets_go_of_no_ordinal_that_is_broken() {
    let mut world = World::of(&set("web").replicas(4).all_ready(0..4, "A"));
    assert_eq!(world.canary(&with_b(Aim::Step(2))), Ok(End::Held));
    let template = Template { digest: "digest-C".to_owned(), revision: Revision::new("C") };
    let order = Order { template: Some(template), ..order(Aim::Step(1)) };
    assert_eq!(world.canary(&order), Ok(End::Held));
    assert_eq!(revisions(&world.set), "AACC");
    assert_eq!(world.record().from, Revision::new("A"));
    assert_eq!(world.abort(false), Ok(End::Aborted));
    assert_eq!(revisions(&world.set), "AAAA");
}
