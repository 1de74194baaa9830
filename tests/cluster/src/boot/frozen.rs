//! Processes of a cluster that stand still for a while.

use super::{State, stat};
use anyhow::{Context, Result, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs;
use std::time::{Duration, Instant};

/// How long the kernel may take to stop all threads of a process.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lets a process stand still (SIGSTOP), and returns when it does: the kernel stops one thread after the other, and until
/// then the others may answer a question.
///
/// # Errors
/// When there is no such process.
pub fn halt(pid: u32) -> Result<()> {
    kill(Pid::from_raw(i32::try_from(pid)?), Signal::SIGSTOP).with_context(|| format!("no process {pid}"))?;
    let deadline = Instant::now() + PATIENCE;
    while !stands_still(pid)? {
        ensure!(Instant::now() < deadline, "process {pid} does not stop");
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

fn stands_still(pid: u32) -> Result<bool> {
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        // A thread that has ended meanwhile does nothing either.
        let Some(state) = stat::field(&task?.path(), 3) else { continue };
        if !matches!(state.as_str(), "T" | "t" | "Z" | "X") {
            return Ok(false);
        }
    }
    Ok(true)
}

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
            frozen.0.push(Pid::from_raw(i32::try_from(pid)?));
            halt(pid).with_context(|| format!("failed to stop {name}"))?;
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
