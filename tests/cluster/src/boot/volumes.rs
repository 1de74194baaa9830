//! The directories the host-path provisioner makes below `/tmp/hostpath_pv`, which is fixed in its source.

use crate::client::{block_on, connect};
use k8s_openapi::api::core::v1::PersistentVolume;
use kube::api::{Api, ListParams};
use std::path::Path;
use std::time::Duration;

/// Removes the directories of this cluster's volumes. Best effort: a cluster that no longer answers has nobody
/// to say which are its own.
pub(super) fn remove(kubeconfig: &Path) {
    let Ok(client) = connect(kubeconfig) else { return };
    let volumes: Api<PersistentVolume> = Api::all(client);
    let all = ListParams::default();
    let listed = block_on(async { tokio::time::timeout(Duration::from_secs(3), volumes.list(&all)).await });
    let Ok(Ok(listed)) = listed else { return };
    for volume in listed {
        let path = volume.spec.and_then(|spec| spec.host_path).map(|host_path| host_path.path);
        if let Some(path) = path.filter(|path| path.starts_with("/tmp/hostpath_pv/") && !path.contains(".."))
        {
            let _ = std::fs::remove_dir_all(path);
        }
    }
}
