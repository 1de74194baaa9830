//! A cluster with real nodes.

use super::images::standard;
use super::machine::Machine;
use super::{Image, NODES, RealNode, dns, missing, network, pieces};
use crate::boot::{Cluster, Options};
use crate::interrupt::Interrupt;
use crate::parts::{NodeParts, Parts};
use crate::story::ClusterHandle;
use anyhow::{Context, Result, anyhow};
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// A cluster with two real nodes. Dropping it ends it and leaves nothing behind, unless it is detached.
#[derive(Debug)]
pub struct RealCluster {
    // Dropped in this order: the nodes hold the cluster, and the machine is cleaned when both have ended.
    pub(super) nodes: Vec<RealNode>,
    cluster: Arc<Mutex<Cluster>>,
    pub(super) handle: Arc<ClusterHandle>,
    machine: Machine,
}

impl RealCluster {
    /// Boots a control plane with two real nodes, and returns when both are Ready and names are resolved. Waits while
    /// another cluster of this machine has real nodes.
    ///
    /// # Errors
    /// When something is missing ([`missing`]), a program does not become ready in time, or when interrupted.
    pub fn boot(
        parts: &Parts,
        node_parts: &NodeParts,
        options: &Options,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        let pieces = pieces::Pieces::find().map_err(|_| anyhow!(missing().unwrap_or_default()))?;
        let machine = Machine::take(interrupt)?;
        let kubelets = NODES.map(str::to_owned).into();
        let dual_stack = network::has_ipv6();
        let options = Options { address: network::MACHINE, kubelets, dual_stack, ..options.clone() };
        let archives = tempfile::tempdir()?;
        let (cluster, images) = thread::scope(|scope| {
            let images = scope.spawn(|| standard::write(archives.path(), node_parts, &pieces));
            (Cluster::boot(parts, &options, interrupt), joined(images))
        });
        let cluster = Arc::new(Mutex::new(cluster?));
        let handle = lock(&cluster).handle()?;
        let nodes = (0..NODES.len()).map(|index| RealNode::new(index, &cluster, node_parts, &machine.lock));
        let mut real = Self { nodes: nodes.collect::<Result<_>>()?, cluster, handle, machine };
        let started = images.and_then(|images| real.start(&images, parts, interrupt));
        if started.is_err() && options.detached.is_some() {
            // Nobody else would end it.
            crate::boot::end(&real.dir())?;
        }
        started?;
        real.machine.left = options.detached.is_some();
        Ok(real)
    }

    fn start(&self, images: &[PathBuf], parts: &Parts, interrupt: &Interrupt) -> Result<()> {
        let start = |node: &RealNode| {
            node.power_on()?;
            images.iter().try_for_each(|image| node.import(image))?;
            node.start_kubelet()
        };
        thread::scope(|scope| {
            let starting: Vec<_> = self.nodes.iter().map(|node| scope.spawn(move || start(node))).collect();
            let applied = self.apply_dns(parts);
            starting.into_iter().map(joined).chain([applied]).collect::<Result<()>>()
        })?;
        self.wait("the real nodes and their DNS servers", interrupt, || self.is_healthy())
    }

    fn apply_dns(&self, parts: &Parts) -> Result<()> {
        let file = self.dir().join("dns.json");
        let port = self.handle.state.server.rsplit(':').next().and_then(|port| port.parse().ok());
        let objects = dns::objects(port.context("the API server has a port")?, self.nodes.len());
        std::fs::write(&file, objects.to_string())?;
        let mut kubectl = Command::new(&parts.kubectl);
        kubectl.arg("--kubeconfig").arg(&self.handle.kubeconfig);
        kubectl.env("KUBECACHEDIR", file.with_file_name("kubectl-cache"));
        network::run(kubectl.args(["apply", "--filename"]).arg(&file))
    }

    /// Gives an image to both nodes; pods name it by [`Image::reference`].
    ///
    /// # Errors
    /// When it cannot be made, or a node refuses it.
    pub fn load(&self, image: &Image) -> Result<()> {
        let archive = tempfile::NamedTempFile::new()?;
        image.write(archive.path())?;
        self.nodes.iter().try_for_each(|node| node.import(archive.path()))
    }

    /// A node: 0 or 1.
    ///
    /// # Panics
    /// For any other number.
    #[must_use]
    pub fn node(&self, index: usize) -> &RealNode {
        &self.nodes[index]
    }

    /// The node of a name.
    #[must_use]
    pub fn node_named(&self, name: &str) -> Option<&RealNode> {
        self.nodes.iter().find(|node| node.name() == name)
    }

    /// Where to make namespaces.
    #[must_use]
    pub fn handle(&self) -> &Arc<ClusterHandle> {
        &self.handle
    }

    /// The cluster's directory.
    #[must_use]
    pub fn dir(&self) -> PathBuf {
        lock(&self.cluster).dir().to_owned()
    }
}

/// What a thread has returned; it panics where that did.
fn joined<T>(thread: thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

pub(super) fn lock(cluster: &Mutex<Cluster>) -> MutexGuard<'_, Cluster> {
    cluster.lock().unwrap_or_else(PoisonError::into_inner)
}
