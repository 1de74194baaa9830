//! One real node: namespaces of the kernel that stand for a machine, with a container runtime and a kubelet in them.

mod faults;
mod power;

use super::processes::child_of;
use super::{NODES, cluster, network};
use crate::boot::{Cluster, Program};
use crate::parts::NodeParts;
use anyhow::{Context, Result, ensure};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// How long one of a node's programs may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// A real node.
#[derive(Debug)]
pub struct RealNode {
    name: &'static str,
    number: u8,
    dir: PathBuf,
    cluster: Arc<Mutex<Cluster>>,
    parts: NodeParts,
    lock: File,
}

impl RealNode {
    pub(super) fn new(
        index: usize,
        cluster: &Arc<Mutex<Cluster>>,
        parts: &NodeParts,
        lock: &File,
    ) -> Result<Self> {
        let name = NODES[index];
        let dir = cluster::lock(cluster).dir().join(name);
        let (cluster, parts) = (Arc::clone(cluster), parts.clone());
        Ok(Self { name, number: u8::try_from(index + 1)?, dir, cluster, parts, lock: lock.try_clone()? })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name
    }

    /// Its address, as pods and the machine reach it.
    #[must_use]
    pub fn address(&self) -> std::net::Ipv4Addr {
        network::address(self.number)
    }

    /// Whether it has power.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.init().is_some()
    }

    /// The kubelet's process id.
    #[must_use]
    pub fn kubelet(&self) -> Option<u32> {
        self.child(&self.kubelet_name(), &self.parts.kubelet)
    }

    /// The container runtime's process id.
    fn containerd(&self) -> Option<u32> {
        self.child(&self.containerd_name(), &self.parts.containerd)
    }

    /// The process id of the node's first process; all others of the node end with it.
    pub(super) fn init(&self) -> Option<u32> {
        self.child(self.name, &self.parts.pause)
    }

    /// What a wrapper of ours started, once it is that program.
    fn child(&self, wrapper: &str, program: &Path) -> Option<u32> {
        child_of(self.cluster().state().pid(wrapper)?, program)
    }

    fn spawn_inside(&self, name: &str, program: &Path, args: &[String]) -> Result<()> {
        let init = self.init().context("the node has ended")?.to_string();
        let program = program.display().to_string();
        let mut all = vec!["--target", &init, "--mount", "--net", "--pid", "--ipc", "--uts", "--", &program];
        all.extend(args.iter().map(String::as_str));
        self.spawn(name, Path::new("nsenter"), &all, None)
    }

    fn spawn(&self, name: &str, program: &Path, args: &[&str], holds: Option<File>) -> Result<()> {
        let args = args.iter().map(|&arg| arg.to_owned()).collect();
        self.cluster().spawn(name, &Program { path: program.to_owned(), args, holds })
    }

    fn wait<T>(&self, what: &str, mut found: impl FnMut() -> Option<T>) -> Result<T> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = found() {
                return Ok(found);
            }
            let in_time = Instant::now() < deadline;
            ensure!(in_time, "{} waited in vain for {what}\n{}", self.name, self.log_tail());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The last lines of what its programs said; they are gone with the cluster.
    pub(super) fn log_tail(&self) -> String {
        let logs = self.cluster().dir().join("logs");
        let tail = |name: String| {
            let log = std::fs::read_to_string(logs.join(format!("{name}.log"))).unwrap_or_default();
            let lines: Vec<_> = log.lines().collect();
            format!("{name}:\n{}\n", lines[lines.len().saturating_sub(10)..].join("\n"))
        };
        [self.name.to_owned(), self.containerd_name(), self.kubelet_name()].map(tail).concat()
    }

    fn others(&self) -> Vec<u8> {
        (1..=2).filter(|number| *number != self.number).collect()
    }

    fn kubelet_name(&self) -> String {
        format!("kubelet-{}", self.name)
    }

    fn containerd_name(&self) -> String {
        format!("containerd-{}", self.name)
    }

    fn cluster(&self) -> MutexGuard<'_, Cluster> {
        cluster::lock(&self.cluster)
    }
}
