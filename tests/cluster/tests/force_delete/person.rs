//! People with few rights: the administrator acts as them, so that there can be as many as there are tests.

use crate::said::Said;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding};
use kube::api::{Api, DeleteParams, PostParams};
use serde_json::{Value, json};
use test_cluster::client::block_on;
use test_cluster::*;

/// API group, resource, verbs.
pub(crate) type Right = (&'static str, &'static str, &'static [&'static str]);

const GET: &[&str] = &["get"];
const LIST: &[&str] = &["list"];

/// All that is read about a pod.
pub(crate) const READS: [Right; 15] = [
    ("", "pods", &["get", "list"]),
    ("", "nodes", GET),
    ("", "events", LIST),
    ("", "persistentvolumes", GET),
    ("", "persistentvolumeclaims", &["get", "list"]),
    ("", "services", GET),
    ("apps", "statefulsets", GET),
    ("apps", "controllerrevisions", LIST),
    ("autoscaling", "horizontalpodautoscalers", LIST),
    ("coordination.k8s.io", "leases", GET),
    ("policy", "poddisruptionbudgets", LIST),
    ("storage.k8s.io", "volumeattachments", LIST),
    ("storage.k8s.io", "csidrivers", LIST),
    ("self-node-remediation.medik8s.io", "selfnoderemediations", LIST),
    ("fence-agents-remediation.medik8s.io", "fenceagentsremediations", LIST),
];

/// Somebody with some rights in the whole cluster, for as long as this lives.
pub(crate) struct Person<'a> {
    ns: &'a Namespace,
    pub(crate) name: String,
}

impl<'a> Person<'a> {
    /// Somebody with these rights, once the authorizer has seen them.
    pub(crate) fn with(ns: &'a Namespace, name: &str, rights: &[Right]) -> Self {
        let person = Self { ns, name: format!("{}-{name}", ns.name()) };
        let rbac = "rbac.authorization.k8s.io";
        let rules: Vec<Value> = rights
            .iter()
            .map(|(group, resource, verbs)| json!({"apiGroups": [group], "resources": [resource], "verbs": verbs}))
            .collect();
        let role = json!({"metadata": {"name": person.name}, "rules": rules});
        let binding = json!({
            "metadata": {"name": person.name},
            "roleRef": {"apiGroup": rbac, "kind": "ClusterRole", "name": person.name},
            "subjects": [{"apiGroup": rbac, "kind": "User", "name": person.name}],
        });
        let role: ClusterRole = serde_json::from_value(role).expect("a role");
        let binding: ClusterRoleBinding = serde_json::from_value(binding).expect("a binding");
        let (params, client) = (PostParams::default(), || cluster().client());
        block_on(Api::all(client()).create(&params, &role)).expect("a new role");
        block_on(Api::all(client()).create(&params, &binding)).expect("a new binding");
        // A role is seen as a whole.
        let (group, resource, verbs) = rights[0];
        ns.wait_until("the grant is seen", || person.may(verbs[0], group, resource));
        person
    }

    /// Somebody with [`READS`], more of these, and none on that resource.
    pub(crate) fn without(ns: &'a Namespace, resource: &str, more: &[Right]) -> Self {
        let reads = READS.into_iter().filter(|(_, found, _)| *found != resource);
        let rights: Vec<Right> = reads.chain(more.iter().copied()).collect();
        Self::with(ns, &format!("no-{resource}"), &rights)
    }

    fn may(&self, verb: &str, group: &str, resource: &str) -> bool {
        let resource = if group.is_empty() { resource.to_owned() } else { format!("{resource}.{group}") };
        self.ns.kubectl(&["auth", "can-i", verb, &resource, "--as", &self.name]).code == 0
    }

    /// Runs `force-delete` as this person.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.ns.plugin(&[&["force-delete", "--as", &self.name], args].concat())
    }

    /// The same, with its document.
    pub(crate) fn ask(&self, args: &[&str]) -> Said {
        Said::of(self.run(&[&["-o", "json"], args].concat()))
    }
}

impl Drop for Person<'_> {
    fn drop(&mut self) {
        let (params, client) = (DeleteParams::default(), || cluster().client());
        // Best effort; the cluster is thrown away anyway.
        let _ = block_on(Api::<ClusterRoleBinding>::all(client()).delete(&self.name, &params));
        let _ = block_on(Api::<ClusterRole>::all(client()).delete(&self.name, &params));
    }
}
