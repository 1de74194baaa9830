//! How facts about the pod, its node and its lease become signs.

use super::super::Ready::{False, True, Unknown};
use super::super::Verdict::Safe;
use super::super::signs::{Deletion, Lease, Node, Owner, Reboot, Remediation};
use super::super::{PodFacts, lease_matters};
use super::story::{Case, lost};
use crate::domain::pod::Condition;
use crate::domain::testing::ago;

#[test]
fn the_owner_goes_by_uid_and_not_by_name() {
    let owner = |case: Case| case.signs().owner;
    assert_eq!(owner(lost()), Owner::Set);
    assert_eq!(owner(lost().controller("StatefulSet", "web", "uid-before")), Owner::Other);
    assert_eq!(owner(lost().controller("ReplicaSet", "web", "uid-web")), Owner::Other);
    assert_eq!(owner(lost().pod(|pod| pod.controller = None)), Owner::Other);
    assert_eq!(owner(lost().set_gone()), Owner::Other);
    assert_eq!(owner(lost().pod(|pod| pod.controller = None).set_unread()), Owner::Other);
    assert_eq!(owner(lost().set_unread()), Owner::Unread);
    assert_eq!(owner(lost().pod(|pod| pod.mirror = true)), Owner::Kubelet);
}

#[test]
fn the_grace_period_is_over_at_its_very_end() {
    let deletion = |case: Case| case.signs().deletion;
    assert_eq!(deletion(lost().not_asked()), Deletion::NotAsked);
    assert_eq!(deletion(lost().asked(0)), Deletion::InGrace);
    assert_eq!(deletion(lost().asked(29)), Deletion::InGrace);
    assert_eq!(deletion(lost().asked(30)), Deletion::Due);
    assert_eq!(deletion(lost().asked(31)), Deletion::Due);
}

#[test]
fn a_node_is_what_its_condition_says_and_one_that_was_not_read_is_not_gone() {
    let node = |case: Case| case.signs().node;
    for (ready, expected) in [(True, Node::Ready), (False, Node::NotReady), (Unknown, Node::Silent)] {
        assert_eq!(node(lost().ready(ready)), expected);
    }
    assert_eq!(node(lost().node_gone()), Node::Gone);
    assert_eq!(node(lost().node_unread()), Node::Unread);
}

#[test]
fn a_node_is_replaced_if_it_was_made_after_the_pod() {
    let replaced = |case: Case| case.signs().replaced;
    assert!(replaced(lost().node_made(3_599)) && replaced(lost().node_made(10)));
    assert!(!replaced(lost().node_made(3_600)) && !replaced(lost().node_made(9_000)));
    assert!(!replaced(lost().node_gone()) && !replaced(lost().node_unread()));
}

#[test]
fn a_fence_counts_only_after_the_last_container_has_started() {
    let fence = |case: Case| case.signs().remediation;
    assert_eq!(fence(lost().fenced(150)), Remediation::Fenced);
    assert_eq!(fence(lost().started(151).fenced(150)), Remediation::Fenced);
    assert_eq!(fence(lost().started(150).fenced(150)), Remediation::None, "the same second proves nothing");
    assert_eq!(fence(lost().started(100).fenced(150)), Remediation::None);
    assert_eq!(fence(lost().fenced(3_700)), Remediation::None);
    assert_eq!(fence(lost().fenced(3_700).fenced(150)), Remediation::Fenced, "the later one counts");
}

#[test]
fn without_a_reported_start_of_a_container_the_start_of_the_pod_counts() {
    let unreported = lost().pod(|pod| pod.last_start = None);
    assert_eq!(unreported.clone().fenced(150).signs().remediation, Remediation::Fenced);
    assert_eq!(unreported.clone().fenced(3_700).signs().remediation, Remediation::None);
    let untaken = unreported.pod(|pod| pod.pod.started = None);
    assert_eq!(untaken.clone().fenced(150).signs().remediation, Remediation::Fenced, "since it was made");
    assert_eq!(untaken.clone().fenced(3_700).signs().remediation, Remediation::None);
    let undated = untaken.pod(|pod| pod.pod.created = None).fenced(150).rebooted(150).signs();
    assert_eq!((undated.remediation, undated.reboot), (Remediation::None, Reboot::No));
}

