//! A namespace of its own for each test.

use super::wait::{PATIENCE, wait_until};
use super::{ClusterHandle, Run, Running, cluster, dump, env, run};
use crate::client::block_on;
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{Namespace as KubeNamespace, Pod, ServiceAccount};
use kube::api::{Api, DeleteParams, ListParams, PostParams};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Anything that can be applied: one or more objects, without a namespace.
pub trait Manifest {
    /// The objects, in the order to apply them.
    fn into_objects(self) -> Vec<Value>;
}

impl Manifest for Value {
    fn into_objects(self) -> Vec<Value> {
        vec![self]
    }
}

/// A namespace that nobody else uses. It is deleted, without waiting, when dropped; when the test panicked and
/// `KUBECTL_STATEFUL_TEST_KEEP` is set, it stays.
#[derive(Debug)]
pub struct Namespace {
    pub(super) cluster: Arc<ClusterHandle>,
    pub(super) name: String,
}

impl Namespace {
    /// Makes one in the cluster that all tests share; `name` begins its name. Pods can be created in it when this
    /// returns.
    ///
    /// # Panics
    /// When there is no cluster, or it refuses.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self::on(cluster(), name)
    }

    /// Makes one in another cluster: one that the test booted for itself, to do what would disturb others.
    ///
    /// # Panics
    /// When the cluster refuses.
    #[must_use]
    pub fn on(cluster: &Arc<ClusterHandle>, name: &str) -> Self {
        let client = cluster.client();
        let namespace = Self { cluster: Arc::clone(cluster), name: format!("{name}-{}", unique()) };
        let object = json!({"metadata": {"name": namespace.name}});
        let object: KubeNamespace = serde_json::from_value(object).expect("a namespace");
        let api: Api<KubeNamespace> = Api::all(client);
        block_on(api.create(&PostParams::default(), &object)).expect("a new namespace");
        // A pod without its service account is refused, and the controller then waits before it tries again.
        namespace.wait_until("the service account is there", || {
            namespace.get::<ServiceAccount>("default").is_some()
        });
        namespace
    }

    /// Its name, unique in the cluster.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Waits until the condition holds, 30 s at the most.
    ///
    /// # Panics
    /// At the deadline, with what was waited for and all that is in the namespace.
    pub fn wait_until(&self, what: &str, holds: impl FnMut() -> bool) {
        self.wait_for(PATIENCE, what, holds);
    }

    /// As [`Self::wait_until`], with another deadline.
    ///
    /// # Panics
    /// At the deadline.
    pub fn wait_for(&self, patience: Duration, what: &str, holds: impl FnMut() -> bool) {
        wait_until(what, patience, holds, || dump::all(self));
    }

    /// Runs kubectl in this namespace, as administrator.
    #[must_use]
    pub fn kubectl(&self, args: &[&str]) -> Run {
        run::kubectl(&self.cluster.kubeconfig, &self.name, args).end()
    }

    /// Runs the plugin's program in this namespace, as administrator.
    #[must_use]
    pub fn plugin(&self, args: &[&str]) -> Run {
        self.spawn(args).end()
    }

    /// Runs a line in a shell that finds this cluster, kubectl and the plugin, as a user does who pastes it. The
    /// line itself has to name the namespace.
    #[must_use]
    pub fn shell(&self, line: &str) -> Run {
        run::shell(&self.cluster.kubeconfig, line).end()
    }

    /// Starts the plugin's program, to be watched while it runs.
    #[must_use]
    pub fn spawn(&self, args: &[&str]) -> Running {
        run::plugin(&self.cluster.kubeconfig, &self.name, args)
    }

    /// Starts kubectl, to be watched while it runs.
    #[must_use]
    pub fn spawn_kubectl(&self, args: &[&str]) -> Running {
        run::kubectl(&self.cluster.kubeconfig, &self.name, args)
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        if std::thread::panicking() && std::env::var_os(env::KEEP).is_some() {
            crate::note(&format!("kept namespace {}", self.name));
            return;
        }
        let client = self.cluster.client();
        let sets: Api<StatefulSet> = Api::namespaced(client.clone(), &self.name);
        let pods: Api<Pod> = Api::namespaced(client.clone(), &self.name);
        let namespaces: Api<KubeNamespace> = Api::all(client);
        // Best effort: the cluster may be on its way out. Sets go first: for each attempt to make a pod in a namespace
        // that goes, the controller writes an event, and with dozens of such sets its events come half a minute
        // late in the namespaces of others. Pods that would stay Terminating are forced.
        block_on(async {
            let _ = sets.delete_collection(&DeleteParams::background(), &ListParams::default()).await;
            let _ = namespaces.delete(&self.name, &DeleteParams::background()).await;
            let _ = pods
                .delete_collection(&DeleteParams::default().grace_period(0), &ListParams::default())
                .await;
        });
    }
}

/// Enough to tell namespaces of one cluster apart, in letters and digits.
fn unique() -> String {
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let mut number = nanos ^ (u128::from(std::process::id()) << 40);
    let mut text = String::new();
    for _ in 0..8 {
        let digit = u32::try_from(number % 36).unwrap_or_default();
        text.push(char::from_digit(digit, 36).unwrap_or('0'));
        number /= 36;
    }
    text
}
