//! A real Kubernetes control plane for tests, and the words in which those tests are written.
//!
//! - [`parts`]: the programs of a cluster, built from pinned Go modules into a cache of the user
//! - [`boot`]: a cluster with a directory, certificates, processes and an end
//! - [`story`]: what a test is made of: a namespace, sets, waiting, runs of the plugin, users, nodes
//! - [`real`]: nodes that run real containers
//! - [`prove`]: the plugin's model of the controller, judged by what the real one does
//! - [`cache`], [`interrupt`], [`client`]: where things are kept, Ctrl-C, and the blocking Kubernetes client
//!
//! A test starts with `use test_cluster::*;`.

pub mod boot;
pub mod cache;
pub mod client;
pub mod interrupt;
pub mod parts;
pub mod prove;
pub mod real;
pub mod story;

pub use real::{ContainerProcess, RealCluster, RealNode, processes_of, processes_of_pod};
pub use story::{
    Behaviour, Call, ClusterHandle, Dns, DnsBuilder, DnsCache, Elector, Happened, History, Manifest,
    Namespace, Relay, Run, Running, SetBuilder, Shared, Stop, Term, TestNode, Tunnel, Turn, Turns, User,
    When, cluster, dns, own_cluster, set, wait_until,
};

/// One line of progress on stderr; a closed stderr is nobody's problem.
pub fn note(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "cluster: {line}");
}
