//! What may befall a node, and how it is undone.

use super::RealNode;
use crate::boot::halt;
use crate::real::processes::{self, signal};
use crate::real::{kubelet, network};
use anyhow::{Context, Result, ensure};
use nix::sys::signal::Signal;

impl RealNode {
    /// Starts the kubelet.
    ///
    /// # Errors
    /// When one runs already, or it cannot be started.
    pub fn start_kubelet(&self) -> Result<()> {
        ensure!(self.kubelet().is_none(), "{} has a kubelet", self.name);
        let args = {
            let cluster = self.cluster();
            let own = (self.name, self.number);
            kubelet::prepare(cluster.dir(), &self.dir, cluster.state(), own, &self.others())?
        };
        let path = self.parts.kubelet.clone();
        self.spawn_inside(&self.kubelet_name(), &path, &args)?;
        self.wait("the kubelet", || self.kubelet())?;
        Ok(())
    }

    /// Lets the kubelet stand still (SIGSTOP): to the cluster the node is dead, and its containers live on.
    ///
    /// # Errors
    /// When there is no kubelet.
    pub fn stop_kubelet(&self) -> Result<()> {
        halt(self.kubelet().context("no kubelet")?)
    }

    /// Undoes [`Self::stop_kubelet`].
    ///
    /// # Errors
    /// When there is no kubelet.
    pub fn continue_kubelet(&self) -> Result<()> {
        signal(self.kubelet().context("no kubelet")?, Signal::SIGCONT)?;
        self.continue_wrapper(&self.kubelet_name())
    }

    /// Lets the container runtime stand still (SIGSTOP): the kubelet can neither start nor end a container, and those
    /// that run live on.
    ///
    /// # Errors
    /// When there is none.
    pub fn stop_runtime(&self) -> Result<()> {
        halt(self.containerd().context("no container runtime")?)
    }

    /// Undoes [`Self::stop_runtime`].
    ///
    /// # Errors
    /// When there is none.
    pub fn continue_runtime(&self) -> Result<()> {
        signal(self.containerd().context("no container runtime")?, Signal::SIGCONT)?;
        self.continue_wrapper(&self.containerd_name())
    }

    /// nsenter stands still with what it started.
    fn continue_wrapper(&self, name: &str) -> Result<()> {
        let wrapper = self.cluster().state().pid(name).with_context(|| format!("no {name}"))?;
        signal(wrapper, Signal::SIGCONT)
    }

    /// Kills the kubelet; its containers live on. Returns when it is gone.
    ///
    /// # Errors
    /// When there is none.
    pub fn kill_kubelet(&self) -> Result<()> {
        signal(self.kubelet().context("no kubelet")?, Signal::SIGKILL)?;
        self.wait("the end of its kubelet", || self.kubelet().is_none().then_some(()))?;
        self.cluster().kill(&self.kubelet_name())
    }

    /// Kills every process of every container, as a power cut does. The kubelet must be stopped or killed, or it
    /// starts them again.
    ///
    /// # Errors
    /// When one of them cannot be signalled.
    pub fn kill_containers(&self) -> Result<()> {
        for pid in processes::of_node(self.name) {
            signal(pid, Signal::SIGKILL)?;
        }
        self.wait("the end of its containers", || processes::of_node(self.name).is_empty().then_some(()))
    }

    /// Pulls the network cable out: nobody reaches the node or its pods, and all of them live on.
    ///
    /// # Errors
    /// When the node has ended.
    pub fn cut_network(&self) -> Result<()> {
        network::connect(self.number, false)
    }

    /// Puts the network cable in again.
    ///
    /// # Errors
    /// When the node has ended.
    pub fn restore_network(&self) -> Result<()> {
        network::connect(self.number, true)
    }
}
