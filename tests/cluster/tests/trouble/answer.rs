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

/// Waits until the plugin judges the set so.
pub(crate) fn wait_state(ns: &Namespace, name: &str, expected: &str) {
    ns.wait_until(&format!("{name} is {expected}"), || state(ns, name) == expected);
}

/// A string of a document; empty where there is none.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The image of a pod's first container.
pub(crate) fn image(ns: &Namespace, pod: &str) -> String {
    let image = ns.pod(pod).and_then(|pod| pod.spec?.containers.into_iter().next()?.image);
    image.unwrap_or_default()
}

/// A set whose newest pod crash loops at a revision that the template has left behind (kubernetes/kubernetes#67250).
pub(crate) fn trap(ns: &Namespace, web: impl Fn() -> SetBuilder) {
    ns.apply(web());
    ns.wait_rolled_out("web");
    ns.apply(web().image("example/app:2").behaviour(Behaviour::CrashLoop));
    ns.wait_until("the newest pod crash loops", || {
        ns.waiting_reason("web-2", "app").as_deref() == Some("CrashLoopBackOff")
    });
    ns.apply(web().image("example/app:3").behaviour(Behaviour::Healthy));
}

/// No more than two pods fit into the namespace.
pub(crate) fn quota() -> Value {
    serde_json::json!({
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "pods"},
        "spec": {"hard": {"pods": "2"}},
    })
}
