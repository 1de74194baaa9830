//! Whether EndpointSlices say what is true of a pod.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::facts::{Endpoint, EndpointPort, Facts, Family, PodFacts, Service, Target};
use super::reason::{Disagreement, Reason};
use crate::domain::Ordinal;

/// The controller writes in batches, some hundred milliseconds apart.
const JUST_NOW: i64 = 5;

/// What the EndpointSlice controller should have written by now, or whoever writes them by hand.
pub fn stale(facts: &Facts, ordinal: Ordinal, pod: &PodFacts) -> Option<Disagreement> {
    let (service, all) = (facts.existing_service()?, facts.endpoints.get()?);
    let own: Vec<&Endpoint> = facts.endpoints_of(ordinal).collect();
    let by_hand = service.selector.is_empty();
    let untrue = || own.iter().find_map(|endpoint| untrue(endpoint, pod, service));
    let why = if by_hand {
        untrue().or_else(|| unwritten(&own, all, pod))?
    } else {
        untrue().or_else(|| unlisted(&own, pod, service))?
    };
    let since = pod.ready_since.or(pod.created).map(|since| facts.now.duration_since(since).as_secs());
    let message = if by_hand {
        format!(
            "{why}: Service {} has no selector, so somebody else writes its endpoints",
            facts.service_name
        )
    } else if since.is_some_and(|seconds| seconds < JUST_NOW) {
        format!("{why}: the pod changed a moment ago, and the EndpointSlice controller follows")
    } else {
        format!("{why}: the EndpointSlice controller (in kube-controller-manager) has not followed")
    };
    Some(shown_by_slices(facts, Disagreement::of(ordinal, Reason::StaleEndpoint, message)))
}

/// With the command that shows what is published.
pub fn shown_by_slices(facts: &Facts, found: Disagreement) -> Disagreement {
    let effect = "shows what is published, and who wrote it (label endpointslice.kubernetes.io/managed-by)";
    found.with(facts.slices_command(), effect)
}

/// What an endpoint says of a pod that is not so (`podToEndpoint`).
fn untrue(endpoint: &Endpoint, pod: &PodFacts, service: &Service) -> Option<String> {
    let slice = &endpoint.slice;
    if endpoint.pod.as_ref().is_some_and(|(_, uid)| !uid.is_empty() && *uid != pod.uid) {
        return Some(format!("EndpointSlice {slice} lists an earlier pod of this name"));
    }
    if !pod.addresses.contains(&endpoint.address) {
        let now: Vec<String> = pod.addresses.iter().map(IpAddr::to_string).collect();
        return Some(format!(
            "EndpointSlice {slice} lists {}, and the pod has {}",
            endpoint.address,
            now.join(" and ")
        ));
    }
    if endpoint.hostname.as_deref() != Some(pod.name.as_str()) {
        return Some(format!("EndpointSlice {slice} lists it without its host name"));
    }
    let ready = service.publishes_unready || pod.ready;
    if endpoint.ready != ready {
        let (says, is) = if ready { ("not ready", "is") } else { ("ready", "is not") };
        let unready = ready && !pod.ready;
        let is = if unready { "is to be published (publishNotReadyAddresses)" } else { is };
        return Some(format!("EndpointSlice {slice} lists it as {says}, and the pod {is}"));
    }
    if service.selector.is_empty() { None } else { wrong_port(endpoint, pod, service) }
}

/// A port that the endpoint lacks, or has with another number; one that the pod lacks too is the Service's own trouble.
fn wrong_port(endpoint: &Endpoint, pod: &PodFacts, service: &Service) -> Option<String> {
    service.ports.iter().find_map(|port| {
        let number = match &port.target {
            Target::Number(number) => *number,
            Target::Name(name) => {
                pod.ports.iter().find(|own| own.name == *name && own.protocol == port.protocol)?.number
            }
        };
        let same = |own: &EndpointPort| own.name == port.name && own.protocol == port.protocol;
        let listed = endpoint.ports.iter().find(|own| same(own)).map(|own| own.number);
        if listed == Some(number) {
            return None;
        }
        let listed = listed.map_or_else(|| "without".to_owned(), |listed| format!("with {listed} as"));
        let name = if port.name.is_empty() { "its port".to_owned() } else { format!("port {}", port.name) };
        Some(format!("EndpointSlice {} lists it {listed} {name}, which is {number}", endpoint.slice))
    })
}

/// An address of the pod that no slice lists. The controller also leaves out pods whose Node object is gone
/// (`reconciler.go`).
fn unlisted(own: &[&Endpoint], pod: &PodFacts, service: &Service) -> Option<String> {
    let families = &service.families;
    let listed: BTreeSet<IpAddr> = own.iter().map(|endpoint| endpoint.address).collect();
    let lacks = |address: &&IpAddr| {
        (families.is_empty() || families.contains(&Family::of(address))) && !listed.contains(*address)
    };
    let address = pod.addresses.iter().find(lacks)?;
    Some(if own.is_empty() {
        "no EndpointSlice lists it (is its Node object gone?)".to_owned()
    } else {
        format!("no EndpointSlice lists its address {address}")
    })
}

/// What endpoints written by hand lack to name the pod.
fn unwritten(own: &[&Endpoint], all: &[Endpoint], pod: &PodFacts) -> Option<String> {
    if !own.is_empty() {
        return None;
    }
    Some(match all.iter().find(|endpoint| pod.addresses.contains(&endpoint.address)) {
        Some(endpoint) => {
            format!("EndpointSlice {} lists {} without its host name", endpoint.slice, endpoint.address)
        }
        None => "no endpoint was written for it".to_owned(),
    })
}
