//! The network of the nodes: a bridge of the machine's, and for each node a cable to it and a range of pod addresses.
//!
//! ```text
//! machine 10.200.0.1 ── bridge ─┬─ node 1 10.200.0.11, pods 10.200.1.0/24
//!                               └─ node 2 10.200.0.12, pods 10.200.2.0/24
//! ```

use super::NODES;
use anyhow::{Context, Result, bail};
use std::net::Ipv4Addr;
use std::process::{Command, Stdio};

/// The machine's address on the bridge, where the API server listens.
pub(crate) const MACHINE: Ipv4Addr = Ipv4Addr::new(10, 200, 0, 1);

/// The bridge; a name of an interface has at most 15 letters.
const BRIDGE: &str = "kstateful0";

/// The address of a node.
pub(crate) fn address(number: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 200, 0, 10 + number)
}

/// The addresses of a node's pods.
pub(crate) fn pods(number: u8) -> String {
    format!("10.200.{number}.0/24")
}

/// Whether this machine has IPv6. Pods on its nodes have such addresses then, too.
#[must_use]
pub fn has_ipv6() -> bool {
    std::fs::read_to_string("/proc/net/if_inet6").is_ok_and(|interfaces| !interfaces.is_empty())
}

/// The IPv6 addresses of a node's pods, which are known beyond the node, but reached on it only.
pub(crate) fn pods_v6(number: u8) -> String {
    format!("fd00:200:{number}::/64")
}

/// The machine's end of a node's cable.
fn cable(number: u8) -> String {
    format!("kstateful{number}")
}

/// Makes the bridge.
pub(super) fn make_bridge() -> Result<()> {
    ip(&["link", "add", BRIDGE, "type", "bridge"])?;
    ip(&["address", "add", &format!("{MACHINE}/24"), "dev", BRIDGE])?;
    ip(&["link", "set", BRIDGE, "up"])
}

/// Removes the bridge and the cables, as far as they are there.
pub(super) fn remove() -> Result<()> {
    (1..).zip(NODES).for_each(|(number, _)| remove_cable(number));
    if exists(BRIDGE) { ip(&["link", "delete", BRIDGE]) } else { Ok(()) }
}

/// The kernel removes the cable of a node that has ended, but only when the last connection of a killed process has run
/// out, for which it may wait minutes.
fn remove_cable(number: u8) {
    let cable = cable(number);
    if exists(&cable) {
        // It may be done with it just now.
        let _ = ip(&["link", "delete", &cable]);
    }
}

/// Connects a node, by its first process, with the bridge and the pods of the other nodes.
pub(super) fn join(number: u8, others: &[u8], node: u32) -> Result<()> {
    let (cable, node, own) = (cable(number), node.to_string(), address(number).to_string());
    remove_cable(number);
    ip(&["link", "add", &cable, "type", "veth", "peer", "name", "eth0", "netns", &node])?;
    ip(&["link", "set", &cable, "master", BRIDGE, "up"])?;
    ip_in(&node, &["address", "add", &format!("{own}/24"), "dev", "eth0"])?;
    ip_in(&node, &["link", "set", "eth0", "up"])?;
    ip_in(&node, &["route", "add", "default", "via", &MACHINE.to_string()])?;
    for other in others {
        ip_in(&node, &["route", "add", &pods(*other), "via", &address(*other).to_string()])?;
    }
    ip(&["route", "replace", &pods(number), "via", &own])
}

/// Pulls a node's cable out, or puts it in again.
pub(super) fn connect(number: u8, connected: bool) -> Result<()> {
    ip(&["link", "set", &cable(number), if connected { "up" } else { "down" }])
}

/// Whether the machine has a network interface of this name.
fn exists(interface: &str) -> bool {
    std::path::Path::new("/sys/class/net").join(interface).exists()
}

fn ip(args: &[&str]) -> Result<()> {
    run(Command::new("ip").args(args))
}

fn ip_in(node: &str, args: &[&str]) -> Result<()> {
    run(Command::new("nsenter").args(["--target", node, "--net", "--", "ip"]).args(args))
}

/// Runs a command to its end.
pub(super) fn run(command: &mut Command) -> Result<()> {
    let said =
        command.stdin(Stdio::null()).output().with_context(|| format!("failed to start {command:?}"))?;
    if !said.status.success() {
        bail!("{command:?} ended with {}: {}", said.status, String::from_utf8_lossy(&said.stderr).trim());
    }
    Ok(())
}