#[test]
fn a_fence_before_the_deletion_counts_unless_the_kubelet_may_have_come_back_since() {
    let fence = |case: Case| case.signs().remediation;
    assert_eq!(fence(lost().asked(200).fenced(200).renewed(100)), Remediation::Fenced, "asked by then");
    assert_eq!(fence(lost().asked(200).fenced(250).renewed(340)), Remediation::Fenced, "silent since before");
    assert_eq!(fence(lost().asked(200).fenced(250).renewed(249)), Remediation::None);
    assert_eq!(fence(lost().asked(200).fenced(250).lease(Some(340), Some(Some(245)))), Remediation::None);
    assert_eq!(fence(lost().asked(200).fenced(250).lease_unread()), Remediation::None);
    assert_eq!(fence(lost().asked(200).fenced(150).lease_unread()), Remediation::Fenced);
}

#[test]
fn a_fence_that_rests_on_silence_needs_a_lease_that_stands_still() {
    let early = || lost().asked(200).fenced(250);
    assert_ne!(early().lease_missing().judge().verdict, Safe, "a Lease goes with a deleted Node");
    assert_ne!(early().lease_missing().node_gone().judge().verdict, Safe);
    assert_ne!(early().lease(None, Some(None)).judge().verdict, Safe);
    let once = early().lease(Some(340), None);
    assert!(once.judge().verdict != Safe && lease_matters(once.facts()), "it is read again first");
    let slow_clock = || lost().asked(100).fenced(600).started(1_700).lease(Some(1_210), Some(Some(1_200)));
    assert_ne!(slow_clock().judge().verdict, Safe, "its kubelet lives, in the past");
    assert_ne!(slow_clock().ready(True).judge().verdict, Safe);
}

#[test]
fn what_is_told_of_another_machine_of_that_name_says_nothing() {
    assert_ne!(lost().node_made(1_000).fenced(150).judge().verdict, Safe);
    assert_ne!(lost().node_made(1_000).rebooted(150).judge().verdict, Safe);
    assert_ne!(lost().node_made(1_000).captured(150, "boot-0", "machine-1").judge().verdict, Safe);
    let undated = lost().pod(|pod| pod.pod.created = None).node_made(1_000).rebooted(150);
    assert_ne!(undated.judge().verdict, Safe, "whether it is newer is not known");
}

#[test]
fn a_node_that_was_added_for_a_waiting_pod_is_its_node() {
    let waited = |pod: &mut PodFacts| {
        pod.pod.scheduled = Condition { holds: true, since: Some(ago(2_900)), ..Condition::default() };
    };
    let case = lost().pod(waited).node_made(3_000).started(2_800);
    assert!(!case.signs().replaced);
    assert_eq!(case.rebooted(150).judge().verdict, Safe);
}

#[test]
fn a_reboot_that_is_reported_when_the_deletion_is_asked_for_proves_nothing() {
    let reboot = |case: Case| case.signs().reboot;
    assert_eq!(reboot(lost().asked(40).rebooted(40)), Reboot::No);
    assert_eq!(
        reboot(lost().asked(40).rebooted(30)),
        Reboot::No,
        "the kubelet may have started it before its report"
    );
    assert_eq!(reboot(lost().asked(40).rebooted(29)), Reboot::Yes);
}

#[test]
fn a_grace_period_beyond_all_time_breaks_nothing() {
    let deletion = crate::domain::pod::Deletion { deadline: ago(0), grace_seconds: 1_000_000_000_000 };
    assert_ne!(lost().pod(|pod| pod.pod.deletion = Some(deletion)).rebooted(1).judge().verdict, Safe);
}

#[test]
fn two_readings_less_than_a_renewal_apart_count_as_one() {
    let soon = lost().with(|facts| {
        let lease = facts.lease.get_mut().and_then(Option::as_mut).expect("a Lease");
        lease.read = ago(9);
    });
    assert_eq!(soon.signs().lease, Lease::ReadOnce);
}

#[test]
fn a_remediation_that_runs_outweighs_one_that_has_fenced() {
    let fence = |case: Case| case.signs().remediation;
    assert_eq!(fence(lost().fenced(150).being_fenced()), Remediation::Running);
    assert_eq!(fence(lost().being_fenced().fenced(150)), Remediation::Running);
    assert_eq!(fence(lost().not_fenced()), Remediation::None);
    assert_eq!(fence(lost().not_fenced().fenced(150)), Remediation::Fenced);
    assert_eq!(fence(lost().remediations_unread()), Remediation::Unread);
}

#[test]
fn a_reboot_counts_only_after_the_start_and_after_the_deletion_was_asked_for() {
    let reboot = |case: Case| case.signs().reboot;
    assert_eq!(reboot(lost().asked(200).rebooted(150)), Reboot::Yes);
    assert_eq!(reboot(lost().asked(200).rebooted(250)), Reboot::No, "the kubelet may have started it again");
    assert_eq!(reboot(lost().asked(200).rebooted(250).renewed(340)), Reboot::No, "whatever its Lease says");
    assert_eq!(reboot(lost().asked(200).started(100).rebooted(150)), Reboot::No);
    assert_eq!(reboot(lost().asked(200).started(150).rebooted(150)), Reboot::No);
    assert_eq!(reboot(lost().not_asked().rebooted(150)), Reboot::No);
    assert_eq!(reboot(lost().asked(200).rebooted(250).rebooted(150)), Reboot::Yes);
    assert_eq!(reboot(lost()), Reboot::No);
    assert_eq!(reboot(lost().reboots_unread()), Reboot::Unread);
}

