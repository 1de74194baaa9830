//! The cluster a test program was given, by environment variables.

use crate::boot::State;
use crate::client::connect;
use anyhow::Result;
use kube::Client;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// The kubeconfig file of the cluster to test against.
pub const KUBECONFIG: &str = "KUBECTL_STATEFUL_TEST_KUBECONFIG";
/// The plugin's program.
pub const BIN: &str = "KUBECTL_STATEFUL_TEST_BIN";
/// The pinned kubectl.
pub const KUBECTL: &str = "KUBECTL_STATEFUL_TEST_KUBECTL";
/// A member of a group that elects its leader.
pub const ELECTOR: &str = "KUBECTL_STATEFUL_TEST_ELECTOR";
/// The file to which a test that is skipped appends a line.
pub const SKIPPED: &str = "KUBECTL_STATEFUL_TEST_SKIPPED";
/// Keeps the namespace of a test that panicked, when set to anything.
pub const KEEP: &str = "KUBECTL_STATEFUL_TEST_KEEP";

/// A cluster to test against.
pub struct ClusterHandle {
    /// An administrator's kubeconfig file.
    pub kubeconfig: PathBuf,
    /// What the cluster's state file says; empty for a cluster that was not booted here.
    pub state: State,
    client: Client,
}

impl ClusterHandle {
    /// The cluster of a kubeconfig file.
    ///
    /// # Errors
    /// When the file cannot be read or does not make sense.
    pub fn of(kubeconfig: &Path) -> Result<Arc<Self>> {
        let state = kubeconfig.parent().and_then(State::read).unwrap_or_default();
        Ok(Arc::new(Self { kubeconfig: kubeconfig.to_owned(), state, client: connect(kubeconfig)? }))
    }

    /// A client with all rights.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }
}

impl std::fmt::Debug for ClusterHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClusterHandle({})", self.kubeconfig.display())
    }
}

/// The cluster all tests of this program share.
///
/// # Panics
/// With what to do, when there is none.
pub fn cluster() -> &'static Arc<ClusterHandle> {
    static CLUSTER: OnceLock<Arc<ClusterHandle>> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let Some(kubeconfig) = path(KUBECONFIG) else {
            panic!("no test cluster: run `cargo cluster test`");
        };
        die_with_parent();
        ClusterHandle::of(&kubeconfig).unwrap_or_else(|error| panic!("no test cluster: {error:#}"))
    })
}

pub(super) fn plugin() -> PathBuf {
    path(BIN).unwrap_or_else(|| panic!("{BIN} does not name the plugin: run `cargo cluster test`"))
}

pub(super) fn kubectl() -> PathBuf {
    path(KUBECTL).unwrap_or_else(|| panic!("{KUBECTL} does not name kubectl: run `cargo cluster test`"))
}

pub(super) fn elector() -> PathBuf {
    path(ELECTOR).unwrap_or_else(|| panic!("{ELECTOR} does not name the elector: run `cargo cluster test`"))
}

fn path(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// When `cargo cluster test` is killed, cargo is killed with it, and then this program should be too. The
/// kernel keeps that wish per thread, so it takes one that never ends.
fn die_with_parent() {
    std::thread::spawn(|| {
        // Where it is refused, the tests only end a little later, at their deadlines.
        let _ = nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGKILL);
        loop {
            std::thread::park();
        }
    });
}
