//! Volumes made by hand, for claims of a class that nobody provisions.

use k8s_openapi::api::core::v1::PersistentVolume;
use k8s_openapi::api::storage::v1::VolumeAttachment;
use kube::api::{Api, DeleteParams, Patch, PatchParams, PostParams};
use serde_json::{Value, json};
use test_cluster::client::block_on;
use test_cluster::*;

/// A volume for the first claim of the class that has the namespace's name. It is deleted when dropped.
pub(crate) struct Volume {
    name: String,
}

impl Volume {
    /// A disk in a node.
    pub(crate) fn local(ns: &Namespace, node: &TestNode) -> Self {
        let hosts = json!({"key": "kubernetes.io/hostname", "operator": "In", "values": [node.name()]});
        let affinity = json!({"required": {"nodeSelectorTerms": [{"matchExpressions": [hosts]}]}});
        Self::create(ns, "ReadWriteOnce", &json!({"local": {"path": "/nowhere"}, "nodeAffinity": affinity}))
    }

    /// A disk in the network, which a driver attaches to nodes.
    pub(crate) fn attachable(ns: &Namespace, mode: &str) -> Self {
        Self::create(ns, mode, &json!({"csi": {"driver": "csi.example.com", "volumeHandle": ns.name()}}))
    }

    fn create(ns: &Namespace, mode: &str, source: &Value) -> Self {
        let mut spec = json!({
            "accessModes": [mode, "ReadWriteOnce"],
            "capacity": {"storage": "1Mi"},
            "persistentVolumeReclaimPolicy": "Retain",
            "storageClassName": ns.name(),
        });
        let fields = source.as_object().expect("fields").clone();
        spec.as_object_mut().expect("a spec").extend(fields);
        let volume = json!({"metadata": {"name": ns.name()}, "spec": spec});
        let volume: PersistentVolume = serde_json::from_value(volume).expect("a volume");
        block_on(Self::api().create(&PostParams::default(), &volume)).expect("a new volume");
        Self { name: ns.name().to_owned() }
    }

    /// Writes, as the controller and the driver do together, that it is attached to a node.
    pub(crate) fn attach(&self, node: &TestNode) {
        let attachment = json!({
            "metadata": {"name": self.name},
            "spec": {
                "attacher": "csi.example.com",
                "nodeName": node.name(),
                "source": {"persistentVolumeName": self.name},
            },
        });
        let attachment: VolumeAttachment = serde_json::from_value(attachment).expect("an attachment");
        block_on(Self::attachments().create(&PostParams::default(), &attachment)).expect("a new attachment");
        let attached = Patch::Merge(json!({"status": {"attached": true}}));
        block_on(Self::attachments().patch_status(&self.name, &PatchParams::default(), &attached))
            .expect("the attachment");
    }

    pub(crate) fn detach(&self) {
        block_on(Self::attachments().delete(&self.name, &DeleteParams::default())).expect("the attachment");
    }

    fn api() -> Api<PersistentVolume> {
        Api::all(cluster().client())
    }

    fn attachments() -> Api<VolumeAttachment> {
        Api::all(cluster().client())
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        // Best effort; the cluster is thrown away anyway.
        let _ = block_on(Self::attachments().delete(&self.name, &DeleteParams::default()));
        let _ = block_on(Self::api().delete(&self.name, &DeleteParams::default()));
    }
}
