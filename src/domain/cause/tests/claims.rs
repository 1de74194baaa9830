//! Claims that keep a pod from being created or from starting.

use super::{Root, expect, message, proves};
use crate::domain::cause::Reason;
use crate::domain::claim::Owner;
use crate::domain::testing::{Story, set};

/// Three replicas with a claim each; web-1 does not exist.
fn gap() -> Story {
    set("web").replicas(3).claim_template("data").ready(0, "A").ready(2, "A")
}

fn waits(change: impl FnOnce(Story) -> Story) -> Story {
    change(set("web").replicas(1).claim_template("data").storage_class("fast", false, false).pending(0, "A"))
}

fn root<'a>(name: &'a str, story: Story, roots: &'a str, self_resolves: bool) -> Root<'a> {
    Root { name, story, roots, self_resolves, command: "" }
}

#[test]
fn a_claim_without_volume_keeps_its_pod_from_being_scheduled() {
    let pending = |change: fn(Story) -> Story| change(waits(|story| story.claim_pending(0)));
    expect(&[
        root("for an hour", pending(|story| story), "ClaimPending 0", false),
        root("just made", pending(|story| story.claim(0, young)), "ClaimPending 0", true),
        root("its class is missing", pending(|story| story.claim(0, slow)), "ClaimPending 0", false),
        root("no class and no default", pending(|story| story.claim(0, classless)), "ClaimPending 0", false),
    ]);
    let text = |change| message(&pending(change), Reason::ClaimPending);
    assert!(text(|story| story.claim(0, slow)).contains("storage class slow does not exist"));
    assert!(text(|story| story.claim(0, classless)).contains("the cluster has no default"));
    let words =
        |story: Story| story.event("PersistentVolumeClaim", "data-web-0", "ProvisioningFailed", "quota", 9);
    assert!(text(words).ends_with("no volume has been bound to it: quota"));
}

fn unbound(claim: &mut crate::domain::claim::Claim) {
    (claim.phase, claim.volume) = (crate::domain::claim::ClaimPhase::Pending, None);
}

fn young(claim: &mut crate::domain::claim::Claim) {
    unbound(claim);
    claim.created = Some(crate::domain::testing::ago(20));
}

fn slow(claim: &mut crate::domain::claim::Claim) {
    young(claim);
    claim.class = Some("slow".to_owned());
}

fn classless(claim: &mut crate::domain::claim::Claim) {
    young(claim);
    claim.class = None;
}

#[test]
fn a_claim_that_waits_for_its_first_consumer_leaves_the_word_to_the_scheduler() {
    let story =
        set("web").replicas(1).claim_template("data").storage_class("fast", true, true).claim_pending(0);
    assert_eq!(story.unscheduled(0, "A", "0/3 nodes are available").tell().roots(), "Unschedulable 0");
}

#[test]
fn a_lost_claim_is_named_with_its_volume() {
    let story = set("web").replicas(1).claim_template("data").not_ready(0, "A").claim_lost(0);
    expect(&[root("lost", story.clone(), "ClaimLost 0", false)]);
    assert!(message(&story, Reason::ClaimLost).contains("pv-data-web-0"));
}

#[test]
fn a_missing_claim_of_a_template_is_made_by_the_controller_and_any_other_is_not() {
    let own = waits(|story| story.without_claim(0).since(0, 20));
    let other = waits(|story| story.since(0, 20)).with(0, |pod| {
        pod.claims.push(("cache".to_owned(), "shared-cache".to_owned()));
    });
    expect(&[
        root("its own, a moment ago", own.clone(), "ClaimMissing 0", true),
        root("its own, for an hour", own.since(0, 3_600), "ClaimMissing 0", false),
        root("one that the pod template names", other, "ClaimMissing 0", false),
    ]);
}

/// kubernetes#89513.
#[test]
fn a_claim_that_is_being_deleted_holds_back_its_ordinal() {
    expect(&[
        root("just now", gap().claim_terminating(1, 3), "ClaimTerminating 1", true),
        root("for long", gap().claim_terminating(1, 300), "ClaimTerminating 1", false),
        root("Parallel", gap().claim_terminating(1, 300).parallel(), "ClaimTerminating 1", false),
        root(
            "a pod that waits for it",
            waits(|story| story.claim_terminating(0, 3)),
            "ClaimTerminating 0",
            true,
        ),
    ]);
    assert!(proves(&gap().claim_terminating(1, 300), "kubernetes.io/pvc-protection"));
    let foreign = gap().claim_terminating(1, 3).claim(1, |claim| {
        (claim.deleted, claim.finalizers) =
            (Some(crate::domain::testing::ago(3)), vec!["example.com/keep".to_owned()]);
    });
    expect(&[root("somebody else's finalizer", foreign, "ClaimTerminating 1", false)]);
}

