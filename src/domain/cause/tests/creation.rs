//! Ordinals that cannot be created.

use super::{Root, expect, message, proves, rolling};
use crate::domain::cause::Reason;
use crate::domain::testing::{Story, set};

fn gap() -> Story {
    set("web").replicas(3).ready(0, "A").ready(2, "A")
}

const QUOTA: &str = "pods \"web-1\" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=9";
const ACCOUNT: &str = "pods \"web-1\" is forbidden: error looking up service account shop/web: serviceaccount \"web\" not found";
const WEBHOOK: &str = "Internal error occurred: failed calling webhook \"v.example.com\": connection refused";
const DENIED: &str = "admission webhook \"v.example.com\" denied the request: no";

fn refused(name: &'static str, story: Story, self_resolves: bool) -> Root<'static> {
    Root { name, story, roots: "CreateRejected 1", self_resolves, command: "" }
}

#[test]
fn a_refused_creation_carries_the_servers_words_and_has_no_action() {
    let story = gap().rejected(1, QUOTA, 30);
    assert!(message(&story, Reason::CreateRejected).contains("exceeded quota: compute"));
    assert!(!message(&story, Reason::CreateRejected).contains("failed error"));
    assert!(proves(&story, "event FailedCreate (3x, 30s ago)"));
}

#[test]
fn a_quota_or_a_policy_does_not_change_by_itself_and_what_is_made_in_the_same_breath_may_come() {
    expect(&[
        refused("quota, at once", gap().rejected(1, QUOTA, 1), false),
        refused("policy, at once", gap().rejected(1, DENIED, 1), false),
        refused("an account applied a moment later", gap().rejected(1, ACCOUNT, 5), true),
        refused("an account that never comes", gap().rejected(1, ACCOUNT, 61), false),
        refused("a webhook that starts", gap().rejected(1, WEBHOOK, 5), true),
        refused("a webhook that is gone", gap().rejected(1, WEBHOOK, 61), false),
        refused("Parallel", gap().rejected(1, QUOTA, 30).parallel(), false),
    ]);
}

#[test]
fn a_refusal_that_was_overcome_is_forgotten() {
    let story = gap().rejected(1, QUOTA, 90).controller_event("SuccessfulCreate", 1, "successful", 30);
    assert_eq!(story.tell().roots(), "");
    assert_eq!(
        gap().rejected(1, QUOTA, 1_201).tell().roots(),
        "",
        "the controller retries within 17 minutes"
    );
    let other = gap().rejected(11, "exceeded quota: compute", 30);
    assert_eq!(other.tell().roots(), "", "web-11 is not web-1");
}

#[test]
fn a_pod_of_somebody_else_is_named_with_its_owner_and_can_be_removed() {
    let command = "kubectl delete pod web-1 -n shop && kubectl annotate statefulset web -n shop kubectl-stateful/woken=\"$(date +%s)\" --overwrite";
    let root = |name, story| Root { name, story, roots: "ForeignPod 1", self_resolves: false, command };
    expect(&[
        root("OrderedReady", gap().foreign(1, Some("ReplicaSet/cache"))),
        root("Parallel, where no event says so", gap().foreign(1, Some("ReplicaSet/cache")).parallel()),
        root("nobody's", gap().foreign(1, None)),
    ]);
    let told = gap().foreign(1, Some("ReplicaSet/cache")).tell();
    assert!(told.first().message.contains("belongs to ReplicaSet/cache"));
    assert!(told.first().action.as_ref().unwrap().risk.contains("ReplicaSet/cache"));
}

#[test]
fn a_newest_template_that_a_policy_refuses_can_be_taken_back_and_a_full_quota_cannot() {
    let story = |words: &str| rolling(3).ready(0, "A").ready(1, "A").rejected(2, words, 30);
    let told = story(DENIED).tell();
    assert_eq!(told.roots(), "CreateRejected 2");
    assert!(told.first().command().starts_with("kubectl rollout undo"), "{told:#?}");
    assert_eq!(story(QUOTA).tell().first().command(), "");
}

#[test]
fn a_pod_of_an_earlier_set_on_its_way_out_is_waited_for() {
    let mut set = gap().foreign(1, Some("StatefulSet/web")).build();
    set.foreign_pods[0].terminating = true;
    let moves = crate::domain::model::next_moves(&set);
    let diagnosis = crate::domain::cause::diagnose(&set, &moves, crate::domain::cause::Patience::default());
    assert!(diagnosis.roots[0].self_resolves && diagnosis.roots[0].action.is_none(), "{diagnosis:#?}");
    assert!(diagnosis.can_proceed);
}
