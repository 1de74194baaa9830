//! Real nodes: containerd and kubelets that run real containers, attached to a real control plane.
//!
//! Each node is a set of kernel namespaces (mounts, network, processes, host name) that stands for a machine: it has a
//! network cable that can be pulled, and all that runs in it ends with its first process. That one dies with whoever
//! booted it, so no process or mount of a node outlives its owner. Control groups, the bridge and cables do when the owner
//! is killed; the next to have real nodes, or to sweep the owner's directory, removes them.

mod cgroups;
mod cluster;
mod containerd;
mod dns;
mod health;
mod images;
mod kubelet;
mod machine;
mod network;
mod node;
mod pieces;
mod processes;
mod turn;

pub use cluster::RealCluster;
pub use images::Image;
pub(crate) use images::standard::BUSYBOX;
pub(crate) use machine::{clean_after, end_nodes};
pub use network::has_ipv6;
pub use node::RealNode;
pub use pieces::missing;
pub use processes::{ContainerProcess, processes_of, processes_of_pod};
pub use turn::{skip, turn};

/// The names of the real nodes.
pub const NODES: [&str; 2] = ["real-1", "real-2"];

/// The label of real nodes, beside which a cluster may have simulated ones.
pub const LABEL: &str = "kubectl-stateful.test/real";
