//! The programs of a cluster: where they are, and how they come there.

mod module;

use crate::interrupt::Interrupt;
use anyhow::Result;
use module::{CONTAINERD, COREDNS, ELECTOR, GoModule, KUBERNETES, KWOK, NODE, PAUSE};
use std::path::PathBuf;

/// The version of Kubernetes the tests run against; the go.mod of module `kubernetes` pins it.
pub const KUBERNETES_VERSION: &str = "v1.36.4";

/// Built programs.
#[derive(Clone, Debug)]
pub struct Parts {
    /// etcd.
    pub etcd: PathBuf,
    /// The API server.
    pub kube_apiserver: PathBuf,
    /// The controller manager.
    pub kube_controller_manager: PathBuf,
    /// The scheduler.
    pub kube_scheduler: PathBuf,
    /// kubectl, of the same version.
    pub kubectl: PathBuf,
    /// The simulator of nodes.
    pub kwok: PathBuf,
    /// A member of a group that elects its leader.
    pub elector: PathBuf,
}

impl Parts {
    /// Finds the parts in the cache and builds what is missing there: ten minutes the first time.
    ///
    /// # Errors
    /// When Go is missing or too old, or a build fails or is interrupted.
    pub fn ensure(interrupt: &Interrupt) -> Result<Self> {
        let go = module::go_version()?;
        let dir = |module: &GoModule| module.ensure(&go, interrupt);
        let (kubernetes, kwok) = (dir(&KUBERNETES)?, dir(&KWOK)?);
        Ok(Self {
            etcd: kubernetes.join("etcd"),
            kube_apiserver: kubernetes.join("kube-apiserver"),
            kube_controller_manager: kubernetes.join("kube-controller-manager"),
            kube_scheduler: kubernetes.join("kube-scheduler"),
            kubectl: kubernetes.join("kubectl"),
            kwok: kwok.join("kwok"),
            elector: dir(&ELECTOR)?.join("elector"),
        })
    }
}

/// Built programs of real nodes.
#[derive(Clone, Debug)]
pub struct NodeParts {
    /// The kubelet.
    pub kubelet: PathBuf,
    /// The container runtime.
    pub containerd: PathBuf,
    /// What containerd starts for each pod.
    pub shim: PathBuf,
    /// containerd's command line.
    pub ctr: PathBuf,
    /// The DNS server.
    pub coredns: PathBuf,
    /// The first process of a node and of each of its pods.
    pub pause: PathBuf,
}

impl NodeParts {
    /// Finds them in the cache and builds what is missing there: three minutes after the other parts.
    ///
    /// # Errors
    /// As for [`Parts::ensure`].
    pub fn ensure(interrupt: &Interrupt) -> Result<Self> {
        let go = module::go_version()?;
        let dir = |module: &GoModule| module.ensure(&go, interrupt);
        let containerd = dir(&CONTAINERD)?;
        Ok(Self {
            kubelet: dir(&NODE)?.join("kubelet"),
            shim: containerd.join("containerd-shim-runc-v2"),
            ctr: containerd.join("ctr"),
            containerd: containerd.join("containerd"),
            coredns: coredns(interrupt)?,
            pause: dir(&PAUSE)?.join("pause"),
        })
    }
}

/// The DNS server, found in the cache or built there: two minutes.
///
/// # Errors
/// As for [`Parts::ensure`].
pub fn coredns(interrupt: &Interrupt) -> Result<PathBuf> {
    Ok(COREDNS.ensure(&module::go_version()?, interrupt)?.join("coredns"))
}
