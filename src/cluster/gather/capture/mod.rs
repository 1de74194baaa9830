//! Whole objects, as JSON, of everything that the analysis of a set reads.

mod claims;
mod elections;

use std::collections::BTreeSet;

use futures::future::{join_all, join5};
use serde_json::{Value, json};

use super::{Reader, selector, slices_of};
use crate::cluster::{ApiError, Connection, Reason};
use crate::domain::Set;
use crate::snapshot::{Index, NODE_LEASES, Objects};
use crate::wire::{self, Object, Resource};

/// What a capture holds.
#[derive(Debug, Default)]
pub struct Captured {
    /// The objects, each with its kind.
    pub items: Vec<Value>,
    /// Resources that were refused, by plural name: what is not in the capture may yet exist.
    pub refused: BTreeSet<&'static str>,
    /// Resources, by plural name, of which it holds every election of its sets.
    pub elections: Vec<&'static str>,
}

/// All resources that a capture of a set looks at.
pub const RESOURCES: [Resource; 20] = [
    wire::StatefulSet::RESOURCE,
    wire::Pod::RESOURCE,
    wire::PersistentVolumeClaim::RESOURCE,
    wire::ControllerRevision::RESOURCE,
    wire::Event::RESOURCE,
    wire::Service::RESOURCE,
    wire::EndpointSlice::RESOURCE,
    wire::Node::RESOURCE,
    wire::Lease::RESOURCE,
    wire::StorageClass::RESOURCE,
    wire::HorizontalPodAutoscaler::RESOURCE,
    wire::ScaledObject::RESOURCE,
    wire::Deployment::RESOURCE,
    wire::ReplicaSet::RESOURCE,
    wire::DaemonSet::RESOURCE,
    wire::Job::RESOURCE,
    wire::CronJob::RESOURCE,
    wire::PersistentVolume::RESOURCE,
    wire::VolumeAttachment::RESOURCE,
    wire::VolumeSnapshot::RESOURCE,
];

/// Reads the whole objects around sets whose slim objects are known.
///
/// # Errors
/// Sets or pods that cannot be read.
pub async fn capture(reader: &Reader<'_>, objects: &Objects) -> Result<Captured, ApiError> {
    let index = Index::new(objects);
    let mut captured = Captured::default();
    for slim in objects.sets.iter() {
        let set = index.set(slim);
        captured.of_set(reader, slim, &set).await?;
    }
    captured.around(reader, &index, objects).await;
    claims::add(&mut captured, reader, objects).await;
    elections::add(&mut captured, reader, objects).await;
    let mut seen = BTreeSet::new();
    captured.items.retain(|item| seen.insert(item["metadata"]["uid"].to_string()));
    Ok(captured)
}

impl Captured {
    async fn of_set(
        &mut self,
        reader: &Reader<'_>,
        slim: &wire::StatefulSet,
        set: &Set,
    ) -> Result<(), ApiError> {
        let namespace = Some(set.namespace.as_str());
        let labels = selector(slim);
        let (whole, pods, revisions, claims, events) = join5(
            one::<wire::StatefulSet>(reader, namespace, &set.name),
            many::<wire::Pod>(reader, namespace, &labels),
            many::<wire::ControllerRevision>(reader, namespace, &labels),
            many::<wire::PersistentVolumeClaim>(reader, namespace, &labels),
            many::<wire::Event>(reader, namespace, ""),
        )
        .await;
        self.items.extend(whole?);
        self.items.extend(pods?);
        self.add::<wire::ControllerRevision>(reader, revisions);
        let listed: BTreeSet<String> = claims.iter().flatten().filter_map(name_of).collect();
        self.add::<wire::PersistentVolumeClaim>(reader, claims);
        // Adopted claims, and those of plain volumes, carry other labels.
        for name in set
            .claims
            .get()
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
            .filter(|name| !listed.contains(*name))
        {
            let claim = one::<wire::PersistentVolumeClaim>(reader, namespace, name).await;
            self.add::<wire::PersistentVolumeClaim>(reader, claim);
        }
        for pod in &set.foreign_pods {
            let pod = one::<wire::Pod>(reader, namespace, &pod.name).await;
            self.add::<wire::Pod>(reader, pod);
        }
        let about = names_in_question(set);
        let concerns = |event: &Value| {
            event
                .pointer("/involvedObject/name")
                .and_then(Value::as_str)
                .is_some_and(|name| about.contains(name))
        };
        self.add::<wire::Event>(reader, events.map(|events| events.into_iter().filter(concerns).collect()));
        if !set.spec.service.is_empty() {
            let service = one::<wire::Service>(reader, namespace, &set.spec.service).await;
            self.add::<wire::Service>(reader, service);
            let slices = many::<wire::EndpointSlice>(reader, namespace, &slices_of(&set.spec.service)).await;
            self.add::<wire::EndpointSlice>(reader, slices);
        }
        let scalers = many::<wire::HorizontalPodAutoscaler>(reader, namespace, "").await;
        let target = |scaler: &Value| {
            scaler.pointer("/spec/scaleTargetRef/name").and_then(Value::as_str) == Some(&set.name)
        };
        self.add::<wire::HorizontalPodAutoscaler>(
            reader,
            scalers.map(|all| all.into_iter().filter(target).collect()),
        );
        Ok(())
    }

