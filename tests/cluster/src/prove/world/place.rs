//! A life's namespace, and reading and writing in it.

use crate::boot::{KUBELET_LABEL, KUBELET_RUNNING};
use crate::story::own_node;
use anyhow::{Context, Result, bail};
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{Namespace, Node, Pod, ServiceAccount};
use k8s_openapi::{ClusterResourceScope, NamespaceResourceScope};
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, PostParams};
use kube::{Client, Resource};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fmt::Debug;
use std::time::{Duration, Instant};

/// How long anything here may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A namespace, and the client for it.
#[derive(Clone)]
pub(in crate::prove) struct Place {
    client: Client,
    pub(in crate::prove) name: String,
}

impl Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Place({})", self.name)
    }
}

/// An object that can be read and written.
pub(in crate::prove) trait Thing<S>:
    Resource<DynamicType = (), Scope = S> + Clone + Debug + Serialize + DeserializeOwned
{
}
impl<S, K> Thing<S> for K where
    K: Resource<DynamicType = (), Scope = S> + Clone + Debug + Serialize + DeserializeOwned
{
}

impl Place {
    /// Makes the namespace. Pods can be made in it then.
    pub(in crate::prove) async fn make(client: Client, name: String) -> Result<Self> {
        let place = Self { client, name };
        let namespaces: Api<Namespace> = Api::all(place.client.clone());
        let object = serde_json::from_value(json!({"metadata": {"name": place.name}}))?;
        namespaces.create(&PostParams::default(), &object).await?;
        let accounts = place.api::<ServiceAccount>();
        until("a service account", async || Ok(accounts.get_opt("default").await?.is_some())).await?;
        Ok(place)
    }

    /// Makes nodes that only pods of this namespace use, and waits until they are Ready.
    pub(in crate::prove) async fn nodes(&self, count: usize) -> Result<Vec<String>> {
        let nodes: Api<Node> = Api::all(self.client.clone());
        let names: Vec<String> = (0..count).map(|number| format!("{}-{number}", self.name)).collect();
        for name in &names {
            let node = own_node(name, &self.name);
            nodes.create(&PostParams::default(), &serde_json::from_value(node)?).await?;
        }
        for name in &names {
            // The taint of a new node goes a moment after it is Ready.
            let usable = async || {
                Ok(nodes.get(name).await?.spec.and_then(|spec| spec.taints).map_or(0, |taints| taints.len())
                    == 1)
            };
            until("a node that can be used", usable).await?;
        }
        Ok(names)
    }

    /// What lets a node's kubelet run or not.
    pub(in crate::prove) fn kubelet(runs: bool) -> Value {
        json!({"metadata": {"labels": {KUBELET_LABEL: runs.then_some(KUBELET_RUNNING)}}})
    }

    fn api<K: Thing<NamespaceResourceScope>>(&self) -> Api<K> {
        Api::namespaced(self.client.clone(), &self.name)
    }

    /// All objects of a kind here, in the order of their names.
    pub(in crate::prove) async fn list<K: Thing<NamespaceResourceScope>>(&self) -> Result<Vec<K>> {
        Ok(self.api::<K>().list(&ListParams::default()).await?.items)
    }

    /// Makes an object, unless it is there.
    pub(in crate::prove) async fn create_once<K: Thing<NamespaceResourceScope>>(
        &self,
        object: Value,
    ) -> Result<()> {
        let made = self.api::<K>().create(&PostParams::default(), &serde_json::from_value(object)?).await;
        but(409, made.map(drop))
    }

    /// Changes an object, if it is there.
    pub(in crate::prove) async fn patch<K: Thing<NamespaceResourceScope>>(
        &self,
        name: &str,
        patch: &Value,
    ) -> Result<()> {
        but(404, self.api::<K>().patch(name, &PatchParams::default(), &Patch::Merge(patch)).await.map(drop))
    }

    /// Deletes an object, if it is there.
    pub(in crate::prove) async fn delete<K: Thing<NamespaceResourceScope>>(&self, name: &str) -> Result<()> {
        self.delete_with::<K>(name, &DeleteParams::default()).await
    }

    pub(in crate::prove) async fn delete_with<K: Thing<NamespaceResourceScope>>(
        &self,
        name: &str,
        how: &DeleteParams,
    ) -> Result<()> {
        but(404, self.api::<K>().delete(name, how).await.map(drop))
    }

    /// Waits until an object is gone.
    pub(in crate::prove) async fn gone<K: Thing<NamespaceResourceScope>>(&self, name: &str) -> Result<()> {
        let api = self.api::<K>();
        until("it is gone", async || Ok(api.get_opt(name).await?.is_none())).await
    }

    /// Changes an object of no namespace, if it is there.
    pub(in crate::prove) async fn patch_all<K: Thing<ClusterResourceScope>>(
        &self,
        name: &str,
        patch: &Value,
    ) -> Result<()> {
        let api: Api<K> = Api::all(self.client.clone());
        but(404, api.patch(name, &PatchParams::default(), &Patch::Merge(patch)).await.map(drop))
    }

    /// Deletes an object of no namespace, if it is there.
    pub(in crate::prove) async fn delete_all<K: Thing<ClusterResourceScope>>(
        &self,
        name: &str,
    ) -> Result<()> {
        let api: Api<K> = Api::all(self.client.clone());
        but(404, api.delete(name, &DeleteParams::default()).await.map(drop))
    }

    /// Deletes everything, and does not wait for it.
    pub(in crate::prove) async fn end(&self, nodes: &[String]) {
        let at_once = DeleteParams::background().grace_period(0);
        // Sets first: a set would make pods again. Best effort, as the cluster ends anyway.
        let _ = self.api::<StatefulSet>().delete_collection(&at_once, &ListParams::default()).await;
        let _ = self.delete_all::<Namespace>(&self.name).await;
        let _ = self.api::<Pod>().delete_collection(&at_once, &ListParams::default()).await;
        for node in nodes {
            let _ = self.delete_all::<Node>(node).await;
        }
    }
}

/// One refusal is as good as success: that of an object that is there, or gone, already.
fn but(code: u16, result: kube::Result<()>) -> Result<()> {
    match result {
        Err(kube::Error::Api(status)) if status.code == code => Ok(()),
        other => Ok(other?),
    }
}

/// Waits until a condition holds.
pub(in crate::prove) async fn until(what: &str, mut holds: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while !holds().await.with_context(|| format!("while waiting until there is {what}"))? {
        if Instant::now() > deadline {
            bail!("waited {} s for {what}", PATIENCE.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
