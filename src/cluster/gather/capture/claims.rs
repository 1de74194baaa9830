//! Claims that captured sets have left behind, and whatever could use any of their claims: what `orphans` looks at.

use std::collections::BTreeSet;

use futures::future::{join_all, join5};
use serde_json::Value;

use super::{Captured, Reader, one};
use crate::cluster::{ApiError, Query};
use crate::domain::orphans::{Evidence, judge};
use crate::snapshot::{Objects, usage};
use crate::wire::{self, Object, Workload};

/// What is read of a namespace for its claims.
struct Place<'a> {
    namespace: &'a str,
    /// Claims of the captured sets, of any ordinal.
    claims: BTreeSet<String>,
    /// Their volumes.
    volumes: BTreeSet<String>,
}

/// Adds what `orphans` looks at, for all captured sets.
pub(super) async fn add(captured: &mut Captured, reader: &Reader<'_>, objects: &Objects) {
    let namespaces: BTreeSet<&str> = objects.sets.iter().map(|set| set.meta().namespace.as_str()).collect();
    for namespace in namespaces {
        let mut place = Place { namespace, claims: BTreeSet::new(), volumes: BTreeSet::new() };
        let claims = place.find(reader, objects).await;
        captured.add::<wire::PersistentVolumeClaim>(reader, claims);
        place.add_users(captured, reader).await;
    }
}

impl<'a> Place<'a> {
    /// Claims whose name is of a captured set.
    async fn find(&mut self, reader: &Reader<'_>, objects: &Objects) -> Result<Vec<Value>, ApiError> {
        let mut evidence = Evidence::default();
        objects.sets.iter().for_each(|set| usage::add_set(&mut evidence, set));
        let names: BTreeSet<&str> = objects.sets.iter().map(|set| set.meta().name.as_str()).collect();
        let add = |found: &mut Vec<(String, String)>, claim: wire::PersistentVolumeClaim| {
            let candidate = usage::candidate(&claim);
            let verdict = judge(&candidate, &evidence, objects.now);
            if verdict.sets.iter().any(|set| names.contains(set.as_str())) {
                found.push((candidate.claim.name, candidate.claim.volume.unwrap_or_default()));
            }
        };
        let query = Query::within(Some(self.namespace));
        let (found, _) = reader.connection.list_fold(&query, Vec::new, add).await?;
        for (claim, volume) in found {
            self.claims.insert(claim);
            self.volumes.extend((!volume.is_empty()).then_some(volume));
        }
        self.whole::<wire::PersistentVolumeClaim>(reader, Some(self.namespace), self.claims.iter()).await
    }

    /// Everything that names one of the claims, or a volume of theirs.
    async fn add_users(&self, captured: &mut Captured, reader: &Reader<'_>) {
        let (pods, volumes, attachments, snapshots, scaled) = join5(
            self.those(reader, |pod: &wire::Pod| self.uses(usage::pod_use(pod).map(|pod| pod.claims))),
            self.whole::<wire::PersistentVolume>(reader, None, self.volumes.iter()),
            self.those(reader, |it: &wire::VolumeAttachment| {
                let volume =
                    it.spec.as_ref().and_then(|spec| spec.source.as_ref()?.persistent_volume_name.as_ref());
                volume.is_some_and(|volume| self.volumes.contains(volume))
            }),
            self.those(reader, |it: &wire::VolumeSnapshot| {
                let claim = it
                    .spec
                    .as_ref()
                    .and_then(|spec| spec.source.as_ref()?.persistent_volume_claim_name.as_ref());
                claim.is_some_and(|claim| self.claims.contains(claim))
            }),
            self.those(reader, |_: &wire::ScaledObject| true),
        )
        .await;
        captured.add::<wire::Pod>(reader, pods);
        captured.add::<wire::PersistentVolume>(reader, volumes);
        captured.add::<wire::VolumeAttachment>(reader, attachments);
        captured.add::<wire::VolumeSnapshot>(reader, snapshots);
        captured.add::<wire::ScaledObject>(reader, scaled);
        self.add_workloads::<wire::Deployment>(captured, reader).await;
        self.add_workloads::<wire::ReplicaSet>(captured, reader).await;
        self.add_workloads::<wire::DaemonSet>(captured, reader).await;
        self.add_workloads::<wire::Job>(captured, reader).await;
        self.add_workloads::<wire::CronJob>(captured, reader).await;
    }

    async fn add_workloads<T: Workload>(&self, captured: &mut Captured, reader: &Reader<'_>) {
        let found = self.those(reader, |it: &T| self.uses(Some(usage::named(it.volumes()).collect()))).await;
        captured.add::<T>(reader, found);
    }

    fn uses(&self, claims: Option<Vec<String>>) -> bool {
        claims.is_some_and(|claims| claims.iter().any(|claim| self.claims.contains(claim)))
    }

    /// Whole objects of one kind that are wanted; none of a kind that the cluster does not serve.
    async fn those<T: Object>(
        &self,
        reader: &Reader<'_>,
        wanted: impl Fn(&T) -> bool + Send,
    ) -> Result<Vec<Value>, ApiError> {
        let namespace = T::RESOURCE.namespaced.then_some(self.namespace);
        let add = move |names: &mut Vec<String>, object: T| {
            if wanted(&object) {
                names.push(object.meta().name.clone());
            }
        };
        match reader.connection.list_fold(&Query::within(namespace), Vec::new, add).await {
            Ok((names, _)) => self.whole::<T>(reader, namespace, names.iter()).await,
            Err(error) if error.is_not_found() => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    async fn whole<T: Object>(
        &self,
        reader: &Reader<'_>,
        namespace: Option<&str>,
        names: impl Iterator<Item = &String>,
    ) -> Result<Vec<Value>, ApiError> {
        let read = join_all(names.map(|name| one::<T>(reader, namespace, name))).await;
        let all: Result<Vec<Vec<Value>>, ApiError> = read.into_iter().collect();
        Ok(all?.into_iter().flatten().collect())
    }
}
