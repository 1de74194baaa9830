//! Everything that could use a claim.

use futures::future::{join, join3, join4, join5};

use super::super::Reader;
use crate::cluster::{ApiError, Query};
use crate::domain::Known;
use crate::domain::orphans::{Evidence, Source};
use crate::snapshot::usage;
use crate::wire::{self, Object, Workload};

/// Without these nothing can be said of any claim.
const ESSENTIAL: &str = "a claim that nothing else shows to be used is Unknown, and none can be deleted";

/// Without these claims can be listed, but more is asked of whoever deletes them.
const HELPFUL: &str = "claims can be deleted with --attest only";

/// All that was found, and which kinds could not be read.
pub(super) async fn users(reader: &Reader<'_>, namespace: Option<&str>) -> Evidence {
    let (core, workloads, scaling) = join3(
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
        join4(
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
pub(super) async fn each<T: Object>(
    reader: &Reader<'_>,
    namespace: Option<&str>,
    source: Source,
    add: impl Fn(&mut Evidence, &T) + Send,
) -> Evidence {
    let query = Query::within(namespace);
    let add = move |evidence: &mut Evidence, object: T| add(evidence, &object);
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
pub(in crate::cluster::gather) async fn is_unserved<T: Object>(
    reader: &Reader<'_>,
    error: &ApiError,
) -> bool {
    if !error.is_forbidden() || T::RESOURCE.group.is_empty() {
        return error.is_not_found();
    }
    let group = reader.connection.raw(&format!("/apis/{}", T::RESOURCE.group)).await;
    group.is_err_and(|error| error.is_not_found())
}

/// Copies that are being made of claims that a selector did not match.
pub(super) async fn clones(reader: &Reader<'_>, namespace: Option<&str>, evidence: &mut Evidence) {
    let add = |evidence: &mut Evidence, claim: wire::PersistentVolumeClaim| {
        usage::add_clone(evidence, &usage::candidate(&claim));
    };
    let read = reader.connection.list_fold(&Query::within(namespace), Evidence::default, add).await;
    match reader.known(read, HELPFUL) {
        Known::Known((clones, _)) => evidence.merge(clones),
        Known::Unknown => evidence.leave_unread(Source::Clones),
    }
}
