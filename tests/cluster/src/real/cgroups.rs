//! The control groups below which a node keeps those of its pods.

use anyhow::{Context, Result};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long the kernel may take to let go of control groups whose processes were killed.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a kubelet wants to control, as far as the machine can.
const CONTROLLERS: [&str; 6] = ["cpu", "cpuset", "hugetlb", "io", "memory", "pids"];

/// A node's control group, below the root of each hierarchy.
pub(super) fn name(node: &str) -> String {
    format!("kubectl-stateful-{node}")
}

/// Makes a node's control group in every hierarchy: two kubelets with the same one remove each other's pods.
pub(super) fn make(node: &str) -> Result<()> {
    for root in hierarchies()? {
        let dir = root.join(name(node));
        std::fs::create_dir_all(&dir).with_context(|| format!("failed to make {}", dir.display()))?;
        if root.join("cgroup.controllers").exists() {
            hand_down_controllers(&root, &dir)?;
        }
        // Version 1 starts a new group without any processor or memory, where nothing can run.
        for file in ["cpuset.cpus", "cpuset.mems"] {
            if let Ok(all) = std::fs::read(root.join(file)) {
                std::fs::write(dir.join(file), all)?;
            }
        }
    }
    Ok(())
}

/// Version 2 gives a group only those controllers that its parent hands down.
fn hand_down_controllers(root: &Path, dir: &Path) -> Result<()> {
    let controllers = std::fs::read_to_string(root.join("cgroup.controllers"))?;
    for controller in controllers.split_whitespace().filter(|one| CONTROLLERS.contains(one)) {
        for group in [root, dir] {
            std::fs::write(group.join("cgroup.subtree_control"), format!("+{controller}"))
                .with_context(|| format!("failed to hand down {controller} in {}", group.display()))?;
        }
    }
    Ok(())
}

/// Removes a node's control groups. Their processes must have been killed.
pub(super) fn remove(node: &str) -> Result<()> {
    for root in hierarchies()? {
        remove_group(&root.join(name(node)))?;
    }
    Ok(())
}

/// A group can be removed when no process and no group is in it.
fn remove_group(dir: &Path) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(dir) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove_group(&entry.path())?;
        }
    }
    let deadline = Instant::now() + PATIENCE;
    loop {
        match std::fs::remove_dir(dir) {
            Err(error) if error.kind() == ErrorKind::ResourceBusy && Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(10));
            }
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("failed to remove {}", dir.display()));
            }
            _ => return Ok(()),
        }
    }
}

/// Where the hierarchies of control groups are mounted, of either version.
fn hierarchies() -> Result<Vec<PathBuf>> {
    let mounts = std::fs::read_to_string("/proc/self/mounts")?;
    let fields = mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    let groups = fields.filter(|fields| matches!(fields.get(2), Some(&("cgroup" | "cgroup2"))));
    Ok(groups.filter_map(|fields| fields.get(1).map(PathBuf::from)).collect())
}
