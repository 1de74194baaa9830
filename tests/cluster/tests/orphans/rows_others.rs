//! What a claim is: claims that go by themselves, and claims on which somebody else decides.

use crate::objects::nobody_deletes;
use crate::said::{item, text};
use crate::scene::{assert_all, claim, left_behind, web};
use k8s_openapi::api::core::v1::{ConfigMap, PersistentVolumeClaim};
use serde_json::{Value, json};
use test_cluster::*;

/// A claim of a deleted set, with this in its metadata.
fn gone(name: &str, key: &str, value: Value) -> Value {
    let mut claim = claim(name, &json!({"app": "gone"}));
    match (&mut claim["metadata"][key], value) {
        (Value::Object(old), Value::Object(new)) => old.extend(new),
        (old, new) => *old = new,
    }
    claim
}

#[test]
fn a_deletion_that_was_asked_for_is_left_alone() {
    let ns = left_behind("rows-going");
    ns.patch::<PersistentVolumeClaim>(
        "data-web-1",
        &json!({"metadata": {"finalizers": ["example.com/backup"]}}),
    );
    ns.delete::<PersistentVolumeClaim>("data-web-1");
    let document = assert_all(
        &ns,
        [
            ("data-web-0", "InUse UsedByPod"),
            ("data-web-1", "Terminating BeingDeleted"),
            ("data-web-2", "Orphaned ScaledDown"),
        ],
    );
    let found = item(&document, "data-web-1");
    assert_eq!((&found["deletable"], &found["needs"]), (&json!(false), &Value::Null), "{found}");
    let why = text(&found["evidence"][0]);
    assert!(why.contains("was asked for") && why.contains("held by example.com/backup"), "{why}");
    let run = ns.plugin(&["orphans"]).ok();
    assert!(!run.stdout.contains("data-web-1"), "what goes already is not listed: {run}");
    ns.patch::<PersistentVolumeClaim>("data-web-1", &json!({"metadata": {"finalizers": []}}));
}

#[test]
fn a_condemned_pod_takes_its_claim_along() {
    let ns = Namespace::new("rows-condemned");
    let web = |replicas| web(replicas).retention("Retain", "Delete").behaviour(Behaviour::StuckTerminating);
    ns.apply(web(2));
    ns.wait_rolled_out("web");
    ns.apply(web(1));
    ns.wait_until("web-1 is condemned", || ns.is_terminating("web-1"));
    let document = assert_all(
        &ns,
        [("data-web-0", "InUse UsedByPod"), ("data-web-1", "GarbageCollecting OwnedByCondemnedPod")],
    );
    let found = item(&document, "data-web-1");
    assert_eq!((&found["deletable"], &found["needs"]), (&json!(false), &Value::Null), "{found}");
    assert!(text(&found["evidence"][0]).starts_with("pod web-1 is scaled away"), "{found}");
    ns.behave("web-1", Behaviour::Healthy);
    ns.wait_until("the claim went with it", || ns.claims() == ["data-web-0"]);
}

#[test]
fn a_claim_whose_owner_is_gone_goes_by_itself() {
    let ns = Namespace::new("rows-ownerless");
    // The garbage collector may not, so that it can be seen.
    let _policy = nobody_deletes(&ns);
    for (name, version, kind) in [("data-gone-0", "v1", "Pod"), ("data-gone-1", "apps/v1", "StatefulSet")] {
        let uid = "00000000-0000-4000-8000-000000000000";
        let owner = json!([{"apiVersion": version, "kind": kind, "name": "gone", "uid": uid}]);
        let mut claim = gone(name, "ownerReferences", owner);
        claim["metadata"]["labels"]["keep"] = "".into();
        ns.apply(claim);
    }
    let document = assert_all(
        &ns,
        [("data-gone-0", "GarbageCollecting OwnerGone"), ("data-gone-1", "GarbageCollecting OwnerGone")],
    );
    let why = |name| text(&item(&document, name)["evidence"][0]);
    assert_eq!(why("data-gone-0"), "its owner, pod gone, is gone: the garbage collector deletes it");
    assert_eq!(why("data-gone-1"), "its owner, statefulset gone, is gone: the garbage collector deletes it");
}

#[test]
fn owners_and_the_marks_of_tools_decide() {
    let ns = Namespace::new("rows-managed");
    ns.apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "backup"}}));
    let uid = ns.get::<ConfigMap>("backup").and_then(|map| map.metadata.uid).expect("an identity");
    let owner = json!([{"apiVersion": "v1", "kind": "ConfigMap", "name": "backup", "uid": uid}]);
    ns.apply(gone("data-gone-0", "ownerReferences", owner));
    let marks = [
        ("data-gone-1", "annotations", "helm.sh/resource-policy", "keep"),
        ("data-gone-2", "annotations", "meta.helm.sh/release-name", "shop"),
        ("data-gone-3", "annotations", "argocd.argoproj.io/sync-options", "Replace=true,Prune=false"),
        ("data-gone-4", "labels", "kustomize.toolkit.fluxcd.io/name", "shop"),
        ("data-gone-5", "labels", "app.kubernetes.io/managed-by", "cloud-db-operator"),
        ("data-gone-6", "labels", "app.kubernetes.io/name", "gone"),
    ];
    for (name, place, key, value) in marks {
        ns.apply(gone(name, place, json!({key: value})));
    }
    let document = assert_all(
        &ns,
        [
            ("data-gone-0", "Managed OwnedByOther"),
            ("data-gone-1", "Managed MarkedAsManaged"),
            ("data-gone-2", "Managed MarkedAsManaged"),
            ("data-gone-3", "Managed MarkedAsManaged"),
            ("data-gone-4", "Managed MarkedAsManaged"),
            ("data-gone-5", "Managed MarkedAsManaged"),
            ("data-gone-6", "Orphaned SetGone"),
        ],
    );
    assert_eq!(item(&document, "data-gone-0")["evidence"], json!(["configmap backup owns it"]));
    for (name, _, key, value) in &marks[..5] {
        let why = text(&item(&document, name)["evidence"][0]);
        assert!(why.contains(key) && why.contains(value), "{why}");
    }
}

#[test]
fn what_the_sets_template_gives_to_every_claim_is_no_mark_of_a_tool() {
    let ns = Namespace::new("rows-template-marks");
    let manifest = |replicas: i32| {
        let mut objects = web(replicas).into_objects();
        let template = &mut objects[1]["spec"]["volumeClaimTemplates"][0]["metadata"];
        template["labels"] = json!({"app.kubernetes.io/managed-by": "Helm"});
        objects
    };
    manifest(2).into_iter().for_each(|object| ns.apply(object));
    ns.wait_rolled_out("web");
    manifest(1).into_iter().for_each(|object| ns.apply(object));
    crate::scene::only_pods(&ns, &["web-0"]);
    assert_all(&ns, [("data-web-0", "InUse UsedByPod"), ("data-web-1", "Orphaned ScaledDown")]);
}
