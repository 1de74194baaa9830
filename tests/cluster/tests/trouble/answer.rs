//! What the plugin answered, as a document.

use serde_json::Value;
use test_cluster::*;

/// The document that a run printed.
pub(crate) fn document(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("no document ({error}) in {run}"))
}

/// The document of `status NAME -o json`.
pub(crate) fn status(ns: &Namespace, name: &str) -> Value {
    document(&ns.plugin(&["status", name, "-o", "json"]).ok())
}

/// The state of a set.
pub(crate) fn state(ns: &Namespace, name: &str) -> String {
    text(&status(ns, name)["items"][0]["state"])
}

/// A string of a document; empty where there is none.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The reasons of the root causes of the first item.
pub(crate) fn causes(document: &Value) -> Vec<String> {
    let causes = document["items"][0]["causes"].as_array().cloned().unwrap_or_default();
    causes.iter().map(|cause| text(&cause["reason"])).collect()
}
