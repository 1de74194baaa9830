//! The tests of a program share one cluster with real nodes, and take turns: they break its nodes.

use super::{RealCluster, missing};
use crate::boot::Options;
use crate::interrupt::Interrupt;
use crate::parts::{NodeParts, Parts};
use crate::story::env;
use std::io::Write as _;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// A turn with the real nodes. While it lasts, no other test of this program has them; with the last test that waits,
/// the cluster ends.
#[derive(Debug)]
pub struct Turn {
    // Dropped in this order: the next turn may begin while the cluster goes on, but not while it ends.
    cluster: Arc<RealCluster>,
    _turn: MutexGuard<'static, ()>,
}

/// Waits for a turn with healthy nodes. None when this machine can have no real nodes: then the test is skipped, and
/// that is said, and counted by `cargo cluster test`.
///
/// # Panics
/// When the cluster does not boot, or its nodes do not recover from the test before.
#[must_use]
pub fn turn() -> Option<Turn> {
    static CLUSTER: Mutex<Weak<RealCluster>> = Mutex::new(Weak::new());
    static TURN: Mutex<()> = Mutex::new(());
    // Says in one sentence, like all the others, that this is not a test for plain `cargo test`.
    let _ = crate::cluster();
    if let Some(missing) = missing() {
        skip(&missing);
        return None;
    }
    let cluster = {
        let mut shared = CLUSTER.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let booted = Arc::new(boot());
            *shared = Arc::downgrade(&booted);
            booted
        })
    };
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    cluster.heal().unwrap_or_else(|error| panic!("{error:#}"));
    Some(Turn { cluster, _turn: turn })
}

fn boot() -> RealCluster {
    let interrupt = Interrupt::never();
    let boot = || {
        let (parts, node_parts) = (Parts::ensure(&interrupt)?, NodeParts::ensure(&interrupt)?);
        RealCluster::boot(&parts, &node_parts, &Options { nodes: 0, ..Options::default() }, &interrupt)
    };
    boot().unwrap_or_else(|error| panic!("no cluster with real nodes: {error:#}"))
}

/// Says that the test of this thread is skipped, past the test harness, which keeps what a passing test prints.
///
/// # Panics
/// When the list of skipped tests cannot be written.
pub fn skip(missing: &str) {
    let thread = std::thread::current();
    let line = format!("skipped: {}: {missing}\n", thread.name().unwrap_or("a test"));
    let _ = std::io::stderr().write_all(line.as_bytes());
    let Some(file) = std::env::var_os(env::SKIPPED) else { return };
    let file = std::fs::File::options().create(true).append(true).open(file);
    file.and_then(|mut file| file.write_all(line.as_bytes())).expect("the list of skipped tests");
}

impl Deref for Turn {
    type Target = RealCluster;

    fn deref(&self) -> &RealCluster {
        &self.cluster
    }
}
