//! What belongs to a set. All of it was found by the referee, which holds the model against a real controller.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Index, Objects, Table};
use crate::domain::{Known, Ordinal, Set};
use crate::wire::{self, Object};

/// The set `web` with one replica, the objects around it, and what the snapshot makes of them.
fn set_among(pods: &[Value], revisions: &[Value]) -> Set {
    let template = json!({"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "app"}]}});
    let web: wire::StatefulSet = read(json!({
        "metadata": {"name": "web", "namespace": "shop", "uid": "uid-web", "generation": 1},
        "spec": {
            "replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": template,
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
        },
    }));
    let mut objects = Objects::new(Timestamp::UNIX_EPOCH);
    objects.sets.insert(web);
    objects.pods = table(pods);
    objects.revisions = Known::Known(table(revisions));
    let index = Index::new(&objects);
    objects.sets.iter().next().map(|set| index.set(set)).expect("the set")
}

fn read<T: Object>(object: Value) -> T {
    serde_json::from_value(object).expect("an object")
}

fn table<T: Object>(objects: &[Value]) -> Table<T> {
    objects.iter().cloned().map(read).collect()
}

fn pod(name: &str, label: &str, owner: Option<&str>) -> Value {
    let owners: Vec<Value> = owner
        .map(|uid| json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "uid": uid, "controller": true}))
        .into_iter()
        .collect();
    json!({
        "metadata": {
            "name": name, "namespace": "shop", "uid": name, "labels": {"app": label}, "ownerReferences": owners,
        },
        "status": {"phase": "Running"},
    })
}

fn ordinals(set: &Set) -> Vec<u32> {
    set.pods.keys().map(|ordinal| ordinal.get()).collect()
}

#[test]
fn pods_without_owner_are_adopted_out_of_range_too() {
    let mut going = pod("web-4", "web", None);
    going["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
    let pods = [
        pod("web-0", "web", None),
        pod("web-3", "web", None),
        going,
        pod("web-5", "other", None),
        pod("web-6", "web", Some("uid-of-somebody-else")),
        pod("web-web-7", "web", None),
    ];
    assert_eq!(ordinals(&set_among(&pods, &[])), [0, 3]);
}

#[test]
fn a_pod_that_the_selector_does_not_match_any_more_is_let_go_and_keeps_the_name() {
    let set = set_among(&[pod("web-0", "put-aside", Some("uid-web"))], &[]);
    assert_eq!(ordinals(&set), [] as [u32; 0]);
    let [foreign] = &set.foreign_pods[..] else { panic!("{:?}", set.foreign_pods) };
    assert_eq!((foreign.ordinal, &foreign.owner), (Ordinal::new(0), &None), "its owner is as good as gone");
}

#[test]
fn revisions_without_owner_are_adopted() {
    let template = json!({"$patch": "replace", "metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "app"}]}});
    let revision = |label: &str| {
        json!({
            "metadata": {"name": "web-abc", "namespace": "shop", "labels": {"app": label}},
            "revision": 1,
            "data": {"spec": {"template": template}},
        })
    };
    assert_eq!(set_among(&[], &[revision("web")]).update_revision.as_str(), "web-abc");
    assert!(set_among(&[], &[revision("other")]).update_revision.is_unborn());
    assert!(set_among(&[], &[]).update_revision.is_unborn());
}
