//! Writes `tests/fixtures`, what the command tests read: each a capture of a real set in a real state. Only on
//! demand, as some states take minutes to be judged Stuck:
//!
//! ```text
//! cargo cluster test record:: -- --ignored
//! ```

use crate::answer::{image, state, trap};
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::Pod;
use serde_json::json;
use std::path::Path;
use std::time::Duration;
use test_cluster::*;

/// The longest default patience is that for scheduling and claims, three minutes.
const PATIENCE: Duration = Duration::from_secs(300);

/// Waits until the plugin judges the set so, and captures it. In the file the namespace is `demo`.
fn record(ns: &Namespace, scenario: &str, expected: &str) {
    ns.wait_for(PATIENCE, &format!("web is {expected}"), || state(ns, "web") == expected);
    let text = ns.plugin(&["capture", "web"]).ok().stdout.replace(ns.name(), "demo");
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(scenario);
    std::fs::create_dir_all(&directory).expect("a directory for the fixture");
    std::fs::write(directory.join("state.yaml"), text).expect("a fixture file");
    if scenario == "stuck-rollout" {
        let kinds = "statefulsets,pods,persistentvolumeclaims,controllerrevisions,events,services";
        let text = ns.kubectl(&["get", kinds, "-o", "yaml"]).ok().stdout.replace(ns.name(), "demo");
        std::fs::write(directory.join("get.yaml"), text).expect("a fixture file");
    }
}

fn scale(ns: &Namespace, replicas: i32) {
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": replicas}}));
}

#[test]
#[ignore = "writes tests/fixtures"]
fn complete() {
    let ns = Namespace::new("complete");
    ns.apply(set("web").replicas(3).claims("data"));
    ns.wait_rolled_out("web");
    record(&ns, "complete", "Complete");
}

/// kubernetes/kubernetes#67250: the template is right again, but the pod of the broken revision stays.
#[test]
#[ignore = "writes tests/fixtures"]
fn stuck_rollout() {
    let ns = Namespace::new("stuck-rollout");
    trap(&ns, || set("web").replicas(3).claims("data"));
    record(&ns, "stuck-rollout", "Stuck");
}

#[test]
#[ignore = "writes tests/fixtures"]
fn crash_loop_new_revision() {
    let ns = Namespace::new("crash-loop");
    let web = || set("web").replicas(3);
    ns.apply(web());
    ns.wait_rolled_out("web");
    ns.apply(web().image("example/app:2").behaviour(Behaviour::CrashLoop));
    ns.wait_until("web-2 is new", || image(&ns, "web-2") == "example/app:2");
    record(&ns, "crash-loop-new-revision", "Stuck");
}

#[test]
#[ignore = "writes tests/fixtures"]
fn held_canary() {
    let ns = Namespace::new("held-canary");
    let web = || set("web").replicas(3).partition(2);
    ns.apply(web());
    ns.wait_rolled_out("web");
    ns.apply(web().image("example/app:2"));
    ns.wait_until("web-2 is new", || image(&ns, "web-2") == "example/app:2" && ns.is_ready("web-2"));
    record(&ns, "held-canary", "Held");
}

#[test]
#[ignore = "writes tests/fixtures"]
fn on_delete() {
    let ns = Namespace::new("on-delete");
    let web = || set("web").replicas(3).on_delete();
    ns.apply(web());
    ns.wait_rolled_out("web");
    ns.apply(web().image("example/app:2"));
    ns.wait_until("the controller saw it", || {
        let status = ns.statefulset("web").status.unwrap_or_default();
        status.current_revision != status.update_revision
    });
    ns.delete::<Pod>("web-1");
    ns.wait_until("web-1 is new", || image(&ns, "web-1") == "example/app:2" && ns.is_ready("web-1"));
    record(&ns, "on-delete", "AwaitingDelete");
}

#[test]
#[ignore = "writes tests/fixtures"]
fn image_pull() {
    let ns = Namespace::new("image-pull");
    ns.apply(set("web").replicas(3).image("example/ap:1").behaviour(Behaviour::ImagePullError));
    record(&ns, "image-pull", "Stuck");
}

/// Two broken pods are to go. Pods go one by one, the highest first, and only once all below are ready.
#[test]
#[ignore = "writes tests/fixtures"]
fn scale_down_deadlock() {
    let ns = Namespace::new("scale-down");
    ns.apply(set("web").replicas(4));
    ns.wait_rolled_out("web");
    for pod in ["web-2", "web-3"] {
        ns.behave(pod, Behaviour::CrashLoop);
        ns.wait_until(&format!("{pod} is not ready"), || !ns.is_ready(pod));
    }
    scale(&ns, 1);
    record(&ns, "scale-down-deadlock", "Stuck");
}

#[test]
#[ignore = "writes tests/fixtures"]
fn parallel_broken() {
    let ns = Namespace::new("parallel");
    ns.apply(set("web").replicas(4).parallel());
    ns.wait_rolled_out("web");
    ns.behave("web-0", Behaviour::CrashLoop);
    ns.behave("web-2", Behaviour::Oom);
    record(&ns, "parallel-broken", "Degraded");
}

#[test]
#[ignore = "writes tests/fixtures"]
fn start_ordinal() {
    let ns = Namespace::new("start");
    let web = || set("web").replicas(3).start(3).partition(1);
    ns.apply(web());
    ns.wait_rolled_out("web");
    ns.apply(web().image("example/app:2"));
    ns.wait_until("web-4 is new", || image(&ns, "web-4") == "example/app:2" && ns.is_ready("web-4"));
    record(&ns, "start-ordinal", "Held");
}

#[test]
#[ignore = "writes tests/fixtures"]
fn quota() {
    let ns = Namespace::new("quota");
    ns.apply(crate::answer::quota());
    ns.apply(set("web").replicas(3));
    ns.wait_until("web-1 is ready", || ns.is_ready("web-1"));
    record(&ns, "quota", "Stuck");
}

#[test]
#[ignore = "writes tests/fixtures"]
fn unschedulable() {
    let ns = Namespace::new("unschedulable");
    ns.apply(set("web").replicas(2).unschedulable());
    record(&ns, "unschedulable", "Stuck");
}

#[test]
#[ignore = "writes tests/fixtures"]
fn pending_claim() {
    let ns = Namespace::new("pending-claim");
    ns.apply(set("web").replicas(2).claims("data").storage_class("never"));
    record(&ns, "pending-claim", "Stuck");
}

#[test]
#[ignore = "writes tests/fixtures"]
fn dead_node() {
    let ns = Namespace::new("dead-node");
    let node = ns.node("a");
    ns.apply(set("web").replicas(2).node(&node));
    ns.wait_rolled_out("web");
    node.kill_kubelet();
    ns.wait_until("the node is Unknown", || node.ready() == "Unknown");
    ns.wait_until("web-1 is evicted", || ns.is_terminating("web-1"));
    record(&ns, "dead-node", "Stuck");
}
