//! Sets with claims left behind, and what the plugin says of them.

use crate::said::{classes, document, expect};
use jiff::Timestamp;
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim};
use kube::Api;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use test_cluster::client::block_on;
use test_cluster::*;

/// A set with the claim template `data`.
pub(crate) fn web(replicas: i32) -> SetBuilder {
    set("web").replicas(replicas).claims("data")
}

/// A namespace where `web` had three pods and has one: `data-web-1` and `data-web-2` are left.
pub(crate) fn scaled_down(name: &str) -> Namespace {
    let ns = Namespace::new(name);
    scale_down(&ns, || web(1));
    ns
}

/// The same, more cheaply: `data-web-1` and `data-web-2` are made by hand, and bound.
pub(crate) fn left_behind(name: &str) -> Namespace {
    let ns = Namespace::new(name);
    ns.apply(web(1));
    for name in ["data-web-1", "data-web-2"] {
        let mut claim = claim(name, &json!({"app": "web"}));
        claim["spec"]["storageClassName"] = "standard".into();
        ns.apply(claim);
    }
    ns.wait_rolled_out("web");
    settle(&ns);
    ns
}

/// Gives this set three replicas, and then its own number.
pub(crate) fn scale_down(ns: &Namespace, set: impl Fn() -> SetBuilder) {
    ns.apply(set().replicas(3));
    ns.wait_rolled_out("web");
    ns.apply(set());
    only_pods(ns, &["web-0"]);
}

/// Waits until the set has just these pods.
pub(crate) fn only_pods(ns: &Namespace, names: &[&str]) {
    ns.wait_until(&format!("the pods are {names:?}"), || {
        let pods = ns.list::<k8s_openapi::api::core::v1::Pod>();
        let mut there: Vec<String> = pods.into_iter().filter_map(|pod| pod.metadata.name).collect();
        there.sort();
        there == names
    });
}

/// Deletes a set and waits until its pods are gone.
pub(crate) fn delete_set(ns: &Namespace, name: &str) {
    ns.delete::<StatefulSet>(name);
    let of_set = |pod: &str| pod.rsplit_once('-').is_some_and(|(set, _)| set == name);
    ns.wait_until(&format!("{name} and its pods are gone"), || {
        let pods = ns.list::<k8s_openapi::api::core::v1::Pod>();
        let left = pods.iter().any(|pod| pod.metadata.name.as_deref().is_some_and(of_set));
        ns.get::<StatefulSet>(name).is_none() && !left
    });
}

/// A claim such as a set makes them, without a volume.
pub(crate) fn claim(name: &str, labels: &Value) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Mi"}},
            "storageClassName": "never",
        },
    })
}

/// Waits until every claim was made in an earlier second, as a run leaves to the next what is as young as itself, and
/// until controllers have written to it what they will: its volume, or who is to make one.
pub(crate) fn settle(ns: &Namespace) {
    let is_settled = |claim: PersistentVolumeClaim| {
        let made = claim.metadata.creation_timestamp.map(|made| made.0.as_second());
        let phase = claim.status.and_then(|status| status.phase);
        let is_nobodys = claim.spec.and_then(|spec| spec.storage_class_name).as_deref() == Some("never");
        let annotations = claim.metadata.annotations.unwrap_or_default();
        let is_told = is_nobodys && annotations.contains_key("volume.kubernetes.io/storage-provisioner");
        made.is_some_and(|made| made < Timestamp::now().as_second())
            && (phase.as_deref() == Some("Bound") || is_told)
    };
    ns.wait_until("all claims are settled", || ns.list().into_iter().all(is_settled));
}

/// Runs `orphans` and reads its document, whatever the exit code.
pub(crate) fn orphans(ns: &Namespace, args: &[&str]) -> (Run, Value) {
    settle(ns);
    let run = ns.plugin(&[&["orphans", "-o", "json"], args].concat());
    let document = document(&run);
    (run, document)
}

/// Everything that `--all` says of a namespace.
pub(crate) fn assert_all<const N: usize>(ns: &Namespace, expected: [(&str, &str); N]) -> Value {
    let (run, document) = orphans(ns, &["--all"]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(classes(&document), expect(expected), "{run}");
    document
}

/// Names and versions of all claims: any write to one changes it.
pub(crate) fn versions(ns: &Namespace) -> BTreeMap<String, String> {
    settle(ns);
    let claims = ns.list::<PersistentVolumeClaim>().into_iter().map(|claim| claim.metadata);
    claims.map(|meta| (meta.name.unwrap_or_default(), meta.resource_version.unwrap_or_default())).collect()
}

/// The volume that a claim is bound to.
pub(crate) fn volume_of(ns: &Namespace, claim: &str) -> Option<String> {
    ns.get::<PersistentVolumeClaim>(claim)?.spec?.volume_name
}

pub(crate) fn volume(name: &str) -> Option<PersistentVolume> {
    block_on(Api::all(cluster().client()).get_opt(name)).expect("a volume or none")
}
