//! Claims that keep a pod from starting or from being made. `ClaimOwnedByOldPod` is in [`crate::own`].

use crate::view::{ask, ask_for, ask_until, ask_until_roots};
use crate::world::{AT_ONCE, apply_changed};
use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim, Pod};
use kube::api::{Api, DeleteParams, Patch, PatchParams};
use serde_json::json;
use std::time::Duration;
use test_cluster::client::block_on;
use test_cluster::*;

#[test]
fn a_claim_that_only_the_template_names_and_nobody_makes_is_missing() {
    let ns = Namespace::new("missing");
    apply_changed(&ns, set("web").replicas(2), |set| {
        let volume = json!({"name": "config", "persistentVolumeClaim": {"claimName": "by-nobody"}});
        set["spec"]["template"]["spec"]["volumes"] = json!([volume]);
    });
    let status = ask_until_roots(&ns, &[], "Stuck", &["ClaimMissing@0"]);
    assert!(!status.passes() && status.words().contains("by-nobody"), "{status}");
    assert_eq!(status.of(1), ["LowerOrdinalNotReady <- ClaimMissing@0"]);
    ns.apply(json!({
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "by-nobody"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}},
    }));
    let _ = ask_until_roots(&ns, &[], "Complete", &[]);
}

#[test]
fn a_claim_that_no_provisioner_serves_is_pending() {
    let ns = Namespace::new("never");
    ns.apply(set("web").replicas(2).claims("data").storage_class("never"));
    let status = ask_until_roots(&ns, AT_ONCE, "Stuck", &["ClaimPending@0"]);
    let words = status.words();
    assert!(words.contains("data-web-0") && words.contains("class never"), "{words}");
    assert_eq!(status.ordinal(0)["claims"][0]["phase"], "Pending");
    assert_eq!(status.ordinal(1)["claims"][0]["phase"], "Missing");
    // A provisioner may only be slow.
    let status = ask(&ns, &[]);
    assert_eq!((status.state(), status.passes()), ("Progressing", true));
}

#[test]
fn a_storage_class_that_does_not_exist_is_named_and_not_waited_for() {
    let ns = Namespace::new("no-class");
    ns.apply(set("web").replicas(2).claims("data").storage_class("no-such-class"));
    let status = ask_until_roots(&ns, &[], "Stuck", &["ClaimPending@0"]);
    assert!(
        !status.passes() && status.words().contains("storage class no-such-class does not exist"),
        "{status}"
    );
}

#[test]
fn a_claim_whose_volume_was_deleted_is_lost() {
    let ns = Namespace::new("lost");
    ns.apply(set("web").claims("data"));
    ns.wait_rolled_out("web");
    let claim = || ns.get::<PersistentVolumeClaim>("data-web-0").expect("the claim");
    let volume = claim().spec.and_then(|spec| spec.volume_name).expect("its volume");
    let volumes: Api<PersistentVolume> = Api::all(cluster().client());
    // The protection of a volume in use is what an administrator takes off who deletes it all the same.
    block_on(volumes.delete(&volume, &DeleteParams::default())).expect("deleted");
    let patch = Patch::Merge(json!({"metadata": {"finalizers": null}}));
    block_on(volumes.patch(&volume, &PatchParams::default(), &patch)).expect("unprotected");
    ns.wait_until("the claim is Lost", || {
        claim().status.and_then(|status| status.phase).as_deref() == Some("Lost")
    });
    assert_eq!(ask(&ns, &[]).state(), "Complete", "a pod that runs does not care");
    ns.delete::<Pod>("web-0");
    let status = ask_until_roots(&ns, &[], "Degraded", &["ClaimLost@0"]);
    assert!(!status.passes() && status.words().contains(&volume), "{status}");
    assert_eq!(status.ordinal(0)["claims"][0]["phase"], "Lost");
}

#[test]
fn a_claim_that_another_pod_keeps_from_going_holds_up_the_next_pod() {
    let ns = Namespace::new("protected");
    ns.apply(set("web").claims("data"));
    ns.wait_rolled_out("web");
    ns.apply(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "backup"},
        "spec": {
            "containers": [{"name": "app", "image": "example/backup:1"}],
            "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data-web-0"}}],
        },
    }));
    ns.wait_until("the backup runs", || ns.is_ready("backup"));
    ns.delete::<PersistentVolumeClaim>("data-web-0");
    ns.delete::<Pod>("web-0");
    let status = ask_until_roots(&ns, &[], "Stuck", &["ClaimTerminating@0"]);
    let words = status.words();
    assert!(words.contains("data-web-0") && words.contains("kubernetes.io/pvc-protection"), "{words}");
    assert_eq!(status.moves(), ["Wait data-web-0"]);
    assert_eq!(status.ordinal(0)["claims"][0]["phase"], "Terminating");
    ns.delete::<Pod>("backup");
    // The controller tries again after a pause that grows with each refusal.
    let patience = Duration::from_secs(60);
    let _ = ask_for(patience, &ns, &[], "it has a new claim", |status| status.state() == "Complete");
}

#[test]
fn a_claim_that_a_finalizer_holds_is_waited_for_in_vain() {
    let ns = Namespace::new("held-claim");
    ns.apply(set("web").claims("data"));
    ns.wait_rolled_out("web");
    let finalizers =
        json!({"metadata": {"finalizers": ["kubernetes.io/pvc-protection", "example.com/hold"]}});
    ns.patch::<PersistentVolumeClaim>("data-web-0", &finalizers);
    ns.delete::<PersistentVolumeClaim>("data-web-0");
    assert_eq!(ask(&ns, &[]).state(), "Complete", "a pod that runs does not care");
    ns.delete::<Pod>("web-0");
    let status = ask_until_roots(&ns, &[], "Stuck", &["ClaimTerminating@0"]);
    assert!(!status.passes() && status.words().contains("example.com/hold"), "{status}");
    ns.patch::<PersistentVolumeClaim>("data-web-0", &json!({"metadata": {"finalizers": null}}));
}

#[test]
fn a_terminating_claim_is_freed_when_its_pod_goes_and_made_anew() {
    let ns = Namespace::new("freed");
    ns.apply(set("web").claims("data"));
    ns.wait_rolled_out("web");
    let identity = || ns.get::<PersistentVolumeClaim>("data-web-0").and_then(|claim| claim.metadata.uid);
    let first = identity();
    ns.delete::<PersistentVolumeClaim>("data-web-0");
    ns.delete::<Pod>("web-0");
    let _ = ask_until(&ns, &[], "it is Complete on a new claim", |status| {
        status.state() == "Complete" && identity().is_some_and(|uid| Some(uid) != first)
    });
}
