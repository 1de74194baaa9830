//! Small conversions from wire types to the domain's.

use jiff::{SignedDuration, Timestamp};

use crate::domain::Known;
use crate::domain::claim::{Claim, ClaimPhase, Owner};
use crate::domain::lease::Lease;
use crate::domain::surroundings::{Event, Node, Service, StorageClass};
use crate::wire::{self, Object as _};

/// A point in time, if it was given.
pub(super) fn time(time: Option<wire::Time>) -> Option<Timestamp> {
    time.and_then(wire::Time::timestamp)
}

/// The managing controller of an object.
pub(super) fn controller(meta: &wire::ObjectMeta) -> Option<&wire::OwnerReference> {
    meta.owner_references.iter().find(|owner| owner.controller == Some(true))
}

/// A count that cannot be negative.
pub(super) fn count(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// Owners.
pub(super) fn owners(meta: &wire::ObjectMeta) -> Vec<Owner> {
    meta.owner_references.iter().map(owner).collect()
}

/// An owner.
pub(super) fn owner(owner: &wire::OwnerReference) -> Owner {
    Owner {
        api_version: owner.api_version.clone(),
        kind: owner.kind.clone(),
        name: owner.name.clone(),
        uid: owner.uid.clone(),
        controller: owner.controller == Some(true),
    }
}

/// A claim.
pub(super) fn claim(claim: &wire::PersistentVolumeClaim) -> Claim {
    let (meta, spec, status) = (claim.meta(), claim.spec.as_ref(), claim.status.as_ref());
    Claim {
        name: meta.name.clone(),
        uid: meta.uid.clone(),
        phase: match status.map_or("", |status| status.phase.as_str()) {
            "Bound" => ClaimPhase::Bound,
            "Lost" => ClaimPhase::Lost,
            _ => ClaimPhase::Pending,
        },
        deleted: time(meta.deletion_timestamp),
        finalizers: meta.finalizers.clone(),
        owners: owners(meta),
        class: spec.and_then(|spec| spec.storage_class_name.clone()),
        volume: spec.map(|spec| spec.volume_name.clone()).filter(|name| !name.is_empty()),
        created: time(meta.creation_timestamp),
    }
}

/// An event, in either of the two styles.
pub(super) fn event(event: &wire::Event) -> Event {
    let about = event.involved_object.clone().unwrap_or_default();
    let series = event.series.as_ref();
    let last =
        series.and_then(|series| series.last_observed_time).or(event.last_timestamp).or(event.event_time);
    let first = time(event.first_timestamp.or(event.event_time)).or(time(event.meta().creation_timestamp));
    Event {
        kind: about.kind,
        name: about.name,
        uid: about.uid,
        warning: event.r#type == "Warning",
        reason: event.reason.clone(),
        message: event.message.clone(),
        first,
        last: time(last).or(first),
        count: count(series.map_or(event.count, |series| series.count)).max(1),
    }
}

/// A node with its lease.
pub(super) fn node(node: &wire::Node, lease: &Known<Option<&wire::Lease>>) -> Node {
    let conditions = node.status.as_ref().map(|status| status.conditions.as_slice()).unwrap_or_default();
    let ready = conditions.iter().find(|condition| condition.r#type == "Ready");
    let taints = node.spec.as_ref().map(|spec| spec.taints.as_slice()).unwrap_or_default();
    Node {
        name: node.meta().name.clone(),
        ready: ready.map_or_else(|| "Unknown".to_owned(), |condition| condition.status.clone()),
        ready_since: ready.and_then(|condition| time(condition.last_transition_time)),
        message: ready.map(|condition| condition.message.clone()).unwrap_or_default(),
        lease_renewed: match lease {
            Known::Known(lease) => Known::Known(
                lease.and_then(|lease| lease.spec.as_ref()).and_then(|spec| time(spec.renew_time)),
            ),
            Known::Unknown => Known::Unknown,
        },
        taints: taints.iter().map(|taint| taint.key.clone()).collect(),
    }
}

/// A lease.
pub fn lease(lease: &wire::Lease) -> Lease {
    let spec = lease.spec.as_ref();
    Lease {
        holder: spec.and_then(|spec| spec.holder_identity.clone()).filter(|holder| !holder.is_empty()),
        acquired: spec.and_then(|spec| time(spec.acquire_time)),
        renewed: spec.and_then(|spec| time(spec.renew_time)),
        duration: SignedDuration::from_secs(
            spec.and_then(|spec| spec.lease_duration_seconds).unwrap_or(0).into(),
        ),
        transitions: count(spec.and_then(|spec| spec.lease_transitions).unwrap_or(0)),
    }
}

/// A storage class.
pub(super) fn storage_class(class: &wire::StorageClass) -> StorageClass {
    StorageClass {
        name: class.meta().name.clone(),
        default: class
            .meta()
            .annotations
            .get("storageclass.kubernetes.io/is-default-class")
            .is_some_and(|value| value == "true"),
        waits_for_consumer: class.volume_binding_mode.as_deref() == Some("WaitForFirstConsumer"),
    }
}

/// A Service.
pub(super) fn service(service: &wire::Service) -> Service {
    Service { headless: service.spec.as_ref().is_some_and(|spec| spec.cluster_ip == "None") }
}
