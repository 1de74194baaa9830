//! What explains pods that are not in order: their events, their nodes, their claims, and whoever has their name.
//! Asked only where a pod is not in order.

use std::collections::BTreeSet;

use futures::future::{join, join_all, join4};

use super::Reader;
use super::named::{EVENTS, extend};
use crate::cluster::Query;
use crate::domain::claim::ClaimPhase;
use crate::domain::pod::Pod;
use crate::domain::{Known, Set};
use crate::snapshot::{Index, NODE_LEASES, Objects, Table, selects};
use crate::wire::{self, Object as _};

/// What is missing where claims cannot be read.
pub(super) const CLAIMS: &str = "claims are not judged";

/// More single reads than this are replaced by one list, or left out.
const FEW: usize = 8;

/// Adds what explains the one set of these objects.
pub(super) async fn explain(reader: &Reader<'_>, objects: &mut Objects) {
    let Some(wire_set) = objects.sets.iter().next() else { return };
    let set = Index::new(objects).set(wire_set);
    let events =
        join_all(event_queries(&set).into_iter().map(|query| reader.list::<wire::Event>(query, EVENTS)));
    let (events, answers) = join(events, Questions::of(&set).ask(reader)).await;
    for found in events {
        match (&mut objects.events, found) {
            (Known::Known(all), Known::Known(more)) => all.extend(more),
            (all, Known::Known(more)) => *all = Known::Known(more),
            (_, Known::Unknown) => {}
        }
    }
    answers.add_to(objects);
}

/// What to ask about one set, beyond what it selects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Questions {
    namespace: String,
    set_uid: String,
    /// Nodes of pods that are not available. Of hundreds, the first few tell enough.
    nodes: BTreeSet<String>,
    /// Claims that the list by labels does not hold: an adopted claim may carry other labels, and one that a plain
    /// volume names carries none of the set's. Only asking by name proves that one is missing.
    claims: BTreeSet<String>,
    /// Ordinals without a pod: somebody else may have the name.
    pods: BTreeSet<String>,
    /// Whether a claim is Pending, so that its class matters.
    classes: bool,
}

/// What came of [`Questions`].
#[derive(Debug)]
pub struct Answers {
    nodes: Vec<NodeAnswer>,
    claims: Known<Table<wire::PersistentVolumeClaim>>,
    /// Who has the names of missing pods; none where nobody does.
    pods: Vec<(String, Known<Option<wire::Pod>>)>,
    set_uid: String,
    namespace: String,
    classes: Known<Table<wire::StorageClass>>,
}

impl Questions {
    /// What the snapshot leaves open.
    pub fn of(set: &Set) -> Self {
        let known = set.claims.get();
        let of_templates = set.spec.range.iter().flat_map(|ordinal| {
            set.spec.claim_templates.iter().map(move |template| set.claim_name(&template.name, ordinal))
        });
        let of_pods = in_question(set).flat_map(|pod| pod.claims.iter().map(|(_, name)| name.clone()));
        let unknown = |name: &String| known.is_some_and(|claims| !claims.contains_key(name));
        let missing = set.spec.range.iter().filter(|ordinal| !set.pods.contains_key(ordinal));
        Self {
            namespace: set.namespace.clone(),
            set_uid: set.uid.clone(),
            nodes: in_question(set).filter_map(|pod| pod.node.clone()).take(4 * FEW).collect(),
            claims: of_templates.chain(of_pods).filter(unknown).collect(),
            pods: missing.map(|ordinal| set.pod_name(ordinal)).take(FEW).collect(),
            classes: pending_claims(set).next().is_some(),
        }
    }

