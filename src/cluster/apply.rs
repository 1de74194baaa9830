//! Writes of this program, each conditional: the server carries it out only if things still are as they were read.

use http::Method;
use serde_json::{Value, json};

use super::{ApiError, Connection};
use crate::wire;

/// The name under which the server notes what we have written (`metadata.managedFields`).
pub const FIELD_MANAGER: &str = "kubectl-stateful";

/// Whether the server is to do it, or only to say what would come of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is done.
    Real,
    /// Everything but the last step: validation, admission and preconditions included.
    DryRun,
}

impl Connection {
    /// Changes a set by a JSON Patch, whose `test`s are its preconditions. Returns the set afterwards.
    ///
    /// # Errors
    /// [`Reason::Conflict`](super::Reason::Conflict) where a test did not hold; anything else that a request can end
    /// with.
    pub async fn patch_set(
        &self,
        namespace: &str,
        name: &str,
        patch: &Value,
        mode: Mode,
    ) -> Result<Value, ApiError> {
        let path = Self::path::<wire::StatefulSet>(Some(namespace), Some(name));
        self.patch(&path, "application/json-patch+json", patch, mode).await
    }

    /// What the set would be after a strategic merge patch: defaults filled in, admission passed.
    ///
    /// # Errors
    /// Anything that a request can end with.
    pub async fn try_merge(&self, namespace: &str, name: &str, patch: &Value) -> Result<Value, ApiError> {
        let path = Self::path::<wire::StatefulSet>(Some(namespace), Some(name));
        self.patch(&path, "application/strategic-merge-patch+json", patch, Mode::DryRun).await
    }

    /// Deletes one very pod, plainly, with its own grace period.
    ///
    /// # Errors
    /// [`Reason::Conflict`](super::Reason::Conflict) where a pod of another identity has the name.
    pub async fn delete_pod(&self, namespace: &str, name: &str, uid: &str) -> Result<Value, ApiError> {
        let path = Self::path::<wire::Pod>(Some(namespace), Some(name));
        self.delete(&path, &json!({"uid": uid}), None, Mode::Real).await
    }

    /// Deletes one very pod by force, as it was read: a kubelet that is back and has written its status in the meantime
    /// makes the server refuse.
    ///
    /// # Errors
    /// [`Reason::Conflict`](super::Reason::Conflict) where it has changed or another one has its name.
    pub async fn force_delete_pod(
        &self,
        namespace: &str,
        name: &str,
        uid: &str,
        resource_version: &str,
        mode: Mode,
    ) -> Result<Value, ApiError> {
        let path = Self::path::<wire::Pod>(Some(namespace), Some(name));
        self.delete(&path, &json!({"uid": uid, "resourceVersion": resource_version}), Some(0), mode).await
    }

    /// Records an event.
    ///
    /// # Errors
    /// Anything that a request can end with.
    pub async fn record_event(&self, namespace: &str, event: &Value) -> Result<Value, ApiError> {
        let path =
            format!("{}?fieldManager={FIELD_MANAGER}", Self::path::<wire::Event>(Some(namespace), None));
        self.write(Method::POST, &path, "application/json", event).await
    }

    /// Who we are, by the server's word (`SelfSubjectReview`).
    ///
    /// # Errors
    /// Anything that a request can end with.
    pub async fn who_am_i(&self) -> Result<String, ApiError> {
        let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
        let path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
        let answer = self.write(Method::POST, path, "application/json", &review).await?;
        Ok(answer["status"]["userInfo"]["username"].as_str().unwrap_or_default().to_owned())
    }

    /// Deletes one very claim as it was read. It goes when its finalizers allow it: the server's answer says only that
    /// it has been asked to.
    ///
    /// # Errors
    /// [`Reason::Conflict`](super::Reason::Conflict) where it has changed or another one has its name.
    pub async fn delete_claim(
        &self,
        namespace: &str,
        name: &str,
        uid: &str,
        resource_version: &str,
        mode: Mode,
    ) -> Result<Value, ApiError> {
        let path = Self::path::<wire::PersistentVolumeClaim>(Some(namespace), Some(name));
        self.delete(&path, &json!({"uid": uid, "resourceVersion": resource_version}), None, mode).await
    }

    /// Has a volume stay when its claim goes.
    ///
    /// # Errors
    /// [`Reason::Conflict`](super::Reason::Conflict) where it is bound to another claim by now, or its policy has
    /// changed.
    pub async fn retain_volume(
        &self,
        name: &str,
        claim_uid: &str,
        policy: &str,
        mode: Mode,
    ) -> Result<Value, ApiError> {
        const POLICY: &str = "/spec/persistentVolumeReclaimPolicy";
        let patch = json!([
            {"op": "test", "path": "/spec/claimRef/uid", "value": claim_uid},
            {"op": "test", "path": POLICY, "value": policy},
            {"op": "replace", "path": POLICY, "value": "Retain"},
        ]);
        let path = Self::path::<wire::PersistentVolume>(None, Some(name));
        self.patch(&path, "application/json-patch+json", &patch, mode).await
    }

    /// A set with all its fields, as JSON.
    ///
    /// # Errors
    /// Anything that a request can end with.
    pub async fn whole_set(&self, namespace: &str, name: &str) -> Result<Value, ApiError> {
        self.raw(&Self::path::<wire::StatefulSet>(Some(namespace), Some(name))).await
    }

    async fn delete(
        &self,
        path: &str,
        preconditions: &Value,
        grace_seconds: Option<u32>,
        mode: Mode,
    ) -> Result<Value, ApiError> {
        let mut options =
            json!({"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": preconditions});
        if let Some(seconds) = grace_seconds {
            options["gracePeriodSeconds"] = json!(seconds);
        }
        if mode == Mode::DryRun {
            options["dryRun"] = json!(["All"]);
        }
        self.write(Method::DELETE, path, "application/json", &options).await
    }

    async fn patch(
        &self,
        path: &str,
        content_type: &'static str,
        patch: &Value,
        mode: Mode,
    ) -> Result<Value, ApiError> {
        let dry_run = if mode == Mode::DryRun { "&dryRun=All" } else { "" };
        let path = format!("{path}?fieldManager={FIELD_MANAGER}{dry_run}");
        self.write(Method::PATCH, &path, content_type, patch).await
    }
}
