//! Makes a life's set in a namespace of its own, and lets things happen to it.

mod claims;
mod objects;
mod pods;

use super::place::Place;
use crate::Manifest;
use crate::prove::lives::{Event, Life, Shape};
use anyhow::{Context, Result};
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{Node, ResourceQuota, Service};
use kube::api::{DeleteParams, PropagationPolicy};
use objects::{builder, finalizers, merge, patch_of, retention, strategy};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The set of every life.
pub(in crate::prove) const SET: &str = "web";

/// The hand that things happen by.
#[derive(Debug)]
pub(in crate::prove) struct Actor {
    pub(in crate::prove) place: Place,
    shape: Shape,
    /// The templates so far, as patches; the last one is in use.
    templates: Vec<Value>,
    nodes: Vec<String>,
    tools: Tools,
    /// What a suggested command said when it failed.
    pub(in crate::prove) complaint: Option<String>,
}

/// What a suggested command is run with.
#[derive(Clone, Debug)]
pub(in crate::prove) struct Tools {
    pub(in crate::prove) kubeconfig: PathBuf,
    pub(in crate::prove) kubectl: PathBuf,
}

impl Actor {
    /// The place for a life: its namespace, and its nodes if it has some. Pods can be made there.
    pub(in crate::prove) async fn prepare(place: Place, life: &Life, tools: Tools) -> Result<Self> {
        let nodes = if life.shape.own_nodes { place.nodes(2).await? } else { Vec::new() };
        Ok(Self { place, shape: life.shape.clone(), templates: Vec::new(), nodes, tools, complaint: None })
    }

    /// Makes the set.
    pub(in crate::prove) async fn make(&mut self) -> Result<()> {
        self.templates.push(patch_of(self.shape.template, 0));
        self.create(self.shape.claims).await
    }

    async fn create(&self, claims: u32) -> Result<()> {
        for object in builder(&self.shape, &self.place.name, claims).into_objects() {
            if object["kind"] == "Service" {
                self.place.create_once::<Service>(object).await?;
            } else {
                let mut whole = object;
                merge(&mut whole["spec"]["template"], self.templates.last().unwrap_or(&Value::Null));
                self.place.create_once::<StatefulSet>(whole).await?;
            }
        }
        Ok(())
    }

    /// Lets one thing happen, unless the server does not allow it.
    pub(in crate::prove) async fn carry_out(&mut self, event: &Event) -> Result<()> {
        match self.try_carry_out(event).await {
            Err(error) if is_refusal(&error) => Ok(()),
            result => result.with_context(|| format!("{}: {event:?}", self.place.name)),
        }
    }

    async fn try_carry_out(&mut self, event: &Event) -> Result<()> {
        match event {
            Event::Change(template) => self.change_template(patch_of(*template, self.templates.len())).await,
            Event::Revert(back) => {
                let to = self.templates.len().saturating_sub(1 + back);
                self.change_template(self.templates[to].clone()).await
            }
            Event::Scale(replicas) => self.spec(json!({"replicas": replicas})).await,
            Event::Start(start) => self.spec(json!({"ordinals": {"start": start}})).await,
            Event::Strategy(update) => self.spec(json!({"updateStrategy": strategy(update)})).await,
            Event::MinReady(seconds) => self.spec(json!({"minReadySeconds": seconds})).await,
            Event::Retention(with_set, when_scaled) => {
                let policy = retention(*with_set, *when_scaled);
                self.spec(json!({"persistentVolumeClaimRetentionPolicy": policy})).await
            }
            Event::DeletePod(pick) => self.delete_pod(*pick, &DeleteParams::default()).await,
            Event::ForceDelete(pick) => {
                self.delete_pod(*pick, &DeleteParams::default().grace_period(0)).await
            }
            Event::Behave(pick, behaviour) => self.behave(*pick, *behaviour).await,
            Event::Hold(pick) => self.hold_pod(*pick).await,
            Event::Stick(pick) => self.stick_pod(*pick).await,
            Event::Unstick => self.unstick_pods().await,
            Event::Relabel(pick) => self.relabel_pod(*pick).await,
            Event::Foreign => self.make_foreign_pod().await,
            Event::Unforeign => self.delete_foreign_pods().await,
            Event::DeleteClaim(pick) => self.delete_claim(*pick).await,
            Event::HoldClaim(pick) => self.hold_claim(*pick).await,
            Event::LoseVolume(pick) => self.lose_volume(*pick).await,
            Event::LoseVolumeForSure(pick) => self.lose_volume_for_sure(*pick).await,
            Event::PinVolume(pick) => self.pin_volume(*pick).await,
            Event::Release => {
                self.release_pods().await?;
                self.release_claims().await
            }
            Event::Quota(limit) => self.quota("pods", *limit).await,
            Event::ClaimQuota(limit) => self.quota("persistentvolumeclaims", *limit).await,
            Event::LoseNode(pick) => self.lose_node(*pick).await,
            Event::FindNodes => self.find_nodes().await,
            Event::DeleteSet => {
                self.place.patch::<StatefulSet>(SET, &finalizers(true)).await?;
                self.place.delete::<StatefulSet>(SET).await
            }
            Event::Recreate(claims) => self.recreate(*claims).await,
            Event::Follow(command) => self.shell(command).await,
        }
    }

