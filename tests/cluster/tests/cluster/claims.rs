//! Claims and storage classes.

use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use serde_json::json;
use test_cluster::*;

fn phase(ns: &Namespace, claim: &str) -> String {
    ns.get::<PersistentVolumeClaim>(claim).and_then(|claim| claim.status?.phase).unwrap_or_default()
}

#[test]
fn a_claim_of_the_class_never_stays_pending_and_so_does_its_pod() {
    let ns = Namespace::new("never");
    ns.apply(set("web").claims("data").storage_class("never"));
    ns.wait_until("the scheduler has seen web-0", || {
        let conditions = ns.pod("web-0").and_then(|pod| pod.status?.conditions).unwrap_or_default();
        conditions
            .iter()
            .any(|one| one.type_ == "PodScheduled" && one.reason.as_deref() == Some("Unschedulable"))
    });
    assert_eq!(phase(&ns, "data-web-0"), "Pending");
}

#[test]
fn a_claim_of_the_class_wait_is_bound_once_its_pod_is_scheduled() {
    let ns = Namespace::new("wait");
    ns.apply(set("web").claims("data").storage_class("wait").unschedulable());
    ns.wait_until("the claim is there", || phase(&ns, "data-web-0") == "Pending");
    ns.apply(set("other").claims("data").storage_class("wait"));
    ns.wait_rolled_out("other");
    assert_eq!(phase(&ns, "data-other-0"), "Bound");
    assert_eq!(phase(&ns, "data-web-0"), "Pending", "its pod runs nowhere");
}

#[test]
fn claims_outlive_a_scale_down_unless_the_set_says_otherwise() {
    let ns = Namespace::new("retention");
    let kept = || set("kept").replicas(2).parallel().claims("data");
    let gone = || set("gone").replicas(2).parallel().claims("data").retention("Retain", "Delete");
    ns.apply(kept());
    ns.apply(gone());
    ns.wait_rolled_out("kept");
    ns.wait_rolled_out("gone");
    for name in ["kept", "gone"] {
        ns.patch::<StatefulSet>(name, &json!({"spec": {"replicas": 1}}));
    }
    ns.wait_until("one claim is gone", || ns.claims() == ["data-gone-0", "data-kept-0", "data-kept-1"]);
}
