//! By whom captured sets are led: what `leader` looks at.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use serde_json::{Value, json};

use super::{Captured, Reader, one};
use crate::cluster::gather::leader::{elections, names_of_sets};
use crate::domain::leader::{Source, claims};
use crate::snapshot::Objects;
use crate::snapshot::leader::{ANNOTATIONS, Electorate};
use crate::wire::{self, Object};

/// Adds the Leases that have to do with a captured set, and of such Endpoints and ConfigMaps their metadata. What else is in a
/// ConfigMap nobody should pass on, so it is not even read.
pub(super) async fn add(captured: &mut Captured, reader: &Reader<'_>, objects: &Objects) {
    let namespaces: BTreeSet<&str> = objects.sets.iter().map(|set| set.meta().namespace.as_str()).collect();
    // Of several namespaces all are read at once.
    let namespace = namespaces.first().copied().filter(|_| namespaces.len() == 1);
    let mut objects = objects.clone();
    objects.elections = elections(reader, namespace).await;
    objects.elections.sets = names_of_sets(reader, namespace).await;
    let electorate = Electorate::new(&objects);
    let held: BTreeSet<(&str, Source, String)> = objects
        .sets
        .iter()
        .flat_map(|set| {
            let claims = claims(&electorate.facts(set), None).into_iter();
            claims.map(|claim| (set.meta().namespace.as_str(), claim.source, claim.election))
        })
        .collect();
    let leases = held.iter().filter(|(_, source, _)| *source == Source::Lease);
    let leases = leases.map(|(namespace, _, name)| one::<wire::Lease>(reader, Some(namespace), name));
    for lease in join_all(leases).await {
        captured.add::<wire::Lease>(reader, lease);
    }
    let elections = &objects.elections;
    captured.items.extend(held.iter().filter_map(|(namespace, source, name)| match source {
        Source::EndpointsAnnotation => elections.endpoints.get()?.get(namespace, name).map(metadata),
        Source::ConfigMapAnnotation => elections.config_maps.get()?.get(namespace, name).map(metadata),
        Source::Lease | Source::Label => None,
    }));
    captured.elections = complete(&elections.unread());
}

/// The resources that were read.
fn complete(unread: &[Source]) -> Vec<&'static str> {
    let all = [
        (Source::Lease, wire::Lease::RESOURCE),
        (Source::EndpointsAnnotation, wire::Endpoints::RESOURCE),
        (Source::ConfigMapAnnotation, wire::ConfigMap::RESOURCE),
    ];
    all.iter().filter(|(source, _)| !unread.contains(source)).map(|(_, resource)| resource.plural).collect()
}

/// The object with nothing but what an election is read from: other annotations may repeat the whole of it.
fn metadata<T: Object>(object: &T) -> Value {
    let meta = object.meta();
    let annotations = meta.annotations.iter().filter(|(key, _)| ANNOTATIONS.contains(&key.as_str()));
    let owners = meta.owner_references.iter().map(|owner| {
        json!({"apiVersion": owner.api_version, "kind": owner.kind, "name": owner.name, "uid": owner.uid})
    });
    json!({
        "apiVersion": T::RESOURCE.api_version(),
        "kind": T::RESOURCE.kind,
        "metadata": {
            "name": meta.name,
            "namespace": meta.namespace,
            "uid": meta.uid,
            "labels": meta.labels,
            "annotations": annotations.collect::<BTreeMap<_, _>>(),
            "ownerReferences": owners.collect::<Vec<_>>(),
        },
    })
}
