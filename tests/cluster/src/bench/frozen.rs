//! A process of the cluster that stands still for a while.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// A stopped process; it goes on when this is dropped.
pub(super) struct Frozen(Pid);

impl Frozen {
    /// Stops a process of the cluster by its name; none where it does not run here.
    pub(super) fn stop(cluster: &test_cluster::story::ClusterHandle, name: &str) -> Option<Self> {
        let pid = Pid::from_raw(i32::try_from(cluster.state.pid(name)?).ok()?);
        kill(pid, Signal::SIGSTOP).ok()?;
        Some(Self(pid))
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        // It may have ended with its cluster.
        let _ = kill(self.0, Signal::SIGCONT);
    }
}
