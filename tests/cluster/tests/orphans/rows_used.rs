//! What a claim is: pods that use it, and workloads that name it.

use crate::said::{classes, expect, item, text};
use crate::scene::{assert_all, claim, orphans};
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use serde_json::{Value, json};
use test_cluster::*;

/// Nothing is scheduled by this.
fn nowhere() -> Value {
    json!({"kubectl-stateful.test/no": "node"})
}

fn pod_spec(claim: &str) -> Value {
    json!({
        "nodeSelector": nowhere(),
        "containers": [{"name": "app", "image": "example/app:1"}],
        "volumes": [{"name": "store", "persistentVolumeClaim": {"claimName": claim}}],
    })
}

fn pod(name: &str, spec: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec})
}

/// A claim that would be one of a deleted set.
fn gone(ordinal: i32) -> Value {
    claim(&format!("data-gone-{ordinal}"), &json!({"app": "gone"}))
}

#[test]
fn pods_use_claims_also_before_they_run_and_until_they_have_ended() {
    let ns = Namespace::new("rows-pods");
    (0..5).for_each(|ordinal| ns.apply(gone(ordinal)));
    ns.apply(pod("unscheduled", &pod_spec("data-gone-0")));
    for (name, claim, phase) in
        [("succeeded", "data-gone-1", "Succeeded"), ("failed", "data-gone-2", "Failed")]
    {
        ns.apply(pod(name, &pod_spec(claim)));
        ns.patch_status::<Pod>(name, &json!({"phase": phase}));
    }
    // One of two has ended.
    ns.apply(pod("running", &pod_spec("data-gone-3")));
    ns.apply(pod("ended", &pod_spec("data-gone-3")));
    ns.patch_status::<Pod>("ended", &json!({"phase": "Succeeded"}));
    let document = assert_all(
        &ns,
        [
            ("data-gone-0", "InUse UsedByPod"),
            ("data-gone-1", "Orphaned SetGone"),
            ("data-gone-2", "Orphaned SetGone"),
            ("data-gone-3", "InUse UsedByPod"),
            ("data-gone-4", "Orphaned SetGone"),
        ],
    );
    assert_eq!(item(&document, "data-gone-0")["evidence"], json!(["pod unscheduled uses it"]));
    assert_eq!(item(&document, "data-gone-3")["evidence"], json!(["pod running uses it"]));
}

#[test]
fn a_generic_ephemeral_volume_uses_its_claim() {
    let ns = Namespace::new("rows-ephemeral");
    let template = json!({
        "metadata": {"labels": {"app": "gone"}},
        "spec": claim("", &json!({}))["spec"],
    });
    let volume = json!({"name": "9", "ephemeral": {"volumeClaimTemplate": template}});
    let mut spec = pod_spec("");
    spec["volumes"] = json!([volume]);
    // Its claim is named as if it were of ordinal 9 of a set `gone`.
    ns.apply(pod("data-gone", &spec));
    ns.wait_until("the claim is made", || ns.get::<PersistentVolumeClaim>("data-gone-9").is_some());
    let document = assert_all(&ns, [("data-gone-9", "InUse UsedByPod")]);
    assert_eq!(item(&document, "data-gone-9")["evidence"], json!(["pod data-gone uses it"]));
}

#[test]
fn the_templates_of_all_workloads_are_looked_at() {
    let ns = Namespace::new("rows-templates");
    (0..8).for_each(|ordinal| ns.apply(gone(ordinal)));
    let labels = json!({"app": "user"});
    let template = |ordinal: i32| {
        let mut spec = pod_spec(&format!("data-gone-{ordinal}"));
        spec["restartPolicy"] = "Never".into();
        json!({"metadata": {"labels": labels}, "spec": spec})
    };
    let always = |ordinal: i32| {
        let mut template = template(ordinal);
        template["spec"]["restartPolicy"] = "Always".into();
        template
    };
    let workload = |version: &str, kind: &str, spec: Value| {
        ns.apply(json!({"apiVersion": version, "kind": kind, "metadata": {"name": "user"}, "spec": spec}));
    };
    let selector = json!({"matchLabels": labels});
    let stopped = |ordinal| json!({"replicas": 0, "selector": selector, "template": always(ordinal)});
    let job = |ordinal| json!({"suspend": true, "template": template(ordinal)});
    let mut set = stopped(5);
    set["serviceName"] = "user".into();
    workload("apps/v1", "Deployment", stopped(0));
    workload("apps/v1", "ReplicaSet", stopped(1));
    workload("apps/v1", "DaemonSet", json!({"selector": selector, "template": always(2)}));
    workload("batch/v1", "Job", job(3));
    let cron = json!({"schedule": "0 0 1 1 *", "suspend": true, "jobTemplate": {"spec": job(4)}});
    workload("batch/v1", "CronJob", cron);
    workload("apps/v1", "StatefulSet", set);
    assert_eq!(ns.list::<Pod>().len(), 0, "no pod uses any of them");
    let named = ["deployment", "replicaset", "daemonset", "job", "cronjob", "statefulset"];
    let names: Vec<String> = (0..8).map(|ordinal| format!("data-gone-{ordinal}")).collect();
    let (run, document) = orphans(&ns, &["--all"]);
    for (kind, name) in named.iter().zip(&names) {
        let found = item(&document, name);
        assert_eq!(
            (&found["class"], &found["reason"]),
            (&json!("InUse"), &json!("NamedByTemplate")),
            "{run}"
        );
        let why = text(&found["evidence"][0]);
        // A Deployment has a ReplicaSet with the same template.
        let by_its_set = *kind == "deployment" && why.starts_with("the template of replicaset user-");
        assert!(by_its_set || why == format!("the template of {kind} user names it"), "{why}");
    }
    let (_, listed) = orphans(&ns, &[]);
    let rest = [("data-gone-6", "Orphaned SetGone"), ("data-gone-7", "Orphaned SetGone")];
    assert_eq!(classes(&listed), expect(rest));
}
