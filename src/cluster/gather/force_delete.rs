//! What tells whether a pod may be deleted by force: the pod, its set, its node with the Lease, what has been done to the
//! node, and its volumes.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::{join, join_all, join4};

use super::Reader;
use super::named::named;
use super::usage::is_unserved;
use crate::cluster::{ApiError, Query};
use crate::domain::force_delete::{Budget, Earlier, Facts, LeaseRead, PodFacts, Remediation, Volume};
use crate::domain::{Known, Set};
use crate::snapshot::{Index, NODE_LEASES, force_delete as convert};
use crate::wire::{self, Object};

/// What a missing right costs.
const LIMITS: &str = "that the pod has ended cannot be proven";
/// Likewise for what only warns.
const BUDGETS: &str = "whether a disruption budget is spent is not known";
/// Events of nodes are in this namespace: nodes have none.
const NODE_EVENTS: &str = "default";

/// Reads all about one pod.
///
/// # Errors
/// A pod that does not exist or cannot be read. Everything else that cannot is noted, and lowers what can be said.
pub async fn facts(
    reader: &Reader<'_>,
    namespace: &str,
    name: &str,
    earlier: Option<&CapturedNodes>,
) -> Result<Facts, ApiError> {
    let pod = reader.connection.get::<wire::Pod>(Some(namespace), name).await?;
    Ok(of_pod(reader, &pod, earlier).await)
}

/// Nodes as an earlier capture shows them.
#[derive(Clone, Debug)]
pub struct CapturedNodes {
    /// When it was made.
    pub taken: jiff::Timestamp,
    /// The nodes, by name.
    pub nodes: BTreeMap<String, wire::Node>,
}

/// Pods of StatefulSets on a node, of all namespaces or of one.
///
/// # Errors
/// Pods that cannot be listed.
pub async fn pods_on(
    reader: &Reader<'_>,
    node: &str,
    namespace: Option<&str>,
) -> Result<Vec<wire::Pod>, ApiError> {
    let query = Query::within(namespace).fields(format!("spec.nodeName={node}"));
    Ok(reader
        .connection
        .list::<wire::Pod>(&query)
        .await?
        .items
        .into_iter()
        .filter(convert::is_of_a_set)
        .collect())
}

/// Reads all that stands around a pod.
pub async fn of_pod(reader: &Reader<'_>, pod: &wire::Pod, earlier: Option<&CapturedNodes>) -> Facts {
    let facts = convert::pod_facts(pod);
    let name = facts.pod.node.clone().unwrap_or_default();
    let (set, node, budgets, events) =
        join4(set(reader, &facts), around_node(reader, &name), budgets(reader, pod), reboots(reader, &name))
            .await;
    let NodeRead { node, lease, remediations } = node;
    let known = node.get().and_then(Option::as_ref);
    let volumes = volumes(reader, pod, known, &name).await;
    Facts {
        now: reader.now(),
        earlier: earlier_of(earlier, &name),
        node: node.map(|node| node.as_ref().map(convert::node_facts)),
        pod: facts,
        set,
        lease,
        remediations,
        reboots: events,
        volumes,
        budgets,
    }
}

fn earlier_of(captured: Option<&CapturedNodes>, node: &str) -> Option<Earlier> {
    let captured = captured?;
    Some(convert::earlier(captured.nodes.get(node)?, captured.taken))
}

/// The set that the pod's controller reference names, with all its pods.
async fn set(reader: &Reader<'_>, pod: &PodFacts) -> Known<Option<Set>> {
    let owner = pod.controller.as_ref().filter(|owner| owner.is_stateful_set());
    let Some(owner) = owner else { return Known::Known(None) };
    let read = named(reader, &pod.namespace, std::slice::from_ref(&owner.name)).await;
    match read {
        Err(error) if error.is_not_found() => Known::Known(None),
        other => reader.known(other, LIMITS).map(|objects| {
            let set = objects.sets.iter().find(|set| set.meta().name == owner.name);
            set.map(|set| Index::new(&objects).set(set))
        }),
    }
}

/// A node, and what has been done to it.
struct NodeRead {
    node: Known<Option<wire::Node>>,
    lease: Known<Option<LeaseRead>>,
    remediations: Known<Vec<Remediation>>,
}

