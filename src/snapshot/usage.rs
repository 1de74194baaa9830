//! Who uses claims: what the table of [`orphans`](crate::domain::orphans) looks at, of each object.

use std::collections::BTreeMap;

use super::convert::{self, controller, count, time};
use super::{Lookup, Objects, Table, set};
use crate::domain::Known;
use crate::domain::claim::ClaimPhase;
use crate::domain::orphans::{
    Autoscaler, Candidate, Evidence, LiveSet, PodUse, Source, Template, Volume, is_mark,
};
use crate::wire::{self, Object, Workload};

/// The annotation that the binder puts on a claim that has its volume (`AnnBindCompleted` in Kubernetes'
/// `component-helpers/storage/volume`).
const BOUND: &str = "pv.kubernetes.io/bind-completed";

/// What only claims are judged by; everything else reads nothing of it.
#[derive(Clone, Debug, Default)]
pub struct Users {
    /// Deployments.
    pub deployments: Known<Table<wire::Deployment>>,
    /// ReplicaSets.
    pub replica_sets: Known<Table<wire::ReplicaSet>>,
    /// DaemonSets.
    pub daemon_sets: Known<Table<wire::DaemonSet>>,
    /// Jobs.
    pub jobs: Known<Table<wire::Job>>,
    /// CronJobs.
    pub cron_jobs: Known<Table<wire::CronJob>>,
    /// KEDA's autoscalers.
    pub scaled_objects: Known<Table<wire::ScaledObject>>,
    /// Volumes.
    pub volumes: Lookup<wire::PersistentVolume>,
    /// Attachments of volumes.
    pub attachments: Known<Table<wire::VolumeAttachment>>,
    /// Snapshots.
    pub snapshots: Known<Table<wire::VolumeSnapshot>>,
    /// Sets and pods are not all that there are: the files hold none of them.
    pub incomplete: Vec<Source>,
}

/// Evidence and claims of what files hold.
pub fn usage(objects: &Objects) -> (Vec<Candidate>, Evidence) {
    let (users, mut evidence) = (&objects.users, Evidence::default());
    users.incomplete.iter().for_each(|source| evidence.leave_unread(*source));
    objects.sets.iter().for_each(|set| add_set(&mut evidence, set));
    objects.pods.iter().for_each(|pod| add_pod(&mut evidence, pod));
    each(&mut evidence, Source::Deployments, &users.deployments, add_workload);
    each(&mut evidence, Source::ReplicaSets, &users.replica_sets, add_workload);
    each(&mut evidence, Source::DaemonSets, &users.daemon_sets, add_workload);
    each(&mut evidence, Source::Jobs, &users.jobs, add_workload);
    each(&mut evidence, Source::CronJobs, &users.cron_jobs, add_workload);
    each(&mut evidence, Source::Autoscalers, &objects.autoscalers, add_autoscaler);
    each(&mut evidence, Source::ScaledObjects, &users.scaled_objects, add_scaled_object);
    each(&mut evidence, Source::Attachments, &users.attachments, add_attachment);
    each(&mut evidence, Source::Snapshots, &users.snapshots, add_snapshot);
    let claims = objects.claims.get().into_iter().flat_map(Table::iter);
    let candidates: Vec<Candidate> = claims.map(candidate).collect();
    for candidate in &candidates {
        add_clone(&mut evidence, candidate);
        let Some(name) = &candidate.claim.volume else { continue };
        if let Known::Known(found) = users.volumes.get("", name) {
            evidence.add_volume(name, found.map(volume));
        }
    }
    (candidates, evidence)
}

fn each<T: Object>(
    evidence: &mut Evidence,
    source: Source,
    objects: &Known<Table<T>>,
    add: impl Fn(&mut Evidence, &T),
) {
    match objects {
        Known::Known(objects) => objects.iter().for_each(|object| add(evidence, object)),
        Known::Unknown => evidence.leave_unread(source),
    }
}

/// Adds a set, and what its own template names.
pub fn add_set(evidence: &mut Evidence, set: &wire::StatefulSet) {
    let meta = set.meta();
    evidence.add_set(&meta.namespace, live_set(set));
    let template = set.spec.as_ref().and_then(|spec| spec.template.as_ref()?.spec.as_ref());
    let volumes = template.map(|spec| spec.volumes.as_slice()).unwrap_or_default();
    evidence.add_template(&meta.namespace, &format!("statefulset {}", meta.name), named(volumes));
}

