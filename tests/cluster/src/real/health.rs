//! Whether real nodes are well, and how they become so again.

use super::{RealCluster, RealNode, dns, processes};
use crate::client::block_on;
use crate::interrupt::Interrupt;
use anyhow::{Result, ensure};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Node, Pod, Taint};
use kube::api::{Api, ListParams, Patch, PatchParams};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// How long the nodes may take to be Ready, and the DNS servers to answer. A pod that was deleted by force may live for
/// the 30 s of its grace period.
const PATIENCE: Duration = Duration::from_secs(90);

/// The taint of a node of which nothing is heard.
const UNREACHABLE: &str = "node.kubernetes.io/unreachable";

/// The taint of a node that a person has declared dead.
const OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";

impl RealCluster {
    /// A node's Ready condition: `True`, `False` or `Unknown`; empty when it has none.
    #[must_use]
    pub fn ready(&self, node: &RealNode) -> String {
        let conditions = self.object(node).and_then(|node| node.status?.conditions).unwrap_or_default();
        let ready = conditions.into_iter().find(|condition| condition.type_ == "Ready");
        ready.map(|condition| condition.status).unwrap_or_default()
    }

    /// Whether the cluster has given a node up: it is Unknown, and nothing new is placed there. Between the one and the
    /// other a pod may still be.
    #[must_use]
    pub fn is_given_up(&self, node: &RealNode) -> bool {
        let taints = self.object(node).and_then(|node| node.spec?.taints).unwrap_or_default();
        let closed = |taint: &Taint| taint.key == UNREACHABLE && taint.effect == "NoSchedule";
        self.ready(node) == "Unknown" && taints.iter().any(closed)
    }

    /// Undoes whatever was done to the nodes, and returns when both are Ready, names are resolved, and no container of
    /// an earlier test is alive.
    ///
    /// # Errors
    /// When one of their programs cannot be started, or all that does not come true in 90 s.
    pub fn heal(&self) -> Result<()> {
        for node in &self.nodes {
            if !node.is_on() {
                node.power_on()?;
            }
            node.restore_network()?;
            node.continue_runtime()?;
            self.unmark(node)?;
            if node.kubelet().is_some() && self.object(node).is_none() {
                // Only a kubelet that starts makes its Node.
                node.kill_kubelet()?;
            }
            if node.kubelet().is_some() { node.continue_kubelet()? } else { node.start_kubelet()? }
        }
        self.wait("the real nodes to be healthy again", &Interrupt::never(), || {
            self.is_healthy() && self.is_quiet()
        })
    }

    /// Takes the mark off by which a person says that a node is out of service.
    fn unmark(&self, node: &RealNode) -> Result<()> {
        let mut taints = self.object(node).and_then(|node| node.spec?.taints).unwrap_or_default();
        let before = taints.len();
        taints.retain(|taint| taint.key != OUT_OF_SERVICE);
        if taints.len() < before {
            let patch = Patch::Merge(json!({"spec": {"taints": taints}}));
            let nodes = Api::<Node>::all(self.handle.client());
            block_on(nodes.patch(node.name(), &PatchParams::default(), &patch))?;
        }
        Ok(())
    }

    /// Whether both nodes are Ready without any taint, and each has its DNS server.
    pub(super) fn is_healthy(&self) -> bool {
        self.nodes.iter().all(|node| self.is_ready(node)) && self.resolves_names()
    }

    fn is_ready(&self, node: &RealNode) -> bool {
        let taints = self.object(node).and_then(|node| node.spec?.taints).unwrap_or_default();
        self.ready(node) == "True" && taints.is_empty()
    }

    fn resolves_names(&self) -> bool {
        let api: Api<Deployment> = Api::namespaced(self.handle.client(), dns::NAMESPACE);
        let status = block_on(api.get(dns::NAME)).ok().and_then(|found| found.status).unwrap_or_default();
        status.ready_replicas == i32::try_from(self.nodes.len()).ok()
    }

    /// Whether all pods, and all containers that live, are the cluster's own.
    fn is_quiet(&self) -> bool {
        let pods = Api::<Pod>::all(self.handle.client());
        let Ok(pods) = block_on(pods.list(&ListParams::default())) else { return false };
        let own = |pod: &Pod| pod.metadata.namespace.as_deref() == Some(dns::NAMESPACE);
        let known: BTreeSet<_> = pods.items.iter().filter_map(|pod| pod.metadata.uid.clone()).collect();
        pods.iter().all(own) && processes::all_containers().iter().all(|one| known.contains(&one.pod_uid))
    }

    fn object(&self, node: &RealNode) -> Option<Node> {
        block_on(Api::<Node>::all(self.handle.client()).get_opt(node.name())).ok().flatten()
    }

    pub(super) fn wait(&self, what: &str, interrupt: &Interrupt, holds: impl Fn() -> bool) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while !holds() {
            interrupt.check()?;
            let logs = || self.nodes.iter().map(RealNode::log_tail).collect::<String>();
            ensure!(Instant::now() < deadline, "gave up waiting for {what}\n{}", logs());
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}
