//! Hand-overs, and how long nobody led.

use jiff::{SignedDuration, Timestamp};

use super::super::{Change, Election, Facts, Lead, Since, Watcher, judge};
use super::scene::{config_map, labelled, lease, scene};
use crate::domain::lease::Lease;
use crate::domain::testing::{at, now};

fn after(ms: i64) -> Timestamp {
    now() + SignedDuration::from_millis(ms)
}

/// The Lease `web` of 15 s, taken and renewed so many ms after the scene's moment.
fn held(holder: &str, acquired: i64, renewed: i64) -> Election {
    let election = lease("web", holder, 0);
    let (acquired, renewed) = (Some(after(acquired)), Some(after(renewed)));
    Election { term: Lease { acquired, renewed, ..election.term.clone() }, ..election }
}

fn see(watcher: &mut Watcher, ms: i64, facts: &Facts) -> Option<Change> {
    let facts = Facts { now: after(ms), ..facts.clone() };
    watcher.observe(&judge(&facts, None), &facts.group)
}

fn says(change: Option<Change>) -> String {
    change.expect("a change").message
}

#[test]
fn a_leader_that_dies_is_followed_after_its_claim_has_run_out() {
    let mut watcher = Watcher::default();
    let first = see(&mut watcher, 1_000, &scene([held("web-0_a", 0, 500)])).expect("the first look");
    assert_eq!((first.from, first.gap), (None, None));
    assert!(matches!(first.to, Lead::One { ordinal, .. } if ordinal == at(0)), "{first:?}");
    assert!(
        see(&mut watcher, 3_000, &scene([held("web-0_a", 0, 2_500)])).is_none(),
        "a renewal changes nothing"
    );
    let nobody = see(&mut watcher, 17_501, &scene([held("web-0_a", 0, 2_500)])).expect("it has run out");
    assert_eq!((nobody.from, nobody.to, nobody.gap), (Some(at(0)), Lead::Nobody, None));
    assert_eq!(nobody.message, "nobody leads: web-0 has not renewed lease/web, which ran out");
    let next = see(&mut watcher, 18_100, &scene([held("web-1_b", 18_000, 18_000)])).expect("somebody else");
    let gap = next.gap.expect("a gap");
    assert_eq!((gap.length.as_millis(), gap.since), (500, Since::Expired));
    assert_eq!(next.message, "web-1 leads (lease/web), 500 ms after the claim of web-0 ran out unrenewed");
}

#[test]
fn a_claim_that_ran_out_between_two_looks_ran_out_when_it_says() {
    let mut watcher = Watcher::default();
    let _ = see(&mut watcher, 1_000, &scene([held("web-0", 0, 0)]));
    let next = see(&mut watcher, 16_000, &scene([held("web-1", 15_700, 15_700)]));
    assert_eq!(says(next), "web-1 leads (lease/web), 700 ms after the claim of web-0 ran out unrenewed");
}

#[test]
fn a_release_says_when() {
    let mut watcher = Watcher::default();
    let _ = see(&mut watcher, 1_000, &scene([held("web-0", 0, 500)]));
    let nobody = see(&mut watcher, 2_100, &scene([held("", 2_000, 2_000)])).expect("a release");
    assert_eq!(nobody.to, Lead::Nobody);
    assert_eq!(nobody.message, "nobody leads: web-0 has released lease/web");
    let next = see(&mut watcher, 3_300, &scene([held("web-1", 3_200, 3_200)])).expect("somebody else");
    assert_eq!(next.gap.map(|gap| (gap.length.as_millis(), gap.since)), Some((1_200, Since::Released)));
    assert_eq!(next.message, "web-1 leads (lease/web), 1200 ms after web-0 released it");
}

#[test]
fn a_release_that_leaves_no_time_happened_when_it_was_seen() {
    let mut watcher = Watcher::default();
    let _ = see(&mut watcher, 1_000, &scene([held("web-0", 0, 500)]));
    let _ = see(&mut watcher, 2_100, &scene([held("", 0, 500)]));
    let next = see(&mut watcher, 3_300, &scene([held("web-1", 3_200, 3_200)])).expect("somebody else");
    assert_eq!(next.gap.map(|gap| gap.length.as_millis()), Some(1_100));
}

#[test]
fn a_claim_taken_over_before_it_ran_out_leaves_its_last_renewal() {
    let mut watcher = Watcher::default();
    let _ = see(&mut watcher, 1_000, &scene([held("web-0", 0, 500)]));
    let next = see(&mut watcher, 2_100, &scene([held("web-1", 2_000, 2_000)])).expect("somebody else");
    assert_eq!(next.gap.map(|gap| (gap.length.as_millis(), gap.since)), Some((1_500, Since::LastRenewal)));
    assert!(
        next.message.contains("at most 1500 ms after web-0, counted from its last renewal"),
        "{}",
        next.message
    );
}

#[test]
fn a_label_that_moves_has_moved_when_it_was_seen() {
    let mut watcher = Watcher::default();
    let _ = see(&mut watcher, 0, &labelled(scene([]), 0, "role", "primary"));
    assert_eq!(
        says(see(&mut watcher, 1_000, &scene([]))),
        "nobody leads: the claim of web-0 is gone (role=primary)"
    );
    let next = see(&mut watcher, 1_250, &labelled(scene([]), 1, "role", "primary")).expect("somebody else");
    assert_eq!(next.gap.map(|gap| (gap.length.as_millis(), gap.since)), Some((250, Since::Seen)));
    assert_eq!(
        next.message,
        "web-1 leads (role=primary), 250 ms after the claim of web-0 was seen to be gone"
    );
}

#[test]
fn a_process_that_starts_anew_leads_again() {
    let mut watcher = Watcher::default();
    let _ = see(&mut watcher, 1_000, &scene([held("web-0_a", 0, 500)]));
    let again = see(&mut watcher, 16_000, &scene([held("web-0_b", 15_600, 15_600)]));
    assert_eq!(
        says(again),
        "web-0 leads again (lease/web), 100 ms after the claim of web-0 ran out unrenewed"
    );
}

#[test]
fn what_follows_a_conflict_has_no_gap() {
    let mut watcher = Watcher::default();
    let _ = see(&mut watcher, 1_000, &scene([held("web-0", 0, 500)]));
    let two = see(&mut watcher, 2_000, &scene([held("web-0", 0, 500), config_map("web", "web-1", 0)]));
    assert_eq!(two.map(|change| change.to), Some(Lead::Several(vec![at(0), at(1)])));
    let one = see(&mut watcher, 3_000, &scene([held("web-1", 2_500, 2_500)])).expect("one of them");
    assert_eq!((one.from, one.gap), (None, None));
    assert!(one.message.starts_with("web-1 leads since 0s (lease/web)"), "{}", one.message);
}
