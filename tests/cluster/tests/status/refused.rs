//! Pods that cannot be made: the API server refuses them, or somebody else has their name.

use crate::view::{ask_until_roots, ask_until_state};
use crate::world::{AT_ONCE, apply_changed};
use k8s_openapi::api::core::v1::ResourceQuota;
use serde_json::{Value, json};
use test_cluster::*;

fn quota(ns: &Namespace, pods: &str) {
    ns.apply(json!({
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few"}, "spec": {"hard": {"pods": pods}},
    }));
    ns.wait_until("the quota is in force", || {
        let status = ns.get::<ResourceQuota>("few").and_then(|quota| quota.status);
        status.and_then(|status| status.hard).is_some_and(|hard| hard["pods"].0 == pods)
    });
}

/// A pod that has a name which the set needs.
fn pod(name: &str, owner: Option<Value>) -> Value {
    let owners: Vec<Value> = owner.into_iter().collect();
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "ownerReferences": owners},
        "spec": {"containers": [{"name": "app", "image": "example/other:1"}]},
    })
}

#[test]
fn a_quota_that_refuses_a_pod_is_told_in_the_servers_words() {
    let ns = Namespace::new("quota");
    quota(&ns, "1");
    ns.apply(set("web").replicas(3));
    let status = ask_until_roots(&ns, AT_ONCE, "Stuck", &["CreateRejected@1"]);
    assert!(!status.passes() && status.words().contains("exceeded quota: few"), "{status}");
    assert_eq!(status.command(), None);
    assert_eq!(status.moves(), ["CreatePod web-1"]);
    assert_eq!(status.of(2), ["LowerOrdinalNotReady <- CreateRejected@1"]);
    quota(&ns, "3");
    let _ = ask_until_state(&ns, &[], "Complete");
}

#[test]
fn a_quota_that_refuses_a_claim_is_told_in_the_servers_words() {
    let ns = Namespace::new("claim-quota");
    ns.apply(json!({
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few"},
        "spec": {"hard": {"persistentvolumeclaims": "1"}},
    }));
    ns.wait_until("the quota is in force", || {
        let status = ns.get::<ResourceQuota>("few").and_then(|quota| quota.status);
        status.and_then(|status| status.hard).is_some()
    });
    ns.apply(set("web").replicas(2).claims("data"));
    let status = ask_until_roots(&ns, AT_ONCE, "Stuck", &["CreateRejected@1"]);
    assert!(!status.passes() && status.words().contains("exceeded quota: few"), "{status}");
    assert_eq!(status.ordinal(1)["claims"][0]["phase"], "Missing");
}

#[test]
fn a_newest_template_that_the_server_refuses_can_be_taken_back() {
    let ns = Namespace::new("limits");
    ns.apply(json!({
        "apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "small"},
        "spec": {"limits": [{"type": "Container", "max": {"memory": "1Gi"}, "default": {"memory": "64Mi"}}]},
    }));
    ns.apply(set("web").replicas(2));
    ns.wait_rolled_out("web");
    apply_changed(&ns, set("web").replicas(2), |set| {
        set["spec"]["template"]["spec"]["containers"][0]["resources"] = json!({"limits": {"memory": "2Gi"}});
    });
    let status = ask_until_roots(&ns, AT_ONCE, "Stuck", &["CreateRejected@1"]);
    assert!(status.words().contains("maximum memory usage per Container is 1Gi"), "{status}");
    assert_eq!(status.of(0), ["MaxUnavailableSpent <- CreateRejected@1"]);
    let command = status.command().expect("a way out");
    assert!(command.contains("rollout undo"), "{command}");
    status.follow(&ns);
    let _ = ask_until_state(&ns, &[], "Complete");
}

#[test]
fn a_pod_of_nobody_that_has_the_name_is_told_and_its_delete_frees_the_set() {
    let ns = Namespace::new("foreign");
    ns.apply(pod("web-1", None));
    ns.apply(set("web").replicas(3));
    let status = ask_until_roots(&ns, &[], "Stuck", &["ForeignPod@1"]);
    assert!(!status.passes() && status.words().contains("has no owner"), "{status}");
    assert_eq!(status.of(2), ["LowerOrdinalNotReady <- ForeignPod@1"]);
    assert_eq!(status.ordinal(1)["exists"], false);
    status.follow(&ns);
    let _ = ask_until_state(&ns, &[], "Complete");
}

#[test]
fn under_parallel_a_foreign_pod_keeps_later_batches_from_being_made() {
    let ns = Namespace::new("foreign-par");
    ns.apply(pod("web-0", None));
    ns.apply(set("web").replicas(3).parallel());
    let status = ask_until_roots(&ns, &[], "Stuck", &["ForeignPod@0"]);
    assert!(!status.passes());
    assert!(ns.pod("web-1").is_none() && ns.pod("web-2").is_none(), "the first batch is web-0 alone");
    assert_eq!(status.of(1), ["LowerOrdinalNotReady <- ForeignPod@0"]);
    status.follow(&ns);
    let _ = ask_until_state(&ns, &[], "Complete");
}

#[test]
fn the_owner_of_a_foreign_pod_is_named() {
    let ns = Namespace::new("owner");
    ns.apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "boss"}}));
    let boss = ns.get::<k8s_openapi::api::core::v1::ConfigMap>("boss").and_then(|boss| boss.metadata.uid);
    let owner =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "name": "boss", "uid": boss, "controller": true});
    ns.apply(pod("web-0", Some(owner)));
    ns.apply(set("web"));
    let status = ask_until_roots(&ns, &[], "Stuck", &["ForeignPod@0"]);
    assert!(status.words().contains("ConfigMap/boss"), "{status}");
}

#[test]
fn a_pod_that_the_set_adopts_is_not_foreign() {
    let ns = Namespace::new("adopted");
    let mut orphan = pod("web-0", None);
    orphan["metadata"]["labels"] = json!({"app": "web"});
    ns.apply(orphan);
    ns.apply(set("web").replicas(2));
    let status = ask_until_state(&ns, &[], "Complete");
    assert_eq!(status.ordinal(0)["revision"], *status.update_revision(), "it was replaced: {status}");
}
