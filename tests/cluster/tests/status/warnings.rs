//! What is true now and holds nothing up now. `UnknownStrategy` cannot be made on this Kubernetes.

use crate::view::{Status, ask, ask_until, ask_until_state};
use crate::world::{NEW, rolled_out, wait_image};
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::ConfigMap;
use serde_json::json;
use test_cluster::*;

/// What `status` warns of once the set is rolled out.
fn warned(name: &str, set: SetBuilder, reason: &str) -> (Namespace, Status) {
    let ns = Namespace::new(name);
    ns.apply(set);
    ns.wait_rolled_out("web");
    let status = ask(&ns, &[]);
    assert_eq!((status.state(), status.warnings()), ("Complete", vec![reason]), "{status}");
    (ns, status)
}

fn message(status: &Status) -> &str {
    status.field("/warnings/0/message").as_str().unwrap_or_default()
}

#[test]
fn a_governing_service_that_does_not_exist_is_warned_of() {
    let (_ns, status) = warned("no-service", set("web").service(Some("absent")), "NoGoverningService");
    assert!(message(&status).contains("absent"), "{status}");
    assert!(
        status
            .field("/warnings/0/action")
            .as_str()
            .is_some_and(|action| action.contains("kubectl create service"))
    );
}

#[test]
fn a_set_that_names_no_service_is_warned_of() {
    let (_ns, status) = warned("nameless", set("web").service(None), "NoGoverningService");
    assert!(message(&status).contains("serviceName"), "{status}");
}

#[test]
fn the_command_that_makes_the_service_ends_the_warning() {
    let (ns, status) = warned("mended", set("web").service(Some("absent")), "NoGoverningService");
    let action = status.field("/warnings/0/action").as_str().expect("a command");
    let command = action.split(" (").next().expect("what stands before the remark");
    let _ = ns.shell(command).ok();
    assert_eq!(ask(&ns, &[]).warnings(), [""; 0]);
}

#[test]
fn a_grace_period_of_zero_is_warned_of() {
    let (_ns, status) = warned("grace", set("web").grace_period(0), "GracePeriodZero");
    assert!(message(&status).contains("force"), "{status}");
}

#[test]
fn a_partition_beyond_the_replicas_is_warned_of() {
    let (ns, status) = warned("beyond", set("web").replicas(2).partition(5), "PartitionBeyondReplicas");
    assert!(message(&status).contains('5') && message(&status).contains('2'), "{status}");
    ns.apply(set("web").replicas(2).partition(5).image(NEW));
    let status = ask_until_state(&ns, &[], "Held");
    assert_eq!(*status.field("/counts/expectedUpdated"), 0);
    assert_eq!(status.warnings(), ["PartitionBeyondReplicas"]);
}

#[test]
fn a_canary_that_was_scaled_to_zero_is_told_to_be_promoted() {
    let ns = rolled_out("promoted", 2);
    ns.apply(set("web").replicas(2).partition(1).image(NEW));
    let _ = ask_until_state(&ns, &[], "Held");
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 0}}));
    // The controller promotes it a moment after the last pod is gone.
    let promoted = |status: &Status| status.warnings() == ["PromotedByScaleToZero"];
    let status = ask_until(&ns, &[], "it is promoted", promoted);
    assert_eq!(status.state(), "ScaledToZero");
    // And it is true: web-0 stands below the partition, and comes back new.
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 2}}));
    let status = ask_until_state(&ns, &[], "Complete");
    assert_eq!(status.ordinal(0)["revision"], *status.update_revision());
    wait_image(&ns, "web-0", NEW);
}

#[test]
fn an_autoscaler_of_the_set_is_named() {
    let ns = rolled_out("autoscaler", 1);
    let autoscaler = |name: &str, target: &str| {
        json!({
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": name},
            "spec": {
                "minReplicas": 1,
                "maxReplicas": 3,
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": target},
                "metrics": [{"type": "Resource", "resource": {
                    "name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80},
                }}],
            },
        })
    };
    ns.apply(autoscaler("of-another", "other"));
    assert_eq!(ask(&ns, &[]).warnings(), [""; 0]);
    ns.apply(autoscaler("scaler", "web"));
    let status = ask(&ns, &[]);
    assert_eq!(status.warnings(), ["AutoscalerActive"]);
    assert!(message(&status).contains("scaler"), "{status}");
}

#[test]
fn the_operator_that_owns_a_set_is_named() {
    let ns = rolled_out("operator", 1);
    ns.apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "boss"}}));
    let uid = ns.get::<ConfigMap>("boss").and_then(|boss| boss.metadata.uid);
    let owner =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "name": "boss", "uid": uid, "controller": true});
    ns.patch::<StatefulSet>("web", &json!({"metadata": {"ownerReferences": [owner]}}));
    let status = ask(&ns, &[]);
    assert_eq!(status.warnings(), ["ManagedByOperator"]);
    assert!(message(&status).contains("ConfigMap boss"), "{status}");
}

#[test]
fn the_tool_that_applies_the_manifest_is_named() {
    let tracked = set("web").annotation("argocd.argoproj.io/tracking-id", "shop:apps/StatefulSet:prod/web");
    let (_ns, status) = warned("argo", tracked, "ForeignFieldOwner");
    assert!(message(&status).contains("Argo CD"), "{status}");
}
