//! Named sets: the set with its own events, then what it selects and names, then what explains its pods.

use futures::future::{join, join_all, join5};

use super::Reader;
use super::around;
use crate::cluster::{ApiError, Query};
use crate::domain::Known;
use crate::snapshot::{Objects, Table};
use crate::wire::{self, Object as _};

/// Why the events matter.
pub(super) const EVENTS: &str =
    "the server's own words on images, probes, scheduling, claims and refused pods are missing";

/// Reads sets by name, each with all that explains it. The first error of a set itself, or of its pods, ends it.
///
/// # Errors
/// A set that does not exist, or that, or whose pods, cannot be read.
pub async fn named(reader: &Reader<'_>, namespace: &str, names: &[String]) -> Result<Objects, ApiError> {
    let read = join_all(names.iter().map(|name| one(reader, namespace, name))).await;
    let mut objects = Objects::new(reader.now());
    (objects.claims, objects.revisions, objects.events) = (empty(), empty(), empty());
    for found in read {
        merge(&mut objects, found?);
    }
    Ok(objects)
}

fn empty<T>() -> Known<Table<T>> {
    Known::Known(Table::default())
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
                return Known::Known(Table::default());
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
    objects.pods = pods?.items.into_iter().collect();
    objects.revisions = revisions;
    objects.claims = claims;
    objects.autoscalers = autoscalers;
    objects.services.answer(&set.meta().namespace, &service_name, service);
    objects.sets.insert(set);
    Ok(objects)
}

/// The set's selector, as a query takes it.
pub fn selector(set: &wire::StatefulSet) -> String {
    let Some(selector) = set.spec.as_ref().and_then(|spec| spec.selector.as_ref()) else {
        return String::new();
    };
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
    if let Known::Known(_) = one.storage_classes {
        all.storage_classes = one.storage_classes;
    }
    // The same list of the namespace, once for each set.
    all.autoscalers = one.autoscalers;
    all.services.merge(one.services);
    all.nodes.merge(one.nodes);
    all.leases.merge(one.leases);
}

/// Adds to what is known. What could not be read for one set is unknown for all of them, rather than missing for
/// that one.
pub(super) fn extend<T: wire::Object>(all: &mut Known<Table<T>>, one: Known<Table<T>>) {
    match (&mut *all, one) {
        (Known::Known(all), Known::Known(more)) => all.extend(more),
        _ => *all = Known::Unknown,
    }
}
