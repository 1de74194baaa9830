//! Claims, and everything that could use one.
//!
//! What uses claims is read first, then the claims, each of which is judged as it arrives: of 100,000 only those that
//! are listed stay in memory. Whatever only matters for those, their volumes, is read last.
//!
//! Between the two readings the cluster may change. A claim that is made meanwhile, for a set that was made or scaled up
//! meanwhile, would look like one that nothing uses: so the sets are read once more, where any claim is to be shown.

use std::collections::BTreeSet;

use futures::StreamExt;
use futures::future::{join, join5};

use super::Reader;
use crate::cluster::{ApiError, Query};
use crate::domain::Known;
use crate::domain::orphans::{Candidate, Evidence, Source, judge};
use crate::snapshot::usage;
use crate::wire::{self, Object, Workload};

/// Without these nothing can be said of any claim.
const ESSENTIAL: &str = "a claim that nothing else shows to be used is Unknown, and none can be deleted";

/// Without these claims can be listed, but more is asked of whoever deletes them.
const HELPFUL: &str = "claims can be deleted with --attest only";

/// So many claims and volumes are asked for by name: that costs the server less than a list of 100,000. Of more, all are
/// listed.
const BY_NAME: usize = 10_000;

/// So many requests at a time.
const AT_ONCE: usize = 64;

/// The annotation that the binder puts on a claim that has its volume (`pkg/controller/volume/persistentvolume`).
const BOUND: &str = "pv.kubernetes.io/bind-completed";

/// Which claims to read.
#[derive(Clone, Debug, Default)]
pub struct Scope<'a> {
    /// The namespace; none is all of them.
    pub namespace: Option<&'a str>,
    /// A label selector.
    pub labels: Option<&'a str>,
    /// Sets that a person has named; of all where there are none.
    pub sets: &'a [String],
    /// Also claims that are in use.
    pub all: bool,
    /// Only claims of these names.
    pub only: Option<&'a BTreeSet<String>>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Usage {
    /// The claims that were asked for.
    pub candidates: Vec<Candidate>,
    /// What bears on them.
    pub evidence: Evidence,
    /// How many claims were looked at.
    pub looked_at: usize,
}

/// Reads claims and whatever could use them.
///
/// # Errors
/// Claims that cannot be read. Everything else that cannot is noted, and lowers what can be said.
pub async fn claims(reader: &Reader<'_>, scope: &Scope<'_>) -> Result<Usage, ApiError> {
    let mut evidence = users(reader, scope.namespace).await;
    scope.sets.iter().for_each(|set| evidence.name_set(set));
    let mut found = candidates(reader, scope, &evidence).await?;
    evidence.merge(std::mem::take(&mut found.evidence));
    found.evidence = evidence;
    if !found.candidates.is_empty() {
        let sets = each(reader, scope.namespace, Source::Sets, usage::add_set).await;
        found.evidence.merge(sets);
    }
    if scope.labels.is_some() && !found.candidates.is_empty() {
        clones(reader, scope.namespace, &mut found.evidence).await;
    }
    volumes(reader, &found.candidates, &mut found.evidence).await;
    Ok(found)
}

/// Everything that could use a claim.
async fn users(reader: &Reader<'_>, namespace: Option<&str>) -> Evidence {
    let (core, workloads, scaling) = futures::future::join3(
        join(
            each::<wire::StatefulSet>(reader, namespace, Source::Sets, usage::add_set),
            each::<wire::Pod>(reader, namespace, Source::Pods, usage::add_pod),
        ),
        join5(
            workload::<wire::Deployment>(reader, namespace, Source::Deployments),
            workload::<wire::ReplicaSet>(reader, namespace, Source::ReplicaSets),
            workload::<wire::DaemonSet>(reader, namespace, Source::DaemonSets),
            workload::<wire::Job>(reader, namespace, Source::Jobs),
            workload::<wire::CronJob>(reader, namespace, Source::CronJobs),
        ),
        futures::future::join4(
            each(reader, namespace, Source::Autoscalers, usage::add_autoscaler),
            each(reader, namespace, Source::ScaledObjects, usage::add_scaled_object),
            each(reader, None, Source::Attachments, usage::add_attachment),
            each(reader, namespace, Source::Snapshots, usage::add_snapshot),
        ),
    )
    .await;
    let ((mut all, pods), (a, b, c, d, e), (f, g, h, i)) = (core, workloads, scaling);
    [pods, a, b, c, d, e, f, g, h, i].into_iter().for_each(|part| all.merge(part));
    all
}

