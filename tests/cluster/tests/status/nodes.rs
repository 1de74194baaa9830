//! Where pods run, or why they run nowhere.

use crate::view::{ask, ask_for, ask_until};
use crate::world::{AT_ONCE, uid};
use k8s_openapi::api::core::v1::PersistentVolume;
use kube::api::{Api, DeleteParams, PostParams};
use serde_json::json;
use std::time::Duration;
use test_cluster::client::block_on;
use test_cluster::*;

#[test]
fn a_pod_that_fits_no_node_is_told_in_the_schedulers_words() {
    let ns = Namespace::new("nowhere");
    ns.apply(set("web").replicas(2).unschedulable());
    let status = ask_until(&ns, AT_ONCE, "the scheduler's event is told", |status| {
        status.roots() == ["Unschedulable@0"] && status.words().contains("event FailedScheduling")
    });
    assert_eq!((status.state(), status.passes()), ("Stuck", false));
    let words = status.words();
    assert!(words.contains("nodes are available") && words.contains("node affinity/selector"), "{words}");
    let event = words.lines().find(|line| line.starts_with("event FailedScheduling")).expect("its event");
    assert!(!event.contains("d ago"), "the scheduler's events have no first and last time: {event}");
    assert_eq!(status.of(1), ["LowerOrdinalNotReady <- Unschedulable@0"]);
    // An autoscaler may still bring a node.
    let status = ask(&ns, &[]);
    assert_eq!((status.state(), status.passes()), ("Progressing", true));
}

/// A volume on a node that does not exist any more, for claims of a class that nobody provisions.
struct Volume<'a> {
    ns: &'a Namespace,
    api: Api<PersistentVolume>,
}

impl<'a> Volume<'a> {
    fn on_a_lost_node(ns: &'a Namespace) -> Self {
        let hosts = json!({"key": "kubernetes.io/hostname", "operator": "In", "values": [format!("{}-lost", ns.name())]});
        let volume = json!({
            "metadata": {"name": ns.name()},
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "capacity": {"storage": "1Mi"},
                "local": {"path": "/nowhere"},
                "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [hosts]}]}},
                "persistentVolumeReclaimPolicy": "Retain",
                "storageClassName": ns.name(),
            },
        });
        let volume = serde_json::from_value(volume).expect("a volume");
        let api = Api::all(cluster().client());
        block_on(api.create(&PostParams::default(), &volume)).expect("a new volume");
        Self { ns, api }
    }
}

impl Drop for Volume<'_> {
    fn drop(&mut self) {
        // Best effort; the cluster is thrown away anyway.
        let _ = block_on(self.api.delete(self.ns.name(), &DeleteParams::default()));
    }
}

#[test]
fn a_volume_that_is_bound_to_another_node_is_told_from_a_pod_that_fits_no_node() {
    let ns = Namespace::new("affinity");
    let _volume = Volume::on_a_lost_node(&ns);
    ns.apply(set("web").claims("data").storage_class(ns.name()));
    ns.wait_until("the scheduler has seen web-0 with its volume", || {
        let conditions = ns.pod("web-0").and_then(|pod| pod.status?.conditions).unwrap_or_default();
        let message = conditions.into_iter().find_map(|condition| condition.message).unwrap_or_default();
        message.contains("PersistentVolume's node affinity")
    });
    let status = ask(&ns, AT_ONCE);
    assert_eq!(status.roots(), ["VolumeNodeAffinity@0"], "{status}");
    assert_eq!(status.state(), "Degraded");
    assert_eq!(status.command(), None, "no template change frees it");
    assert_eq!(status.ordinal(0)["claims"][0]["phase"], "Bound");
}

#[test]
fn a_dead_node_is_the_cause_and_declaring_it_out_of_service_frees_its_pods() {
    let ns = Namespace::new("dead");
    let node = ns.node("a");
    ns.apply(set("web").replicas(2).nodes_of(&ns));
    ns.wait_rolled_out("web");
    let first = (uid(&ns, "web-0"), uid(&ns, "web-1"));
    let _other = ns.node("b");
    node.kill_kubelet();
    ns.wait_until("the node is Unknown", || node.ready() == "Unknown");
    let status = ask(&ns, &[]);
    assert_eq!(status.roots().first().map(String::as_str), Some("NodeUnreachable@0"), "{status}");
    assert!(matches!(status.state(), "Progressing" | "Stuck"), "it may only be restarting: {status}");

    ns.wait_until("its pods are told to leave", || ns.is_terminating("web-0") && ns.is_terminating("web-1"));
    let status = ask(&ns, &[]);
    assert_eq!((status.state(), status.passes()), ("Stuck", false));
    assert_eq!(status.roots(), ["NodeUnreachable@0", "NodeUnreachable@1"]);
    assert_eq!(status.moves(), ["Wait web-0"]);
    let words = status.words();
    assert!(words.contains(node.name()) && words.contains("lease last renewed"), "{words}");
    let taint = format!(
        "kubectl taint nodes {} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute",
        node.name()
    );
    assert_eq!(status.command(), Some(taint.as_str()));
    let risk = status.root()["action"]["risk"].as_str().unwrap_or_default();
    assert!(risk.contains("powered off"), "{risk}");

    status.follow(&ns);
    // PodGC looks each 20 s.
    let patience = Duration::from_secs(60);
    let _ = ask_for(patience, &ns, &[], "both run on the other node", |status| status.state() == "Complete");
    assert!(uid(&ns, "web-0") != first.0 && uid(&ns, "web-1") != first.1);
}

#[test]
fn a_node_that_is_gone_is_the_cause_too() {
    let ns = Namespace::new("gone");
    let node = ns.node("a");
    ns.apply(set("web").node(&node));
    ns.wait_rolled_out("web");
    node.kill_kubelet();
    ns.wait_until("web-0 is told to leave", || ns.is_terminating("web-0"));
    node.delete();
    let status = ask(&ns, &[]);
    assert_eq!(
        (status.state(), status.roots()),
        ("Progressing", vec!["NodeUnreachable@0".to_owned()]),
        "{status}"
    );
    assert!(
        status.passes() && status.words().contains("does not exist any more"),
        "PodGC removes it: {status}"
    );
}
