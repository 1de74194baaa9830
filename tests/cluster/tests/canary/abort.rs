//! The way back, from healthy and from broken canaries, seen by every event of every pod.

use crate::scene::whole;
use k8s_openapi::api::apps::v1::StatefulSet;
use serde_json::{Value, json};
use std::path::Path;
use test_cluster::*;

type Make = fn() -> SetBuilder;

/// Each policy under which pods are replaced.
const POLICIES: [(&str, Make); 4] = [
    ("ordered", || set("web").replicas(4)),
    ("parallel", || set("web").replicas(4).parallel()),
    ("on-delete", || set("web").replicas(4).on_delete()),
    ("null", || set("web").replicas(4).rolling_update_null()),
];

/// Template, strategy, and the revision of each pod: what an abort brings back.
fn essence(ns: &Namespace) -> (Value, Value, Vec<String>) {
    let set = ns.get::<StatefulSet>("web").and_then(|set| set.spec).expect("a spec");
    let revision = |number: i32| {
        let labels = ns.pod(&format!("web-{number}")).and_then(|pod| pod.metadata.labels).unwrap_or_default();
        labels.get("controller-revision-hash").cloned().unwrap_or_default()
    };
    let revisions = (0..set.replicas.unwrap_or_default()).map(revision).collect();
    (json!(set.template), json!(set.update_strategy), revisions)
}

/// A patch of the template after which pods crash.
fn crashing(ns: &Namespace) -> String {
    let path = std::env::temp_dir().join(format!("{}.json", ns.name()));
    let patch =
        json!({"metadata": {"annotations": {"kubectl-stateful.test/pod": Behaviour::CrashLoop.name()}}});
    std::fs::write(&path, patch.to_string()).expect("a file");
    path.display().to_string()
}

#[test]
fn a_healthy_canary_goes_back_highest_first_one_at_a_time() {
    for (name, make) in POLICIES {
        let ns = whole(name, make());
        let before = essence(&ns);
        let _ = ns.plugin(&["canary", "web", "--step=2", "--image=example/app:2"]).ok();
        let history = History::begin(&ns);
        let run = ns.plugin(&["canary", "web", "--abort"]).ok();
        let story = history.end(&ns);
        assert_eq!((story.replaced(), story.fewest), (vec![3, 2], 3), "{name}: {run}");
        assert_eq!(essence(&ns), before, "{name}: {run}");
        assert!(run.stdout.contains("web: Aborted: all 4 ordinals are back"), "{name}: {run}");
    }
}

#[test]
fn a_broken_pod_that_blocks_the_controller_goes_back() {
    for (name, make) in POLICIES {
        let ns = whole(name, make());
        let (before, patch) = (essence(&ns), crashing(&ns));
        let history = History::begin(&ns);
        let failed = ns.plugin(&["canary", "web", "--promote", "--patch", &patch]).code(4);
        let run = ns.plugin(&["canary", "web", "--abort"]).ok();
        std::fs::remove_file(Path::new(&patch)).expect("the file");
        let story = history.end(&ns);
        assert_eq!(story.fewest, 3, "{name}: {failed} {run}");
        assert_eq!(story.gone, ["web-3", "web-3"], "{name}: once there and once back: {failed} {run}");
        assert_eq!(essence(&ns), before, "{name}: {run}");
    }
}

#[test]
fn a_pod_that_breaks_later_goes_back_before_those_that_work() {
    for (name, make) in POLICIES {
        let ns = whole(name, make());
        let before = essence(&ns);
        let _ = ns.plugin(&["canary", "web", "--step=3", "--image=example/app:2"]).ok();
        ns.behave("web-2", Behaviour::CrashLoop);
        ns.wait_until("web-2 is not Ready", || !ns.is_ready("web-2"));
        let history = History::begin(&ns);
        let run = ns.plugin(&["canary", "web", "--abort"]).ok();
        let story = history.end(&ns);
        assert_eq!((story.replaced(), story.fewest), (vec![2, 3, 1], 3), "{name}: {run}");
        assert_eq!(essence(&ns), before, "{name}: {run}");
    }
}

#[test]
fn the_new_template_can_be_kept_and_rolls_out_nowhere() {
    let ns = whole("kept", set("web").replicas(3));
    let (_, _, before) = essence(&ns);
    let _ = ns.plugin(&["canary", "web", "--step", "--image=example/app:2"]).ok();
    let history = History::begin(&ns);
    let run = ns.plugin(&["canary", "web", "--abort", "--keep-template"]).ok();
    assert_eq!(history.end(&ns).replaced(), [2]);
    let (template, strategy, revisions) = essence(&ns);
    assert_eq!(template["spec"]["containers"][0]["image"], "example/app:2", "{run}");
    assert_eq!(strategy["rollingUpdate"]["partition"], 3, "{run}");
    assert_eq!(revisions, before);
    let refused = whole("on-delete", set("web").replicas(1).on_delete());
    refused.apply(set("web").replicas(1).on_delete().image("example/app:2"));
    let run = refused.plugin(&["canary", "web", "--abort", "--keep-template"]).code(6);
    assert!(run.stderr.contains("leave --keep-template out"), "{run}");
}

#[test]
fn the_partition_of_before_comes_back() {
    let ns = whole("before", set("web").replicas(3).partition(2));
    let before = essence(&ns);
    let _ = ns.plugin(&["canary", "web", "--partition=0", "--image=example/app:2", "--wait=false"]).ok();
    let _ = ns.plugin(&["canary", "web", "--abort"]).ok();
    assert_eq!(essence(&ns), before);
}

#[test]
fn what_is_promoted_is_not_taken_back_and_the_way_is_said() {
    let ns = whole("promoted", set("web").replicas(2));
    let _ = ns.plugin(&["canary", "web", "--promote", "--image=example/app:2"]).ok();
    let history = History::begin(&ns);
    let run = ns.plugin(&["canary", "web", "--abort"]).ok();
    assert!(run.stderr.contains("there is nothing to go back from"), "{run}");
    assert!(run.stderr.contains("kubectl rollout undo statefulset/web"), "{run}");
    assert!(history.end(&ns).created.is_empty());
}