async fn workload<T: Workload>(reader: &Reader<'_>, namespace: Option<&str>, source: Source) -> Evidence {
    each::<T>(reader, namespace, source, usage::add_workload).await
}

/// What the objects of one kind show. A kind that the cluster does not serve has no objects.
async fn each<T: Object>(
    reader: &Reader<'_>,
    namespace: Option<&str>,
    source: Source,
    add: impl Fn(&mut Evidence, &T),
) -> Evidence {
    let query = Query::within(namespace);
    let add = |evidence: &mut Evidence, object: T| add(evidence, &object);
    let read = reader.connection.list_fold(&query, Evidence::default, add).await;
    if let Err(error) = &read
        && is_unserved::<T>(reader, error).await
    {
        return Evidence::default();
    }
    let limits = if source.is_essential() { ESSENTIAL } else { HELPFUL };
    match reader.known(read, limits) {
        Known::Known((evidence, _)) => evidence,
        Known::Unknown => Evidence::without(source),
    }
}

/// Whether the cluster does not serve a kind at all. A server refuses a user without rights before it looks whether
/// there is such a kind; which groups there are, everybody may ask.
async fn is_unserved<T: Object>(reader: &Reader<'_>, error: &ApiError) -> bool {
    if !error.is_forbidden() || T::RESOURCE.group.is_empty() {
        return error.is_not_found();
    }
    let group = reader.connection.raw(&format!("/apis/{}", T::RESOURCE.group)).await;
    group.is_err_and(|error| error.is_not_found())
}

/// The claims that were asked for, and which claims are to become copies of others.
///
/// Of a whole cluster the metadata is read first, by which most claims are known to be in use, and then only those that
/// are left, and those that have no volume yet and may be copies.
async fn candidates(reader: &Reader<'_>, scope: &Scope<'_>, evidence: &Evidence) -> Result<Usage, ApiError> {
    let of_all = scope.namespace.is_none() && !scope.all && scope.only.is_none();
    if of_all {
        let (found, unbound) = pass(reader, scope, evidence, Query::default().metadata()).await?;
        let names = found.candidates.iter().map(|claim| (claim.namespace.clone(), claim.claim.name.clone()));
        let names: BTreeSet<(String, String)> = names.chain(unbound).collect();
        if found.candidates.is_empty() {
            return Ok(found);
        }
        if names.len() <= BY_NAME
            && let Some(whole) = by_name(reader, names, &found).await
        {
            return Ok(whole);
        }
    }
    let (found, _) = pass(reader, scope, evidence, Query::within(scope.namespace)).await?;
    Ok(found)
}

type Unbound = BTreeSet<(String, String)>;

