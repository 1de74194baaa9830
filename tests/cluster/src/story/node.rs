//! A test's own nodes, to be broken without harm to others.

use super::{ClusterHandle, Namespace};
use crate::boot::{KUBELET_LABEL, KUBELET_RUNNING};
use crate::client::block_on;
use k8s_openapi::api::core::v1::Node;
use kube::api::{Api, DeleteParams, Patch, PatchParams, PostParams};
use serde_json::{Value, json};
use std::sync::Arc;

/// The label and taint of a test's own node; its value is the test's namespace.
pub(crate) const OWNER: &str = "kubectl-stateful.test/owner";

/// A simulated node for one test: tainted, so that other tests' pods stay away. Dropping it deletes it.
#[derive(Debug)]
pub struct TestNode {
    cluster: Arc<ClusterHandle>,
    name: String,
    namespace: String,
}

/// A node with a kubelet, for the pods of one namespace.
pub(crate) fn own_node(name: &str, namespace: &str) -> Value {
    json!({
        "metadata": {"name": name, "labels": {
            KUBELET_LABEL: KUBELET_RUNNING,
            OWNER: namespace,
            "kubernetes.io/hostname": name,
            "kubernetes.io/os": "linux",
        }},
        "spec": {"taints": [{"key": OWNER, "value": namespace, "effect": "NoSchedule"}]},
    })
}

impl Namespace {
    /// Makes a node `<namespace>-<name>` and waits until it is Ready. Sets get there by
    /// [`node`](super::SetBuilder::node) or [`nodes_of`](super::SetBuilder::nodes_of).
    ///
    /// # Panics
    /// When it is not Ready in 30 s.
    #[must_use]
    pub fn node(&self, name: &str) -> TestNode {
        let node = TestNode {
            cluster: Arc::clone(&self.cluster),
            name: format!("{}-{name}", self.name),
            namespace: self.name.clone(),
        };
        let object = own_node(&node.name, &self.name);
        let object: Node = serde_json::from_value(object).expect("a node");
        block_on(node.nodes().create(&PostParams::default(), &object)).expect("a new node");
        // The controller takes away the taint of a new node a moment after it is Ready.
        self.wait_until(&format!("{name} is Ready"), || node.ready() == "True" && node.taints() == 1);
        node
    }
}

impl TestNode {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Its Ready condition: `True`, `False` or `Unknown`; empty when it has none.
    #[must_use]
    pub fn ready(&self) -> String {
        let status = self.get().and_then(|node| node.status).unwrap_or_default();
        let ready = status.conditions.unwrap_or_default().into_iter().find(|one| one.type_ == "Ready");
        ready.map(|condition| condition.status).unwrap_or_default()
    }

    fn taints(&self) -> usize {
        self.get().and_then(|node| node.spec?.taints).map_or(0, |taints| taints.len())
    }

    pub(super) fn client(&self) -> kube::Client {
        self.cluster.client()
    }

    fn get(&self) -> Option<Node> {
        block_on(self.nodes().get_opt(&self.name)).expect("a node or none")
    }

    /// From now on nobody answers for the node: its lease runs out, it turns Unknown after 8 s, its pods leave it
    /// 5 s later, and a deleted pod stays Terminating.
    ///
    /// # Panics
    /// When the node is gone.
    pub fn kill_kubelet(&self) {
        self.label(&Value::Null);
    }

    /// Undoes [`Self::kill_kubelet`].
    ///
    /// # Panics
    /// When the node is gone.
    pub fn revive_kubelet(&self) {
        self.label(&json!(KUBELET_RUNNING));
    }

    /// Deletes the node object, as a cloud does after it took the machine away.
    ///
    /// # Panics
    /// When it is gone already.
    pub fn delete(&self) {
        block_on(self.nodes().delete(&self.name, &DeleteParams::default())).expect("a node to delete");
    }

    pub(super) fn nodes(&self) -> Api<Node> {
        Api::all(self.cluster.client())
    }

    fn label(&self, value: &Value) {
        let patch = json!({"metadata": {"labels": {KUBELET_LABEL: value}}});
        block_on(self.nodes().patch(&self.name, &PatchParams::default(), &Patch::Merge(patch)))
            .expect("the node");
    }
}

impl Drop for TestNode {
    fn drop(&mut self) {
        // It may have been deleted by the test.
        let _ = block_on(self.nodes().delete(&self.name, &DeleteParams::default()));
    }
}
