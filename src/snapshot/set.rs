//! One set with all that belongs to it.

use std::collections::{BTreeMap, BTreeSet};

use super::convert::{controller, count, time};
use super::{Index, NODE_LEASES, convert, pod, revision};
use crate::domain::canary::record::ANNOTATION;
use crate::domain::claim::Claim;
use crate::domain::ordinal::{Range, split_pod_name};
use crate::domain::ownership::MARKS;
use crate::domain::pod::Pod;
use crate::domain::revision::StoredRevision;
use crate::domain::set::{
    Amount, Annotated, ClaimTemplate, ForeignPod, Retention, Rolling, Spec, Status, Strategy,
};
use crate::domain::surroundings::Surroundings;
use crate::domain::{Known, Offset, Ordinal, Revision, Set};
use crate::wire::{self, Object as _};

impl Index<'_> {
    /// Ties a set to what belongs to it.
    pub fn set(&self, set: &wire::StatefulSet) -> Set {
        let meta = set.meta();
        let spec = spec(set);
        let reported = set.status.clone().unwrap_or_default();
        let stored = self.revisions(set);
        let update_revision = revision::update_revision(set, stored.as_deref());
        let revisions: Known<Vec<StoredRevision>> =
            stored.map(|all| all.into_iter().map(stored_revision).collect()).into();
        let current_revision = current_revision(&reported.current_revision, &revisions, &update_revision);
        let pods = self.pods(set);
        let foreign_pods = self.foreign_pods(set, &spec, &pods);
        let claims = self.claims_of(set, &spec, &pods);
        Set {
            now: self.objects.now,
            namespace: meta.namespace.clone(),
            name: meta.name.clone(),
            uid: meta.uid.clone(),
            generation: meta.generation,
            created: time(meta.creation_timestamp),
            deleted: time(meta.deletion_timestamp),
            finalizers: meta.finalizers.clone(),
            around: self.surroundings(set, &spec, &pods, &claims),
            spec,
            status: Status {
                observed_generation: reported.observed_generation,
                current_replicas: count(reported.current_replicas),
                current_revision: reported.current_revision,
                update_revision: reported.update_revision,
            },
            update_revision,
            current_revision,
            template: spec_template(set).and_then(revision::digest_of_text),
            canary: meta.annotations.get(ANNOTATION).cloned(),
            annotated: annotated(meta),
            pods,
            foreign_pods,
            claims,
            revisions,
        }
    }

    /// Revisions that the set owns, and those that it will adopt: matching its selector, without owner.
    fn revisions(&self, set: &wire::StatefulSet) -> Option<Vec<&wire::ControllerRevision>> {
        self.objects.revisions.get()?;
        let meta = set.meta();
        let owned = self.revisions.get(meta.uid.as_str()).into_iter().flatten().copied();
        let adoptable = self.orphaned_revisions.iter().copied().filter(|revision| {
            let there = revision.meta();
            there.namespace == meta.namespace && there.deletion_timestamp.is_none() && selects(set, there)
        });
        Some(owned.chain(adoptable).collect())
    }

    fn pods(&self, set: &wire::StatefulSet) -> BTreeMap<Ordinal, Pod> {
        self.members(set).map(|(ordinal, found)| (ordinal, pod::pod(found, ordinal))).collect()
    }

    /// Pods that the set owns, and those that it will adopt: of its name, matching its selector, without owner. One
    /// that the selector does not match any more is released in the next sync (`ClaimPods`).
    pub(super) fn members<'a>(
        &'a self,
        set: &'a wire::StatefulSet,
    ) -> impl Iterator<Item = (Ordinal, &'a wire::Pod)> {
        let meta = set.meta();
        let owned = self.pods_by_owner.get(meta.uid.as_str()).into_iter().flatten().copied();
        let owned = owned.filter(|pod| selects(set, pod.meta()));
        let orphans = self.orphaned_pods.get(&(meta.namespace.as_str(), meta.name.as_str()));
        let adoptable = orphans
            .into_iter()
            .flatten()
            .copied()
            .filter(|pod| pod.meta().deletion_timestamp.is_none() && selects(set, pod.meta()));
        owned.chain(adoptable).filter_map(|found| {
            let (parent, ordinal) = split_pod_name(&found.meta().name)?;
            (parent == meta.name).then_some((ordinal, found))
        })
    }

    /// Pods that have the name of a missing ordinal.
    fn foreign_pods(
        &self,
        set: &wire::StatefulSet,
        spec: &Spec,
        pods: &BTreeMap<Ordinal, Pod>,
    ) -> Vec<ForeignPod> {
        let missing = spec.range.iter().filter(|ordinal| !pods.contains_key(ordinal));
        let found = missing.filter_map(|ordinal| {
            let name = format!("{}-{ordinal}", set.meta().name);
            let pod = self.objects.pods.get(&set.meta().namespace, &name)?;
            let owner = controller(pod.meta()).filter(|owner| owner.uid != set.meta().uid);
            let owner = owner.map(|owner| format!("{}/{}", owner.kind, owner.name));
            Some(ForeignPod { name, ordinal, owner, terminating: pod.meta().deletion_timestamp.is_some() })
        });
        found.collect()
    }

    /// Claims of the templates for every ordinal concerned, and whatever else its pods use.
    fn claims_of(
        &self,
        set: &wire::StatefulSet,
        spec: &Spec,
        pods: &BTreeMap<Ordinal, Pod>,
    ) -> Known<BTreeMap<String, Claim>> {
        let Known::Known(all) = &self.objects.claims else { return Known::Unknown };
        let ordinals: BTreeSet<Ordinal> = spec.range.iter().chain(pods.keys().copied()).collect();
        let of_templates = spec.claim_templates.iter().flat_map(|template| {
            ordinals.iter().map(|ordinal| format!("{}-{}-{ordinal}", template.name, set.meta().name))
        });
        let of_pods = pods.values().flat_map(|pod| pod.claims.iter().map(|(_, name)| name.clone()));
        let names: BTreeSet<String> = of_templates.chain(of_pods).collect();
        let found = names.into_iter().filter_map(|name| {
            let claim = convert::claim(all.get(&set.meta().namespace, &name)?);
            Some((name, claim))
        });
        Known::Known(found.collect())
    }

    fn surroundings(
        &self,
        set: &wire::StatefulSet,
        spec: &Spec,
        pods: &BTreeMap<Ordinal, Pod>,
        claims: &Known<BTreeMap<String, Claim>>,
    ) -> Surroundings {
        let meta = set.meta();
        let objects = self.objects;
        let claim_names = claims.get().into_iter().flatten().map(|(name, _)| (name.clone(), ())).collect();
        let node = |name: &String| {
            let lease = objects.leases.get(NODE_LEASES, name);
            objects.nodes.get("", name).map(|node| node.map(|node| convert::node(node, &lease)))
        };
        let nodes = pods.values().filter_map(|pod| pod.node.as_ref()).map(|name| (name.clone(), node(name)));
        let targets = |scaler: &&wire::HorizontalPodAutoscaler| {
            let target = scaler.spec.as_ref().and_then(|spec| spec.scale_target_ref.as_ref());
            scaler.meta().namespace == meta.namespace
                && target.is_some_and(|target| target.kind == "StatefulSet" && target.name == meta.name)
        };
        Surroundings {
            events: objects
                .events
                .get()
                .map(|_| self.events(&meta.namespace, &meta.name, &claim_names))
                .into(),
            nodes: nodes.collect(),
            storage_classes: objects
                .storage_classes
                .get()
                .map(|all| all.iter().map(convert::storage_class).collect())
                .into(),
            service: objects
                .services
                .get(&meta.namespace, &spec.service)
                .map(|service| service.map(convert::service)),
            autoscalers: (objects.autoscalers.get())
                .map(|all| all.iter().filter(targets).map(|scaler| scaler.meta().name.clone()).collect())
                .into(),
            owners: convert::owners(meta),
            field_owners: appliers(meta),
        }
    }
}