async fn around_node(reader: &Reader<'_>, name: &str) -> NodeRead {
    if name.is_empty() {
        let (node, lease) = (Known::Known(None), Known::Known(None));
        return NodeRead { node, lease, remediations: Known::Known(Vec::new()) };
    }
    let (node, lease, (by_itself, by_agent)) = futures::future::join3(
        reader.find::<wire::Node>(None, name, LIMITS),
        lease(reader, name),
        join(served::<wire::SelfNodeRemediation>(reader), served::<wire::FenceAgentsRemediation>(reader)),
    )
    .await;
    let remediations = match (by_itself, by_agent) {
        (Known::Known(by_itself), Known::Known(by_agent)) => {
            let known = node.get().and_then(Option::as_ref);
            let own = by_itself.iter().filter_map(|found| convert::self_remediation(found, known?));
            let agents = by_agent.iter().filter_map(|found| convert::agent_remediation(found, name));
            Known::Known(own.chain(agents).collect())
        }
        _ => Known::Unknown,
    };
    NodeRead { node, lease, remediations }
}

async fn lease(reader: &Reader<'_>, node: &str) -> Known<Option<LeaseRead>> {
    let found = reader.find::<wire::Lease>(Some(NODE_LEASES), node, LIMITS).await;
    found.map(|lease| lease.map(|lease| convert::lease_read(&lease, reader.now())))
}

/// Reads a node's Lease again, a renewal after the first time.
pub async fn read_lease_again(reader: &Reader<'_>, node: &str, first: &mut LeaseRead) {
    let renewal = u64::try_from(first.renewal().as_millis()).unwrap_or_default();
    // Its kubelet may be late by as much as a request takes.
    tokio::time::sleep(Duration::from_millis(renewal + 500)).await;
    if let Known::Known(Some(again)) = lease(reader, node).await {
        first.again = Some((again.renewed, again.read));
    }
}

/// All objects of a kind that the cluster may not serve: then there are none.
async fn served<T: Object>(reader: &Reader<'_>) -> Known<Vec<T>> {
    let read = reader.connection.list::<T>(&Query::default()).await;
    if let Err(error) = &read
        && is_unserved::<T>(reader, error).await
    {
        return Known::Known(Vec::new());
    }
    reader.known(read, LIMITS).map(|list| list.items)
}

async fn reboots(reader: &Reader<'_>, node: &str) -> Known<Vec<jiff::Timestamp>> {
    if node.is_empty() {
        return Known::Known(Vec::new());
    }
    let fields = format!("involvedObject.kind=Node,involvedObject.name={node},reason=Rebooted");
    let events = reader.list(Query::within(Some(NODE_EVENTS)).fields(fields), LIMITS).await;
    events.map(|events| convert::reboots(&events, node))
}

async fn budgets(reader: &Reader<'_>, pod: &wire::Pod) -> Known<Vec<Budget>> {
    let all = reader.list(Query::within(Some(&pod.meta().namespace)), BUDGETS).await;
    all.map(|all| convert::budgets(&all, pod))
}

/// The volumes of the pod's claims. A claim without volume has none to fence.
async fn volumes(
    reader: &Reader<'_>,
    pod: &wire::Pod,
    node: Option<&wire::Node>,
    node_name: &str,
) -> Known<Vec<Volume>> {
    let names: Vec<String> = crate::snapshot::usage::claims_of(pod);
    if names.is_empty() {
        return Known::Known(Vec::new());
    }
    let namespace = pod.meta().namespace.as_str();
    let (claims, (attachments, drivers)) = join(
        join_all(
            names
                .iter()
                .map(|name| reader.find::<wire::PersistentVolumeClaim>(Some(namespace), name, LIMITS)),
        ),
        join(
            reader.list::<wire::VolumeAttachment>(Query::default(), LIMITS),
            reader.list::<wire::CsiDriver>(Query::default(), "drivers are taken to attach their volumes"),
        ),
    )
    .await;
    let mut bound = Vec::new();
    for (name, claim) in names.iter().zip(claims) {
        let Known::Known(claim) = claim else { return Known::Unknown };
        let volume = claim.and_then(|claim| claim.spec).map(|spec| spec.volume_name);
        bound.extend(volume.filter(|volume| !volume.is_empty()).map(|volume| (name, volume)));
    }
    let read =
        join_all(bound.iter().map(|(_, volume)| reader.find::<wire::PersistentVolume>(None, volume, LIMITS)))
            .await;
    let needs_attaching = |driver: &str| {
        let found = drivers.get().and_then(|drivers| drivers.get("", driver));
        found.and_then(|driver| driver.spec.as_ref()?.attach_required).unwrap_or(true)
    };
    let mut volumes = Vec::new();
    for ((claim, _), volume) in bound.iter().zip(read) {
        let Known::Known(volume) = volume else { return Known::Unknown };
        volumes.extend(volume.map(|volume| {
            convert::volume(&volume, claim, node, node_name, attachments.get(), needs_attaching)
        }));
    }
    Known::Known(volumes)
}
