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

#[test]
fn the_same_command_again_goes_by_its_own_rules() {
    let mut world = World::of(&set("web").replicas(3).all_ready(0..3, "A"));
    let slow = Rules { soak_seconds: 3600, ..rules() };
    let begun = begin::begin(&world.set, &Order { rules: slow, ..with_b(Aim::Step(1)) }).unwrap();
    let Begun::Write(change) = begun else { panic!("{begun:?}") };
    world.write(&change, with_b(Aim::Step(1)).template.as_ref());
    let begun = begin::begin(&world.set, &order(Aim::Step(1)));
    let Ok(Begun::Resume(change)) = begun else { panic!("{begun:?}") };
    assert_eq!(change.record.rules, rules());
}

#[test]
fn a_record_is_written_in_characters_that_no_server_writes_otherwise() {
    let mut world = World::of(&set("web").replicas(3).all_ready(0..3, "A"));
    let check = "curl 'a?b=1&c' 2>&1 | grep -q <b> && echo gr\u{fc}n \u{1f7e2}\u{2028}\n\u{7f}";
    let rules = Rules { check: Some(check.to_owned()), ..rules() };
    let begun = begin::begin(&world.set, &Order { rules, ..with_b(Aim::Step(1)) }).unwrap();
    let Begun::Write(change) = begun else { panic!("{begun:?}") };
    let text = change.record.text();
    let plain = |character: char| matches!(character, ' '..='~') && !"&<>".contains(character);
    assert!(text.chars().all(plain), "{text}");
    world.set.canary = Some(text);
    assert_eq!(world.record(), change.record);
}
