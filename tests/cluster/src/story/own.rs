//! Clusters other than the one that all tests share: for what would disturb the others, or needs other options.

use crate::boot::{Cluster, Options};
use crate::interrupt::Interrupt;
use crate::parts::Parts;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// Boots a cluster that ends when it is dropped.
///
/// # Panics
/// When it does not boot, or outside of `cargo cluster test`.
#[must_use]
pub fn own_cluster(options: &Options) -> Cluster {
    // Says in one sentence, like all the others, that this is not a test for plain `cargo test`.
    let _ = super::cluster();
    let interrupt = Interrupt::never();
    let booted = Parts::ensure(&interrupt).and_then(|parts| Cluster::boot(&parts, options, &interrupt));
    booted.unwrap_or_else(|error| panic!("no cluster of the test's own: {error:#}"))
}

/// A cluster that some tests of a program share. It boots with the first and ends with the last of those that run or
/// wait at the same time.
#[derive(Debug)]
pub struct Shared<C>(Mutex<Weak<C>>);

impl<C> Shared<C> {
    /// No cluster yet.
    #[must_use]
    pub const fn empty() -> Self {
        Self(Mutex::new(Weak::new()))
    }

    /// The cluster; boots it unless another test has it.
    pub fn get(&self, boot: impl FnOnce() -> C) -> Arc<C> {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let booted = Arc::new(boot());
            *shared = Arc::downgrade(&booted);
            booted
        })
    }
}

/// A cluster that is shared by tests that disturb each other: they take turns.
#[derive(Debug)]
pub struct Turns<C> {
    cluster: Shared<C>,
    turn: Mutex<()>,
}

/// A turn with a cluster. While it lasts, no other test of this program has it.
#[derive(Debug)]
pub struct Turn<C: 'static> {
    // Dropped in this order: the next turn may begin while the cluster goes on, but not while it ends.
    cluster: Arc<C>,
    _turn: MutexGuard<'static, ()>,
}

impl<C> Turns<C> {
    /// No cluster yet.
    #[must_use]
    pub const fn empty() -> Self {
        Self { cluster: Shared::empty(), turn: Mutex::new(()) }
    }

    /// Waits for a turn.
    pub fn take(&'static self, boot: impl FnOnce() -> C) -> Turn<C> {
        let cluster = self.cluster.get(boot);
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        Turn { cluster, _turn: turn }
    }
}

impl<C> Deref for Turn<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.cluster
    }
}
