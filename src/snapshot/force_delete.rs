//! What tells whether a pod's processes live: what the table of [`force_delete`](crate::domain::force_delete) looks at,
//! of each object.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::convert::{self, controller, time};
use super::set::matches;
use super::{Index, NODE_LEASES, Objects, Table, pod, usage};
use crate::domain::force_delete::{
    Attachment, Budget, Earlier, Facts, LeaseRead, NodeFacts, PodFacts, Ready, Remediation, Volume,
};
use crate::domain::ordinal::split_pod_name;
use crate::domain::{Known, Ordinal};
use crate::wire::{self, Object as _};

/// A static pod's kubelet puts this on the pod that it shows the API server (`ConfigMirrorAnnotationKey` in
/// `pkg/kubelet/types`).
const MIRROR: &str = "kubernetes.io/config.mirror";
/// The label by which most volumes of one node are bound to it.
const HOSTNAME: &str = "kubernetes.io/hostname";
/// What a node of medik8s says that can reboot itself.
const CAN_REBOOT: &str = "is-reboot-capable.self-node-remediation.medik8s.io";
/// Whom a remediation is about where that is not its name.
const NODE_NAME: &str = "remediation.medik8s.io/node-name";

/// A pod.
pub fn pod_facts(found: &wire::Pod) -> PodFacts {
    let meta = found.meta();
    let ordinal = split_pod_name(&meta.name).map_or(Ordinal::new(0), |(_, ordinal)| ordinal);
    PodFacts {
        namespace: meta.namespace.clone(),
        pod: pod::pod(found, ordinal),
        resource_version: meta.resource_version.clone(),
        mirror: meta.annotations.contains_key(MIRROR),
        controller: controller(meta).map(convert::owner),
        alive: alive(found),
        last_start: last_start(found),
    }
}

/// Containers that have not ended. One without status may run.
fn alive(pod: &wire::Pod) -> Vec<String> {
    let (spec, status) = (pod.spec.clone().unwrap_or_default(), pod.status.clone().unwrap_or_default());
    let statuses = || statuses(&status);
    let ended = |status: &wire::ContainerStatus| {
        status.state.as_ref().is_some_and(|state| state.terminated.is_some())
    };
    let lasting = spec.init_containers.iter().chain(&spec.containers);
    let debugging = spec.ephemeral_containers.iter().filter_map(|container| container.common.as_ref());
    let names = lasting.chain(debugging).map(|container| container.name.clone());
    names.filter(|name| !statuses().any(|status| status.name == *name && ended(status))).collect()
}

fn statuses(status: &wire::PodStatus) -> impl Iterator<Item = &wire::ContainerStatus> {
    status
        .init_container_statuses
        .iter()
        .chain(&status.container_statuses)
        .chain(&status.ephemeral_container_statuses)
}

fn last_start(pod: &wire::Pod) -> Option<Timestamp> {
    let status = pod.status.as_ref()?;
    let states = statuses(status).flat_map(|status| status.state.iter().chain(&status.last_state));
    let starts = states.filter_map(|state| {
        let running = state.running.as_ref().and_then(|running| running.started_at);
        time(running.or(state.terminated.as_ref().and_then(|ended| ended.started_at)))
    });
    starts.max()
}