    /// Nodes of the pods with their leases, and storage classes.
    async fn around(&mut self, reader: &Reader<'_>, index: &Index<'_>, objects: &Objects) {
        let sets: Vec<Set> = objects.sets.iter().map(|set| index.set(set)).collect();
        let nodes: BTreeSet<&String> =
            sets.iter().flat_map(|set| set.pods.values()).filter_map(|pod| pod.node.as_ref()).collect();
        let read = join_all(nodes.iter().map(|name| one::<wire::Node>(reader, None, name))).await;
        read.into_iter().for_each(|node| self.add::<wire::Node>(reader, node));
        let read =
            join_all(nodes.iter().map(|name| one::<wire::Lease>(reader, Some(NODE_LEASES), name))).await;
        read.into_iter().for_each(|lease| self.add::<wire::Lease>(reader, lease));
        if sets.iter().any(|set| !set.spec.claim_templates.is_empty()) {
            let classes = many::<wire::StorageClass>(reader, None, "").await;
            self.add::<wire::StorageClass>(reader, classes);
        }
    }

    fn add<T: Object>(&mut self, reader: &Reader<'_>, read: Result<Vec<Value>, ApiError>) {
        match read {
            Ok(items) => self.items.extend(items),
            Err(error) => {
                self.refused.insert(T::RESOURCE.plural);
                let _: crate::domain::Known<()> = reader.known(Err(error), "the capture lacks them");
            }
        }
    }
}

/// Names of the set, its pods and its claims, as events name them.
fn names_in_question(set: &Set) -> BTreeSet<String> {
    let pods = set
        .spec
        .range
        .iter()
        .map(|ordinal| set.pod_name(ordinal))
        .chain(set.pods.values().map(|pod| pod.name.clone()));
    let claims = set.claims.get().into_iter().flatten().map(|(name, _)| name.clone());
    pods.chain(claims).chain([set.name.clone()]).collect()
}

/// One object, or none where there is none.
async fn one<T: Object>(
    reader: &Reader<'_>,
    namespace: Option<&str>,
    name: &str,
) -> Result<Vec<Value>, ApiError> {
    match reader.connection.raw(&Connection::path::<T>(namespace, Some(name))).await {
        Ok(object) => Ok(vec![with_kind::<T>(object)]),
        Err(error) if error.reason == Reason::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

async fn many<T: Object>(
    reader: &Reader<'_>,
    namespace: Option<&str>,
    labels: &str,
) -> Result<Vec<Value>, ApiError> {
    let query = crate::cluster::Query::within(namespace).labels(labels);
    let mut list = reader.connection.raw(&query.path(&T::RESOURCE, &[])).await?;
    let items = list.get_mut("items").map(Value::take).unwrap_or_default();
    let Value::Array(items) = items else { return Ok(Vec::new()) };
    Ok(items.into_iter().map(with_kind::<T>).collect())
}

/// Items of a list do not say what they are.
fn with_kind<T: Object>(mut object: Value) -> Value {
    if let Some(fields) = object.as_object_mut() {
        fields.insert("apiVersion".to_owned(), json!(T::RESOURCE.api_version()));
        fields.insert("kind".to_owned(), json!(T::RESOURCE.kind));
    }
    object
}

fn name_of(object: &Value) -> Option<String> {
    object.pointer("/metadata/name").and_then(Value::as_str).map(str::to_owned)
}
