//! A cluster for the tests that stop its controllers or need a feature gate. They share one, and take turns.

use interrupt::Interrupt;
use parts::Parts;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use test_cluster::boot::{Cluster, Frozen, OTHER_CONTROLLERS, Options, STATEFULSET_CONTROLLER};
use test_cluster::*;

/// A turn in the cluster. While it lasts, no other test is there; with the last one that waits, the cluster ends.
pub struct Turn {
    /// Where to make namespaces.
    pub handle: Arc<ClusterHandle>,
    _turn: MutexGuard<'static, ()>,
    cluster: Arc<Cluster>,
}

/// Waits for a turn. The cluster has the feature gate MaxUnavailableStatefulSet on.
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
    let options =
        Options { feature_gates: vec!["MaxUnavailableStatefulSet=true".into()], ..Options::default() };
    Cluster::boot(&parts, &options, &interrupt).expect("a cluster")
}

impl Turn {
    /// Lets the StatefulSet controller stand still, and nothing else.
    pub fn stop_statefulset_controller(&self) -> Frozen {
        self.cluster.freeze(&[STATEFULSET_CONTROLLER]).expect("it can be stopped")
    }

    /// Lets all controllers but that one stand still: garbage collection, volumes, nodes.
    pub fn stop_other_controllers(&self) -> Frozen {
        self.cluster.freeze(&[OTHER_CONTROLLERS]).expect("they can be stopped")
    }
}
