//! A cluster for the tests that stop its controllers or need a feature gate. They share one, and take turns.

use interrupt::Interrupt;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use parts::Parts;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use test_cluster::boot::{Cluster, Options};
use test_cluster::*;

/// The process of all controllers but one.
const ALL_OTHERS: &str = "kube-controller-manager";

/// A turn in the cluster. While it lasts, no other test is there; with the last one that waits, the cluster ends.
pub struct Turn {
    /// Where to make namespaces.
    pub handle: Arc<ClusterHandle>,
    _turn: MutexGuard<'static, ()>,
    cluster: Arc<Cluster>,
}

/// A process that stands still until this is dropped.
pub struct Stopped(Pid);

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
    pub fn stop_statefulset_controller(&self) -> Stopped {
        stop(self.cluster.statefulset_controller())
    }

    /// Lets all controllers but that one stand still: garbage collection, volumes, nodes.
    pub fn stop_other_controllers(&self) -> Stopped {
        stop(self.cluster.state().pid(ALL_OTHERS))
    }
}

fn stop(pid: Option<u32>) -> Stopped {
    let pid = Pid::from_raw(pid.expect("its pid").try_into().expect("a pid"));
    kill(pid, Signal::SIGSTOP).expect("it can be stopped");
    Stopped(pid)
}

impl Drop for Stopped {
    fn drop(&mut self) {
        // It may have ended with the cluster.
        let _ = kill(self.0, Signal::SIGCONT);
    }
}
