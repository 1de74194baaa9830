//! A cluster for the tests that stop its controllers or need a feature gate. They share one, and take turns.

use std::sync::Arc;
use test_cluster::boot::{Cluster, Frozen, OTHER_CONTROLLERS, Options, STATEFULSET_CONTROLLER};
use test_cluster::*;

/// A turn in the cluster.
pub struct Own {
    /// Where to make namespaces.
    pub handle: Arc<ClusterHandle>,
    turn: Turn<Cluster>,
}

/// Waits for a turn. The cluster has the feature gate MaxUnavailableStatefulSet on.
pub fn turn() -> Own {
    static TURNS: Turns<Cluster> = Turns::empty();
    let options =
        Options { feature_gates: vec!["MaxUnavailableStatefulSet=true".into()], ..Options::default() };
    let turn = TURNS.take(|| own_cluster(&options));
    Own { handle: turn.handle().expect("its handle"), turn }
}

impl Own {
    /// Lets the StatefulSet controller stand still, and nothing else.
    pub fn stop_statefulset_controller(&self) -> Frozen {
        self.turn.freeze(&[STATEFULSET_CONTROLLER]).expect("it can be stopped")
    }

    /// Lets all controllers but that one stand still: garbage collection, volumes, nodes.
    pub fn stop_other_controllers(&self) -> Frozen {
        self.turn.freeze(&[OTHER_CONTROLLERS]).expect("they can be stopped")
    }
}
