//! Processes of a cluster that stand still for a while.

use super::State;
use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// Stopped processes; they go on when this is dropped.
#[derive(Debug)]
pub struct Frozen(Vec<Pid>);

impl Frozen {
    /// Stops processes of a cluster by their names in its state file.
    ///
    /// # Errors
    /// When one of them does not run.
    pub fn stop(state: &State, names: &[&str]) -> Result<Self> {
        let mut frozen = Self(Vec::new());
        for name in names {
            let pid = state.pid(name).with_context(|| format!("{name} does not run here"))?;
            let pid = Pid::from_raw(i32::try_from(pid)?);
            kill(pid, Signal::SIGSTOP).with_context(|| format!("failed to stop {name}"))?;
            frozen.0.push(pid);
        }
        Ok(frozen)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        for pid in &self.0 {
            // It may have ended with its cluster.
            let _ = kill(*pid, Signal::SIGCONT);
        }
    }
}
