//! The Kubernetes client, made blocking: tests are told in order, and so is the boot.

use anyhow::{Context, Result};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use std::future::Future;
use std::path::Path;
use std::sync::OnceLock;
use tokio::runtime::{Builder, Runtime};

/// Runs a future to its end on the runtime all tests of a process share.
///
/// # Panics
/// When no runtime can be made.
pub fn block_on<F: Future>(future: F) -> F::Output {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME
        .get_or_init(|| {
            Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a tokio runtime")
        })
        .block_on(future)
}

/// A client for the current context of a kubeconfig file.
///
/// # Errors
/// When the file cannot be read or does not make sense.
pub fn connect(kubeconfig: &Path) -> Result<Client> {
    let file = Kubeconfig::read_from(kubeconfig)
        .with_context(|| format!("failed to read {}", kubeconfig.display()))?;
    block_on(async {
        let mut config = Config::from_custom_kubeconfig(file, &KubeConfigOptions::default()).await?;
        // A test wants to see the error that came first, not the one after a minute of trying again.
        config.default_retry = false;
        Ok(Client::try_from(config)?)
    })
}
