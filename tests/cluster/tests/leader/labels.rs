//! Labels by which software marks the pod that leads.

use crate::scene::{leader, rolled_out};
use k8s_openapi::api::core::v1::Pod;
use serde_json::{Value, json};
use test_cluster::*;

fn label(ns: &Namespace, pod: &str, label: &str, value: &str) {
    ns.patch::<Pod>(pod, &json!({"metadata": {"labels": {label: value}}}));
}

#[test]
fn the_pod_with_the_label_leads_and_has_no_time() {
    let ns = rolled_out("label");
    label(&ns, "web-0", "spilo-role", "replica");
    label(&ns, "web-1", "spilo-role", "master");
    let answer = leader(&ns, &[]);
    assert_eq!(answer["leader"], 1, "{answer}");
    let claim = &answer["leaders"][0];
    assert_eq!((&claim["source"], &claim["object"]), (&json!("Label"), &json!("pod/web-1")));
    for field in ["acquired", "renewed", "leaseSeconds", "expired", "expiresInSeconds", "transitions"] {
        assert_eq!(claim.get(field), Some(&Value::Null), "{field}");
    }
}

#[test]
fn two_primaries_are_two_leaders() {
    let ns = rolled_out("primaries");
    label(&ns, "web-0", "role", "primary");
    label(&ns, "web-1", "role", "primary");
    let run = ns.plugin(&["leader", "web", "--exit-code"]).code(8);
    assert!(run.stdout.starts_with("web: TWO lead: web-0 by role=primary, web-1 by role=primary"), "{run}");
}

#[test]
fn a_label_that_every_pod_has_from_its_template_marks_nobody() {
    let ns = Namespace::new("template");
    ns.apply(set("web").replicas(2).parallel().pod_label("role", "master"));
    ns.wait_rolled_out("web");
    let answer = leader(&ns, &[]);
    assert_eq!((&answer["reason"], &answer["leader"]), (&json!("NoElection"), &Value::Null), "{answer}");
}

#[test]
fn a_label_that_moves_is_a_hand_over() {
    let ns = rolled_out("moves");
    label(&ns, "web-0", "vault-active", "true");
    let mut watch = ns.spawn(&["leader", "web", "--watch"]);
    watch.line_with("web: web-0 leads by its label vault-active=true");
    label(&ns, "web-0", "vault-active", "false");
    watch.line_with("web: nobody leads: the claim of web-0 is gone (vault-active=true)");
    label(&ns, "web-1", "vault-active", "true");
    let line = watch.line_with("web: web-1 leads (vault-active=true), ");
    assert!(line.ends_with(" ms after the claim of web-0 was seen to be gone"), "{line}");
}
