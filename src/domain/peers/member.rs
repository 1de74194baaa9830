//! What is wrong with one member, along the way on which its name comes to be: pod, Service, EndpointSlice, DNS.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::facts::{Endpoint, Facts, Family, PodFacts, Service};
use super::reason::{Disagreement, Reason};
use super::service::{labels, selects};
use super::{names, readiness};
use crate::domain::Ordinal;

/// The first thing that keeps an ordinal's name from resolving to its pod; what comes later on the way follows from it.
pub fn trouble(facts: &Facts, ordinal: Ordinal) -> Option<Disagreement> {
    let Some(pod) = facts.pods.get(&ordinal) else { return missing(facts, ordinal) };
    if pod.terminating {
        return terminating(facts, ordinal);
    }
    without_address(facts, ordinal, pod)
        .or_else(|| unselected(facts, ordinal, pod))
        .or_else(|| misnamed(facts, ordinal, pod))
        .or_else(|| stale(facts, ordinal, pod))
        .or_else(|| readiness::hidden(facts, ordinal, pod))
        .or_else(|| lacks_family(facts, ordinal, pod))
        .or_else(|| names::trouble(facts, ordinal))
}

fn missing(facts: &Facts, ordinal: Ordinal) -> Option<Disagreement> {
    if let Some(endpoint) = facts.endpoints_of(ordinal).next() {
        let message = format!("there is no such pod, and EndpointSlice {} still lists it", endpoint.slice);
        return Some(Disagreement::of(ordinal, Reason::StaleEndpoint, message));
    }
    let message = "there is no such pod";
    Some(Disagreement::of(ordinal, Reason::PodMissing, message).with(
        format!("kubectl stateful status {} -n {}", facts.set, facts.namespace),
        "says why the ordinal has no pod",
    ))
}

fn terminating(facts: &Facts, ordinal: Ordinal) -> Option<Disagreement> {
    let published = !facts.published(ordinal).is_empty();
    let (reason, message) = if published {
        let message = "the pod terminates, and its name still resolves (publishNotReadyAddresses): members go on talking to it until it is gone";
        (Reason::TerminatingListed, message)
    } else {
        let message = "the pod terminates, and its name does not resolve any more: members that look it up do not find it, those with an open connection still use it";
        (Reason::TerminatingUnlisted, message)
    };
    facts.endpoints.get()?;
    Some(Disagreement::of(ordinal, reason, message))
}

fn without_address(facts: &Facts, ordinal: Ordinal, pod: &PodFacts) -> Option<Disagreement> {
    let message = match (pod.finished, pod.addresses.is_empty()) {
        (true, _) => "the pod has ended: such a pod has no endpoint",
        (false, true) => "the pod has no address yet",
        (false, false) => return None,
    };
    Some(Disagreement::of(ordinal, Reason::PodWithoutAddress, message).with(
        format!("kubectl stateful status {} -n {}", facts.set, facts.namespace),
        "says what the pod waits for",
    ))
}

fn unselected(facts: &Facts, ordinal: Ordinal, pod: &PodFacts) -> Option<Disagreement> {
    let service = facts.existing_service().filter(|service| !service.selector.is_empty())?;
    if selects(service, pod) {
        return None;
    }
    let other = service.selector.iter().filter(|(key, value)| pod.labels.get(*key) != Some(value));
    let other: Vec<String> = other.map(|(key, value)| format!("{key}={value}")).collect();
    let message = format!(
        "Service {} selects {}, and the pod lacks {}",
        facts.service_name,
        labels(&service.selector),
        other.join(",")
    );
    Some(Disagreement::of(ordinal, Reason::SelectorMismatch, message).with(
        format!("kubectl label pod {} -n {} --overwrite {}", pod.name, facts.namespace, other.join(" ")),
        "the Service selects the pod as it does the others; then see who took the label away",
    ))
}

