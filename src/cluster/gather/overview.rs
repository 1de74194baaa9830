//! Many sets: one list of sets and one of their pods, then what explains those that are not settled. However many
//! sets there are, the number of requests is bounded.

use std::collections::BTreeSet;

use futures::future::{join, join_all, join4};

use super::Reader;
use super::around::{CLAIMS, Questions};
use super::named::{EVENTS, extend, selector};
use crate::cluster::{ApiError, Query};
use crate::domain::ordinal::split_pod_name;
use crate::domain::{Known, Set};
use crate::snapshot::{Index, Lookup, Objects, Table};
use crate::wire::{self, Object as _};

/// Of so many unsettled sets the claims are listed by the labels of each: on a server with 20,000 claims, twelve such
/// lists take 21 ms and the list of all 330 ms. Of more, one list of all is read.
const SEVERAL: usize = 64;

/// The label that the controller puts on every pod of a set.
pub const POD_NAME: &str = "statefulset.kubernetes.io/pod-name";

/// With more namespaces in question than this, one list of the whole cluster is cheaper.
const FEW: usize = 8;

/// Reads all sets of a namespace, or of all, that match a label selector.
///
/// # Errors
/// Sets or pods that cannot be read.
pub async fn overview(
    reader: &Reader<'_>,
    namespace: Option<&str>,
    labels: Option<&str>,
) -> Result<Objects, ApiError> {
    let sets = labels.iter().fold(Query::within(namespace), |query, labels| query.labels(*labels));
    let pods = Query::within(namespace).labels(POD_NAME);
    let (sets, pods) =
        join(reader.connection.list::<wire::StatefulSet>(&sets), reader.connection.list::<wire::Pod>(&pods))
            .await;
    let mut objects = Objects::new(reader.now());
    objects.sets = sets?.items.into_iter().collect();
    objects.pods = pods?.items.into_iter().collect();
    explain(reader, &mut objects, namespace).await;
    objects.now = reader.now();
    Ok(objects)
}

async fn explain(reader: &Reader<'_>, objects: &mut Objects, namespace: Option<&str>) {
    let index = Index::new(objects);
    let unsettled: Vec<Set> =
        objects.sets.iter().map(|set| index.set(set)).filter(|set| !is_settled(set)).collect();
    if unsettled.is_empty() {
        return;
    }
    let namespaces: BTreeSet<&str> = unsettled.iter().map(|set| set.namespace.as_str()).collect();
    let scopes: Vec<Option<&str>> = if namespaces.len() > FEW || namespace.is_some() {
        vec![namespace]
    } else {
        namespaces.into_iter().map(Some).collect()
    };
    let concerned = Concerned::by(&unsettled);
    let by_labels = unsettled.len() <= SEVERAL;
    let with_claims = unsettled.iter().any(|set| !set.spec.claim_templates.is_empty());
    let (events, claims, nodes, classes) = join4(
        join_all(scopes.iter().map(|scope| events(reader, *scope, &concerned))),
        async {
            if by_labels {
                let lists = of_sets(objects, &unsettled).map(|set| {
                    let namespace = Some(set.meta().namespace.as_str());
                    reader.list(Query::within(namespace).labels(selector(set)), CLAIMS)
                });
                return join_all(lists).await;
            }
            join_all(scopes.iter().map(|scope| claims(reader, *scope, &concerned))).await
        },
        nodes(reader, &unsettled),
        async {
            if !with_claims {
                return Known::Unknown;
            }
            reader.list(Query::default(), "whether a claim's storage class exists is not known").await
        },
    )
    .await;
    objects.events = together(events);
    objects.claims = together(claims);
    objects.nodes = nodes;
    objects.storage_classes = classes;
    if by_labels {
        add_claims_by_name(reader, objects, &unsettled).await;
    }
}

