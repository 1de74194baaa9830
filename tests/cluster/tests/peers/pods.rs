//! Pods that are missing, without an address, not Ready, or on their way out.

use crate::said::{until, until_agreed};
use crate::scene::{fqdn, group, headless, plain, web};
use k8s_openapi::api::core::v1::{Pod, ResourceQuota};
use serde_json::json;
use test_cluster::*;

#[test]
fn an_ordinal_without_pod_is_missing_and_status_says_why() {
    let ns = Namespace::new("quota");
    ns.apply(json!({
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "two"}, "spec": {"hard": {"pods": "2"}},
    }));
    ns.wait_until("the quota is enforced", || {
        let quota = ns.get::<ResourceQuota>("two");
        quota.and_then(|quota| quota.status?.hard).is_some()
    });
    ns.apply(headless(&json!({})));
    ns.apply(web(3));
    let said = until(&ns, plain(), &["PodMissing@2"]);
    assert_eq!(said.message("PodMissing@2"), "the set has no such pod");
    ns.wait_until("status says why", || {
        let run = said.follow(&ns, "PodMissing@2");
        run.stdout.contains("CreateRejected")
    });
    ns.patch::<ResourceQuota>("two", &json!({"spec": {"hard": {"pods": "9"}}}));
    // The controller tries again later and later.
    ns.patch::<k8s_openapi::api::apps::v1::StatefulSet>(
        "web",
        &json!({"metadata": {"annotations": {"example.com/again": "now"}}}),
    );
    let _ = until_agreed(&ns, plain());
}

/// As people take a member out to look into it.
#[test]
fn a_pod_that_was_relabelled_is_not_the_sets_any_more_and_status_says_so() {
    let ns = group("relabelled", 3);
    ns.patch::<Pod>("web-1", &json!({"metadata": {"labels": {"app": "quarantine"}}}));
    let said = until(&ns, plain(), &["PodMissing@1"]);
    assert_eq!(said.message("PodMissing@1"), "the set has no such pod");
    ns.wait_until("status says why", || {
        let run = said.follow(&ns, "PodMissing@1");
        run.stdout.contains("ForeignPod")
    });
}

#[test]
fn a_pod_that_no_node_takes_has_no_address() {
    let ns = Namespace::new("nowhere");
    ns.apply(headless(&json!({"publishNotReadyAddresses": true})));
    ns.apply(web(1).unschedulable());
    let said = until(&ns, plain(), &["PodWithoutAddress@0"]);
    assert_eq!(said.message("PodWithoutAddress@0"), "the pod has no address yet");
    let run = said.follow(&ns, "PodWithoutAddress@0");
    assert!(run.stdout.contains("Unschedulable"), "{run}");
}

#[test]
fn a_member_that_is_not_ready_is_hidden_and_comes_back() {
    let ns = group("hidden", 3);
    ns.behave("web-1", Behaviour::ProbeFailing);
    let said = until(&ns, plain(), &["NotReady@1"]);
    assert_eq!(
        said.message("NotReady@1"),
        "the pod is not Ready, and Service web hides those that are not (no publishNotReadyAddresses)"
    );
    let one = said.peer(1);
    assert_eq!(
        (&one["endpoint"]["present"], &one["endpoint"]["ready"], &one["dns"]["resolves"]),
        (&json!(true), &json!(false), &json!(false)),
        "{said}"
    );
    let run = said.follow(&ns, "NotReady@1");
    assert!(run.stdout.contains("ProbeFailing"), "{run}");
    ns.behave("web-1", Behaviour::Healthy);
    let _ = until_agreed(&ns, plain());
}

#[test]
fn a_member_that_is_not_ready_is_found_where_the_service_publishes_such() {
    let ns = group("published", 3);
    ns.apply(headless(&json!({"publishNotReadyAddresses": true})));
    ns.behave("web-1", Behaviour::NeverReady);
    ns.wait_until("web-1 is not Ready", || !ns.is_ready("web-1"));
    let said = until_agreed(&ns, plain());
    let one = said.peer(1);
    assert_eq!((&one["podReady"], &one["endpoint"]["ready"]), (&json!(false), &json!(true)), "{said}");
}

