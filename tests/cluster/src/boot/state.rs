//! The state file of a cluster: what runs, whose it is, and how to talk to it.

use super::stat;
use crate::{cache, note};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// One process of a cluster.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Process {
    /// The program, or its role when a program runs twice.
    pub name: String,
    /// Its process id.
    pub pid: u32,
}

impl Process {
    /// Whether this process still runs and is still the one that was started: all of them name the cluster's
    /// directory in their arguments, so a process id that was given to somebody else is told apart.
    #[must_use]
    pub fn is_ours(&self, dir: &Path) -> bool {
        let Ok(cmdline) = std::fs::read(format!("/proc/{}/cmdline", self.pid)) else { return false };
        String::from_utf8_lossy(&cmdline).contains(&*dir.to_string_lossy())
    }
}

/// The process that booted a cluster and ends it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Owner {
    pid: u32,
    /// Clock ticks after the machine's start, as in /proc/PID/stat: tells a reused process id apart.
    start: String,
}

impl Owner {
    fn this_process() -> Result<Self> {
        let pid = std::process::id();
        Ok(Self { pid, start: start_of(pid).context("no /proc of this process")? })
    }

    /// Whether the owner still runs.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        start_of(self.pid).is_some_and(|start| start == self.start)
    }
}

fn start_of(pid: u32) -> Option<String> {
    stat::field(Path::new(&format!("/proc/{pid}")), 22)
}

/// What is known about a cluster, in `state.json` of its directory.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct State {
    /// Who ends it; none for `cargo cluster up`, which lives until `down`.
    pub owner: Option<Owner>,
    /// Its processes, in the order of their start.
    pub processes: Vec<Process>,
    /// The API server's address.
    pub server: String,
    /// The certificate authority, PEM.
    pub ca: String,
    /// The tokens of the users without rights, by name.
    pub tokens: BTreeMap<String, String>,
    /// Whether it has real nodes, which leave more behind than processes and a directory.
    #[serde(default)]
    pub real: bool,
    /// How long the boot took; 0 until it is over.
    pub boot_millis: u64,
}

impl State {
    pub(super) fn new(_dir: &Path, owned: bool) -> Result<Self> {
        let owner = if owned { Some(Owner::this_process()?) } else { None };
        Ok(Self { owner, ..Self::default() })
    }

    /// Reads the state file of a cluster's directory; none when there is none or it makes no sense.
    #[must_use]
    pub fn read(dir: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(dir.join("state.json")).ok()?).ok()
    }

    /// Replaces the state file in one step, so that no reader sees half of it.
    pub(super) fn write(&self, dir: &Path) -> Result<()> {
        let new = dir.join("state.json.new");
        std::fs::write(&new, serde_json::to_vec_pretty(self)?)?;
        std::fs::rename(new, dir.join("state.json"))?;
        Ok(())
    }

    /// The process id of a process by its name.
    #[must_use]
    pub fn pid(&self, name: &str) -> Option<u32> {
        self.processes.iter().find(|process| process.name == name).map(|process| process.pid)
    }

    /// Whether the boot was completed and every process is alive.
    #[must_use]
    pub fn running(&self, dir: &Path) -> bool {
        self.boot_millis > 0 && self.processes.iter().all(|process| process.is_ours(dir))
    }
}

/// Ends and removes clusters whose owner was killed and could not do it.
///
/// # Errors
/// When the directory of clusters cannot be read.
pub fn sweep() -> Result<()> {
    for entry in std::fs::read_dir(cache::run_dir()?)? {
        let dir = entry?.path();
        let abandoned =
            State::read(&dir).and_then(|state| state.owner).is_some_and(|owner| !owner.is_alive());
        if abandoned {
            note(&format!("removing what a killed run left in {}", dir.display()));
            super::end(&dir)?;
        }
    }
    Ok(())
}
