//! Remediations of nodes, as the operators of medik8s write them.

use crate::scene::now;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{Api, Patch, PatchParams};
use serde_json::{Value, json};
use std::sync::OnceLock;
use test_cluster::client::block_on;
use test_cluster::*;

const SELF: (&str, &str) = ("self-node-remediation.medik8s.io", "SelfNodeRemediation");
const AGENT: (&str, &str) = ("fence-agents-remediation.medik8s.io", "FenceAgentsRemediation");
/// What a node says whose machine can reboot itself.
pub(crate) const CAN_REBOOT: &str = "is-reboot-capable.self-node-remediation.medik8s.io";

/// Has the cluster serve both kinds.
pub(crate) fn serve() {
    static SERVED: OnceLock<()> = OnceLock::new();
    SERVED.get_or_init(|| [SELF, AGENT].into_iter().for_each(define));
}

fn define((group, kind): (&str, &str)) {
    let plural = format!("{}s", kind.to_lowercase());
    let name = format!("{plural}.{group}");
    let schema = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let version =
        json!({"name": "v1alpha1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}});
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": name},
        "spec": {
            "group": group,
            "names": {"kind": kind, "plural": plural, "singular": kind.to_lowercase(), "listKind": format!("{kind}List")},
            "scope": "Namespaced",
            "versions": [version],
        },
    });
    let api: Api<CustomResourceDefinition> = Api::all(cluster().client());
    let params = PatchParams::apply("test").force();
    block_on(api.patch(&name, &params, &Patch::Apply(&definition))).expect("a definition");
    let path = format!("/apis/{group}/v1alpha1/{plural}");
    let is_served = || {
        let request = http::Request::get(&path).body(Vec::new()).expect("a request");
        block_on(cluster().client().request::<Value>(request)).is_ok()
    };
    wait_until(&format!("{kind} is served"), std::time::Duration::from_secs(30), is_served, String::new);
}

fn condition(name: &str, status: &str, reason: &str) -> Value {
    json!({"type": name, "status": status, "reason": reason, "message": "", "lastTransitionTime": now()})
}

/// The node is to reboot itself, and nobody knows yet whether it has.
pub(crate) fn self_running(ns: &Namespace, node: &TestNode) {
    let processing = condition("Processing", "True", "RemediationStarted");
    let succeeded = condition("Succeeded", "Unknown", "RemediationStarted");
    let status = json!({
        "phase": "Pre-Reboot-Completed", "timeAssumedRebooted": now(), "conditions": [processing, succeeded],
    });
    write(ns, SELF, node, &status);
}

/// The node has rebooted itself, if it can, and its pods are being removed.
pub(crate) fn self_fenced(ns: &Namespace, node: &TestNode) {
    let processing = condition("Processing", "False", "RemediationFinishedSuccessfully");
    let succeeded = condition("Succeeded", "True", "RemediationFinishedSuccessfully");
    let status = json!({"phase": "Fencing-Completed", "conditions": [processing, succeeded]});
    write(ns, SELF, node, &status);
}

/// A fence agent is about to switch the machine off and on.
pub(crate) fn agent_running(ns: &Namespace, node: &TestNode) {
    agent(ns, node, "Unknown", "RemediationStarted");
}

/// A fence agent has switched the machine off and on; its pods are being removed.
pub(crate) fn agent_fenced(ns: &Namespace, node: &TestNode) {
    agent(ns, node, "True", "FenceAgentSucceeded");
}

fn agent(ns: &Namespace, node: &TestNode, acted: &str, reason: &str) {
    let processing = condition("Processing", "True", reason);
    let action = condition("FenceAgentActionSucceeded", acted, reason);
    let succeeded = condition("Succeeded", "Unknown", reason);
    let status = json!({"conditions": [processing, action, succeeded], "lastUpdateTime": now()});
    write(ns, AGENT, node, &status);
}

fn write(ns: &Namespace, (group, kind): (&str, &str), node: &TestNode, status: &Value) {
    serve();
    ns.apply(json!({
        "apiVersion": format!("{group}/v1alpha1"),
        "kind": kind,
        "metadata": {"name": node.name()},
        "spec": {},
        "status": status,
    }));
}