/// The claim's deletion may be days old and held up by its pod alone: what counts is how long it has held up the
/// new pod, which the controller says with every attempt.
#[test]
fn an_old_deletion_of_a_claim_holds_back_its_ordinal_only_since_the_pod_went() {
    let story =
        |seconds| gap().claim_terminating(1, 90_000).rejected(1, "pvc data-web-1 is being deleted", seconds);
    expect(&[
        root("the pod went just now", story(4), "ClaimTerminating 1", true),
        root("for long", story(120), "ClaimTerminating 1", false),
    ]);
}

#[test]
fn a_pod_that_is_not_scheduled_does_not_hold_its_own_claim() {
    let story = waits(|story| story.claim_terminating(0, 300));
    assert!(!proves(&story, "used by web-0"));
}

/// The controller does not watch claims: after one is gone it tries again in its own time.
#[test]
fn the_last_words_about_a_claim_that_is_gone_meanwhile_are_no_refusal_for_ever() {
    let story = gap().rejected(1, "pvc data-web-1 is being deleted", 120);
    expect(&[root("gone", story.clone(), "CreateRejected 1", true)]);
    assert!(message(&story, Reason::CreateRejected).contains("tries again"));
}

const RELEASE: &str = "kubectl patch pvc data-web-1 -n shop --type=merge -p '{\"metadata\":{\"ownerReferences\":null}}' \
     && kubectl annotate statefulset web -n shop kubectl-stateful/woken=\"$(date +%s)\" --overwrite";

const WAKE: &str =
    "kubectl annotate statefulset web -n shop kubectl-stateful/woken=\"$(date +%s)\" --overwrite";

#[test]
fn nothing_wakes_a_controller_that_a_claim_of_an_earlier_pod_has_stopped() {
    let story = || gap().delete_claims_when_scaled().without_claim(1);
    let asleep = Root { command: WAKE, ..root("long ago", story(), "ClaimOwnedByOldPod 1", false) };
    expect(&[asleep]);
    assert_eq!(story().tell().state, crate::domain::state::State::Stuck);
    let lately = story().event("StatefulSet", "web", "SuccessfulCreate", "create Pod web-2 successful", 20);
    assert_eq!(lately.tell().roots(), "", "it has looked a moment ago");
    assert_eq!(gap().without_claim(1).tell().roots(), "", "with Retain no claim blocks a creation");
}

#[test]
fn a_claim_of_an_earlier_pod_holds_back_its_ordinal_without_any_event() {
    let story = || gap().delete_claims_when_scaled().claim_of_old_pod(1);
    let root = |name, story| Root { command: RELEASE, ..root(name, story, "ClaimOwnedByOldPod 1", false) };
    expect(&[
        root("OrderedReady", story()),
        root("Parallel, where it stops nothing else", story().parallel()),
        root("OnDelete", story().on_delete().parallel()),
    ]);
    assert!(proves(&story(), "uid-of-an-earlier-web-1"));
}

#[test]
fn the_garbage_collector_is_given_a_minute_after_a_pod_was_deleted() {
    let story = |seconds| {
        let story = gap().delete_claims_when_scaled().claim_of_old_pod(1);
        story.event(
            "StatefulSet",
            "web",
            "SuccessfulDelete",
            "delete Pod web-1 in StatefulSet web successful",
            seconds,
        )
    };
    assert!(story(20).tell().first().self_resolves);
    assert!(!story(61).tell().first().self_resolves);
}

/// The patch takes all owners off the claim: not where others have a word in it.
#[test]
fn a_claim_that_others_own_too_is_not_released() {
    let owner = Owner {
        api_version: "apps/v1".to_owned(),
        kind: "Backup".to_owned(),
        name: "nightly".to_owned(),
        uid: "uid-nightly".to_owned(),
        controller: false,
    };
    let mut set = gap().delete_claims_when_scaled().claim_of_old_pod(1).build();
    set.claims.get_mut().unwrap().get_mut("data-web-1").unwrap().owners.push(owner);
    let moves = crate::domain::model::next_moves(&set);
    let diagnosis = crate::domain::cause::diagnose(&set, &moves, crate::domain::cause::Patience::default());
    assert_eq!(diagnosis.roots[0].reason, Reason::ClaimOwnedByOldPod);
    assert!(diagnosis.roots[0].action.is_none());
}

#[test]
fn a_pod_that_lacks_a_volume_of_the_templates_is_said_to_be_refused() {
    let story = set("web").replicas(1).claim_template("data").ready(0, "A").without_volumes(0);
    expect(&[root("lacks it", story.clone(), "CreateRejected 0", false)]);
    assert!(message(&story, Reason::CreateRejected).contains("a pod's volumes cannot change"));
}