/// The controller writes both fields when it creates a pod, and nobody can change them (`initIdentity` in
/// `stateful_set_utils.go`). An endpoint gets a host name only where the subdomain is the Service's name
/// (`endpointslice/utils.go`, `shouldSetHostname`).
fn misnamed(facts: &Facts, ordinal: Ordinal, pod: &PodFacts) -> Option<Disagreement> {
    facts.existing_service().filter(|service| !service.selector.is_empty())?;
    let anew = |found: Disagreement| {
        found.with(
            format!("kubectl delete pod {} -n {}", pod.name, facts.namespace),
            "the controller makes the pod anew, with the name that the set gives it now",
        )
    };
    if pod.subdomain != facts.service_name {
        let under = match pod.subdomain.as_str() {
            "" => "without spec.subdomain".to_owned(),
            other => format!("with spec.subdomain {other}"),
        };
        let message = format!(
            "the pod was made {under}, and not {}: it has no name under that Service (a pod keeps what it was made with)",
            facts.service_name
        );
        return Some(anew(Disagreement::of(ordinal, Reason::SubdomainMismatch, message)));
    }
    if pod.hostname != pod.name {
        let message = match pod.hostname.as_str() {
            "" => "the pod was made without spec.hostname: it has no name under the Service".to_owned(),
            other => {
                format!("the pod was made with spec.hostname {other}: that is its name under the Service")
            }
        };
        return Some(anew(Disagreement::of(ordinal, Reason::HostnameMismatch, message)));
    }
    None
}

/// What the EndpointSlice controller should have written by now (`ready = publishNotReadyAddresses || (podReady &&
/// !terminating)`).
fn stale(facts: &Facts, ordinal: Ordinal, pod: &PodFacts) -> Option<Disagreement> {
    let (service, all) = (facts.existing_service()?, facts.endpoints.get()?);
    let own: Vec<&Endpoint> = facts.endpoints_of(ordinal).collect();
    let why = if own.is_empty() && !expects_endpoint(service, pod) {
        return None;
    } else if own.is_empty() && service.selector.is_empty() {
        let by_hand = all.iter().find(|endpoint| pod.addresses.contains(&endpoint.address));
        match by_hand {
            Some(endpoint) if endpoint.hostname.as_deref() == Some(pod.name.as_str()) => return None,
            Some(_) => "its endpoint, written by hand, has no host name".to_owned(),
            None => "no endpoint was written for it, and the Service has no selector".to_owned(),
        }
    } else if own.is_empty() {
        "no EndpointSlice lists it".to_owned()
    } else {
        own.iter().find_map(|endpoint| untrue(endpoint, pod, service))?
    };
    let since = pod.ready_since.or(pod.created).map(|since| facts.now.duration_since(since).as_secs());
    let fresh = since.is_some_and(|seconds| seconds < JUST_NOW);
    let message = if fresh {
        format!("{why}: the pod changed a moment ago, and the EndpointSlice controller follows")
    } else {
        format!("{why}: the EndpointSlice controller (in kube-controller-manager) has not followed")
    };
    Some(Disagreement::of(ordinal, Reason::StaleEndpoint, message).with(
        format!(
            "kubectl get endpointslices -n {} -l kubernetes.io/service-name={} -o yaml",
            facts.namespace, facts.service_name
        ),
        "shows what is published, and who wrote it (label endpointslice.kubernetes.io/managed-by)",
    ))
}

/// The controller writes in batches, some hundred milliseconds apart.
const JUST_NOW: i64 = 5;

fn expects_endpoint(service: &Service, pod: &PodFacts) -> bool {
    let families: BTreeSet<Family> = service.families.iter().copied().collect();
    families.is_empty() || pod.addresses.iter().any(|address| families.contains(&Family::of(address)))
}

/// What an endpoint says of a pod that is not so.
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
        return Some(format!("EndpointSlice {slice} lists it as {says}, and the pod {is}"));
    }
    None
}

fn lacks_family(facts: &Facts, ordinal: Ordinal, pod: &PodFacts) -> Option<Disagreement> {
    let lacks = |family: &&Family| !pod.addresses.iter().any(|address| Family::of(address) == **family);
    let family = facts.families().iter().find(lacks)?;
    let message = format!(
        "Service {} has {} addresses, and the pod has none: who asks for that kind does not find it",
        facts.service_name,
        family.as_str()
    );
    Some(Disagreement::of(ordinal, Reason::FamilyMissing, message).with(
        format!(
            "kubectl get service {} -n {} -o jsonpath='{{.spec.ipFamilies}} {{.spec.ipFamilyPolicy}}'",
            facts.service_name, facts.namespace
        ),
        "shows which kinds the Service asks for; the nodes' network decides which kinds pods have",
    ))
}
