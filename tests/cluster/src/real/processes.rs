//! Who really runs, as the kernel says: not what any object of the cluster claims.

use super::{NODES, cgroups};
use crate::boot::stat;
use anyhow::{Context, Result};
use nix::sched::{CloneFlags, setns};
use nix::unistd::{Pid, gethostname};
use std::fs::File;
use std::path::Path;

/// The first process of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerProcess {
    /// The name of the node it runs on.
    pub node: &'static str,
    /// Its process id on the machine.
    pub pid: u32,
    /// The pod it belongs to.
    pub pod_uid: String,
    /// The host name it sees: that of its pod.
    pub host_name: String,
}

/// The first process of every container on the real nodes whose host name is this one. Empty when nobody of that name is
/// alive.
#[must_use]
pub fn processes_of(host_name: &str) -> Vec<ContainerProcess> {
    all_containers().into_iter().filter(|one| one.host_name == host_name).collect()
}

/// The first process of every container of a pod, by the pod's uid. Empty when none is alive.
#[must_use]
pub fn processes_of_pod(uid: &str) -> Vec<ContainerProcess> {
    all_containers().into_iter().filter(|one| one.pod_uid == uid).collect()
}

/// The first process of every container on the real nodes, but for those that hold a pod's namespaces.
pub(super) fn all_containers() -> Vec<ContainerProcess> {
    let first = |pid: &u32| is_first(*pid) && !holds_namespaces(*pid);
    let on = |node: &'static str| {
        of_node(node).into_iter().filter(first).filter_map(move |pid| describe(node, pid))
    };
    NODES.into_iter().flat_map(on).collect()
}

/// All processes in control groups of a node's pods.
pub(super) fn of_node(node: &str) -> Vec<u32> {
    let group = format!("/{}/", cgroups::name(node));
    all().filter(|pid| groups(*pid).is_some_and(|groups| groups.contains(&group))).collect()
}

fn describe(node: &'static str, pid: u32) -> Option<ContainerProcess> {
    Some(ContainerProcess { node, pid, pod_uid: pod_uid(&groups(pid)?)?, host_name: host_name(pid)? })
}

/// Every process, as far as it can be told: they come and go.
fn all() -> impl Iterator<Item = u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn groups(pid: u32) -> Option<String> {
    std::fs::read_to_string(format!("/proc/{pid}/cgroup")).ok()
}

/// The kubelet names the control group of a pod `pod<uid>`.
fn pod_uid(groups: &str) -> Option<String> {
    let parts = groups.split(['/', '\n']);
    parts.filter_map(|part| part.strip_prefix("pod")).find(|uid| uid.contains('-')).map(str::to_owned)
}

/// Whether it has process id 1 in the innermost of its namespaces, and is not already dead.
fn is_first(pid: u32) -> bool {
    let Ok(status) = std::fs::read_to_string(format!("/proc/{pid}/status")) else { return false };
    let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    field("NSpid:").split_whitespace().last() == Some("1") && !field("State:").contains('Z')
}

fn holds_namespaces(pid: u32) -> bool {
    std::fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe == Path::new("/pause"))
}

/// The host name a process sees. Threads have one each, so a thread looks and ends.
fn host_name(pid: u32) -> Option<String> {
    let namespace = File::open(format!("/proc/{pid}/ns/uts")).ok()?;
    let look = move || {
        setns(namespace, CloneFlags::CLONE_NEWUTS).ok()?;
        gethostname().ok()?.into_string().ok()
    };
    std::thread::spawn(look).join().ok().flatten()
}

/// The child of a process that is this program.
pub(super) fn child_of(parent: u32, program: &Path) -> Option<u32> {
    // The kernel names a program by the file it is, not by a link that led there.
    let program = program.canonicalize().ok()?;
    let is_program =
        |pid: u32| std::fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe == program);
    children(parent).find(|pid| is_program(*pid))
}

/// The child of a process that has one.
pub(super) fn only_child(parent: u32) -> Option<u32> {
    children(parent).next()
}

fn children(parent: u32) -> impl Iterator<Item = u32> {
    all().filter(move |pid| parent_of(*pid) == Some(parent))
}

fn parent_of(pid: u32) -> Option<u32> {
    stat::field(Path::new(&format!("/proc/{pid}")), 4)?.parse().ok()
}

/// Sends a signal; that the process is gone already is no error.
pub(super) fn signal(pid: u32, signal: nix::sys::signal::Signal) -> Result<()> {
    match nix::sys::signal::kill(Pid::from_raw(i32::try_from(pid)?), signal) {
        Err(nix::errno::Errno::ESRCH) => Ok(()),
        sent => sent.with_context(|| format!("failed to send {signal} to process {pid}")),
    }
}
