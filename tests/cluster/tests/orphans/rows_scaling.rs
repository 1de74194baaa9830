//! What a claim is: whatever may scale its set, is attached to its volume or copies it.

use crate::objects::{Outside, serve};
use crate::said::{classes, expect, item, text};
use crate::scene::{assert_all, claim, left_behind, orphans, volume_of};
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use serde_json::{Value, json};
use test_cluster::*;

const DOWN: &str = "Orphaned ScaledDown";

fn assert_web(ns: &Namespace, one: &str, two: &str) -> Value {
    assert_all(ns, [("data-web-0", "InUse UsedByPod"), ("data-web-1", one), ("data-web-2", two)])
}

/// Scales `web` up to so many.
fn autoscaler(version: &str, kind: &str, max: (&str, Option<i32>)) -> Value {
    let target = json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web"});
    json!({
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": "web"},
        "spec": {"scaleTargetRef": target, max.0: max.1},
    })
}

#[test]
fn an_autoscaler_may_need_claims_again() {
    let ns = left_behind("rows-hpa");
    ns.apply(autoscaler("autoscaling/v2", "HorizontalPodAutoscaler", ("maxReplicas", Some(2))));
    let document = assert_web(&ns, "Reserved AutoscalerMayUse", DOWN);
    let found = item(&document, "data-web-1");
    assert_eq!((&found["deletable"], &found["needs"]), (&json!(false), &json!("override")), "{found}");
    let why = "HorizontalPodAutoscaler web may scale web up to 2 replicas";
    assert_eq!(text(&found["evidence"][0]), why);
}

#[test]
fn keda_may_need_claims_again() {
    let ns = left_behind("rows-keda");
    let (version, kind) = ("keda.sh/v1alpha1", "ScaledObject");
    serve(&ns, version, kind);
    ns.apply(autoscaler(version, kind, ("maxReplicaCount", Some(2))));
    let document = assert_web(&ns, "Reserved AutoscalerMayUse", DOWN);
    let why = text(&item(&document, "data-web-1")["evidence"][0]);
    assert_eq!(why, "ScaledObject web may scale web up to 2 replicas");
    // Without a word it is 100.
    ns.apply(autoscaler(version, kind, ("maxReplicaCount", None)));
    assert_web(&ns, "Reserved AutoscalerMayUse", "Reserved AutoscalerMayUse");
    let mut other = autoscaler(version, kind, ("maxReplicaCount", Some(9)));
    // Of a Deployment, as no kind is named.
    other["spec"]["scaleTargetRef"] = json!({"name": "web"});
    let _ = ns.kubectl(&["delete", "scaledobjects.keda.sh", "web"]).ok();
    ns.apply(other);
    assert_web(&ns, DOWN, DOWN);
}

#[test]
fn an_attached_volume_is_waited_for() {
    let ns = left_behind("rows-attached");
    let volume = volume_of(&ns, "data-web-1").expect("a volume");
    let attachment = Outside::new(&json!({
        "apiVersion": "storage.k8s.io/v1",
        "kind": "VolumeAttachment",
        "metadata": {"name": ns.name()},
        "spec": {
            "attacher": "test.example.com",
            "nodeName": "node-far-away",
            "source": {"persistentVolumeName": volume},
        },
    }));
    assert_web(&ns, DOWN, DOWN);
    attachment.patch_status(&json!({"attached": true}));
    let document = assert_web(&ns, "Attached VolumeAttached", DOWN);
    let found = item(&document, "data-web-1");
    assert_eq!((&found["deletable"], &found["needs"]), (&json!(false), &Value::Null), "{found}");
    let why = format!("its volume {volume} is still attached to node node-far-away");
    assert_eq!(found["evidence"], json!([why]));
    drop(attachment);
    assert_web(&ns, DOWN, DOWN);
}

#[test]
fn a_snapshot_in_progress_keeps_a_claim_in_use() {
    let ns = left_behind("rows-snapshot");
    let (version, kind) = ("snapshot.storage.k8s.io/v1", "VolumeSnapshot");
    serve(&ns, version, kind);
    let snapshot = |ready: Option<bool>| {
        json!({
            "apiVersion": version,
            "kind": kind,
            "metadata": {"name": "nightly"},
            "spec": {"source": {"persistentVolumeClaimName": "data-web-1"}},
            "status": {"readyToUse": ready},
        })
    };
    for ready in [None, Some(false)] {
        ns.apply(snapshot(ready));
        let document = assert_web(&ns, "InUse BeingCopied", DOWN);
        let why = text(&item(&document, "data-web-1")["evidence"][0]);
        assert_eq!(why, "volumesnapshot nightly copies it");
    }
    ns.apply(snapshot(Some(true)));
    assert_web(&ns, DOWN, DOWN);
    // What the snapshot controller sets on the source.
    let finalizer = "snapshot.storage.kubernetes.io/pvc-as-source-protection";
    let add = |list: Value| json!({"metadata": {"finalizers": list}});
    ns.patch::<PersistentVolumeClaim>("data-web-2", &add(json!([finalizer])));
    assert_web(&ns, DOWN, "InUse BeingCopied");
    ns.patch::<PersistentVolumeClaim>("data-web-2", &add(json!([])));
}

#[test]
fn a_clone_in_progress_keeps_a_claim_in_use() {
    let ns = left_behind("rows-clone");
    for (name, source, field) in
        [("copy", "data-web-1", "dataSource"), ("copy-two", "data-web-2", "dataSourceRef")]
    {
        let mut copy = claim(name, &json!({"app": "web"}));
        copy["spec"][field] = json!({"kind": "PersistentVolumeClaim", "name": source});
        ns.apply(copy);
    }
    let document = assert_all(
        &ns,
        [
            ("copy", "Managed NotOfASet"),
            ("copy-two", "Managed NotOfASet"),
            ("data-web-0", "InUse UsedByPod"),
            ("data-web-1", "InUse BeingCopied"),
            ("data-web-2", "InUse BeingCopied"),
        ],
    );
    let why = text(&item(&document, "data-web-1")["evidence"][0]);
    assert_eq!(why, format!("claim {}/copy copies it", ns.name()));
}

#[test]
fn a_claim_that_is_copied_is_not_listed_wherever_the_copy_is_found() {
    let ns = left_behind("rows-clone-late");
    // The server lists it last.
    let mut copy = claim("the-copy", &json!({"app": "copy"}));
    copy["spec"]["dataSource"] = json!({"kind": "PersistentVolumeClaim", "name": "data-web-1"});
    ns.apply(copy);
    for args in [&["-l", "app=web"][..], &["-A", "-l", "app=web"], &[]] {
        let (run, mut listed) = orphans(&ns, args);
        listed["items"].as_array_mut().expect("items").retain(|item| item["namespace"] == ns.name());
        assert_eq!(classes(&listed), expect([("data-web-2", DOWN)]), "{run}");
    }
}
