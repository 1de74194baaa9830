//! A cluster with IPv6 whose controllers can be stopped. The tests share one, and take turns.

use std::sync::Arc;
use test_cluster::boot::{Cluster, Frozen, OTHER_CONTROLLERS, Options};
use test_cluster::*;

/// A turn in the cluster.
pub struct Own {
    /// Where to make namespaces.
    pub handle: Arc<ClusterHandle>,
    turn: Turn<Cluster>,
}

/// Waits for a turn.
pub fn turn() -> Own {
    static TURNS: Turns<Cluster> = Turns::empty();
    let options = Options { dual_stack: true, nodes: 1, ..Options::default() };
    let turn = TURNS.take(|| own_cluster(&options));
    Own { handle: turn.handle().expect("its handle"), turn }
}

impl Own {
    /// Lets the EndpointSlice controller stand still, and all others but that of StatefulSets.
    pub fn stop_endpoint_slices(&self) -> Frozen {
        self.turn.freeze(&[OTHER_CONTROLLERS]).expect("they can be stopped")
    }

    /// A DNS server of that cluster that keeps no answers.
    pub fn dns(&self) -> Dns {
        dns().cache(DnsCache::Off).start_for(&self.handle)
    }
}