/// A set.
pub fn live_set(set: &wire::StatefulSet) -> LiveSet {
    let (meta, spec) = (set.meta(), set.spec.as_ref());
    let templates = spec.map(|spec| spec.volume_claim_templates.as_slice()).unwrap_or_default();
    let selector = spec.and_then(|spec| spec.selector.as_ref());
    LiveSet {
        name: meta.name.clone(),
        uid: meta.uid.clone(),
        range: set::range(set),
        templates: templates.iter().map(template).collect(),
        selector: selector.map(|selector| selector.match_labels.clone()).unwrap_or_default(),
    }
}

fn template(template: &wire::PersistentVolumeClaim) -> Template {
    let meta = template.meta();
    let (labels, annotations) = (meta.labels.clone(), marks(&meta.annotations));
    Template { name: meta.name.clone(), labels, annotations }
}

/// Adds a pod, if it uses claims.
pub fn add_pod(evidence: &mut Evidence, pod: &wire::Pod) {
    if let Some(found) = pod_use(pod) {
        evidence.add_pod(&pod.meta().namespace, found);
    }
}

/// A pod, if it uses claims.
pub fn pod_use(pod: &wire::Pod) -> Option<PodUse> {
    let (meta, claims) = (pod.meta(), claims_of(pod));
    let phase = pod.status.as_ref().map_or("", |status| status.phase.as_str());
    (!claims.is_empty()).then(|| PodUse {
        name: meta.name.clone(),
        uid: meta.uid.clone(),
        controller: controller(meta).map(|owner| owner.uid.clone()),
        ended: matches!(phase, "Succeeded" | "Failed"),
        claims,
    })
}

/// The claims that a pod uses, by plain and by generic ephemeral volumes.
pub fn claims_of(pod: &wire::Pod) -> Vec<String> {
    let volumes = pod.spec.as_ref().map(|spec| spec.volumes.as_slice()).unwrap_or_default();
    let ephemeral = volumes
        .iter()
        .filter(|volume| volume.source.as_ref().is_some_and(|source| source.ephemeral.is_some()));
    let ephemeral = ephemeral.map(|volume| format!("{}-{}", pod.meta().name, volume.name));
    named(volumes).chain(ephemeral).collect()
}

/// Claims that volumes name.
pub fn named(volumes: &[wire::Volume]) -> impl Iterator<Item = String> {
    let sources =
        volumes.iter().filter_map(|volume| volume.source.as_ref()?.persistent_volume_claim.as_ref());
    sources.map(|source| source.claim_name.clone())
}

/// Adds a workload.
pub fn add_workload<T: Workload>(evidence: &mut Evidence, workload: &T) {
    let meta = workload.meta();
    let name = format!("{} {}", T::RESOURCE.kind.to_lowercase(), meta.name);
    evidence.add_template(&meta.namespace, &name, named(workload.volumes()));
}

/// Adds an autoscaler, if it scales a set.
pub fn add_autoscaler(evidence: &mut Evidence, scaler: &wire::HorizontalPodAutoscaler) {
    let (meta, spec) = (scaler.meta(), scaler.spec.clone().unwrap_or_default());
    let Some(target) = spec.scale_target_ref.filter(|target| target.kind == "StatefulSet") else { return };
    let name = format!("HorizontalPodAutoscaler {}", meta.name);
    let max_replicas = count(spec.max_replicas);
    evidence.add_autoscaler(&meta.namespace, Autoscaler { name, set: target.name, max_replicas });
}

/// Adds one of KEDA's, if it scales a set.
pub fn add_scaled_object(evidence: &mut Evidence, scaler: &wire::ScaledObject) {
    let (meta, spec) = (scaler.meta(), scaler.spec.clone().unwrap_or_default());
    let Some(target) = spec.scale_target_ref.filter(|target| target.kind == "StatefulSet") else { return };
    let name = format!("ScaledObject {}", meta.name);
    let max_replicas = count(spec.max_replica_count.unwrap_or(100));
    evidence.add_autoscaler(&meta.namespace, Autoscaler { name, set: target.name, max_replicas });
}

/// Adds an attachment, if it still is one.
pub fn add_attachment(evidence: &mut Evidence, attachment: &wire::VolumeAttachment) {
    let spec =
        attachment.spec.as_ref().filter(|_| attachment.status.as_ref().is_some_and(|status| status.attached));
    let volume = spec.and_then(|spec| spec.source.as_ref()?.persistent_volume_name.as_deref());
    if let Some((spec, volume)) = spec.zip(volume) {
        evidence.add_attachment(volume, &spec.node_name);
    }
}

