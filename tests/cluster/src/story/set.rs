//! A StatefulSet in a few words.

use super::Manifest;
use serde_json::{Map, Value, json};

/// The name of the first container of every pod: the one that misbehaves.
pub(super) const CONTAINER: &str = "app";

/// A label that no node has.
pub(crate) const NO_NODE: &str = "kubectl-stateful.test/no";

/// Describes a StatefulSet with one replica and its headless Service of the same name.
#[must_use]
pub fn set(name: &str) -> SetBuilder {
    let labels = json!({"app": name});
    let template = json!({
        "metadata": {"labels": labels, "annotations": {}},
        "spec": {
            "containers": [{"name": CONTAINER, "image": "example/app:1"}],
            // kwok lets deleted pods go at once, so this costs no time.
            "terminationGracePeriodSeconds": 30,
        },
    });
    let spec = json!({
        "replicas": 1,
        "selector": {"matchLabels": labels},
        "serviceName": name,
        "template": template,
    });
    SetBuilder { name: name.to_owned(), spec, annotations: Map::new(), service: true, storage_class: None }
}

/// A StatefulSet to be applied.
#[derive(Clone, Debug)]
pub struct SetBuilder {
    name: String,
    pub(super) spec: Value,
    annotations: Map<String, Value>,
    service: bool,
    storage_class: Option<String>,
}

impl SetBuilder {
    pub(super) fn with(mut self, change: impl FnOnce(&mut Value)) -> Self {
        change(&mut self.spec);
        self
    }

    /// How many pods.
    #[must_use]
    pub fn replicas(self, replicas: i32) -> Self {
        self.with(|spec| spec["replicas"] = replicas.into())
    }

    /// The first ordinal.
    #[must_use]
    pub fn start(self, start: i32) -> Self {
        self.with(|spec| spec["ordinals"] = json!({"start": start}))
    }

    /// Pods are created and deleted all at once.
    #[must_use]
    pub fn parallel(self) -> Self {
        self.with(|spec| spec["podManagementPolicy"] = "Parallel".into())
    }

    /// Pods take a new template only when deleted.
    #[must_use]
    pub fn on_delete(self) -> Self {
        self.with(|spec| spec["updateStrategy"] = json!({"type": "OnDelete"}))
    }

    /// The update strategy as it stands in the API.
    #[must_use]
    pub fn update_strategy(self, strategy: Value) -> Self {
        self.with(|spec| spec["updateStrategy"] = strategy)
    }

    /// Only pods at this offset or above take a new template.
    #[must_use]
    pub fn partition(self, partition: i32) -> Self {
        self.with(|spec| {
            spec["updateStrategy"]["type"] = "RollingUpdate".into();
            spec["updateStrategy"]["rollingUpdate"]["partition"] = partition.into();
        })
    }

    /// RollingUpdate without a word on how, as very old sets have it.
    #[must_use]
    pub fn rolling_update_null(self) -> Self {
        self.with(|spec| spec["updateStrategy"] = json!({"type": "RollingUpdate"}))
    }

    /// How many pods may be unavailable in an update: a number or a percentage.
    #[must_use]
    pub fn max_unavailable(self, max: impl Into<Value>) -> Self {
        self.with(|spec| {
            spec["updateStrategy"]["type"] = "RollingUpdate".into();
            spec["updateStrategy"]["rollingUpdate"]["maxUnavailable"] = max.into();
        })
    }

    /// How long a pod must be Ready to be available.
    #[must_use]
    pub fn min_ready_seconds(self, seconds: i32) -> Self {
        self.with(|spec| spec["minReadySeconds"] = seconds.into())
    }

    /// How many revisions are kept.
    #[must_use]
    pub fn revision_history_limit(self, limit: i32) -> Self {
        self.with(|spec| spec["revisionHistoryLimit"] = limit.into())
    }

    /// Another Service, which is not made, or none.
    #[must_use]
    pub fn service(mut self, name: Option<&str>) -> Self {
        self.service = false;
        self.with(|spec| match name {
            Some(name) => spec["serviceName"] = name.into(),
            None => drop(spec.as_object_mut().and_then(|spec| spec.remove("serviceName"))),
        })
    }

    /// One more claim for each pod, of this name.
    #[must_use]
    pub fn claims(self, template: &str) -> Self {
        self.with(|spec| {
            push(
                &mut spec["volumeClaimTemplates"],
                json!({
                    "apiVersion": "v1",
                    "kind": "PersistentVolumeClaim",
                    "metadata": {"name": template},
                    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}},
                }),
            );
            let mount = json!({"name": template, "mountPath": format!("/{template}")});
            push(&mut spec["template"]["spec"]["containers"][0]["volumeMounts"], mount);
        })
    }

    /// The class of all claims: `standard` (the default), `wait` (bound when the pod is scheduled) or `never`.
    #[must_use]
    pub fn storage_class(mut self, class: &str) -> Self {
        self.storage_class = Some(class.to_owned());
        self
    }

    /// What becomes of claims: `Retain` or `Delete`, for each of the two cases.
    #[must_use]
    pub fn retention(self, when_deleted: &str, when_scaled: &str) -> Self {
        let policy = retention_policy(when_deleted, when_scaled);
        self.with(|spec| spec["persistentVolumeClaimRetentionPolicy"] = policy)
    }

    /// An annotation of the set itself.
    #[must_use]
    pub fn annotation(mut self, key: &str, value: &str) -> Self {
        self.annotations.insert(key.to_owned(), value.into());
        self
    }
}

impl Manifest for SetBuilder {
    fn into_objects(self) -> Vec<Value> {
        let mut spec = self.spec;
        if let (Some(class), Some(claims)) =
            (&self.storage_class, spec["volumeClaimTemplates"].as_array_mut())
        {
            for claim in claims {
                claim["spec"]["storageClassName"] = class.as_str().into();
            }
        }
        // Looking a key up in a mutable value makes it null, which is not the same as absent to the API server.
        spec.as_object_mut().expect("a spec is an object").retain(|_, value| !value.is_null());
        let service = json!({
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": self.name},
            "spec": {"clusterIP": "None", "selector": {"app": self.name}, "ports": [{"port": 80}]},
        });
        let set = json!({
            "apiVersion": "apps/v1",
            "kind": "StatefulSet",
            "metadata": {"name": self.name, "annotations": self.annotations},
            "spec": spec,
        });
        if self.service { vec![service, set] } else { vec![set] }
    }
}

/// `spec.persistentVolumeClaimRetentionPolicy`: what becomes of claims, `Retain` or `Delete`, for each of the two cases.
#[must_use]
pub fn retention_policy(when_deleted: &str, when_scaled: &str) -> Value {
    json!({"whenDeleted": when_deleted, "whenScaled": when_scaled})
}

pub(super) fn push(list: &mut Value, item: Value) {
    match list {
        Value::Array(items) => items.push(item),
        empty => *empty = json!([item]),
    }
}
