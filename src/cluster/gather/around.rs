//! What explains pods that are not in order: their events, their nodes, their claims, and whoever has their name.
//! Read only where a pod is not in order.

use std::collections::BTreeSet;

use futures::future::{join, join_all, join5};

use super::Reader;
use super::named::EVENTS;
use crate::cluster::Query;
use crate::domain::claim::ClaimPhase;
use crate::domain::{Known, Set};
use crate::snapshot::{Index, Objects};
use crate::wire;

/// More single reads than this are replaced by one list, or left out.
const FEW: usize = 8;

const CLAIMS: &str = "claims are not judged";

/// Adds what explains the one set of these objects.
pub(super) async fn explain(reader: &Reader<'_>, objects: &mut Objects) {
    let Some(wire_set) = objects.sets.first() else { return };
    let set = Index::new(objects).set(wire_set);
    let namespace = Some(set.namespace.as_str());
    let (claims, pods, nodes) = (claims_to_ask_for(&set), pods_to_ask_for(&set), nodes_in_question(&set));
    let (events, nodes, claims, pods, classes) = join5(
        join_all(event_queries(&set).into_iter().map(|query| reader.list::<wire::Event>(query, EVENTS))),
        join_all(nodes.into_iter().map(|name| node(reader, name))),
        claims_by_name(reader, &set, &claims),
        join_all(pods.iter().map(|name| {
            reader.find::<wire::Pod>(namespace, name, "whether another pod has the name is not known")
        })),
        async {
            if !has_pending_claims(&set) {
                return Known::Unknown;
            }
            reader.list(Query::default(), "whether a claim's storage class exists is not known").await
        },
    )
    .await;
    for found in events {
        match (&mut objects.events, found) {
            (Known::Known(all), Known::Known(more)) => all.extend(more),
            (all, Known::Known(more)) => *all = Known::Known(more),
            (_, Known::Unknown) => {}
        }
    }
    for (name, node, lease) in nodes {
        objects.nodes.insert(name.clone(), node);
        objects.leases.insert(name, lease);
    }
    match (&mut objects.claims, claims) {
        (Known::Known(all), Known::Known(more)) => all.extend(more),
        // A claim that cannot be asked for must not look missing.
        (all, _) => *all = Known::Unknown,
    }
    let known: BTreeSet<String> = objects.pods.iter().map(|pod| wire::Object::meta(pod).uid.clone()).collect();
    let others = pods.into_iter().filter_map(|found| found.get().cloned().flatten());
    objects.pods.extend(others.filter(|pod| !known.contains(&wire::Object::meta(pod).uid)));
    objects.storage_classes = classes;
}

/// Few claims one by one, many in one list of the namespace.
async fn claims_by_name(reader: &Reader<'_>, set: &Set, names: &[String]) -> Known<Vec<wire::PersistentVolumeClaim>> {
    let namespace = Some(set.namespace.as_str());
    if names.len() > FEW {
        let wanted = |claim: &wire::PersistentVolumeClaim| names.contains(&wire::Object::meta(claim).name);
        return reader.list_where(&Query::within(namespace), wanted, CLAIMS).await;
    }
    let found = join_all(names.iter().map(|name| reader.find(namespace, name, CLAIMS))).await;
    let mut claims = Vec::new();
    for claim in found {
        match claim {
            Known::Known(claim) => claims.extend(claim),
            Known::Unknown => return Known::Unknown,
        }
    }
    Known::Known(claims)
}

async fn node(
    reader: &Reader<'_>,
    name: String,
) -> (String, Known<Option<wire::Node>>, Known<Option<wire::Lease>>) {
    let (node, lease) = join(
        reader.find(None, &name, "whether the node answers is not known"),
        reader.find(Some("kube-node-lease"), &name, "when its kubelet was last heard of is not known"),
    )
    .await;
    (name, node, lease)
}

/// Pods that are not available, and names of ordinals that have none.
fn in_question(set: &Set) -> impl Iterator<Item = &crate::domain::pod::Pod> {
    set.pods.values().filter(|pod| set.is_unavailable(pod))
}

/// Events of few pods by name; of many, all warnings about pods of the namespace at once.
fn event_queries(set: &Set) -> Vec<Query> {
    let about = |kind: &str, more: String| {
        Query::within(Some(&set.namespace)).fields(format!("involvedObject.kind={kind}{more}"))
    };
    let pods: Vec<&str> = in_question(set).map(|pod| pod.name.as_str()).collect();
    let mut queries: Vec<Query> = if pods.len() > FEW {
        vec![about("Pod", ",type=Warning".to_owned())]
    } else {
        pods.iter().map(|name| about("Pod", format!(",involvedObject.name={name}"))).collect()
    };
    let claims: Vec<&str> = pending_claims(set).collect();
    if claims.len() > FEW {
        queries.push(about("PersistentVolumeClaim", String::new()));
    } else {
        queries.extend(claims.iter().map(|name| about("PersistentVolumeClaim", format!(",involvedObject.name={name}"))));
    }
    queries
}

fn pending_claims(set: &Set) -> impl Iterator<Item = &str> {
    let claims = set.claims.get().into_iter().flatten();
    claims.filter(|(_, claim)| claim.phase == ClaimPhase::Pending).map(|(name, _)| name.as_str())
}

fn has_pending_claims(set: &Set) -> bool {
    pending_claims(set).next().is_some()
}

/// Nodes of pods that are not in order. Of a set of hundreds on as many nodes, the first few tell enough.
fn nodes_in_question(set: &Set) -> Vec<String> {
    let names: BTreeSet<&String> = in_question(set).filter_map(|pod| pod.node.as_ref()).collect();
    names.into_iter().take(4 * FEW).cloned().collect()
}

/// Claims that the list by labels does not hold: an adopted claim may carry other labels, and a claim that a
/// plain volume names carries none of the set's. Only asking by name proves that one is missing.
fn claims_to_ask_for(set: &Set) -> Vec<String> {
    let Some(claims) = set.claims.get() else { return Vec::new() };
    let of_templates = set.spec.range.iter().flat_map(|ordinal| {
        set.spec.claim_templates.iter().map(move |template| set.claim_name(&template.name, ordinal))
    });
    let of_pods = in_question(set).flat_map(|pod| pod.claims.iter().map(|(_, name)| name.clone()));
    let names: BTreeSet<String> = of_templates.chain(of_pods).filter(|name| !claims.contains_key(name)).collect();
    names.into_iter().collect()
}

/// Missing ordinals: somebody else may have the name. One that is created in its turn is asked for as well.
fn pods_to_ask_for(set: &Set) -> Vec<String> {
    let missing = set.spec.range.iter().filter(|ordinal| !set.pods.contains_key(ordinal));
    missing.map(|ordinal| set.pod_name(ordinal)).take(FEW).collect()
}
