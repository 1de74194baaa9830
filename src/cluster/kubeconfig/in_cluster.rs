//! The service account of the pod that we run in.

use super::Surroundings;
use super::file::{Cluster, User};

/// What a pod knows of its own cluster.
pub(super) struct Pod {
    pub(super) cluster: Cluster,
    pub(super) user: User,
    pub(super) namespace: String,
}

/// The service account; `None` where we run in no pod or it has none.
pub(super) fn find(surroundings: &Surroundings) -> Option<Pod> {
    let (host, port) = surroundings.service.as_ref()?;
    let folder = &surroundings.service_account;
    let token_file = folder.join("token");
    if !token_file.is_file() {
        return None;
    }
    let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
    let ca = folder.join("ca.crt");
    let namespace = surroundings.pod_namespace.clone().or_else(|| {
        let text = std::fs::read_to_string(folder.join("namespace")).ok()?;
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    });
    Some(Pod {
        cluster: Cluster {
            server: Some(format!("https://{host}:{port}")),
            // As client-go: without the file, the system's authorities decide.
            certificate_authority: ca.is_file().then_some(ca),
            ..Cluster::default()
        },
        user: User { token_file: Some(token_file), ..User::default() },
        namespace: namespace.unwrap_or_else(|| "default".to_owned()),
    })
}
