//! What the pod itself decides, whatever its node does.

use crate::said::ask;
use crate::scene::*;
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::Pod;
use kube::api::DeleteParams;
use serde_json::json;
use test_cluster::client::block_on;
use test_cluster::*;

/// A pod `web-0` as nobody's controller makes it, on that node.
fn bare(node: &TestNode, annotations: &serde_json::Value) -> serde_json::Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web-0", "annotations": annotations},
        "spec": {"nodeName": node.name(), "containers": [{"name": "app", "image": "example/app:1"}]},
    })
}

#[test]
fn a_pod_that_a_kubelet_makes_from_a_file_is_refused() {
    let ns = Namespace::new("mirror");
    let node = ns.node("a");
    ns.apply(bare(
        &node,
        &json!({"kubernetes.io/config.mirror": "b0c4d1", "kubernetes.io/config.source": "file"}),
    ));
    ns.wait_until("it runs", || ns.is_ready("web-0"));
    let said = ask(&ns).is("Refused", "MirrorPod").because(node.name());
    said.safer("its manifest is a file on the node").seen("pod web-0", "a mirror pod");
}

#[test]
fn a_pod_of_no_controller_and_one_of_another_kind_are_refused() {
    let ns = Namespace::new("owner");
    let node = ns.node("a");
    ns.apply(bare(&node, &json!({})));
    let said = ask(&ns).is("Refused", "NotOwnedBySet").because("web-0 has no controller");
    assert_eq!(said.item()["set"], serde_json::Value::Null, "{}", said.run);
    ns.apply(json!({
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {"name": "api"},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": "api"}},
            "template": {
                "metadata": {"labels": {"app": "api"}},
                "spec": {"containers": [{"name": "app", "image": "example/app:1"}]},
            },
        },
    }));
    let of_api = || {
        let names = ns.list::<Pod>().into_iter().filter_map(|pod| pod.metadata.name);
        names.into_iter().find(|name| name.starts_with("api-"))
    };
    ns.wait_until("it makes a pod", || of_api().is_some());
    let name = of_api().expect("a pod");
    let said = crate::said::with(&ns, &[&name]).is("Refused", "NotOwnedBySet");
    said.because(&format!("{name} is of ReplicaSet api, not of a StatefulSet"));
}

#[test]
fn a_pod_that_its_set_left_behind_is_refused_until_a_new_set_takes_it() {
    let (ns, _node) = running("orphaned");
    let orphan =
        DeleteParams { propagation_policy: Some(kube::api::PropagationPolicy::Orphan), ..Default::default() };
    block_on(ns.api::<StatefulSet>().delete("web", &orphan)).expect("a set to delete");
    let has_owner = || {
        ns.pod("web-0").is_some_and(|pod| pod.metadata.owner_references.is_some_and(|all| !all.is_empty()))
    };
    ns.wait_until("it has no controller", || !has_owner() && ns.get::<StatefulSet>("web").is_none());
    let _ = ask(&ns).is("Refused", "NotOwnedBySet").because("nothing would make it anew");
    ns.apply(stuck(1, &ns));
    ns.wait_until("the new set adopts it", has_owner);
    let _ = ask(&ns).is("Unsafe", "NotTerminating");
}

#[test]
fn a_pod_of_a_set_that_was_deleted_and_made_anew_is_refused() {
    let (ns, node) = running("remade");
    // A collector of garbage asks for the deletion of its pod, which stays.
    ns.delete::<StatefulSet>("web");
    ns.wait_until("web-0 is to go with its set", || ns.is_terminating("web-0"));
    terminate(&ns, "web-0");
    node.report_reboot();
    let gone = ask(&ns).is("Refused", "NotOwnedBySet").because("does not exist any more");
    let _ = gone.seen("statefulset web", "does not exist");
    ns.apply(stuck(1, &ns));
    let anew = ask(&ns).is("Refused", "NotOwnedBySet").because("the StatefulSet web that made web-0");
    let _ = anew.seen("statefulset web", "was made after the one that owns the pod");
}

#[test]
fn a_finalizer_makes_force_useless_and_is_never_advised_away() {
    let (ns, node) = running("finalizer");
    ns.patch::<Pod>("web-0", &json!({"metadata": {"finalizers": ["example.com/backup"]}}));
    terminate(&ns, "web-0");
    node.report_reboot();
    let said = ask(&ns).is("Useless", "Finalizers").because("example.com/backup must act first");
    let said = said.safer("repair those").seen("pod web-0", "held by example.com/backup");
    let words = said.item()["saferWay"].to_string();
    assert!(!words.contains("patch") && !words.contains("null"), "{words}");
    ns.patch::<Pod>("web-0", &json!({"metadata": {"finalizers": null}}));
}

#[test]
fn a_pod_that_no_node_ever_had_goes_plainly() {
    let ns = Namespace::new("unscheduled");
    ns.apply(set("web").unschedulable());
    ns.wait_until("there is a pod", || ns.pod("web-0").is_some());
    let said = ask(&ns).is("Unneeded", "NotScheduled").safer("kubectl delete pod web-0");
    assert_eq!(said.item()["node"], serde_json::Value::Null, "{}", said.run);
    let before = uid(&ns, "web-0");
    let _ = ns.shell(said.item()["saferWay"]["command"].as_str().expect("a command")).ok();
    ns.wait_until("it has gone, and there is another", || {
        ns.pod("web-0").is_some_and(|pod| pod.metadata.uid.as_deref() != Some(&before))
    });
}

#[test]
fn a_pod_whose_containers_have_all_ended_goes_by_itself() {
    let (ns, _node) = terminating("ended");
    end_containers(&ns, "web-0");
    ns.patch_status::<Pod>("web-0", &json!({"phase": "Failed"}));
    let said = ask(&ns).is("Unneeded", "AlreadyEnded").safer("kubectl wait --for=delete pod/web-0");
    let _ = said.seen("containers of web-0", "all have ended");
}

/// Kubernetes writes that phase for pods of lost nodes, too: that ends no container.
#[test]
fn a_failed_pod_with_a_container_that_has_not_ended_is_not_called_ended() {
    let Silent { ns, dead: _dead, .. } = silent("failed");
    ns.patch_status::<Pod>("web-0", &json!({"phase": "Failed", "reason": "NodeLost"}));
    let said = ask(&ns).is("NeedsAttestation", "NodeSilent");
    let _ = said.seen("pod web-0", "phase Failed").seen("containers of web-0", "app has not ended");
}

#[test]
fn a_pod_whose_deletion_nobody_asked_for_is_unsafe_to_delete() {
    let (ns, node) = running("not-asked");
    node.report_reboot();
    let said = ask(&ns).is("Unsafe", "NotTerminating").safer("kubectl delete pod web-0");
    let said = said.seen("pod web-0", "its deletion has not been asked for");
    let namespace = format!("-n {}", ns.name());
    let _ = said.safer(&namespace).seen("statefulset web", "owns it; 1 replica,");
}

#[test]
fn within_its_grace_period_it_is_unsafe_and_what_is_left_is_said() {
    let (ns, node) = running("in-grace");
    ns.delete::<Pod>("web-0");
    ns.wait_until("it is terminating", || ns.is_terminating("web-0"));
    node.report_reboot();
    let said = ask(&ns).is("Unsafe", "WithinGrace").seen("pod web-0", "its grace of 30s ends in");
    let left = said.message().rsplit_once("goes on for ").map(|(_, left)| left.trim_end_matches('s'));
    let left: u32 = left.and_then(|left| left.parse().ok()).unwrap_or_else(|| panic!("{}", said.run));
    assert!((1..=30).contains(&left), "{}", said.run);
}