    /// Whether there is nothing to ask.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.claims.is_empty() && self.pods.is_empty() && !self.classes
    }

    /// Asks, all at once.
    pub async fn ask(&self, reader: &Reader<'_>) -> Answers {
        let namespace = Some(self.namespace.as_str());
        let (nodes, claims, pods, classes) = join4(
            join_all(self.nodes.iter().map(|name| node(reader, name.clone()))),
            self.ask_for_claims(reader),
            join_all(self.pods.iter().map(|name| {
                reader.find::<wire::Pod>(namespace, name, "whether another pod has the name is not known")
            })),
            async {
                if !self.classes {
                    return Known::Unknown;
                }
                reader.list(Query::default(), "whether a claim's storage class exists is not known").await
            },
        )
        .await;
        let pods = self.pods.iter().cloned().zip(pods).collect();
        let (set_uid, namespace) = (self.set_uid.clone(), self.namespace.clone());
        Answers { nodes, claims, pods, set_uid, namespace, classes }
    }

    /// Few claims one by one, many in one list of the namespace.
    pub(super) async fn ask_for_claims(
        &self,
        reader: &Reader<'_>,
    ) -> Known<Table<wire::PersistentVolumeClaim>> {
        let namespace = Some(self.namespace.as_str());
        if self.claims.len() > FEW {
            let wanted = |claim: &wire::PersistentVolumeClaim| self.claims.contains(&claim.meta().name);
            return reader.list_where(&Query::within(namespace), wanted, CLAIMS).await;
        }
        let found = join_all(self.claims.iter().map(|name| reader.find(namespace, name, CLAIMS))).await;
        let mut claims = Table::default();
        for claim in found {
            match claim {
                Known::Known(claim) => claims.extend(claim),
                Known::Unknown => return Known::Unknown,
            }
        }
        Known::Known(claims)
    }
}

impl Answers {
    /// Adds the answers to the objects.
    pub fn add_to(self, objects: &mut Objects) {
        for NodeAnswer { name, node, lease } in self.nodes {
            objects.nodes.answer("", &name, node);
            objects.leases.answer(NODE_LEASES, &name, lease);
        }
        // A claim that cannot be asked for must not look missing.
        extend(&mut objects.claims, self.claims);
        // The set's own pods are told by their list or watch, which may be newer than these answers; but only those
        // that its selector matches. Another one it will let go of.
        let set = objects.sets.iter().find(|set| set.meta().uid == self.set_uid).cloned();
        let owned = |pod: &wire::Pod| {
            pod.meta().owner_references.iter().any(|owner| owner.uid == self.set_uid)
                && set.as_ref().is_some_and(|set| selects(set, pod.meta()))
        };
        for (name, answer) in self.pods {
            let held = objects.pods.get(&self.namespace, &name).is_some_and(&owned);
            match answer {
                Known::Known(Some(pod)) if !held && !owned(&pod) => objects.pods.insert(pod),
                Known::Known(None) if !held => _ = objects.pods.take(&self.namespace, &name),
                Known::Known(_) | Known::Unknown => {}
            }
        }
        if let Known::Known(_) = self.classes {
            objects.storage_classes = self.classes;
        }
    }
}

/// A node, and when its kubelet was last heard of.
#[derive(Debug)]
struct NodeAnswer {
    name: String,
    node: Known<Option<wire::Node>>,
    lease: Known<Option<wire::Lease>>,
}

async fn node(reader: &Reader<'_>, name: String) -> NodeAnswer {
    let (node, lease) = join(
        reader.find(None, &name, "whether the node answers is not known"),
        reader.find(Some(NODE_LEASES), &name, "when its kubelet was last heard of is not known"),
    )
    .await;
    NodeAnswer { name, node, lease }
}

/// Pods that are not available.
fn in_question(set: &Set) -> impl Iterator<Item = &Pod> {
    set.pods.values().filter(|pod| set.is_unavailable(pod))
}

fn pending_claims(set: &Set) -> impl Iterator<Item = &str> {
    let claims = set.claims.get().into_iter().flatten();
    claims.filter(|(_, claim)| claim.phase == ClaimPhase::Pending).map(|(name, _)| name.as_str())
}

/// Events of few pods by name; of many, all warnings about pods of the namespace at once.
fn event_queries(set: &Set) -> Vec<Query> {
    let about = |kind: &str, more: String| {
        Query::within(Some(&set.namespace)).fields(format!("involvedObject.kind={kind}{more}"))
    };
    let by_name = |kind: &str, names: Vec<&str>, many: &str| {
        if names.len() > FEW {
            return vec![about(kind, many.to_owned())];
        }
        names.iter().map(|name| about(kind, format!(",involvedObject.name={name}"))).collect()
    };
    let pods = in_question(set).map(|pod| pod.name.as_str()).collect();
    let mut queries = by_name("Pod", pods, ",type=Warning");
    queries.extend(by_name("PersistentVolumeClaim", pending_claims(set).collect(), ""));
    queries
}