/// Adds a snapshot, if it is still being taken.
pub fn add_snapshot(evidence: &mut Evidence, snapshot: &wire::VolumeSnapshot) {
    let meta = snapshot.meta();
    let claim =
        snapshot.spec.as_ref().and_then(|spec| spec.source.as_ref()?.persistent_volume_claim_name.as_ref());
    let taken = snapshot.status.as_ref().is_some_and(|status| status.ready_to_use);
    if let Some(claim) = claim.filter(|_| !taken) {
        evidence.add_copy(&meta.namespace, claim, format!("volumesnapshot {}", meta.name));
    }
}

/// Adds a claim that is to become a copy of another one.
pub fn add_clone(evidence: &mut Evidence, candidate: &Candidate) {
    if let Some((namespace, name)) = &candidate.copies {
        let who = format!("claim {}/{}", candidate.namespace, candidate.claim.name);
        evidence.add_copy(namespace, name, who);
    }
}

/// A volume.
pub fn volume(volume: &wire::PersistentVolume) -> Volume {
    let policy = volume.spec.as_ref().map(|spec| spec.persistent_volume_reclaim_policy.clone());
    Volume { reclaim_policy: policy.unwrap_or_default() }
}

/// What nearly every provisioner calls the volume that it makes for a claim (`makeVolumeName` in
/// `sig-storage-lib-external-provisioner`, with the default prefix).
pub fn provisioned_name(candidate: &Candidate) -> String {
    format!("pvc-{}", candidate.claim.uid)
}

/// Whether a volume is bound to just this claim.
pub fn is_volume_of(volume: &wire::PersistentVolume, candidate: &Candidate) -> bool {
    let claim = volume.spec.as_ref().and_then(|spec| spec.claim_ref.as_ref());
    claim.is_some_and(|claim| claim.uid == candidate.claim.uid)
}

/// A claim of which only the metadata was read, with what its volume tells of it.
pub fn complete(mut candidate: Candidate, volume: &wire::PersistentVolume) -> Candidate {
    let spec = volume.spec.as_ref();
    candidate.capacity = spec.and_then(|spec| storage(&spec.capacity));
    candidate.claim.volume = Some(volume.meta().name.clone());
    candidate.claim.phase = ClaimPhase::Bound;
    candidate.claim.class = spec.map(|spec| spec.storage_class_name.clone());
    candidate
}

fn storage(amounts: &BTreeMap<String, wire::Quantity>) -> Option<String> {
    amounts.get("storage").map(|amount| amount.text.clone())
}

/// Of tens of thousands of claims only what is looked at is kept.
fn marks(annotations: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let marks = annotations.iter().filter(|(key, _)| is_mark(key));
    marks.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// A claim.
pub fn candidate(claim: &wire::PersistentVolumeClaim) -> Candidate {
    let (meta, spec, status) = (claim.meta(), claim.spec.as_ref(), claim.status.as_ref());
    let got = status.and_then(|status| storage(&status.capacity));
    let asked = || spec.and_then(|spec| storage(&spec.resources.as_ref()?.requests));
    let unused = status.and_then(|status| {
        status.conditions.iter().find(|condition| condition.r#type == "Unused" && condition.status == "True")
    });
    let converted = convert::claim(claim);
    Candidate {
        namespace: meta.namespace.clone(),
        resource_version: meta.resource_version.clone(),
        labels: meta.labels.clone(),
        annotations: marks(&meta.annotations),
        bound: meta.annotations.contains_key(BOUND),
        capacity: got.or_else(asked),
        copies: source(claim).filter(|_| converted.phase == ClaimPhase::Pending),
        unused_since: unused.and_then(|condition| time(condition.last_transition_time)),
        claim: converted,
    }
}

/// The claim that a claim is filled from.
fn source(claim: &wire::PersistentVolumeClaim) -> Option<(String, String)> {
    let spec = claim.spec.as_ref()?;
    let source = spec.data_source_ref.as_ref().or(spec.data_source.as_ref())?;
    let own = || claim.meta().namespace.clone();
    let of_claim = source.kind == "PersistentVolumeClaim";
    of_claim.then(|| (source.namespace.clone().unwrap_or_else(own), source.name.clone()))
}
