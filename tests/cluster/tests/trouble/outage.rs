//! The API server goes away while somebody watches, and comes back.

use crate::own::Own;
use jiff::Timestamp;
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::Pod;
use kube::api::ListParams;
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use test_cluster::client::block_on;
use test_cluster::*;

fn newest_version(ns: &Namespace) -> String {
    let list = block_on(ns.api::<Pod>().list(&ListParams::default())).expect("pods");
    list.metadata.resource_version.expect("a version")
}

/// A watch from this version, as the server answers it.
fn watch_from(ns: &Namespace, version: &str) -> String {
    let path =
        format!("/api/v1/namespaces/{}/pods?watch=1&resourceVersion={version}&timeoutSeconds=1", ns.name());
    let run = ns.kubectl(&["get", "--raw", &path]);
    format!("{}{}", run.stdout, run.stderr)
}

/// Lines of a watch without their times.
fn lines(run: &Run) -> Vec<&str> {
    run.stdout.lines().map(|line| line.split_once(' ').unwrap_or_default().1).collect()
}

#[test]
fn a_watch_outlives_a_restart_of_the_api_server_and_a_history_that_is_gone() {
    let mut own = Own::boot();
    let ns = Namespace::on(&own.handle, "restart");
    ns.apply(set("web").replicas(3));
    ns.apply(set("slow").behaviour(Behaviour::NeverReady));
    ns.wait_rolled_out("web");
    ns.wait_until("slow-0 is there", || ns.pod("slow-0").is_some());
    let mut watch = ns.spawn(&["status", "web", "--watch"]);
    watch.line_with("web: Complete 3/3");
    let mut overview = ns.spawn(&["status", "--watch"]);
    overview.line_with("web: Complete 3/3");
    let wait = ns.spawn(&["status", "slow", "--wait", "--stuck-after", "1h"]);
    wait.stderr_with("slow: Progressing");
    // Something that the watches are not told of, so that what they know is older than what a new server reads.
    let version = newest_version(&ns);
    for name in ["one", "two", "three"] {
        ns.apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}));
    }

    own.kill_api_server();
    for running in [&watch, &overview, &wait] {
        running.stderr_with("trying again");
    }
    // While it sleeps, the server forgets what it has seen, and the set changes.
    watch.halt();
    own.restart_api_server(&ns);
    let answer = watch_from(&ns, &version);
    assert!(answer.contains("\"code\":410"), "the server has not forgotten: {answer}");
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 2}}));
    ns.wait_until("web-2 is gone", || ns.pod("web-2").is_none());
    ns.behave("web-0", Behaviour::NeverReady);
    ns.wait_until("web-0 is not ready", || !ns.is_ready("web-0"));
    watch.signal(Signal::SIGCONT);

    // Gone, or missing first, when the pods are told before the set.
    watch.line_with(" web-2: ");
    watch.line_with("1/2 available");
    overview.line_with("1/2 available");
    watch.stderr_with("connected again");
    ns.behave("web-0", Behaviour::Healthy);
    watch.line_with("web: Complete 2/2");
    overview.line_with("web: Complete 2/2");
    ns.behave("slow-0", Behaviour::Healthy);
    let run = wait.end().ok();
    assert!(run.stdout.starts_with("slow: Complete"), "{run}");
    watch.interrupt();
    let run = watch.end().code(130);
    let said = lines(&run);
    // Nodes that could not be heard for long have not Ready pods, truly; but only web-2 has gone.
    let away = |line: &&&str| {
        line.contains("deleted")
            || !line.starts_with("web-2") && (line.contains("missing") || line.contains("gone"))
    };
    assert_eq!(said.iter().find(away), None, "invented: {run}");
    assert!(said.windows(2).all(|two| two[0] != two[1]), "said twice: {run}");
    assert!(!run.stderr.contains("error:"), "{run}");
    overview.interrupt();
    let run = overview.end().code(130);
    assert!(!run.stdout.contains("web: deleted") && !run.stdout.contains("slow: deleted"), "{run}");
}

#[test]
fn a_watch_notices_a_frozen_api_server_and_goes_on_when_it_thaws() {
    let own = Own::boot();
    let ns = Namespace::on(&own.handle, "frozen");
    ns.apply(set("web").replicas(2));
    ns.wait_rolled_out("web");
    let mut watch = ns.spawn(&["status", "web", "--watch"]);
    watch.line_with("web: Complete 2/2");

    own.freeze_api_server();
    // The kernel still takes connections; nobody answers them.
    let began = Instant::now();
    let run = ns.plugin(&["status", "web"]).code(1);
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}: {run}", began.elapsed());
    assert!(run.stderr.contains("cannot reach the server") && run.stderr.contains("hint: "), "{run}");
    let began = Instant::now();
    let run = ns.plugin(&["status", "web", "--request-timeout", "1s"]).code(1);
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}: {run}", began.elapsed());
    watch.stderr_with("trying again");
    own.thaw_api_server();

    watch.stderr_with("connected again");
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 3}}));
    watch.line_with("web: Complete 3/3");
    watch.interrupt();
    let run = watch.end().code(130);
    let said = lines(&run);
    // The nodes could not be heard meanwhile, so pods may have been not Ready; none of them has been away.
    assert!(!said.iter().any(|line| line.contains("deleted") || line.contains("gone")), "invented: {run}");
    let away = |line: &&&str| line.contains("missing") && !line.starts_with("web-2");
    assert_eq!(said.iter().find(away), None, "invented: {run}");
    assert!(!run.stderr.contains("error:"), "{run}");
}

#[test]
fn a_short_hiccup_is_not_even_mentioned() {
    let own = Own::boot();
    let ns = Namespace::on(&own.handle, "hiccup");
    ns.apply(set("web"));
    ns.wait_rolled_out("web");
    let mut watch = ns.spawn(&["status", "web", "--watch"]);
    watch.line_with("web: Complete 1/1");
    own.freeze_api_server();
    let frozen = Instant::now();
    wait_until(
        "three seconds are over",
        Duration::from_secs(9),
        || frozen.elapsed().as_secs() >= 3,
        String::new,
    );
    own.thaw_api_server();
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 2}}));
    watch.line_with("web: Complete 2/2");
    watch.interrupt();
    let run = watch.end().code(130);
    assert_eq!(run.stderr, "note: interrupted; nothing was written to the cluster\n");
}

/// What nobody can tell of its renewals does not seem to run out.
#[test]
fn who_leads_is_not_judged_while_the_server_is_away() {
    let mut own = Own::boot();
    let ns = Namespace::on(&own.handle, "leader");
    ns.apply(set("web"));
    ns.wait_rolled_out("web");
    let renewed = Timestamp::now();
    ns.apply(json!({
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": "web"},
        "spec": {"holderIdentity": "web-0", "leaseDurationSeconds": 8, "renewTime": format!("{renewed:.6}")},
    }));
    let mut watch = ns.spawn(&["leader", "web", "--watch", "-o", "json"]);
    watch.line_with("web-0 leads");
    own.kill_api_server();
    watch.stderr_with("trying again");
    ns.wait_until("the Lease has run out", || Timestamp::now().duration_since(renewed).as_secs() > 9);
    let away = Timestamp::now();
    own.restart_api_server(&ns);
    let line: Value = serde_json::from_str(&watch.line()).expect("a document");
    let said: Timestamp = line["items"][0]["time"].as_str().expect("a time").parse().expect("a time");
    assert!(line["items"][0]["reason"] == "Expired" && said > away, "{line}");
    watch.stderr_with("connected again");
}
