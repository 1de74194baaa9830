//! Users with few rights.

use super::{Namespace, Run, Running, run};
use crate::boot::kubeconfig;
use crate::client::block_on;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding};
use kube::api::{Api, DeleteParams, PostParams};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

/// A right: API group, resource (`pods/eviction` for a subresource), verbs.
pub type Rule<'a> = (&'a str, &'a str, &'a [&'a str]);

/// A user of the cluster, in one namespace.
#[derive(Debug)]
pub struct User<'a> {
    namespace: &'a Namespace,
    name: String,
    pub(super) kubeconfig: NamedTempFile,
    cluster_role: Option<String>,
}

impl Namespace {
    /// The user (`user-a` to `user-e`) with these rights in this namespace and no others. Other tests' grants to
    /// the same user are in other namespaces.
    ///
    /// # Panics
    /// When the cluster was not booted here, as then it has no such users.
    #[must_use]
    pub fn as_user(&self, name: &str, rules: &[Rule<'_>]) -> User<'_> {
        let state = &self.cluster.state;
        let token = state.tokens.get(name).unwrap_or_else(|| panic!("the test cluster has no user {name}"));
        let file = NamedTempFile::new().expect("a temporary file");
        let text = kubeconfig(&state.server, &state.ca, name, token, &self.name);
        std::fs::write(file.path(), text).expect("a kubeconfig file");
        if !rules.is_empty() {
            let rbac = "rbac.authorization.k8s.io";
            let version = format!("{rbac}/v1");
            self.apply(json!({
                "apiVersion": version, "kind": "Role", "metadata": {"name": name}, "rules": policy(rules),
            }));
            self.apply(json!({
                "apiVersion": version, "kind": "RoleBinding", "metadata": {"name": name},
                "roleRef": {"apiGroup": rbac, "kind": "Role", "name": name},
                "subjects": [{"apiGroup": rbac, "kind": "User", "name": name}],
            }));
        }
        User { namespace: self, name: name.to_owned(), kubeconfig: file, cluster_role: None }
    }
}

impl User<'_> {
    /// Adds rights on what is not in a namespace, like nodes. Until this is dropped, the user has them in every
    /// test: use a user no other test uses without them.
    ///
    /// # Panics
    /// When the API server refuses.
    #[must_use]
    pub fn and_in_cluster(mut self, rules: &[Rule<'_>]) -> Self {
        let name = format!("{}-{}", self.namespace.name, self.name);
        let rbac = "rbac.authorization.k8s.io";
        let role = json!({"metadata": {"name": name}, "rules": policy(rules)});
        let binding = json!({
            "metadata": {"name": name},
            "roleRef": {"apiGroup": rbac, "kind": "ClusterRole", "name": name},
            "subjects": [{"apiGroup": rbac, "kind": "User", "name": self.name}],
        });
        let role: ClusterRole = serde_json::from_value(role).expect("a role");
        let binding: ClusterRoleBinding = serde_json::from_value(binding).expect("a binding");
        let (params, client) = (PostParams::default(), || self.namespace.cluster.client());
        block_on(Api::all(client()).create(&params, &role)).expect("a new role");
        block_on(Api::all(client()).create(&params, &binding)).expect("a new binding");
        self.cluster_role = Some(name);
        self
    }

    /// Runs the plugin's program as this user.
    #[must_use]
    pub fn plugin(&self, args: &[&str]) -> Run {
        self.spawn(args).end()
    }

    /// Starts the plugin's program as this user.
    #[must_use]
    pub fn spawn(&self, args: &[&str]) -> Running {
        run::plugin(self.kubeconfig.path(), &self.namespace.name, args)
    }

    /// Runs kubectl as this user.
    #[must_use]
    pub fn kubectl(&self, args: &[&str]) -> Run {
        run::kubectl(self.kubeconfig.path(), &self.namespace.name, args).end()
    }

    /// Waits until the authorizer has seen a grant: a verb and a resource, as for `kubectl auth can-i`.
    ///
    /// # Panics
    /// At the deadline.
    pub fn wait_can(&self, verb: &str, resource: &str) {
        let what = format!("{} can {verb} {resource}", self.name);
        self.namespace.wait_until(&what, || self.kubectl(&["auth", "can-i", verb, resource]).code == 0);
    }
}

impl Drop for User<'_> {
    fn drop(&mut self) {
        if let Some(name) = &self.cluster_role {
            let (params, client) = (DeleteParams::default(), || self.namespace.cluster.client());
            // Best effort; the cluster is thrown away anyway.
            let _ = block_on(Api::<ClusterRoleBinding>::all(client()).delete(name, &params));
            let _ = block_on(Api::<ClusterRole>::all(client()).delete(name, &params));
        }
    }
}

fn policy(rules: &[Rule<'_>]) -> Value {
    rules
        .iter()
        .map(
            |(group, resource, verbs)| json!({"apiGroups": [group], "resources": [resource], "verbs": verbs}),
        )
        .collect()
}