pub(super) fn range(set: &wire::StatefulSet) -> Range {
    let spec = set.spec.as_ref();
    let start = spec.and_then(|spec| spec.ordinals.as_ref()).map_or(0, |ordinals| count(ordinals.start));
    let replicas = spec.and_then(|spec| spec.replicas).map_or(1, count);
    Range { start: Ordinal::new(start), replicas }
}

fn spec(set: &wire::StatefulSet) -> Spec {
    let spec = set.spec.clone().unwrap_or_default();
    let policy = spec.persistent_volume_claim_retention_policy.unwrap_or_default();
    let templates = spec.volume_claim_templates.iter();
    Spec {
        range: range(set),
        parallel: spec.pod_management_policy == "Parallel",
        strategy: strategy(spec.update_strategy.as_ref()),
        min_ready_seconds: count(spec.min_ready_seconds),
        service: spec.service_name,
        claim_templates: templates
            .map(|template| ClaimTemplate { name: template.meta().name.clone() })
            .collect(),
        retention: Retention {
            delete_with_set: policy.when_deleted == "Delete",
            delete_when_scaled: policy.when_scaled == "Delete",
        },
        grace_seconds: (spec.template.and_then(|template| template.spec))
            .and_then(|spec| spec.termination_grace_period_seconds),
    }
}

