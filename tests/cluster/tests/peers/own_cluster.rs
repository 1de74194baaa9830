//! A cluster with IPv6 whose controllers can be stopped. The tests share one, and take turns.

use interrupt::Interrupt;
use parts::Parts;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use test_cluster::boot::{Cluster, Frozen, OTHER_CONTROLLERS, Options};
use test_cluster::*;

/// A turn in the cluster. While it lasts, no other test is there; with the last one that waits, the cluster ends.
pub struct Turn {
    /// Where to make namespaces.
    pub handle: Arc<ClusterHandle>,
    _turn: MutexGuard<'static, ()>,
    cluster: Arc<Cluster>,
}

/// Waits for a turn.
pub fn turn() -> Turn {
    static CLUSTER: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
    static TURN: Mutex<()> = Mutex::new(());
    // Says in one sentence, like all the others, that this is not a test for plain `cargo test`.
    let _ = cluster();
    let cluster = {
        let mut shared = CLUSTER.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let booted = Arc::new(boot());
            *shared = Arc::downgrade(&booted);
            booted
        })
    };
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    Turn { handle: cluster.handle().expect("its handle"), _turn: turn, cluster }
}

fn boot() -> Cluster {
    let interrupt = Interrupt::never();
    let parts = Parts::ensure(&interrupt).expect("the parts");
    let options = Options { dual_stack: true, nodes: 1, ..Options::default() };
    Cluster::boot(&parts, &options, &interrupt).expect("a cluster")
}

impl Turn {
    /// Lets the EndpointSlice controller stand still, and all others but that of StatefulSets.
    pub fn stop_endpoint_slices(&self) -> Frozen {
        self.cluster.freeze(&[OTHER_CONTROLLERS]).expect("they can be stopped")
    }

    /// A DNS server of that cluster that keeps no answers.
    pub fn dns(&self) -> Dns {
        dns().cache(DnsCache::Off).start_for(&self.handle)
    }
}