/// Claims that carry other labels than their set's, or belong to none: only asking for them proves one missing.
async fn add_claims_by_name(reader: &Reader<'_>, objects: &mut Objects, unsettled: &[Set]) {
    let index = Index::new(objects);
    let questions: Vec<Questions> =
        of_sets(objects, unsettled).map(|set| Questions::of(&index.set(set))).collect();
    let found = together(join_all(questions.iter().map(|question| question.ask_for_claims(reader))).await);
    extend(&mut objects.claims, found);
}

/// The objects that sets were made of.
fn of_sets<'a>(objects: &'a Objects, sets: &'a [Set]) -> impl Iterator<Item = &'a wire::StatefulSet> {
    sets.iter().filter_map(|set| objects.sets.get(&set.namespace, &set.name))
}

/// Whether the pods alone show that everything is in order.
fn is_settled(set: &Set) -> bool {
    let in_order = |ordinal| set.pods.get(&ordinal).is_some_and(|pod| !set.is_unavailable(pod));
    set.spec.range.iter().all(in_order) && set.condemned().next().is_none()
}

/// Names that concern sets which are not settled: everything else is dropped as it arrives, so that 100,000 claims
/// and as many events take no memory.
struct Concerned(BTreeSet<(String, String)>);

impl Concerned {
    /// Names without their ordinal: of the sets, for themselves and their pods, and of their claims; and whole ones,
    /// of claims that plain volumes name.
    fn by(sets: &[Set]) -> Self {
        let names = sets.iter().flat_map(|set| {
            let claims =
                set.spec.claim_templates.iter().map(|template| format!("{}-{}", template.name, set.name));
            let used = set.pods.values().flat_map(|pod| pod.claims.iter().map(|(_, claim)| claim.clone()));
            claims.chain(used).chain([set.name.clone()]).map(|name| (set.namespace.clone(), name))
        });
        Self(names.collect())
    }

    fn has(&self, namespace: &str, name: &str) -> bool {
        let stem = split_pod_name(name).map_or(name, |(stem, _)| stem);
        [name, stem].iter().any(|name| self.0.contains(&(namespace.to_owned(), (*name).to_owned())))
    }
}

async fn claims(
    reader: &Reader<'_>,
    scope: Option<&str>,
    concerned: &Concerned,
) -> Known<Table<wire::PersistentVolumeClaim>> {
    let wanted =
        |claim: &wire::PersistentVolumeClaim| concerned.has(&claim.meta().namespace, &claim.meta().name);
    reader.list_where(&Query::within(scope), wanted, CLAIMS).await
}

async fn events(
    reader: &Reader<'_>,
    scope: Option<&str>,
    concerned: &Concerned,
) -> Known<Table<wire::Event>> {
    let wanted = |event: &wire::Event| {
        event.involved_object.as_ref().is_some_and(|about| concerned.has(&about.namespace, &about.name))
    };
    reader.list_where(&Query::within(scope).fields("type=Warning"), wanted, EVENTS).await
}

/// Nodes of pods that are not available: few by name, many in one list.
async fn nodes(reader: &Reader<'_>, unsettled: &[Set]) -> Lookup<wire::Node> {
    const LIMITS: &str = "whether the nodes answer is not known";
    let pods = unsettled.iter().flat_map(|set| set.pods.values().filter(|pod| set.is_unavailable(pod)));
    let names: BTreeSet<&String> = pods.filter_map(|pod| pod.node.as_ref()).collect();
    let mut nodes = Lookup::default();
    if names.len() > FEW {
        if let Known::Known(all) = reader.list(Query::default(), LIMITS).await {
            nodes = Lookup::all(all);
        }
        return nodes;
    }
    let read = join_all(names.iter().map(|name| reader.find(None, name, LIMITS))).await;
    names.into_iter().zip(read).for_each(|(name, node)| nodes.answer("", name, node));
    nodes
}

/// All of several lists; unknown where one of them is.
fn together<T: wire::Object>(lists: Vec<Known<Table<T>>>) -> Known<Table<T>> {
    let mut all = Known::Known(Table::default());
    lists.into_iter().for_each(|list| extend(&mut all, list));
    all
}
