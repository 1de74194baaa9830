//! Named sets: the set with its own events, then what it selects and names, then what explains its pods.

use futures::future::{join, join_all, join5};

use super::Reader;
use super::around;
use crate::cluster::{ApiError, Query};
use crate::domain::Known;
use crate::snapshot::Objects;
use crate::wire::{self, Object as _};

/// Why the events matter.
pub(super) const EVENTS: &str = "the server's own words on images, probes, scheduling, claims and refused pods are missing";

/// Reads sets by name, each with all that explains it. The first error of a set itself, or of its pods, ends it.
///
/// # Errors
/// A set that does not exist, or that, or whose pods, cannot be read.
pub async fn named(reader: &Reader<'_>, namespace: &str, names: &[String]) -> Result<Objects, ApiError> {
    let read = join_all(names.iter().map(|name| one(reader, namespace, name))).await;
    let mut objects = Objects::new(reader.now());
    for found in read {
        merge(&mut objects, found?);
    }
    Ok(objects)
}

async fn one(reader: &Reader<'_>, namespace: &str, name: &str) -> Result<Objects, ApiError> {
    let own_events = Query::within(Some(namespace))
        .fields(format!("involvedObject.kind=StatefulSet,involvedObject.name={name}"));
    let (set, events) = join(
        reader.connection.get::<wire::StatefulSet>(Some(namespace), name),
        reader.list::<wire::Event>(own_events, EVENTS),
    )
    .await;
    let mut objects = belonging(reader, set?).await?;
    objects.events = events;
    around::explain(reader, &mut objects).await;
    objects.now = reader.now();
    Ok(objects)
}

/// What a set selects and names.
async fn belonging(reader: &Reader<'_>, set: wire::StatefulSet) -> Result<Objects, ApiError> {
    let namespace = Some(set.meta().namespace.as_str());
    let selected = || Query::within(namespace).labels(selector(&set));
    let service_name = set.spec.as_ref().map(|spec| spec.service_name.clone()).unwrap_or_default();
    let has_claims = set.spec.as_ref().is_some_and(|spec| !spec.volume_claim_templates.is_empty());
    let (pods, revisions, claims, service, autoscalers) = join5(
        reader.connection.list::<wire::Pod>(&selected()),
        reader.list(selected(), "revisions have no numbers, so no rollback is suggested"),
        async {
            if !has_claims {
                return Known::Known(Vec::new());
            }
            reader.list(selected(), "claims are not judged").await
        },
        async {
            if service_name.is_empty() {
                return Known::Unknown;
            }
            reader.find(namespace, &service_name, "whether the governing Service exists is not known").await
        },
        reader.list(Query::within(namespace), "whether an autoscaler changes replicas is not known"),
    )
    .await;
    let mut objects = Objects::new(reader.now());
    objects.pods = pods?.items;
    objects.revisions = revisions;
    objects.claims = claims;
    objects.autoscalers = autoscalers;
    objects.services.insert((set.meta().namespace.clone(), service_name), service);
    objects.sets.push(set);
    Ok(objects)
}

/// The set's selector, as a query takes it.
pub(super) fn selector(set: &wire::StatefulSet) -> String {
    let Some(selector) = set.spec.as_ref().and_then(|spec| spec.selector.as_ref()) else { return String::new() };
    let labels = selector.match_labels.iter().map(|(key, value)| format!("{key}={value}"));
    let expressions = selector.match_expressions.iter().map(|requirement| {
        let (key, values) = (&requirement.key, requirement.values.join(","));
        match requirement.operator.as_str() {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "DoesNotExist" => format!("!{key}"),
            _ => key.clone(),
        }
    });
    labels.chain(expressions).collect::<Vec<_>>().join(",")
}

/// Puts what was read for one set beside what was read for others.
fn merge(all: &mut Objects, one: Objects) {
    all.now = all.now.max(one.now);
    all.sets.extend(one.sets);
    all.pods.extend(one.pods);
    extend(&mut all.claims, one.claims);
    extend(&mut all.revisions, one.revisions);
    extend(&mut all.events, one.events);
    extend(&mut all.storage_classes, one.storage_classes);
    // The same list of the namespace, once for each set.
    all.autoscalers = one.autoscalers;
    all.services.extend(one.services);
    all.nodes.extend(one.nodes);
    all.leases.extend(one.leases);
}

/// One set whose claims could not be read makes those of the others unknown too, rather than its own missing.
fn extend<T>(all: &mut Known<Vec<T>>, one: Known<Vec<T>>) {
    match (&mut *all, one) {
        (Known::Known(all), Known::Known(more)) => all.extend(more),
        (_, other) => *all = other,
    }
}
