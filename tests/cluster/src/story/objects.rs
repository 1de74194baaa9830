//! Reading and writing the objects of a namespace.

use super::{Manifest, Namespace};
use crate::client::block_on;
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use kube::Resource;
use kube::api::{Api, DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fmt::Debug;

/// A kind of object that lives in namespaces.
pub trait Kind:
    Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + Debug + Serialize + DeserializeOwned
{
}
impl<K> Kind for K where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope>
        + Clone
        + Debug
        + Serialize
        + DeserializeOwned
{
}

impl Namespace {
    /// The client for one kind of object here, as administrator.
    #[must_use]
    pub fn api<K: Kind>(&self) -> Api<K> {
        Api::namespaced(self.cluster.client(), &self.name)
    }

    /// Applies objects (server-side, forced), so that a set can be applied again with changes.
    ///
    /// # Panics
    /// When the API server refuses.
    pub fn apply(&self, manifest: impl Manifest) {
        for object in manifest.into_objects() {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let (version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
            let name = text(&object["metadata"]["name"]);
            let (group, version) = version.split_once('/').unwrap_or(("", &version));
            let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, &kind));
            let api: Api<DynamicObject> = Api::namespaced_with(self.cluster.client(), &self.name, &resource);
            let params = PatchParams::apply("test").force();
            block_on(api.patch(&name, &params, &Patch::Apply(&object)))
                .unwrap_or_else(|error| panic!("failed to apply {kind} {name}: {error}"));
        }
    }

    /// Reads an object; none when it is not there.
    ///
    /// # Panics
    /// When the API server refuses.
    #[must_use]
    pub fn get<K: Kind>(&self, name: &str) -> Option<K> {
        block_on(self.api::<K>().get_opt(name))
            .unwrap_or_else(|error| panic!("failed to get {name}: {error}"))
    }

    /// Lists the objects of a kind, in the order of their names as text.
    ///
    /// # Panics
    /// When the API server refuses.
    #[must_use]
    pub fn list<K: Kind>(&self) -> Vec<K> {
        block_on(self.api::<K>().list(&ListParams::default())).expect("a list of objects").items
    }

    /// Reads a pod; none when it is not there.
    #[must_use]
    pub fn pod(&self, name: &str) -> Option<Pod> {
        self.get(name)
    }

    /// Reads a StatefulSet.
    ///
    /// # Panics
    /// When it is not there.
    #[must_use]
    pub fn statefulset(&self, name: &str) -> StatefulSet {
        self.get(name).unwrap_or_else(|| panic!("no StatefulSet {name}"))
    }

    /// The names of the claims.
    #[must_use]
    pub fn claims(&self) -> Vec<String> {
        self.list::<PersistentVolumeClaim>().into_iter().filter_map(|claim| claim.metadata.name).collect()
    }

    /// Merges a JSON patch into an object.
    ///
    /// # Panics
    /// When the API server refuses.
    pub fn patch<K: Kind>(&self, name: &str, patch: &Value) {
        block_on(self.api::<K>().patch(name, &PatchParams::default(), &Patch::Merge(patch)))
            .unwrap_or_else(|error| panic!("failed to patch {name}: {error}"));
    }

    /// Merges `status` into an object's status, for a state no kubelet or controller makes. Of a pod whose
    /// behaviour is not [`by-hand`](super::Behaviour::ByHand), kwok may put it right again.
    ///
    /// # Panics
    /// When the API server refuses.
    pub fn patch_status<K: Kind>(&self, name: &str, status: &Value) {
        let patch = json!({"status": status});
        block_on(self.api::<K>().patch_status(name, &PatchParams::default(), &Patch::Merge(patch)))
            .unwrap_or_else(|error| panic!("failed to patch the status of {name}: {error}"));
    }

    /// Replaces an object; its resource version must be the present one.
    ///
    /// # Panics
    /// When the API server refuses.
    pub fn replace<K: Kind>(&self, name: &str, object: &K) {
        block_on(self.api::<K>().replace(name, &PostParams::default(), object))
            .unwrap_or_else(|error| panic!("failed to replace {name}: {error}"));
    }

    /// Deletes an object, if it is there, without waiting.
    ///
    /// # Panics
    /// When the API server refuses.
    pub fn delete<K: Kind>(&self, name: &str) {
        match block_on(self.api::<K>().delete(name, &DeleteParams::default())) {
            Err(kube::Error::Api(status)) if status.code == 404 => {}
            result => drop(result.unwrap_or_else(|error| panic!("failed to delete {name}: {error}"))),
        }
    }

    /// Waits until every pod of the set is updated, ready and reported so.
    ///
    /// # Panics
    /// At the deadline.
    pub fn wait_rolled_out(&self, set: &str) {
        self.wait_until(&format!("{set} is rolled out"), || {
            self.get(set).is_some_and(|set| rolled_out(&set))
        });
    }
}

fn rolled_out(set: &StatefulSet) -> bool {
    let (Some(spec), Some(status)) = (&set.spec, &set.status) else { return false };
    let wanted = spec.replicas.unwrap_or(1);
    status.observed_generation >= set.metadata.generation
        && status.replicas == wanted
        && status.ready_replicas.unwrap_or(0) == wanted
        && status.available_replicas.unwrap_or(0) == wanted
        && status.current_revision == status.update_revision
        && status.updated_replicas.unwrap_or(0) == wanted
}