/// A group whose last pod goes, and does not get away.
fn leaving(name: &str, publishes: bool) -> Namespace {
    let ns = Namespace::new(name);
    ns.apply(headless(&json!({"publishNotReadyAddresses": publishes})));
    ns.apply(web(2));
    ns.wait_rolled_out("web");
    ns.patch::<Pod>("web-1", &json!({"metadata": {"finalizers": ["example.com/backup"]}}));
    ns.delete::<Pod>("web-1");
    ns
}

fn let_go(ns: &Namespace) {
    ns.patch::<Pod>("web-1", &json!({"metadata": {"finalizers": null}}));
}

#[test]
fn a_pod_that_terminates_keeps_its_name_where_those_that_are_not_ready_have_one() {
    let ns = leaving("listed", true);
    let said = until(&ns, plain(), &["TerminatingListed@1"]);
    assert!(said.passes("TerminatingListed@1"), "{said}");
    let one = said.peer(1);
    assert_eq!(
        (&one["endpoint"]["terminating"], &one["endpoint"]["ready"], &one["dns"]["resolves"]),
        (&json!(true), &json!(true), &json!(true)),
        "{said}"
    );
    let_go(&ns);
    let _ = until_agreed(&ns, plain());
}

#[test]
fn a_pod_that_terminates_loses_its_name_elsewhere() {
    let ns = leaving("unlisted", false);
    let said = until(&ns, plain(), &["TerminatingUnlisted@1"]);
    let one = said.peer(1);
    assert_eq!(
        (&one["endpoint"]["terminating"], &one["endpoint"]["ready"], &one["dns"]["resolves"]),
        (&json!(true), &json!(false), &json!(false)),
        "{said}"
    );
    assert_eq!(one["fqdn"], fqdn(&ns, "web-1"), "{said}");
    let_go(&ns);
    let _ = until_agreed(&ns, plain());
}

#[test]
fn a_pod_that_is_scaled_away_is_shown_until_it_is_gone() {
    let ns = leaving("scaled", false);
    let _ = ns.kubectl(&["scale", "statefulset", "web", "--replicas=1"]).ok();
    let said = until(&ns, plain(), &["TerminatingUnlisted@1"]);
    assert_eq!(said.peer(1)["expected"], false, "{said}");
    let_go(&ns);
    let said = until_agreed(&ns, plain());
    assert_eq!(said.item()["peers"].as_array().map(Vec::len), Some(1), "{said}");
}

#[test]
fn a_pod_that_waits_for_its_turn_to_go_is_found_meanwhile() {
    let ns = group("turn", 3);
    ns.patch::<Pod>("web-2", &json!({"metadata": {"finalizers": ["example.com/backup"]}}));
    // From the top, one after the other: web-1 stays until web-2 is gone.
    let _ = ns.kubectl(&["scale", "statefulset", "web", "--replicas=1"]).ok();
    let said = until(&ns, plain(), &["NotAskedFor@1", "TerminatingUnlisted@2"]);
    assert_eq!(
        said.message("NotAskedFor@1"),
        "the set does not ask for this ordinal, and EndpointSlices still publish its pod: members go on finding it"
    );
    assert_eq!(said.peer(1)["dns"]["resolves"], true, "{said}");
    let run = said.follow(&ns, "NotAskedFor@1");
    assert!(run.stdout.contains("web-2"), "what it waits for: {run}");
    ns.patch::<Pod>("web-2", &json!({"metadata": {"finalizers": null}}));
    let said = until_agreed(&ns, plain());
    assert_eq!(said.item()["peers"].as_array().map(Vec::len), Some(1), "{said}");
}
