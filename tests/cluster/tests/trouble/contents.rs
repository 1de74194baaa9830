//! What a capture holds, and what it leaves out.

use crate::answer::document;
use crate::captured::{assert_same, capture, replay, still};
use k8s_openapi::api::apps::v1::StatefulSet;
use serde_json::Value;
use tempfile::TempDir;
use test_cluster::*;

/// A set with a secret in its environment, applied as kubectl does it, which keeps the manifest in an annotation.
fn apply_with_secret(ns: &Namespace, password: &str) {
    let objects = set("web").claims("data").into_objects();
    let directory = TempDir::new().expect("a directory");
    let path = directory.path().join("web.json");
    let items: Vec<Value> = objects
        .into_iter()
        .map(|mut object| {
            if object["kind"] == "StatefulSet" {
                let container = &mut object["spec"]["template"]["spec"]["containers"][0];
                container["env"] = serde_json::json!([
                    {"name": "PASSWORD", "value": password},
                    {"name": "MODE", "value": "production"},
                    {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "db", "key": "token", "optional": true}}},
                ]);
            }
            object
        })
        .collect();
    let list = serde_json::json!({"apiVersion": "v1", "kind": "List", "items": items});
    std::fs::write(&path, list.to_string()).expect("a file");
    let _ = ns.kubectl(&["apply", "-f", path.to_str().expect("a path")]).ok();
}

#[test]
fn no_value_of_the_environment_and_no_applied_manifest_gets_into_a_capture() {
    let ns = Namespace::new("secrets");
    apply_with_secret(&ns, "hunter2-first");
    ns.wait_rolled_out("web");
    apply_with_secret(&ns, "hunter2-second");
    ns.wait_rolled_out("web");
    let whole = ns.kubectl(&["get", "statefulsets,pods,controllerrevisions", "-o", "yaml"]).ok().stdout;
    assert!(whole.contains("hunter2-first") && whole.contains("last-applied-configuration"), "{whole}");
    for args in [&["web"][..], &["web", "-o", "json"], &[]] {
        let text = capture(&ns, args).text;
        for secret in ["hunter2", "production", "last-applied-configuration", "managedFields"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        assert!(text.contains("PASSWORD") && text.contains("secretKeyRef"), "names are kept: {text}");
    }
    assert_same(&ns, &["web"]);
}

#[test]
fn a_capture_is_one_list_that_kubectl_reads() {
    let ns = Namespace::new("list");
    ns.apply(set("web").replicas(2).claims("data"));
    ns.wait_rolled_out("web");
    let capture = capture(&ns, &["web"]);
    let path = capture.path.to_str().expect("a path");
    // The leases of nodes are in a namespace of their own.
    let names = ns.kubectl(&["get", "-f", path, "-o", "name", "--namespace="]).ok().stdout;
    for name in ["statefulset.apps/web", "pod/web-1", "persistentvolumeclaim/data-web-1", "service/web"] {
        assert!(names.contains(name), "{name}: {names}");
    }
    assert!(names.contains("controllerrevision.apps/web-"), "{names}");
    let json = ns.plugin(&["capture", "web", "-o", "json"]).ok();
    assert_eq!(document(&json)["kind"], "List");
}

#[test]
fn a_capture_says_what_could_not_be_read() {
    let ns = Namespace::new("few");
    ns.apply(set("web").claims("data"));
    ns.wait_rolled_out("web");
    let rules: &[(&str, &str, &[&str])] =
        &[("apps", "statefulsets", &["get", "list"]), ("", "pods", &["get", "list"])];
    let user = ns.as_user("user-a", rules);
    user.wait_can("list", "pods");
    user.wait_can("list", "statefulsets.apps");
    let run = user.plugin(&["capture", "web"]).ok();
    assert!(run.stderr.contains("note: not allowed to list events"), "{run}");
    let directory = TempDir::new().expect("a directory");
    let path = directory.path().join("state.yaml");
    std::fs::write(&path, &run.stdout).expect("a file");
    let path = path.to_str().expect("a path");
    let status = document(&ns.plugin(&["status", "--from", path, "-o", "json"]).ok());
    assert_eq!(status["items"][0]["state"], "Complete");
    let claims = &status["items"][0]["ordinals"][0]["claims"];
    assert_eq!(claims[0]["phase"], Value::Null, "not seen is not missing: {claims}");
}

#[test]
fn all_namespaces_in_one_file() {
    let (one, two) = (Namespace::new("all-one"), Namespace::new("all-two"));
    for ns in [&one, &two] {
        ns.apply(set("web").replicas(2));
        ns.wait_rolled_out("web");
    }
    let run = one.plugin(&["capture", "-A"]).ok();
    let directory = TempDir::new().expect("a directory");
    let path = directory.path().join("state.yaml");
    std::fs::write(&path, &run.stdout).expect("a file");
    let path = path.to_str().expect("a path");
    for ns in [&one, &two] {
        let found = ns.plugin(&["status", "web", "--from", path, "-o", "json"]).ok();
        let items = document(&found)["items"].clone();
        assert_eq!(items.as_array().map(Vec::len), Some(1), "{items}");
        assert_eq!(items[0]["state"], "Complete", "{items}");
        let live = document(&ns.plugin(&["status", "web", "-o", "json"]).ok());
        assert_eq!(still(&items), still(&live["items"]));
    }
    let table = two.plugin(&["status", "-A", "--from", path]).ok();
    for ns in [&one, &two] {
        assert!(table.stdout.contains(ns.name()), "{table}");
    }
}

#[test]
fn a_capture_of_a_namespace_holds_all_its_sets() {
    let ns = Namespace::new("namespace");
    for name in ["web", "db"] {
        ns.apply(set(name).replicas(1));
        ns.wait_rolled_out(name);
    }
    let capture = capture(&ns, &[]);
    let replayed = replay(&ns, &capture, &[]);
    let live = document(&ns.plugin(&["status", "-o", "json"]).ok());
    assert_eq!(still(&replayed["items"]), still(&live["items"]));
    assert_eq!(ns.list::<StatefulSet>().len(), 2);
}

#[test]
fn kubectl_runs_every_verb() {
    let ns = Namespace::new("kubectl");
    ns.apply(set("web"));
    ns.wait_rolled_out("web");
    let capture = ns.kubectl(&["stateful", "capture", "web"]).ok();
    assert!(capture.stdout.contains("kind: StatefulSet"), "{capture}");
    let version = ns.kubectl(&["stateful", "version"]);
    assert!(version.stdout.starts_with("kubectl-stateful "), "{version}");
    let status = ns.kubectl(&["stateful", "status", "web"]).ok();
    assert!(status.stdout.starts_with("web: Complete"), "{status}");
}
