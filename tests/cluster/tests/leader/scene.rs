//! A set `web`, claims to lead it, and what `leader` says.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use test_cluster::*;

/// Where client-go keeps its record in Endpoints and ConfigMaps.
pub(crate) const ANNOTATION: &str = "control-plane.alpha.kubernetes.io/leader";

/// A namespace with a set of two, rolled out.
pub(crate) fn rolled_out(name: &str) -> Namespace {
    let ns = Namespace::new(name);
    ns.apply(set("web").replicas(2).parallel());
    ns.wait_rolled_out("web");
    ns
}

/// What the plugin says of the set `web`.
pub(crate) fn leader(ns: &Namespace, more: &[&str]) -> Value {
    item(&ns.plugin(&[&["leader", "web", "-o", "json"], more].concat()).ok())
}

/// The one set of a document.
pub(crate) fn item(run: &Run) -> Value {
    let document: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run}"));
    assert_eq!(
        (&document["apiVersion"], &document["kind"]),
        (&"kubectl-stateful/v1".into(), &"LeaderList".into())
    );
    assert_eq!(document["items"].as_array().map(Vec::len), Some(1), "{run}");
    document["items"][0].clone()
}

/// Asks until the answer is as expected.
pub(crate) fn ask_until(ns: &Namespace, what: &str, expected: impl Fn(&Value) -> bool) -> Value {
    let mut last = Value::Null;
    ns.wait_until(what, || {
        last = leader(ns, &[]);
        expected(&last)
    });
    last
}

/// A Lease by hand, renewed so many seconds ago; no holder is a released one.
pub(crate) fn lease(name: &str, holder: &str, seconds: i64, renewed: i64) -> Value {
    let at = format!("{:.6}", Timestamp::now() - SignedDuration::from_secs(renewed));
    json!({
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": name},
        "spec": {
            "holderIdentity": holder,
            "leaseDurationSeconds": seconds,
            "acquireTime": at,
            "renewTime": at,
            "leaseTransitions": 2,
        },
    })
}

/// An object with client-go's record in its annotation, renewed now.
pub(crate) fn annotated(kind: &str, name: &str, holder: &str, seconds: i64) -> Value {
    annotated_at(Timestamp::now(), kind, name, holder, seconds)
}

/// The same, renewed at another time.
pub(crate) fn annotated_at(at: Timestamp, kind: &str, name: &str, holder: &str, seconds: i64) -> Value {
    let at = Timestamp::from_second(at.as_second()).expect("a time").to_string();
    let record = json!({
        "holderIdentity": holder,
        "leaseDurationSeconds": seconds,
        "acquireTime": at,
        "renewTime": at,
        "leaderTransitions": 1,
    });
    json!({
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": name, "annotations": {ANNOTATION: record.to_string()}},
    })
}

/// All notes that a run has printed.
pub(crate) fn notes(run: &Run) -> Vec<&str> {
    run.stderr.lines().filter_map(|line| line.strip_prefix("note: ")).collect()
}
