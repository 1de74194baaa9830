//! States that neither the simulated kubelet nor a real controller makes here, written by hand. All of them:
//!
//! - [`a_volume_that_is_attached_elsewhere_is_told_in_the_attach_detach_controllers_words`]: the event of a
//!   Multi-Attach, since the volumes of this cluster are never attached
//! - [`a_secret_volume_that_does_not_exist_is_told_in_the_kubelets_words`]: the event of a failed mount, since
//!   the simulated kubelet mounts nothing
//! - [`a_readiness_gate_that_nobody_meets_is_told`]: the condition of a pod whose containers are all ready, since the
//!   simulated kubelet knows no readiness gates

use crate::view::ask_until_roots;
use crate::world::AT_ONCE;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::jiff::Timestamp;
use serde_json::json;
use test_cluster::*;

/// A set of two whose first pod is Pending with its container still to be created, and an event about it.
fn pending_with_event(name: &str, reason: &str, message: &str, component: &str) -> Namespace {
    let ns = Namespace::new(name);
    ns.apply(set("web").replicas(2).behaviour(Behaviour::ByHand));
    ns.wait_until("the kubelet saw web-0", || ns.waiting_reason("web-0", "app").is_some());
    let uid = ns.pod("web-0").and_then(|pod| pod.metadata.uid);
    let now = Timestamp::now().to_string();
    ns.apply(json!({
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": "web-0.by-hand"},
        "involvedObject": {"apiVersion": "v1", "kind": "Pod", "name": "web-0", "namespace": ns.name(), "uid": uid},
        "type": "Warning",
        "reason": reason,
        "message": message,
        "source": {"component": component},
        "firstTimestamp": now,
        "lastTimestamp": now,
        "count": 1,
    }));
    ns
}

#[test]
fn a_volume_that_is_attached_elsewhere_is_told_in_the_attach_detach_controllers_words() {
    let words = "Multi-Attach error for volume \"pvc-6a0b\" Volume is already exclusively attached to one node and can't be attached to another";
    let ns = pending_with_event("multi", "FailedAttachVolume", words, "attachdetach-controller");
    let status = ask_until_roots(&ns, &[], "Progressing", &["MultiAttach@0"]);
    assert!(status.passes() && status.words().contains(words), "{status}");
    assert_eq!(status.of(1), ["LowerOrdinalNotReady <- MultiAttach@0"]);
    let _ = ask_until_roots(&ns, AT_ONCE, "Stuck", &["MultiAttach@0"]);
}

#[test]
fn a_secret_volume_that_does_not_exist_is_told_in_the_kubelets_words() {
    let words = "MountVolume.SetUp failed for volume \"tls\" : secret \"tls\" not found";
    let ns = pending_with_event("mount", "FailedMount", words, "kubelet");
    let status = ask_until_roots(&ns, AT_ONCE, "Stuck", &["ContainerConfig@0"]);
    assert!(status.words().contains(words), "{status}");
}

#[test]
fn a_readiness_gate_that_nobody_meets_is_told() {
    let ns = Namespace::new("gate");
    ns.apply(set("web").replicas(2).behaviour(Behaviour::ByHand));
    ns.wait_until("the kubelet saw web-0", || ns.waiting_reason("web-0", "app").is_some());
    let now = Timestamp::now().to_string();
    let words = "corresponding condition of pod readiness gate \"example.com/joined\" does not exist.";
    ns.patch_status::<Pod>(
        "web-0",
        &json!({
            "phase": "Running",
            "conditions": [
                {"type": "PodScheduled", "status": "True"},
                {"type": "Initialized", "status": "True"},
                {"type": "ContainersReady", "status": "True", "lastTransitionTime": now},
                {"type": "Ready", "status": "False", "reason": "ReadinessGatesNotReady", "message": words, "lastTransitionTime": now},
            ],
            "containerStatuses": [{
                "name": "app", "image": "example/app:1", "imageID": "", "ready": true, "started": true,
                "restartCount": 0, "state": {"running": {"startedAt": now}},
            }],
        }),
    );
    let status = ask_until_roots(&ns, AT_ONCE, "Stuck", &["ProbeFailing@0"]);
    assert!(status.words().contains(words), "{status}");
}
