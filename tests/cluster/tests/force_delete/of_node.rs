//! `--node`: every pod of a set on it, of all namespaces.

use crate::medik8s::agent_fenced;
use crate::said::Said;
use crate::scene::*;
use k8s_openapi::api::core::v1::Pod;
use serde_json::json;
use test_cluster::*;

/// Asks in all namespaces.
fn ask(ns: &Namespace, node: &TestNode, more: &str) -> Run {
    ns.shell(&format!("kubectl stateful force-delete --node {} {more}", node.name()))
}

fn verdicts(said: &Said) -> Vec<String> {
    let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let line = |item: &serde_json::Value| {
        format!("{} {} {}", word(&item["pod"]), word(&item["verdict"]), word(&item["reason"]))
    };
    said.items().iter().map(line).collect()
}

#[test]
fn every_pod_of_a_set_is_judged_worst_first_in_all_namespaces() {
    let ns = Namespace::new("node-all");
    let elsewhere = Namespace::new("node-else");
    let node = ns.node("a");
    ns.apply(stuck(3, &ns).parallel());
    let db = set("db").node(&node).behaviour(Behaviour::StuckTerminating);
    elsewhere.apply(db);
    let alone = json!({"nodeName": node.name(), "containers": [{"name": "app", "image": "example/app:1"}]});
    ns.apply(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "alone"}, "spec": alone}));
    ns.wait_rolled_out("web");
    elsewhere.wait_rolled_out("db");
    ns.patch::<Pod>("web-1", &json!({"metadata": {"finalizers": ["example.com/backup"]}}));
    terminate(&elsewhere, "db-0");
    agent_fenced(&ns, &node);

    let said = Said::of(ask(&ns, &node, "-o json"));
    assert_eq!(said.run.code, 6, "{}", said.run);
    let expected = [
        "web-0 Unsafe NotTerminating",
        "web-2 Unsafe NotTerminating",
        "web-1 Useless Finalizers",
        "db-0 Safe NodeFenced",
    ];
    assert_eq!(verdicts(&said), expected, "{}", said.run);
    assert_eq!(said.items()[3]["namespace"], elsewhere.name(), "{}", said.run);

    let here = crate::said::with(&ns, &["--node", node.name()]);
    assert_eq!(verdicts(&here), expected[..3], "a namespace that is named: {}", here.run);
    let there = crate::said::with(&elsewhere, &["--node", &format!("node/{}", node.name())]);
    assert_eq!((there.run.code, verdicts(&there)), (0, vec![expected[3].to_owned()]), "{}", there.run);

    let names = ask(&ns, &node, "-o name").code(6);
    assert_eq!(names.stdout, "pod/web-0\npod/web-2\npod/web-1\npod/db-0\n", "{names}");
    let table = ask(&ns, &node, "").code(6);
    let first = table.stdout.lines().next().unwrap_or_default();
    assert_eq!(
        first.split_whitespace().collect::<Vec<_>>(),
        ["NAMESPACE", "POD", "SET", "VERDICT", "REASON"],
        "{table}"
    );
    for reason in ["NotTerminating: ", "Finalizers: ", "NodeFenced: "] {
        assert!(table.stdout.contains(&format!("\n{reason}")), "{reason} in {table}");
    }
    let bare = ask(&ns, &node, "--no-headers").code(6);
    assert!(!bare.stdout.contains("VERDICT"), "{bare}");
    ns.patch::<Pod>("web-1", &json!({"metadata": {"finalizers": null}}));
}

#[test]
fn the_code_is_that_of_the_worst() {
    let Silent { ns, dead, .. } = dying("node-codes");
    let elsewhere = Namespace::new("node-codes-b");
    terminate(&ns, "web-0");
    let silent = Said::of(ask(&ns, &dead, "-o json"));
    assert_eq!(
        (silent.run.code, verdicts(&silent)),
        (7, vec!["web-0 NeedsAttestation NodeSilent".to_owned()])
    );
    agent_fenced(&ns, &dead);
    let proven = Said::of(ask(&ns, &dead, "-o json"));
    assert_eq!((proven.run.code, verdicts(&proven)), (0, vec!["web-0 Safe NodeFenced".to_owned()]));
    let nowhere = crate::said::with(&elsewhere, &["--node", dead.name()]);
    assert_eq!((nowhere.run.code, nowhere.items().len()), (0, 0), "{}", nowhere.run);
}

#[test]
fn a_node_without_pods_of_sets_is_said_to_have_none() {
    let ns = Namespace::new("node-empty");
    let node = ns.node("a");
    let run = ask(&ns, &node, "").ok();
    assert_eq!(run.stdout, "", "{run}");
    let said = format!("note: no pod of a StatefulSet is on node {}", node.name());
    assert!(run.stderr.contains(&said), "{run}");
    let document = Said::of(ask(&ns, &node, "-o json").ok());
    assert_eq!(document.items().len(), 0, "{}", document.run);
}

#[test]
fn pods_of_a_node_are_judged_and_never_deleted_together() {
    let (ns, node) = fenced("node-asked");
    let before = uid(&ns, "web-0");
    for flags in [&["--yes"][..], &["--attest", "it is off"]] {
        let run = ns.plugin(&[&["force-delete", "--node", node.name()], flags].concat()).code(2);
        assert!(run.stderr.contains("cannot be used with"), "{run}");
    }
    let both = ns.plugin(&["force-delete", "web-0", "--node", node.name()]).code(2);
    assert!(both.stderr.contains("cannot be used with"), "{both}");
    let neither = ns.plugin(&["force-delete"]).code(2);
    assert!(neither.stderr.contains("POD"), "{neither}");
    assert_eq!(uid(&ns, "web-0"), before);
}

#[test]
fn a_wait_for_a_node_ends_when_the_last_pod_is_safe() {
    let (ns, node) = terminating("node-wait");
    let late = ns.plugin(&["force-delete", "--node", node.name(), "--wait-safe", "--timeout", "1s"]).code(3);
    assert!(late.stdout.contains("ContainersRunning"), "{late}");
    assert!(late.stderr.contains("not all pods of node"), "{late}");
    let relay = Relay::new(ns.name(), None);
    let server = relay.server();
    let args = ["force-delete", "--node", node.name(), "--wait-safe", "-o", "json", "-s", &server];
    let running = ns.spawn(&args);
    let lists = || relay.seen().iter().filter(|call| call.what.contains("spec.nodeName")).count();
    ns.wait_until("it has looked twice", || lists() >= 2);
    agent_fenced(&ns, &node);
    let said = Said::of(running.end().ok());
    assert_eq!(verdicts(&said), ["web-0 Safe NodeFenced"], "{}", said.run);
}

#[test]
fn a_node_that_is_not_there_is_not_taken_for_one_without_pods() {
    let ns = Namespace::new("node-missing");
    let run = ns.shell("kubectl stateful force-delete --node nope").code(1);
    assert!(run.stderr.contains("error: there is no node \"nope\""), "{run}");
    let run = ns.shell("kubectl stateful force-delete --node ../x").code(2);
    assert!(run.stderr.contains("cannot be the name of a node"), "{run}");
}
