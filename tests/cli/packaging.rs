//! The same state, however it is packed, is the same answer.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fixture::{directory, objects, text};
use crate::plugin::plugin;

/// A state with pods, claims, revisions, events and a node.
const SCENARIO: &str = "stuck-rollout";

fn yaml(value: &Value) -> String {
    serde_saphyr::to_string(value).expect("YAML")
}

fn list(kind: &str, items: &[Value]) -> Value {
    json!({"apiVersion": "v1", "kind": kind, "metadata": {"resourceVersion": ""}, "items": items})
}

fn of_kind(kind: &str) -> Vec<Value> {
    objects(SCENARIO).into_iter().filter(|object| object["kind"] == kind).collect()
}

fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().expect("a name")
}

/// What is said of the same objects in their plainest form.
fn expected() -> Value {
    let text: Vec<String> = objects(SCENARIO).iter().map(yaml).collect();
    items(&text.join("---\n"))
}

/// The items that `status` finds in a text on standard input.
fn items(text: &str) -> Value {
    plugin().line("status --from - -o json").stdin(text).run().code(0).json()["items"].clone()
}

fn items_of_path(path: &Path) -> Value {
    let path = path.to_str().expect("a path");
    plugin().args(["status", "--from", path, "-o", "json"]).run().code(0).json()["items"].clone()
}

#[test]
fn yaml_documents_in_any_order_with_comments_and_empty_ones() {
    let mut parts: Vec<String> = objects(SCENARIO).iter().map(yaml).collect();
    parts.reverse();
    let text = format!("# taken by hand\n---\n{}---\n# nothing\n---\n", parts.join("---\n"));
    assert_eq!(items(&text), expected());
    assert_eq!(items(&text.replace('\n', "\r\n")), expected(), "as an editor on Windows saves it");
    assert_eq!(items(&format!("\u{feff}{text}")), expected(), "with a byte order mark");
}

#[test]
fn one_list_as_json_or_yaml() {
    let list = list("List", &objects(SCENARIO));
    assert_eq!(items(&list.to_string()), expected());
    assert_eq!(items(&serde_json::to_string_pretty(&list).expect("JSON")), expected());
    assert_eq!(items(&yaml(&list)), expected());
}

#[test]
fn lists_of_one_kind_whose_items_do_not_say_what_they_are() {
    let kinds =
        ["StatefulSet", "Pod", "PersistentVolumeClaim", "ControllerRevision", "Event", "Service", "Node"];
    let more = ["Lease", "StorageClass", "HorizontalPodAutoscaler"];
    let lists = kinds.iter().chain(&more).map(|kind| {
        let mut items = of_kind(kind);
        for item in &mut items {
            let fields = item.as_object_mut().expect("an object");
            fields.remove("kind");
            fields.remove("apiVersion");
        }
        // As the API server answers a request for a list.
        list(&format!("{kind}List"), &items).to_string()
    });
    assert_eq!(items(&lists.collect::<String>()), expected());
}

#[test]
fn json_documents_one_after_another() {
    let documents: Vec<String> = objects(SCENARIO).iter().map(Value::to_string).collect();
    assert_eq!(items(&documents.join("\n")), expected());
    assert_eq!(items(&documents.concat()), expected(), "with nothing in between");
}

#[test]
fn what_kubectl_get_prints() {
    // Taken by kubectl at the same time as the capture; the event of a node is in neither.
    let get = directory().join(SCENARIO).join("get.yaml");
    let mut found = items_of_path(&get);
    let mut expected = items(&text(SCENARIO));
    // What counts from the moment of the capture, which kubectl does not note, is a little less.
    for items in [&mut found, &mut expected] {
        strip_durations(items);
    }
    assert_eq!(found, expected);
}

#[test]
fn a_capture_and_its_objects_without_the_marks_of_a_capture() {
    let [mut captured, mut plain] = [items(&text(SCENARIO)), expected()];
    strip_durations(&mut captured);
    strip_durations(&mut plain);
    assert_eq!(captured, plain);
}

/// Replaces `12s ago` and the like.
fn strip_durations(value: &mut Value) {
    match value {
        Value::String(text) => {
            let words = text.split(' ').map(|word| {
                let digits = word.trim_start_matches('(').starts_with(|char: char| char.is_ascii_digit());
                let unit = word.trim_end_matches(',').ends_with(['s', 'm', 'h', 'd']);
                if digits && unit { "N" } else { word }
            });
            *text = words.collect::<Vec<_>>().join(" ");
        }
        Value::Array(items) => items.iter_mut().for_each(strip_durations),
        Value::Object(fields) => {
            fields.remove("stuckInSeconds");
            fields.values_mut().for_each(strip_durations);
        }
        _ => {}
    }
}

