//! What is wrong with one member, along the way on which its name comes to be: pod, Service, EndpointSlice, DNS.

use super::facts::{Facts, Family, PodFacts};
use super::reason::{Disagreement, Reason};
use super::stale::{shown_by_slices, stale};
use super::{names, readiness, remedy, service};
use crate::domain::Ordinal;

/// The first thing that keeps an ordinal's name from resolving to its pod; what comes later on the way follows from it.
pub fn trouble(facts: &Facts, ordinal: Ordinal) -> Option<Disagreement> {
    let Some(pod) = facts.pods.get(&ordinal) else { return missing(facts, ordinal) };
    if pod.terminating {
        return terminating(facts, ordinal);
    }
    if !facts.range.contains(ordinal) {
        return not_asked_for(facts, ordinal).or_else(|| names::trouble(facts, ordinal));
    }
    without_address(facts, ordinal, pod)
        .or_else(|| unselected(facts, ordinal, pod))
        .or_else(|| misnamed(facts, ordinal, pod))
        .or_else(|| shared(facts, ordinal))
        .or_else(|| stale(facts, ordinal, pod))
        .or_else(|| readiness::hidden(facts, ordinal, pod))
        .or_else(|| lacks_family(facts, ordinal, pod))
        .or_else(|| names::trouble(facts, ordinal))
}

fn missing(facts: &Facts, ordinal: Ordinal) -> Option<Disagreement> {
    if let Some(endpoint) = facts.endpoints_of(ordinal).next() {
        let message = format!("the set has no such pod, and EndpointSlice {} lists it", endpoint.slice);
        return Some(shown_by_slices(facts, Disagreement::of(ordinal, Reason::StaleEndpoint, message)));
    }
    let message = "the set has no such pod";
    let found = Disagreement::of(ordinal, Reason::PodMissing, message);
    Some(found.with(facts.status_command(), "says why the ordinal has no pod"))
}

/// An endpoint of a pod that terminates is ready only where the Service publishes those that are not.
fn terminating(facts: &Facts, ordinal: Ordinal) -> Option<Disagreement> {
    facts.endpoints.get()?;
    let hides = facts.existing_service().filter(|service| !service.selector.is_empty());
    let hides = hides.is_some_and(|service| !service.publishes_unready);
    if facts.published(ordinal).is_empty() {
        let message = "the pod terminates, and EndpointSlices do not publish it any more: members that look it up do not find it (one that cached its name still may), those with an open connection still use it";
        return Some(Disagreement::of(ordinal, Reason::TerminatingUnlisted, message));
    }
    if hides {
        let message = "the pod terminates, and EndpointSlices still publish it: the EndpointSlice controller (in kube-controller-manager) has not followed";
        return Some(shown_by_slices(facts, Disagreement::of(ordinal, Reason::StaleEndpoint, message)));
    }
    let message = "the pod terminates, and EndpointSlices publish it until it is gone (publishNotReadyAddresses, or written by hand): members go on talking to it";
    Some(Disagreement::of(ordinal, Reason::TerminatingListed, message))
}

/// A pod outside of the range that nobody has begun to delete.
fn not_asked_for(facts: &Facts, ordinal: Ordinal) -> Option<Disagreement> {
    if facts.published(ordinal).is_empty() {
        return None;
    }
    let message = "the set does not ask for this ordinal, and EndpointSlices still publish its pod: members go on finding it";
    let found = Disagreement::of(ordinal, Reason::NotAskedFor, message);
    Some(found.with(facts.status_command(), "says what the controller waits for before it removes the pod"))
}

fn without_address(facts: &Facts, ordinal: Ordinal, pod: &PodFacts) -> Option<Disagreement> {
    let message = match (pod.finished, pod.addresses.is_empty()) {
        (true, _) => "the pod has ended: such a pod has no endpoint",
        (false, true) => "the pod has no address yet",
        (false, false) => return None,
    };
    let found = Disagreement::of(ordinal, Reason::PodWithoutAddress, message);
    Some(found.with(facts.status_command(), "says what the pod waits for"))
}

/// A label is suggested only where the template has it: any other says something of a pod that may not be true of this one,
/// such as who leads, or which revision it is of.
fn unselected(facts: &Facts, ordinal: Ordinal, pod: &PodFacts) -> Option<Disagreement> {
    let service = facts.existing_service()?;
    let lacking = service::lacking(service, pod)?;
    let message = format!(
        "Service {} selects {}, and the pod lacks {}",
        facts.service_name,
        service::labels(&service.selector),
        service::labels(&lacking)
    );
    let found = Disagreement::of(ordinal, Reason::SelectorMismatch, message);
    if !service::has(&facts.template_labels, &lacking) {
        return Some(found.with(remedy::select_template(facts, service), service::SELECTS_TEMPLATE));
    }
    let effect = "the pod has what the set's template has, and the Service selects it; then see who took the label away";
    Some(found.with(remedy::label(facts, &[&pod.name], &lacking), effect))
}

/// The controller writes both fields when it creates a pod, and nobody can change them (`initIdentity` in
/// `stateful_set_utils.go`). An endpoint gets a host name only where the subdomain is the Service's name
/// (`endpointslice/utils.go`, `shouldSetHostname`).
fn misnamed(facts: &Facts, ordinal: Ordinal, pod: &PodFacts) -> Option<Disagreement> {
    facts.existing_service().filter(|service| !service.selector.is_empty())?;
    let anew = |found: Disagreement| {
        found.with(
            facts.command("delete pod", &pod.name, &[]),
            "the controller makes the pod anew, with the name that the set gives it now; where there are several, one at a time",
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

/// Who else the name of a member leads to: a pod is given a name by its own `spec.hostname` and `spec.subdomain`, and nobody
/// keeps two from having the same.
fn shared(facts: &Facts, ordinal: Ordinal) -> Option<Disagreement> {
    let other = facts.named(ordinal).find(|endpoint| facts.member(endpoint) != Some(ordinal))?;
    let (address, slice) = (other.address, &other.slice);
    let who = other.pod.as_ref().map_or_else(|| "somebody".to_owned(), |(pod, _)| format!("pod {pod}"));
    let message = format!(
        "{who} at {address} has the same host name (EndpointSlice {slice}): the member's name leads there too"
    );
    let found = Disagreement::of(ordinal, Reason::NameShared, message);
    let effect =
        "shows who has the host name; only a member may have it with the Service's name as spec.subdomain";
    Some(found.with(facts.slices_command(), effect))
}

fn lacks_family(facts: &Facts, ordinal: Ordinal, pod: &PodFacts) -> Option<Disagreement> {
    // Without a selector a headless Service asks for both families, whatever the cluster has (`alloc.go`).
    let service = facts.existing_service().filter(|service| !service.selector.is_empty())?;
    let lacks = |family: &&Family| !pod.addresses.iter().any(|address| Family::of(address) == **family);
    let family = service.families.iter().find(lacks)?;
    let message = format!(
        "Service {} has {} addresses, and the pod has none: who asks for that kind does not find it",
        facts.service_name,
        family.as_str()
    );
    Some(Disagreement::of(ordinal, Reason::FamilyMissing, message).with(
        facts.command("get service", &facts.service_name, &["-o", "yaml"]),
        "shows which kinds the Service asks for (ipFamilies); the nodes' network decides which kinds pods have",
    ))
}
