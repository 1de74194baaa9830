//! Objects outside of namespaces, and the kinds that extensions bring.

use kube::Api;
use kube::api::{DeleteParams, DynamicObject, ListParams, Patch, PatchParams};
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::{Value, json};
use test_cluster::client::block_on;
use test_cluster::*;

/// An object outside of namespaces; gone when dropped.
pub(crate) struct Outside {
    api: Api<DynamicObject>,
    name: String,
}

fn resource(version: &str, kind: &str) -> ApiResource {
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind))
}

fn apply(object: &Value) -> (Api<DynamicObject>, String) {
    let [version, kind] = ["apiVersion", "kind"].map(|key| object[key].as_str().unwrap_or_default());
    let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    let api: Api<DynamicObject> = Api::all_with(cluster().client(), &resource(version, kind));
    let params = PatchParams::apply("test").force();
    block_on(api.patch(&name, &params, &Patch::Apply(object)))
        .unwrap_or_else(|error| panic!("failed to apply {kind} {name}: {error}"));
    (api, name)
}

impl Outside {
    pub(crate) fn new(object: &Value) -> Self {
        let (api, name) = apply(object);
        Self { api, name }
    }

    pub(crate) fn patch_status(&self, status: &Value) {
        let patch = Patch::Merge(json!({"status": status}));
        block_on(self.api.patch_status(&self.name, &PatchParams::default(), &patch)).expect("a status");
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        // Best effort; the cluster is thrown away anyway.
        let _ = block_on(self.api.delete(&self.name, &DeleteParams::default()));
    }
}

/// Has the cluster serve a kind of which anything is accepted. It stays: other tests see a cluster that has none of it.
pub(crate) fn serve(ns: &Namespace, version: &str, kind: &str) {
    let (group, short) = version.split_once('/').expect("a group");
    let plural = format!("{}s", kind.to_lowercase());
    let schema = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let _ = apply(&json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": format!("{plural}.{group}"),
            "annotations": {"api-approved.kubernetes.io": "unapproved, for a test"},
        },
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"kind": kind, "plural": plural, "singular": kind.to_lowercase()},
            "versions": [
                {"name": short, "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}},
            ],
        },
    }));
    let api: Api<DynamicObject> =
        Api::namespaced_with(cluster().client(), ns.name(), &resource(version, kind));
    ns.wait_until(&format!("{kind} is served"), || block_on(api.list(&ListParams::default())).is_ok());
}

/// Nobody may delete claims with the label `keep` in this namespace as long as this lives.
pub(crate) fn nobody_deletes(ns: &Namespace) -> [Outside; 2] {
    let name = ns.name();
    let api = "admissionregistration.k8s.io/v1";
    let policy = Outside::new(&json!({
        "apiVersion": api,
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": {
            "matchConstraints": {"resourceRules": [{
                "apiGroups": [""], "apiVersions": ["v1"], "operations": ["DELETE"],
                "resources": ["persistentvolumeclaims"],
            }]},
            "validations": [{
                "expression": "!has(oldObject.metadata.labels) || !('keep' in oldObject.metadata.labels)",
                "message": "this claim is to be kept",
            }],
        },
    }));
    let binding = Outside::new(&json!({
        "apiVersion": api,
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": name},
        "spec": {
            "policyName": name,
            "validationActions": ["Deny"],
            "matchResources": {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}},
        },
    }));
    ns.apply(super::scene::claim("probe", &json!({"keep": ""})));
    ns.wait_until("the policy is in force", || {
        let probe = ns.kubectl(&["delete", "pvc", "probe", "--dry-run=server"]);
        probe.code != 0 && probe.stderr.contains("to be kept")
    });
    let _ = ns.kubectl(&["label", "pvc", "probe", "keep-"]).ok();
    let _ = ns.kubectl(&["delete", "pvc", "probe"]).ok();
    [binding, policy]
}
