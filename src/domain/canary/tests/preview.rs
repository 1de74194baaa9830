//! What is said beforehand.

use super::*;
use crate::domain::canary::preview;
use crate::domain::testing::{at, set};

#[test]
fn the_order_is_said_before_anything_is_written() {
    let story = set("web").replicas(4).all_ready(0..4, "A");
    for (story, broken) in [(story.clone(), vec![at(3)]), (story.clone().parallel(), vec![at(3)])] {
        let said = preview::forward(&story.build(), &Revision::new("B"), Offset::new(1));
        assert_eq!(said.replaced, [at(3), at(2), at(1)]);
        assert_eq!(said.never_ready.0, broken, "{:?}", said.never_ready.1);
    }
    let said = preview::forward(&story.on_delete().build(), &Revision::new("B"), Offset::new(2));
    assert_eq!(said.replaced, [at(3), at(2)]);
}

#[test]
fn the_possible_steps_are_one_more_all_and_back() {
    let held = set("web").replicas(4).all_ready(0..3, "A").ready(3, "B").partition(3).revisions("A", "B");
    let next = preview::next(&held.build(), None);
    let said: Vec<(&str, Vec<Ordinal>)> =
        next.iter().map(|next| (next.flag.as_str(), next.preview.replaced.clone())).collect();
    assert_eq!(
        said,
        [("--step", vec![at(2)]), ("--promote", vec![at(2), at(1), at(0)]), ("--abort", vec![at(3)])]
    );
}

#[test]
fn the_way_back_takes_broken_pods_first_lowest_first() {
    let story = set("web").replicas(5).all_ready(0..2, "A").crashing(2, "B").ready(3, "B").crashing(4, "B");
    assert_eq!(preview::back(&story.build(), &Revision::new("A")), [at(2), at(4), at(3)]);
}