/// As `oc adm must-gather` lays it out: lists by kind, and every pod once more in a file of its own.
fn must_gather(root: &Path) {
    let write = |path: &str, text: &str| {
        let path = root.join("quay-io-must-gather-sha256-1").join(path);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, text).expect("a file");
    };
    let of = |kind: &str| yaml(&list(&format!("{kind}List"), &of_kind(kind)));
    write("version", "must-gather\n4.18\n");
    write("timestamp", "2026-11-21 17:05:10 +0000 UTC\n");
    write("event-filter.html", "<html></html>");
    write("namespaces/demo/demo.yaml", "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: demo\n");
    write("namespaces/demo/apps/statefulsets.yaml", &format!("---\n{}", of("StatefulSet")));
    write("namespaces/demo/apps/controllerrevisions.yaml", &of("ControllerRevision"));
    write("namespaces/demo/apps/deployments.yaml", &yaml(&list("DeploymentList", &[])));
    write("namespaces/demo/core/pods.yaml", &of("Pod"));
    write("namespaces/demo/core/events.yaml", &of("Event"));
    write("namespaces/demo/core/persistentvolumeclaims.yaml", &of("PersistentVolumeClaim"));
    write("namespaces/demo/core/services.yaml", &of("Service"));
    write("namespaces/demo/core/secrets.yaml", &yaml(&list("SecretList", &[])));
    for pod in of_kind("Pod") {
        let name = name(&pod);
        write(&format!("namespaces/demo/pods/{name}/{name}.yaml"), &format!("---\n{}", yaml(&pod)));
        write(&format!("namespaces/demo/pods/{name}/app/app/logs/current.log"), "kind: Pod\n\u{1b}[31mred\n");
    }
    for node in of_kind("Node") {
        write(&format!("cluster-scoped-resources/core/nodes/{}.yaml", name(&node)), &yaml(&node));
    }
    for lease in of_kind("Lease") {
        let path = format!("namespaces/kube-node-lease/coordination.k8s.io/leases/{}.yaml", name(&lease));
        write(&path, &yaml(&lease));
    }
    for class in of_kind("StorageClass") {
        let path = format!("cluster-scoped-resources/storage.k8s.io/storageclasses/{}.yaml", name(&class));
        write(&path, &yaml(&class));
    }
}

#[test]
fn a_directory_tree_in_the_layout_of_must_gather() {
    let root = TempDir::new().expect("a directory");
    must_gather(root.path());
    assert_eq!(items_of_path(root.path()), expected());
}

#[test]
fn a_directory_with_one_file_for_each_object() {
    let root = TempDir::new().expect("a directory");
    for (number, object) in objects(SCENARIO).iter().enumerate() {
        let (path, text) = match number % 3 {
            0 => (format!("{number}.yaml"), yaml(object)),
            1 => (format!("{number}.yml"), yaml(object)),
            _ => (format!("{number}.json"), object.to_string()),
        };
        fs::write(root.path().join(path), text).expect("a file");
    }
    assert_eq!(items_of_path(root.path()), expected());
}

#[test]
fn events_of_the_newer_api() {
    let newer = objects(SCENARIO).into_iter().map(|mut object| {
        if object["kind"] == "Event" {
            let fields = object.as_object_mut().expect("an object");
            fields.insert("apiVersion".to_owned(), json!("events.k8s.io/v1"));
            let renames = [
                ("involvedObject", "regarding"),
                ("message", "note"),
                ("firstTimestamp", "deprecatedFirstTimestamp"),
                ("lastTimestamp", "deprecatedLastTimestamp"),
                ("count", "deprecatedCount"),
                ("source", "deprecatedSource"),
            ];
            for (older, newer) in renames {
                let value = fields.remove(older).unwrap_or_default();
                fields.insert(newer.to_owned(), value);
            }
        }
        object
    });
    assert_eq!(items(&list("List", &newer.collect::<Vec<_>>()).to_string()), expected());
}

#[test]
fn an_object_that_is_there_twice_counts_once() {
    let twice = [objects(SCENARIO), objects(SCENARIO)].concat();
    assert_eq!(items(&list("List", &twice).to_string()), expected());
}

#[test]
fn objects_of_other_kinds_do_not_disturb() {
    let mut all = objects(SCENARIO);
    all.push(json!({"apiVersion": "serving.knative.dev/v1", "kind": "Service", "metadata": {"name": "web", "namespace": "demo"}, "spec": 1}));
    all.push(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web", "namespace": "demo"}, "data": {"kind": "Pod"}}));
    all.push(json!({"apiVersion": "apps.kruise.io/v1beta1", "kind": "StatefulSet", "metadata": {"name": "other", "namespace": "demo"}}));
    assert_eq!(items(&list("List", &all).to_string()), expected());
}