fn strategy(strategy: Option<&wire::UpdateStrategy>) -> Strategy {
    let rolling = strategy.and_then(|strategy| strategy.rolling_update.as_ref()).map(|rolling| Rolling {
        partition: Offset::new(rolling.partition.map_or(0, count)),
        max_unavailable: rolling.max_unavailable.as_ref().and_then(amount),
    });
    match strategy.map_or("", |strategy| strategy.r#type.as_str()) {
        // A manifest that was never applied leaves the type out; the API server would fill it in.
        "" => Strategy::RollingUpdate(Some(
            rolling.unwrap_or(Rolling { partition: Offset::ZERO, max_unavailable: None }),
        )),
        "RollingUpdate" => Strategy::RollingUpdate(rolling),
        "OnDelete" => Strategy::OnDelete,
        other => Strategy::Unknown(other.to_owned()),
    }
}

fn amount(value: &wire::IntOrString) -> Option<Amount> {
    if value.kind == 0 {
        return Some(Amount::Count(count(value.int)));
    }
    value.string.strip_suffix('%')?.parse().ok().map(Amount::Percent)
}

fn stored_revision(revision: &wire::ControllerRevision) -> StoredRevision {
    StoredRevision { name: Revision::new(&revision.meta().name), number: revision.revision }
}

/// The reported current revision, unless it is none of the stored ones: then the controller starts over from the
/// update revision.
fn current_revision(reported: &str, stored: &Known<Vec<StoredRevision>>, update: &Revision) -> Revision {
    let current = Revision::new(reported);
    let exists = stored.get().is_none_or(|stored| stored.iter().any(|revision| revision.name == current));
    if reported.is_empty() || !exists { update.clone() } else { current }
}

/// The template as JSON text, where it was read so.
fn spec_template(set: &wire::StatefulSet) -> Option<&str> {
    set.spec.as_ref()?.template.as_ref()?.json.as_deref()
}

fn annotated(meta: &wire::ObjectMeta) -> Annotated {
    if meta.annotations.is_empty() {
        Annotated::No { resource_version: meta.resource_version.clone() }
    } else {
        Annotated::Yes
    }
}

/// Whether the set's selector matches the labels.
pub(crate) fn selects(set: &wire::StatefulSet, meta: &wire::ObjectMeta) -> bool {
    let selector = set.spec.as_ref().and_then(|spec| spec.selector.as_ref());
    selector.is_some_and(|selector| matches(selector, &meta.labels))
}

/// Whether a selector matches the labels.
pub(super) fn matches(selector: &wire::LabelSelector, labels: &BTreeMap<String, String>) -> bool {
    let exact = selector.match_labels.iter().all(|(key, value)| labels.get(key) == Some(value));
    let expressions = selector.match_expressions.iter().all(|requirement| {
        let value = labels.get(&requirement.key);
        match requirement.operator.as_str() {
            "In" => value.is_some_and(|value| requirement.values.contains(value)),
            "NotIn" => value.is_none_or(|value| !requirement.values.contains(value)),
            "Exists" => value.is_some(),
            "DoesNotExist" => value.is_none(),
            _ => false,
        }
    });
    exact && expressions
}

/// Tools whose marks say that they apply this object's manifest.
fn appliers(meta: &wire::ObjectMeta) -> Vec<(String, String)> {
    let has = |key: &str| meta.annotations.contains_key(key) || meta.labels.contains_key(key);
    let marked = MARKS.iter().filter(|(mark, _)| has(mark));
    marked.map(|(_, tool)| ((*tool).to_owned(), "this set's manifest".to_owned())).collect()
}