#[test]
fn the_reboot_of_a_machine_that_took_over_the_name_says_nothing() {
    assert_eq!(lost().node_made(1_000).rebooted(150).signs().reboot, Reboot::No);
    assert_eq!(lost().node_made(9_000).rebooted(150).signs().reboot, Reboot::Yes);
}

#[test]
fn a_capture_proves_a_reboot_if_it_shows_another_boot_of_the_same_machine() {
    let reboot = |boot, machine| lost().captured(150, boot, machine).signs().reboot;
    assert_eq!(reboot("boot-0", "machine-1"), Reboot::Yes);
    assert_eq!(reboot("boot-1", "machine-1"), Reboot::No, "the same boot");
    assert_eq!(reboot("boot-0", "machine-0"), Reboot::No, "another machine");
    assert_eq!(reboot("", "machine-1"), Reboot::No);
    let nameless =
        |machine| lost().node(|node| node.machine_id = String::new()).captured(150, "boot-0", machine);
    assert_eq!(nameless("").signs().reboot, Reboot::No, "no name is nobody's name");
    let unbooted = lost().node(|node| node.boot_id = String::new()).captured(150, "boot-0", "machine-1");
    assert_eq!(unbooted.signs().reboot, Reboot::No);
}

#[test]
fn a_capture_counts_only_if_the_pod_was_to_go_by_then_and_has_not_started_since() {
    let capture = |case: Case, seconds| case.captured(seconds, "boot-0", "machine-1").signs().reboot;
    assert_eq!(capture(lost().asked(200), 189), Reboot::Yes);
    assert_eq!(capture(lost().asked(200), 190), Reboot::No, "a report may be ten seconds old");
    assert_eq!(capture(lost().not_asked(), 150), Reboot::No);
    assert_eq!(capture(lost().started(100), 150), Reboot::No);
    assert_eq!(capture(lost().node_gone(), 150), Reboot::No);
    assert_eq!(capture(lost().reboots_unread(), 150), Reboot::Yes);
    assert_eq!(capture(lost().reboots_unread(), 250), Reboot::Unread);
}

#[test]
fn a_lease_is_renewed_while_it_is_fresh_or_moves() {
    let lease = |case: Case| case.signs().lease;
    assert_eq!(lease(lost().renewed(39)), Lease::Renewed);
    assert_eq!(lease(lost().renewed(40)), Lease::Stale);
    assert_eq!(lease(lost().renewed(-300)), Lease::Renewed, "by a clock that is ahead");
    assert_eq!(lease(lost().lease(Some(910), Some(Some(900)))), Lease::Renewed, "by a clock that is late");
    assert_eq!(lease(lost().lease(None, Some(Some(900)))), Lease::Renewed);
    assert_eq!(
        lease(lost().lease(Some(45), Some(Some(45)))),
        Lease::Stale,
        "fresh at the first reading only"
    );
}

#[test]
fn one_reading_shows_that_a_lease_is_fresh_but_not_that_it_is_stale() {
    let lease = |case: Case| case.signs().lease;
    assert_eq!(lease(lost().lease(Some(39), None)), Lease::Renewed);
    assert_eq!(lease(lost().lease(Some(40), None)), Lease::ReadOnce);
    assert_eq!(lease(lost().lease(Some(90_000), None)), Lease::ReadOnce);
    assert_eq!(lease(lost().lease(None, None)), Lease::ReadOnce);
    assert_eq!(lease(lost().lease_missing()), Lease::Stale);
    assert_eq!(lease(lost().lease_unread()), Lease::Unread);
}

#[test]
fn a_second_reading_matters_only_where_the_lease_decides() {
    let matters = |case: Case| lease_matters(case.facts());
    let once = || lost().lease(Some(340), None);
    assert!(matters(once()) && matters(once().out_of_service()) && matters(once().node_gone()));
    assert!(!matters(lost()), "it was read twice");
    assert!(!matters(once().lease_missing()) && !matters(once().lease_unread()));
    assert!(!matters(lost().lease(Some(20), None)), "it is fresh");
    assert!(!matters(once().ready(True)) && !matters(once().ready(False)) && !matters(once().asked(10)));
}
