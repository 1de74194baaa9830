//! One claim as it is once bound, and its volume.

use anyhow::{Context, Result};
use kube::Client;
use serde::Deserialize;
use serde_json::{Value, json};

/// A driver of nobody, so that nobody does anything about its volumes.
const DRIVER: &str = "csi.kubectl-stateful.test";
/// The class that nobody provisions.
pub(super) const CLASS: &str = "never";
/// What the claims of a set are called after.
pub(super) const TEMPLATE: &str = "data";

/// One claim of a set.
pub(super) struct Claim<'a> {
    pub(super) namespace: &'a str,
    pub(super) set: &'a str,
    pub(super) ordinal: usize,
    /// Whether its status says that it is bound: a server that creates a claim drops its status, so that takes a
    /// fourth request.
    pub(super) says_bound: bool,
}

/// What the server says of a new object.
#[derive(Deserialize)]
struct Created {
    metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    uid: String,
    resource_version: String,
}

impl Claim<'_> {
    /// Creates it and its volume, as the controllers would that stand still.
    pub(super) async fn create(&self, client: &Client) -> Result<()> {
        let path = format!("/api/v1/namespaces/{}/persistentvolumeclaims", self.namespace);
        let Created { metadata } = send(client, "POST", &path, &self.manifest()).await?;
        // As provisioners call them.
        let volume = format!("pvc-{}", metadata.uid);
        send(client, "POST", "/api/v1/persistentvolumes", &self.volume_of(&metadata, &volume)).await?;
        let bound_to = json!({"spec": {"volumeName": volume}});
        send(client, "PATCH", &format!("{path}/{}", self.name()), &bound_to).await?;
        if self.says_bound {
            let path = format!("{path}/{}/status", self.name());
            send(client, "PATCH", &path, &json!({"status": bound()})).await?;
        }
        Ok(())
    }

    fn name(&self) -> String {
        format!("{TEMPLATE}-{}-{}", self.set, self.ordinal)
    }

    fn manifest(&self) -> Value {
        json!({
            "metadata": {
                "name": self.name(),
                "labels": {"app": self.set},
                "annotations": {
                    "pv.kubernetes.io/bind-completed": "yes",
                    "pv.kubernetes.io/bound-by-controller": "yes",
                    "volume.beta.kubernetes.io/storage-provisioner": DRIVER,
                    "volume.kubernetes.io/selected-node": "node-0",
                    "volume.kubernetes.io/storage-provisioner": DRIVER,
                },
                "finalizers": ["kubernetes.io/pvc-protection"],
            },
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": "10Gi"}},
                "storageClassName": CLASS,
                "volumeMode": "Filesystem",
            },
        })
    }

    fn volume_of(&self, claim: &Metadata, name: &str) -> Value {
        json!({
            "metadata": {
                "name": name,
                "annotations": {
                    "pv.kubernetes.io/provisioned-by": DRIVER,
                    "volume.kubernetes.io/provisioner-deletion-secret-name": "",
                    "volume.kubernetes.io/provisioner-deletion-secret-namespace": "",
                },
                "finalizers": [
                    "external-provisioner.volume.kubernetes.io/finalizer",
                    "kubernetes.io/pv-protection",
                ],
            },
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "capacity": {"storage": "10Gi"},
                "claimRef": {
                    "apiVersion": "v1",
                    "kind": "PersistentVolumeClaim",
                    "namespace": self.namespace,
                    "name": self.name(),
                    "uid": claim.uid,
                    "resourceVersion": claim.resource_version,
                },
                "csi": {
                    "driver": DRIVER,
                    "fsType": "ext4",
                    "volumeHandle": format!("vol-{name}"),
                    "volumeAttributes": {
                        "storage.kubernetes.io/csiProvisionerIdentity": format!("1760000000000-8081-{DRIVER}"),
                    },
                },
                "persistentVolumeReclaimPolicy": "Delete",
                "storageClassName": CLASS,
                "volumeMode": "Filesystem",
            },
        })
    }
}

fn bound() -> Value {
    json!({"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "10Gi"}})
}

async fn send(client: &Client, method: &str, path: &str, body: &Value) -> Result<Created> {
    let kind = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
    let request = http::Request::builder().method(method).uri(path).header("content-type", kind);
    let request = request.body(serde_json::to_vec(body)?)?;
    client.request(request).await.with_context(|| format!("{method} {path}"))
}
