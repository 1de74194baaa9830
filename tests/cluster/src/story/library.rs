//! The plugin's library, for tests that call it and not the program.

use super::{ClusterHandle, User};
use crate::client::block_on;
use kubectl_stateful::cluster::{Connection, ConnectionFlags};
use std::path::Path;

impl ClusterHandle {
    /// The plugin's own connection to this cluster, as administrator.
    ///
    /// # Panics
    /// When the kubeconfig file is gone.
    #[must_use]
    pub fn connection(&self) -> Connection {
        connect(&self.kubeconfig)
    }
}

impl User<'_> {
    /// The plugin's own connection as this user.
    ///
    /// # Panics
    /// When the kubeconfig file is gone.
    #[must_use]
    pub fn connection(&self) -> Connection {
        connect(self.kubeconfig.path())
    }
}

fn connect(kubeconfig: &Path) -> Connection {
    let flags = ConnectionFlags { kubeconfig: Some(kubeconfig.to_owned()), ..ConnectionFlags::default() };
    block_on(Connection::connect(&flags)).unwrap_or_else(|error| panic!("no connection: {error}"))
}
