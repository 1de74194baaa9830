//! What happens to claims and their volumes.

use super::Actor;
use super::objects::{add_finalizer, finalizers, is_held, without_finalizer};
use crate::prove::world::place::until;
use anyhow::Result;
use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim};
use kube::ResourceExt;
use serde_json::json;

impl Actor {
    /// One of the claims, if there are any.
    async fn claim(&self, pick: usize) -> Result<Option<PersistentVolumeClaim>> {
        let claims = self.place.list::<PersistentVolumeClaim>().await?;
        let index = pick % claims.len().max(1);
        Ok(claims.into_iter().nth(index))
    }

    /// The volume of a claim, if it has one.
    async fn volume(&self, pick: usize) -> Result<Option<String>> {
        Ok(self.claim(pick).await?.and_then(|claim| claim.spec?.volume_name))
    }

    pub(super) async fn delete_claim(&self, pick: usize) -> Result<()> {
        let Some(claim) = self.claim(pick).await? else { return Ok(()) };
        self.place.delete::<PersistentVolumeClaim>(&claim.name_any()).await
    }

    pub(super) async fn hold_claim(&self, pick: usize) -> Result<()> {
        let Some(claim) = self.claim(pick).await? else { return Ok(()) };
        self.place.patch::<PersistentVolumeClaim>(&claim.name_any(), &add_finalizer(&claim)).await
    }

    pub(super) async fn release_claims(&self) -> Result<()> {
        for claim in self.place.list::<PersistentVolumeClaim>().await?.iter().filter(|claim| is_held(*claim))
        {
            let patch = without_finalizer(claim);
            self.place.patch::<PersistentVolumeClaim>(&claim.name_any(), &patch).await?;
        }
        Ok(())
    }

    pub(super) async fn lose_volume(&self, pick: usize) -> Result<()> {
        let Some(volume) = self.volume(pick).await? else { return Ok(()) };
        // In this order, because a controller gives its finalizer back to a volume that is not going.
        self.place.delete_all::<PersistentVolume>(&volume).await?;
        self.place.patch_all::<PersistentVolume>(&volume, &finalizers(false)).await
    }

    pub(super) async fn lose_volume_for_sure(&self, pick: usize) -> Result<()> {
        let phase = |claim: PersistentVolumeClaim| claim.status.and_then(|status| status.phase);
        let lost = async || {
            self.lose_volume(pick).await?;
            Ok(self.claim(pick).await?.and_then(phase).as_deref() == Some("Lost"))
        };
        until("a claim that has lost its volume", lost).await
    }

    pub(super) async fn pin_volume(&self, pick: usize) -> Result<()> {
        let Some(volume) = self.volume(pick).await? else { return Ok(()) };
        let nowhere = json!({"key": "kubernetes.io/hostname", "operator": "In", "values": ["nowhere"]});
        let terms = json!([{"matchExpressions": [nowhere]}]);
        let patch = json!({"spec": {"nodeAffinity": {"required": {"nodeSelectorTerms": terms}}}});
        self.place.patch_all::<PersistentVolume>(&volume, &patch).await
    }
}
