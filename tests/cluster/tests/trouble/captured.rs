//! A capture is the cluster, for the analysis: what is said of it is what is said live.

use crate::answer::{document, image, quota, trap, wait_state};
use serde_json::Value;
use std::path::PathBuf;
use tempfile::TempDir;
use test_cluster::*;

/// A file with a capture.
pub(crate) struct Capture {
    _directory: TempDir,
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

pub(crate) fn capture(ns: &Namespace, args: &[&str]) -> Capture {
    let run = ns.plugin(&[&["capture"], args].concat()).ok();
    assert_eq!(run.stderr, "", "{run}");
    let directory = TempDir::new().expect("a directory");
    let path = directory.path().join("state.yaml");
    std::fs::write(&path, &run.stdout).expect("a file");
    Capture { _directory: directory, path, text: run.stdout }
}

/// What the plugin says of a capture.
pub(crate) fn replay(ns: &Namespace, capture: &Capture, args: &[&str]) -> Value {
    let path = capture.path.to_str().expect("a path");
    document(&ns.plugin(&[&["status", "--from", path, "-o", "json"], args].concat()).ok())
}

/// Replaces what moves with the clock: `12s ago`, `(20x, 2s ago)`, restarts, seconds left.
pub(crate) fn still(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let number =
                |word: &str| word.trim_start_matches('(').starts_with(|char: char| char.is_ascii_digit());
            let words = text.split(' ').map(|word| if number(word) { "N" } else { word });
            let words: Vec<&str> = words
                .filter(|word| !matches!(*word, "N" | "restart" | "restarts" | "ago)" | "ago):"))
                .collect();
            Value::from(words.join(" "))
        }
        Value::Array(items) => items.iter().map(still).collect(),
        Value::Object(fields) => {
            let moves = |name: &str| matches!(name, "restarts" | "stuckInSeconds");
            let kept = fields.iter().filter(|(name, _)| !moves(name));
            Value::Object(kept.map(|(name, value)| (name.clone(), still(value))).collect())
        }
        other => other.clone(),
    }
}

/// Live and from a capture, both whole documents; a crash loop goes on in between, so a few attempts are fair.
pub(crate) fn assert_same(ns: &Namespace, args: &[&str]) {
    let attempt = || {
        let capture = capture(ns, &["web"]);
        let live = document(&ns.plugin(&[&["status", "-o", "json"], args].concat()).ok());
        (still(&live), still(&replay(ns, &capture, args)))
    };
    let mut last = attempt();
    for _ in 0..4 {
        if last.0 == last.1 {
            return;
        }
        last = attempt();
    }
    let [live, replayed] =
        [&last.0, &last.1].map(|one| serde_json::to_string_pretty(one).unwrap_or_default());
    let differences: Vec<String> = live
        .lines()
        .zip(replayed.lines())
        .filter(|(live, replayed)| live != replayed)
        .take(20)
        .map(|(live, replayed)| format!("live    {live}\nreplayed{replayed}"))
        .collect();
    assert!(last.0 == last.1, "{}\nlive: {live}\nreplayed: {replayed}", differences.join("\n"));
}

#[test]
fn a_complete_set() {
    let ns = Namespace::new("complete");
    ns.apply(set("web").replicas(3).claims("data").claims("logs"));
    ns.wait_rolled_out("web");
    assert_same(&ns, &["web"]);
}

#[test]
fn an_overview() {
    let ns = Namespace::new("overview");
    ns.apply(set("web").replicas(2).claims("data"));
    ns.wait_rolled_out("web");
    // An overview reads no claims of sets whose pods are all in order; a capture has them.
    let phases = |document: &Value| {
        let ordinals = document["items"][0]["ordinals"].as_array().expect("ordinals").clone();
        ordinals.into_iter().map(|ordinal| ordinal["claims"][0]["phase"].clone()).collect::<Vec<_>>()
    };
    let without_claims = |mut document: Value| {
        for ordinal in document["items"][0]["ordinals"].as_array_mut().expect("ordinals") {
            ordinal["claims"] = Value::Null;
        }
        document
    };
    let capture = capture(&ns, &["web"]);
    let live = document(&ns.plugin(&["status", "-o", "json"]).ok());
    let replayed = replay(&ns, &capture, &[]);
    assert_eq!(phases(&live), [Value::Null, Value::Null]);
    assert_eq!(phases(&replayed), ["Bound", "Bound"]);
    assert_eq!(without_claims(live), without_claims(replayed));
}

#[test]
fn a_held_set() {
    let ns = Namespace::new("held");
    let web = || set("web").replicas(3).partition(2).claims("data");
    ns.apply(web());
    ns.wait_rolled_out("web");
    ns.apply(web().image("example/app:2"));
    ns.wait_until("web-2 is new", || image(&ns, "web-2") == "example/app:2" && ns.is_ready("web-2"));
    assert_same(&ns, &["web"]);
}

#[test]
fn a_trapped_set() {
    let ns = Namespace::new("trapped");
    trap(&ns, || set("web").replicas(3).claims("data"));
    wait_state(&ns, "web", "Stuck");
    assert_same(&ns, &["web"]);
}

#[test]
fn a_refused_pod() {
    let ns = Namespace::new("refused");
    ns.apply(quota());
    ns.apply(set("web").replicas(3));
    wait_state(&ns, "web", "Stuck");
    assert_same(&ns, &["web"]);
}

#[test]
fn an_image_that_cannot_be_pulled_with_patience_of_the_users_own() {
    let ns = Namespace::new("image");
    ns.apply(set("web").replicas(2).behaviour(Behaviour::ImagePullError));
    ns.wait_until("it is tried", || ns.waiting_reason("web-0", "app").is_some());
    assert_same(&ns, &["web", "--stuck-after", "0s"]);
    assert_same(&ns, &["web", "--stuck-after", "1h"]);
}

#[test]
fn a_claim_that_stays_pending() {
    let ns = Namespace::new("pending");
    ns.apply(set("web").replicas(2).claims("data").storage_class("never"));
    ns.wait_until("web-0 is there", || {
        ns.pod("web-0").is_some_and(|pod| pod.status.is_some_and(|s| s.conditions.is_some()))
    });
    assert_same(&ns, &["web", "--stuck-after", "0s"]);
}

#[test]
fn a_pod_on_a_dead_node() {
    let ns = Namespace::new("dead");
    let node = ns.node("a");
    ns.apply(set("web").replicas(2).node(&node));
    ns.wait_rolled_out("web");
    node.kill_kubelet();
    ns.wait_until("web-1 is evicted", || node.ready() == "Unknown" && ns.is_terminating("web-1"));
    assert_same(&ns, &["web"]);
}

#[test]
fn a_pod_that_somebody_else_owns() {
    let ns = Namespace::new("foreign");
    ns.apply(serde_json::json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web-0"},
        "spec": {"containers": [{"name": "app", "image": "example/other:1"}]},
    }));
    ns.apply(set("web").replicas(2));
    ns.wait_until("the controller has seen it", || {
        ns.statefulset("web").status.is_some_and(|status| status.observed_generation.is_some())
    });
    assert_same(&ns, &["web"]);
}
