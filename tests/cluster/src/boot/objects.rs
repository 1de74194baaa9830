//! What every cluster holds: healthy nodes and storage classes.

use anyhow::Result;
use k8s_openapi::api::core::v1::{Node, ServiceAccount};
use k8s_openapi::api::storage::v1::StorageClass;
use kube::api::{Api, ListParams, PostParams};
use kube::{Client, Resource};
use serde_json::{Value, json};

/// The label by which kwok takes a node's kubelet for its own.
pub const KUBELET_LABEL: &str = "kubectl-stateful.test/kubelet";
/// Its value on such a node; any other, and the kubelet is gone.
pub const KUBELET_RUNNING: &str = "running";

/// Creates nodes and storage classes; true when all are there.
pub(super) async fn create(client: &Client, nodes: usize) -> Result<bool> {
    for number in 0..nodes {
        let name = format!("node-{number}");
        let node = json!({"metadata": {"name": name, "labels": {
            KUBELET_LABEL: KUBELET_RUNNING,
            "kubernetes.io/hostname": name,
            "kubernetes.io/os": "linux",
        }}});
        create_one::<Node>(client, node).await?;
    }
    let host_path = "kubernetes.io/host-path";
    create_one::<StorageClass>(client, class("standard", host_path, "Immediate", true)).await?;
    create_one::<StorageClass>(client, class("wait", host_path, "WaitForFirstConsumer", false)).await?;
    // Nobody runs this provisioner, so its claims stay Pending.
    let nobody = "kubectl-stateful.test/nobody";
    create_one::<StorageClass>(client, class("never", nobody, "Immediate", false)).await?;
    Ok(true)
}

fn class(name: &str, provisioner: &str, binding: &str, default: bool) -> Value {
    json!({
        "metadata": {
            "name": name,
            "annotations": {"storageclass.kubernetes.io/is-default-class": default.to_string()},
        },
        "provisioner": provisioner,
        "volumeBindingMode": binding,
        "reclaimPolicy": "Delete",
        "allowVolumeExpansion": true,
    })
}

async fn create_one<K>(client: &Client, object: Value) -> Result<()>
where
    K: Resource<DynamicType = ()> + Clone + std::fmt::Debug + serde::Serialize + serde::de::DeserializeOwned,
{
    let object: K = serde_json::from_value(object)?;
    match Api::<K>::all(client.clone()).create(&PostParams::default(), &object).await {
        Err(kube::Error::Api(status)) if status.code == 409 => Ok(()),
        result => Ok(result.map(|_| ())?),
    }
}

/// Whether pods can be created and scheduled: the nodes are Ready and bear no taint, and the namespace
/// `default` has its service account.
pub(super) async fn nodes_ready(client: &Client, wanted: usize) -> Result<bool> {
    let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), "default");
    if accounts.get_opt("default").await?.is_none() {
        return Ok(false);
    }
    let nodes = Api::<Node>::all(client.clone()).list(&ListParams::default()).await?;
    Ok(nodes.iter().filter(|node| is_ready(node)).count() >= wanted)
}

fn is_ready(node: &Node) -> bool {
    let tainted =
        node.spec.as_ref().and_then(|spec| spec.taints.as_ref()).is_some_and(|taints| !taints.is_empty());
    let conditions = node.status.as_ref().and_then(|status| status.conditions.as_deref()).unwrap_or_default();
    !tainted && conditions.iter().any(|condition| condition.type_ == "Ready" && condition.status == "True")
}