/// A node.
pub fn node_facts(node: &wire::Node) -> NodeFacts {
    let status = node.status.clone().unwrap_or_default();
    let ready = status.conditions.iter().find(|condition| condition.r#type == "Ready");
    let taints = node.spec.as_ref().map(|spec| spec.taints.as_slice()).unwrap_or_default();
    let tainted = |key: &str| taints.iter().any(|taint| taint.key == key);
    let info = status.node_info.unwrap_or_default();
    NodeFacts {
        name: node.meta().name.clone(),
        created: time(node.meta().creation_timestamp),
        ready: match ready.map(|condition| condition.status.as_str()) {
            Some("True") => Ready::True,
            Some("False") => Ready::False,
            _ => Ready::Unknown,
        },
        ready_since: ready.and_then(|condition| time(condition.last_transition_time)),
        out_of_service: tainted("node.kubernetes.io/out-of-service"),
        shut_down: tainted("node.cloudprovider.kubernetes.io/shutdown"),
        boot_id: info.boot_id,
        machine_id: info.machine_id,
    }
}

/// A node as an earlier capture shows it.
pub fn earlier(node: &wire::Node, taken: Timestamp) -> Earlier {
    let NodeFacts { boot_id, machine_id, .. } = node_facts(node);
    Earlier { taken, boot_id, machine_id }
}

/// The first reading of a node's Lease.
pub fn lease_read(lease: &wire::Lease, read: Timestamp) -> LeaseRead {
    let found = convert::lease(lease);
    // A kubelet without a duration in its Lease would be one that never renewed it.
    let duration = if found.duration > SignedDuration::ZERO { found.duration } else { DEFAULT_LEASE };
    LeaseRead { duration, renewed: found.renewed, read, again: None }
}

/// `nodeLeaseDurationSeconds` of kubelets by default.
const DEFAULT_LEASE: SignedDuration = SignedDuration::from_secs(40);

/// When the kubelet of a node has reported reboots of its machine (`pkg/kubelet/nodestatus/setters.go`). The kubelet's
/// clock and the server's may differ, and a report may be repeated: the earliest time counts, as something that happened
/// before the deletion was asked for proves nothing.
pub fn reboots(events: &Table<wire::Event>, node: &str) -> Vec<Timestamp> {
    let of_node = events.iter().filter(|event| {
        let about = event.involved_object.clone().unwrap_or_default();
        about.kind == "Node" && about.name == node && event.reason == "Rebooted"
    });
    let earliest = |event: &wire::Event| {
        let all = [event.first_timestamp, event.event_time, event.meta().creation_timestamp];
        all.into_iter().filter_map(time).min()
    };
    of_node.filter_map(earliest).collect()
}

/// A remediation by the node itself, if it is about this node. It counts from its beginning, as the machine may have been
/// off at any time since; only where the node says that it can reboot.
pub fn self_remediation(found: &wire::SelfNodeRemediation, node: &wire::Node) -> Option<Remediation> {
    let status = found.status.clone().unwrap_or_default();
    let can_reboot = node.meta().annotations.get(CAN_REBOOT).is_some_and(|value| value == "true");
    let completed = status.phase.as_deref() == Some("Fencing-Completed");
    is_about(found.meta(), &node.meta().name).then(|| Remediation {
        name: format!("selfnoderemediation {}", found.meta().name),
        running: holds(&status, "Processing") && !completed,
        fenced: time(found.meta().creation_timestamp).filter(|_| completed && can_reboot),
    })
}

/// A remediation by a fence agent, likewise.
pub fn agent_remediation(found: &wire::FenceAgentsRemediation, node: &str) -> Option<Remediation> {
    let status = found.status.clone().unwrap_or_default();
    let fenced = holds(&status, "FenceAgentActionSucceeded");
    is_about(found.meta(), node).then(|| Remediation {
        name: format!("fenceagentsremediation {}", found.meta().name),
        running: holds(&status, "Processing") && !fenced,
        fenced: time(found.meta().creation_timestamp).filter(|_| fenced),
    })
}

fn is_about(meta: &wire::ObjectMeta, node: &str) -> bool {
    meta.annotations.get(NODE_NAME).unwrap_or(&meta.name) == node
}

fn holds(status: &wire::RemediationStatus, name: &str) -> bool {
    status.conditions.iter().any(|condition| condition.r#type == name && condition.status == "True")
}

/// A volume of a claim. `attach_required` says of a driver whether its volumes are attached.
pub fn volume(
    found: &wire::PersistentVolume,
    claim: &str,
    node: Option<&wire::Node>,
    node_name: &str,
    attached: Option<&Table<wire::VolumeAttachment>>,
    attach_required: impl Fn(&str) -> bool,
) -> Volume {
    let name = &found.meta().name;
    let spec = found.spec.clone().unwrap_or_default();
    let source = spec.source.clone().unwrap_or_default();
    let detached_kind = source.host_path.is_some()
        || source.nfs.is_some()
        || source.local.is_some()
        || source.csi.is_some_and(|csi| !attach_required(&csi.driver));
    let here = |attachment: &wire::VolumeAttachment| {
        let spec = attachment.spec.as_ref();
        let volume = spec.and_then(|spec| spec.source.as_ref()?.persistent_volume_name.as_deref());
        let is_attached = attachment.status.as_ref().is_some_and(|status| status.attached);
        volume == Some(name) && is_attached && spec.is_some_and(|spec| spec.node_name == node_name)
    };
    Volume {
        claim: claim.to_owned(),
        name: name.clone(),
        on_node: is_on_node(&spec, node, node_name),
        shared: spec.access_modes.iter().any(|mode| mode == "ReadWriteMany"),
        attachment: match attached {
            _ if detached_kind => Attachment::None,
            None => Attachment::Unread,
            Some(all) if all.iter().any(here) => Attachment::Here,
            Some(_) => Attachment::Gone,
        },
    }
}

/// Whether a volume asks for the hostname of this very node.
fn is_on_node(spec: &wire::VolumeSpec, node: Option<&wire::Node>, name: &str) -> bool {
    let label = node.and_then(|node| node.meta().labels.get(HOSTNAME)).map_or(name, String::as_str);
    let required = spec.node_affinity.as_ref().and_then(|affinity| affinity.required.as_ref());
    let terms = required.map(|selector| selector.node_selector_terms.as_slice()).unwrap_or_default();
    let only = |asked: &wire::Requirement, key: &str, value: &str| {
        asked.key == key && asked.operator == "In" && asked.values.iter().all(|other| other == value)
    };
    let only_here = |term: &wire::NodeTerm| {
        term.match_expressions.iter().any(|asked| only(asked, HOSTNAME, label))
            || term.match_fields.iter().any(|asked| only(asked, "metadata.name", name))
    };
    !terms.is_empty() && terms.iter().all(only_here)
}

/// The budgets that select a pod.
pub fn budgets(all: &Table<wire::PodDisruptionBudget>, pod: &wire::Pod) -> Vec<Budget> {
    let selecting = all.iter().filter(|budget| {
        let selector = budget.spec.as_ref().and_then(|spec| spec.selector.as_ref());
        budget.meta().namespace == pod.meta().namespace
            && selector.is_some_and(|selector| matches(selector, &pod.meta().labels))
    });
    let allowed = |budget: &wire::PodDisruptionBudget| {
        budget.status.as_ref().map_or(0, |status| status.disruptions_allowed)
    };
    selecting.map(|budget| Budget { name: budget.meta().name.clone(), allowed: allowed(budget) }).collect()
}

/// What files tell of a pod. They show one moment, and no remediation, reboot or budget.
pub fn of_objects(
    objects: &Objects,
    pod: &wire::Pod,
    earlier: Option<(&BTreeMap<String, wire::Node>, Timestamp)>,
) -> Facts {
    let facts = pod_facts(pod);
    let name = facts.pod.node.clone().unwrap_or_default();
    let node = if name.is_empty() { Known::Known(None) } else { objects.nodes.get("", &name) };
    let lease = if name.is_empty() { Known::Known(None) } else { objects.leases.get(NODE_LEASES, &name) };
    let owner = facts.controller.as_ref().map(|owner| owner.name.clone()).unwrap_or_default();
    let set = objects.sets.get(&facts.namespace, &owner);
    Facts {
        now: objects.now,
        set: Known::Known(set.map(|set| Index::new(objects).set(set))),
        node: node.get().map(|node| node.map(node_facts)).into(),
        lease: lease.map(|lease| lease.map(|lease| lease_read(lease, objects.now))),
        remediations: Known::Unknown,
        reboots: Known::Unknown,
        earlier: earlier.and_then(|(nodes, taken)| Some(self::earlier(nodes.get(&name)?, taken))),
        volumes: volumes(objects, pod, node.get().copied().flatten(), &name),
        budgets: Known::Unknown,
        pod: facts,
    }
}

fn volumes(objects: &Objects, pod: &wire::Pod, node: Option<&wire::Node>, name: &str) -> Known<Vec<Volume>> {
    let Known::Known(claims) = &objects.claims else { return Known::Unknown };
    let mut found = Vec::new();
    for claim in usage::claims_of(pod) {
        let bound = claims.get(&pod.meta().namespace, &claim).and_then(|claim| claim.spec.as_ref());
        let Some(bound) = bound.map(|spec| &spec.volume_name).filter(|name| !name.is_empty()) else {
            continue;
        };
        let Known::Known(there) = objects.users.volumes.get("", bound) else { return Known::Unknown };
        let attached = objects.users.attachments.get();
        found.extend(there.map(|there| volume(there, &claim, node, name, attached, |_| true)));
    }
    Known::Known(found)
}

/// Whether a StatefulSet is the pod's managing controller.
pub fn is_of_a_set(pod: &wire::Pod) -> bool {
    controller(pod.meta()).map(convert::owner).is_some_and(|owner| owner.is_stateful_set())
}
