//! What happens to pods.

use super::objects::{finalizers, is_held};
use super::{Actor, SET};
use crate::Behaviour;
use crate::story::BEHAVIOUR;
use anyhow::{Context, Result};
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use kube::api::DeleteParams;
use serde_json::json;

impl Actor {
    /// The name of one of the set's pods, if it has any.
    async fn pod(&self, pick: usize) -> Result<Option<String>> {
        let pods = self.place.list::<Pod>().await?;
        let ours: Vec<&Pod> = pods.iter().filter(|pod| pod.labels()["app"] == SET).collect();
        Ok(ours.get(pick % ours.len().max(1)).map(|pod| pod.name_any()))
    }

    pub(super) async fn delete_pod(&self, pick: usize, how: &DeleteParams) -> Result<()> {
        let Some(pod) = self.pod(pick).await? else { return Ok(()) };
        self.place.delete_with::<Pod>(&pod, how).await
    }

    pub(super) async fn behave(&self, pick: usize, behaviour: Behaviour) -> Result<()> {
        let Some(pod) = self.pod(pick).await? else { return Ok(()) };
        self.let_behave(&pod, behaviour).await
    }

    async fn let_behave(&self, pod: &str, behaviour: Behaviour) -> Result<()> {
        let patch = json!({"metadata": {"annotations": {BEHAVIOUR: behaviour.name()}}});
        self.place.patch::<Pod>(pod, &patch).await
    }

    pub(super) async fn hold_pod(&self, pick: usize) -> Result<()> {
        let Some(pod) = self.pod(pick).await? else { return Ok(()) };
        self.place.patch::<Pod>(&pod, &finalizers(true)).await?;
        self.place.delete::<Pod>(&pod).await
    }

    pub(super) async fn release_pods(&self) -> Result<()> {
        for pod in self.place.list::<Pod>().await?.iter().filter(|pod| is_held(*pod)) {
            self.place.patch::<Pod>(&pod.name_any(), &finalizers(false)).await?;
        }
        Ok(())
    }

    pub(super) async fn stick_pod(&self, pick: usize) -> Result<()> {
        let Some(pod) = self.pod(pick).await? else { return Ok(()) };
        self.let_behave(&pod, Behaviour::StuckTerminating).await?;
        self.place.delete::<Pod>(&pod).await
    }

    pub(super) async fn unstick_pods(&self) -> Result<()> {
        let stuck = Behaviour::StuckTerminating.name();
        for pod in self.place.list::<Pod>().await? {
            if pod.annotations().get(BEHAVIOUR).is_some_and(|is| is == stuck) {
                self.let_behave(&pod.name_any(), Behaviour::Healthy).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn relabel_pod(&self, pick: usize) -> Result<()> {
        let Some(pod) = self.pod(pick).await? else { return Ok(()) };
        self.place.patch::<Pod>(&pod, &json!({"metadata": {"labels": {"app": "put-aside"}}})).await
    }

    /// A pod of somebody else with the first name that is free.
    pub(super) async fn make_foreign_pod(&self) -> Result<()> {
        let taken: Vec<String> = self.place.list::<Pod>().await?.iter().map(ResourceExt::name_any).collect();
        let mut names = (self.shape.start..).map(|ordinal| format!("{SET}-{ordinal}"));
        let name = names.find(|name| !taken.contains(name)).context("a free name")?;
        let pod = json!({
            "metadata": {"name": name, "labels": {"app": "other"}},
            "spec": {"containers": [{"name": "app", "image": "example/other:1"}]},
        });
        self.place.create_once::<Pod>(pod).await
    }

    pub(super) async fn delete_foreign_pods(&self) -> Result<()> {
        for pod in self.place.list::<Pod>().await?.iter().filter(|pod| pod.labels()["app"] != SET) {
            self.place.delete::<Pod>(&pod.name_any()).await?;
        }
        Ok(())
    }
}