/// Goes through all claims. What has no volume by its annotations is named besides.
async fn pass(
    reader: &Reader<'_>,
    scope: &Scope<'_>,
    evidence: &Evidence,
    query: Query,
) -> Result<(Usage, Unbound), ApiError> {
    let now = reader.now();
    let query = scope.labels.iter().fold(query, |query, labels| query.labels(*labels));
    let add = |(usage, unbound): &mut (Usage, Unbound), claim: wire::PersistentVolumeClaim| {
        let candidate = usage::candidate(&claim);
        usage.looked_at += 1;
        usage::add_clone(&mut usage.evidence, &candidate);
        // One more than can be asked for by name tells as much as all.
        if !candidate.annotations.contains_key(BOUND) && unbound.len() <= BY_NAME {
            unbound.insert((candidate.namespace.clone(), candidate.claim.name.clone()));
        }
        if scope.only.is_some_and(|only| !only.contains(&candidate.claim.name)) {
            return;
        }
        let verdict = judge(&candidate, evidence, now);
        let named = scope.sets.is_empty() || scope.sets.iter().any(|set| verdict.sets.contains(set));
        if named && (scope.all || verdict.class.is_listed()) {
            usage.candidates.push(candidate);
        }
    };
    let (found, _) = reader.connection.list_fold(&query, Default::default, add).await?;
    Ok(found)
}

/// Reads claims by name, and keeps those that were found. None where one cannot be read, such as by who may only list.
async fn by_name(reader: &Reader<'_>, names: BTreeSet<(String, String)>, found: &Usage) -> Option<Usage> {
    let wanted: BTreeSet<&str> = found.candidates.iter().map(|claim| claim.claim.uid.as_str()).collect();
    let mut whole = Usage { looked_at: found.looked_at, ..Usage::default() };
    let find = |(namespace, name): (String, String)| async move {
        reader.connection.find::<wire::PersistentVolumeClaim>(Some(&namespace), &name).await
    };
    let mut read = futures::stream::iter(names).map(find).buffer_unordered(AT_ONCE);
    while let Some(claim) = read.next().await {
        let Some(claim) = claim.ok()? else { continue };
        let candidate = usage::candidate(&claim);
        usage::add_clone(&mut whole.evidence, &candidate);
        if wanted.contains(candidate.claim.uid.as_str()) {
            whole.candidates.push(candidate);
        }
    }
    Some(whole)
}

/// Copies that are being made of claims that a selector did not match.
async fn clones(reader: &Reader<'_>, namespace: Option<&str>, evidence: &mut Evidence) {
    let add = |evidence: &mut Evidence, claim: wire::PersistentVolumeClaim| {
        usage::add_clone(evidence, &usage::candidate(&claim));
    };
    let read = reader.connection.list_fold(&Query::within(namespace), Evidence::default, add).await;
    match reader.known(read, HELPFUL) {
        Known::Known((clones, _)) => evidence.merge(clones),
        Known::Unknown => evidence.leave_unread(Source::Clones),
    }
}

/// The volumes of claims that may be deleted.
async fn volumes(reader: &Reader<'_>, candidates: &[Candidate], evidence: &mut Evidence) {
    const LIMITS: &str = "what deleting a claim does to its data is not known, and it takes --attest";
    let names: BTreeSet<&str> = candidates.iter().filter_map(|claim| claim.claim.volume.as_deref()).collect();
    if names.len() > BY_NAME {
        let wanted = |volume: &wire::PersistentVolume| names.contains(volume.meta().name.as_str());
        let Known::Known(found) = reader.list_where(&Query::default(), wanted, LIMITS).await else { return };
        for name in names {
            evidence.add_volume(name, found.get("", name).map(usage::volume));
        }
        return;
    }
    let mut names = names.into_iter();
    let Some(first) = names.next() else { return };
    // Who may not read the first may read none: that is said once.
    let Known::Known(found) = reader.find::<wire::PersistentVolume>(None, first, LIMITS).await else {
        return;
    };
    evidence.add_volume(first, found.as_ref().map(usage::volume));
    let find = |name: &str| {
        let name = name.to_owned();
        async move { (reader.find::<wire::PersistentVolume>(None, &name, LIMITS).await, name) }
    };
    let mut found = futures::stream::iter(names).map(find).buffer_unordered(AT_ONCE);
    while let Some((volume, name)) = found.next().await {
        if let Known::Known(volume) = volume {
            evidence.add_volume(&name, volume.as_ref().map(usage::volume));
        }
    }
}
