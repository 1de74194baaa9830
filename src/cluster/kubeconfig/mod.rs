//! Which cluster, as whom, in which namespace: decided as kubectl decides it.

mod choose;
mod file;
mod in_cluster;
mod merge;
mod target;

pub(crate) use file::{AuthProvider, Cluster, Exec, User};
pub(crate) use target::{Impersonation, Target};

use std::path::PathBuf;

use crate::cluster::ConnectionFlags;
use crate::cluster::proxy::ProxyEnv;
use crate::error::Result;

/// What of the process's surroundings decides: a parameter, so that tests need not change the environment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Surroundings {
    /// `KUBECONFIG`.
    pub(crate) kubeconfig: Option<std::ffi::OsString>,
    /// The user's home directory.
    pub(crate) home: Option<PathBuf>,
    /// `KUBERNETES_MASTER`: kubectl's server where no kubeconfig names one.
    pub(crate) default_server: Option<String>,
    /// `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`.
    pub(crate) service: Option<(String, String)>,
    /// `POD_NAMESPACE`.
    pub(crate) pod_namespace: Option<String>,
    /// Folder of the service account's files.
    pub(crate) service_account: PathBuf,
    /// Proxies.
    pub(crate) proxy: ProxyEnv,
}

impl Surroundings {
    /// Reads the process environment.
    pub(crate) fn read() -> Self {
        let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            kubeconfig: std::env::var_os("KUBECONFIG").filter(|value| !value.is_empty()),
            home: std::env::home_dir(),
            default_server: var("KUBERNETES_MASTER"),
            service: var("KUBERNETES_SERVICE_HOST").zip(var("KUBERNETES_SERVICE_PORT")),
            pod_namespace: var("POD_NAMESPACE"),
            service_account: PathBuf::from("/var/run/secrets/kubernetes.io/serviceaccount"),
            proxy: ProxyEnv::read(),
        }
    }
}

/// Finds the cluster to talk to.
///
/// # Errors
/// Wrong flags ([`Usage`](crate::error::Kind::Usage)); no, broken or contradictory configuration.
pub(crate) fn find(flags: &ConnectionFlags, surroundings: &Surroundings) -> Result<Target> {
    target::check_flags(flags)?;
    let loaded = merge::load(flags.kubeconfig.as_deref(), surroundings)?;
    if loaded.is_empty()
        && flags.server.is_none()
        && let Some(pod) = in_cluster::find(surroundings)
    {
        return Target::in_cluster(pod, flags, surroundings);
    }
    Target::from_kubeconfig(&loaded, flags, surroundings)
}
