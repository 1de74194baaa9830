//! What belongs to the whole machine: the right to have real nodes on it, and what they leave behind.

use super::{NODES, cgroups, network, processes};
use crate::boot::State;
use crate::interrupt::Interrupt;
use crate::{cache, note};
use anyhow::{Context, Result, ensure};
use nix::sys::signal::Signal;
use std::fs::{File, OpenOptions};
use std::path::Path;
use std::time::{Duration, Instant};

/// The names of bridge, cables and control groups are the machine's, so the lock is not one of a user's cache.
const LOCK: &str = "/run/kubectl-stateful-real.lock";

/// Directories that programs of a node have by fixed names. Inside of a node its own lie over them.
pub(super) const HIDDEN: [(&str, &str); 3] =
    [("kubelet", "/var/lib/kubelet"), ("cni", "/var/lib/cni"), ("log", "/var/log")];

/// How long all that runs in a node may take to be gone when its first process is.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a process that has lost its memory may take to lose its files too.
const PARTING: Duration = Duration::from_secs(5);

/// The right to have real nodes on this machine, and its end.
#[derive(Debug)]
pub(super) struct Machine {
    /// The nodes hold it open too: it is free when the last of them is gone, whoever killed them.
    pub(super) lock: File,
    /// Whether the nodes live on when this is dropped.
    pub(super) left: bool,
}

impl Machine {
    /// Waits until no other real nodes are on this machine, removes what killed ones left and makes the bridge.
    pub(super) fn take(interrupt: &Interrupt) -> Result<Self> {
        let lock = open_lock()?;
        if lock.try_lock().is_err() {
            note(&format!("waiting for the real nodes of another cluster to end ({LOCK})"));
            while lock.try_lock().is_err() {
                interrupt.check()?;
                ensure!(
                    !is_up()?,
                    "`cargo cluster up --real` has the real nodes; end it with `cargo cluster down`"
                );
                std::thread::sleep(Duration::from_millis(100));
            }
        }
        let machine = Self { lock, left: false };
        clean()?;
        for (_, place) in HIDDEN {
            std::fs::create_dir_all(place).with_context(|| format!("failed to make {place}"))?;
        }
        network::make_bridge()?;
        Ok(machine)
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if !self.left {
            report(clean());
        }
    }
}

/// Removes what nodes left that somebody else had made and that end. With other nodes on the machine, nothing of them is
/// there: those removed it before they began.
pub(crate) fn clean_after(state: &State) {
    let Some(lock) = Some(open_lock()).filter(|_| state.real).and_then(Result::ok) else { return };
    // A process that is being killed has lost its name already, by which it is waited for, and still holds the lock.
    let deadline = Instant::now() + PARTING;
    while lock.try_lock().is_err() {
        if Instant::now() > deadline {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    report(clean());
}

/// Whether the cluster that stays has real nodes; waiting for its end would be in vain.
fn is_up() -> Result<bool> {
    let dir = cache::run_dir()?.join("up");
    Ok(State::read(&dir).is_some_and(|state| state.real && state.running(&dir)))
}

/// Kills real nodes of a cluster, and waits until all that ran in them is gone.
pub(crate) fn end_nodes(dir: &Path, state: &State, nodes: &[&str]) {
    let of_nodes = state.processes.iter().filter(|process| nodes.contains(&process.name.as_str()));
    let outer: Vec<_> = of_nodes.filter(|process| process.is_ours(dir)).collect();
    for init in outer.iter().filter_map(|process| processes::only_child(process.pid)) {
        // All others of the node end with its first process.
        let _ = processes::signal(init, Signal::SIGKILL);
    }
    // What has started a node ends when the node has, and that ends last of all that is in it.
    let deadline = Instant::now() + PATIENCE;
    while outer.iter().any(|process| process.is_ours(dir)) && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn report(cleaned: Result<()>) {
    if let Err(error) = cleaned {
        note(&format!("real nodes left something behind: {error:#}"));
    }
}

fn open_lock() -> Result<File> {
    let options = OpenOptions::new().create(true).truncate(false).write(true).open(LOCK);
    options.with_context(|| format!("failed to open {LOCK}"))
}

fn clean() -> Result<()> {
    for node in NODES {
        cgroups::remove(node)?;
    }
    for (_, place) in HIDDEN.iter().filter(|(_, place)| place.starts_with("/var/lib/")) {
        // Made to be covered, so it is empty; one that is not is somebody's, and stays.
        let _ = std::fs::remove_dir(place);
    }
    network::remove()
}