    async fn change_template(&mut self, template: Value) -> Result<()> {
        self.templates.push(template.clone());
        self.spec(json!({"template": template})).await
    }

    async fn spec(&self, spec: Value) -> Result<()> {
        self.place.patch::<StatefulSet>(SET, &json!({"spec": spec})).await
    }

    async fn recreate(&self, claims: u32) -> Result<()> {
        let orphan =
            DeleteParams { propagation_policy: Some(PropagationPolicy::Orphan), ..DeleteParams::default() };
        self.place.delete_with::<StatefulSet>(SET, &orphan).await?;
        self.place.gone::<StatefulSet>(SET).await?;
        self.create(claims).await
    }

    async fn lose_node(&self, pick: usize) -> Result<()> {
        match self.nodes.get(pick % self.nodes.len().max(1)) {
            Some(node) => self.place.patch_all::<Node>(node, &Place::kubelet(false)).await,
            None => Ok(()),
        }
    }

    async fn find_nodes(&self) -> Result<()> {
        for node in &self.nodes {
            self.place.patch_all::<Node>(node, &Place::kubelet(true)).await?;
        }
        Ok(())
    }

    async fn quota(&self, what: &str, limit: Option<u32>) -> Result<()> {
        self.place.delete::<ResourceQuota>(what).await?;
        let Some(limit) = limit else { return Ok(()) };
        let quota = json!({"metadata": {"name": what}, "spec": {"hard": {what: limit.to_string()}}});
        self.place.create_once::<ResourceQuota>(quota).await
    }

    async fn shell(&mut self, command: &str) -> Result<()> {
        let first = self.tools.kubectl.parent().map(Path::to_owned);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(first.into_iter().chain(std::env::split_paths(&path)))?;
        let mut shell = tokio::process::Command::new("setpriv");
        shell.args(["--pdeathsig", "KILL", "--", "sh", "-c", command]);
        shell.env("KUBECONFIG", &self.tools.kubeconfig).env("PATH", path);
        let run = tokio::time::timeout(Duration::from_secs(30), shell.output()).await??;
        if !run.status.success() {
            self.complaint = Some(format!("`{command}` failed: {}", String::from_utf8_lossy(&run.stderr)));
        }
        Ok(())
    }

    /// Lets go of everything, and does not wait for it.
    pub(in crate::prove) async fn end(&self) {
        // Best effort: the cluster ends anyway.
        let _ = self.release_pods().await;
        let _ = self.release_claims().await;
        let _ = self.place.patch::<StatefulSet>(SET, &finalizers(false)).await;
        self.place.end(&self.nodes).await;
    }
}

/// What the server does not allow does not happen: a pod over the quota, a finalizer on a pod that goes.
fn is_refusal(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(kube::Error::Api(status)) if matches!(status.code, 403 | 422))
}
