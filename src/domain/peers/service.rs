//! What is wrong with the Service, and so for all members alike.

use std::collections::BTreeMap;

use super::facts::{ContainerPort, Facts, PodFacts, Service, Target};
use super::reason::{Disagreement, Reason};
use super::remedy;
use crate::domain::Ordinal;
use crate::domain::ordinal::listed;

/// What keeps every name from resolving, the root first; what stands further down is not looked at then.
pub fn fatal(facts: &Facts) -> Option<Disagreement> {
    if facts.service_name.is_empty() {
        let message = "spec.serviceName is empty: no member has a name in DNS";
        return Some(Disagreement::general(Reason::NoServiceName, message).with(
            facts.command("delete statefulset", &facts.set, &["--cascade=orphan"]),
            "the pods stay; apply the set again with spec.serviceName (it cannot be changed), and have its pods replaced",
        ));
    }
    let service = facts.service.get()?;
    let name = &facts.service_name;
    let Some(service) = service else {
        let message = format!("the governing Service {name} does not exist: no member's name resolves");
        return Some(
            Disagreement::general(Reason::ServiceMissing, message)
                .with(remedy::create(facts), "a headless Service that selects the pods of the set"),
        );
    };
    if service.external {
        let message =
            format!("Service {name} is an ExternalName: it lists no members, and their names do not resolve");
        return Some(not_headless(facts, message));
    }
    if service.selector.is_empty() && facts.endpoints.get().is_some_and(Vec::is_empty) {
        let message = format!("Service {name} has no selector, and nobody has written endpoints for it");
        return Some(Disagreement::general(Reason::NoSelector, message).with(
            remedy::select_first(facts, service),
            "the Service selects pods with the labels of the set's template",
        ));
    }
    if facts.pods.values().all(|pod| lacking(service, pod).is_some()) && !facts.pods.is_empty() {
        return Some(selects_nobody(facts, service));
    }
    None
}

fn selects_nobody(facts: &Facts, service: &Service) -> Disagreement {
    let message = format!(
        "Service {} selects {}, which no pod of the set has: its EndpointSlices are empty of them",
        facts.service_name,
        labels(&service.selector)
    );
    let found = Disagreement::general(Reason::SelectorMismatch, message);
    if has(&facts.template_labels, &service.selector) {
        let pods: Vec<&str> = facts.pods.values().map(|pod| pod.name.as_str()).collect();
        let effect = "the pods get what the set's template has by now, and the Service selects them";
        return found.with(remedy::label(facts, &pods, &service.selector), effect);
    }
    found.with(remedy::select_template(facts, service), SELECTS_TEMPLATE)
}

/// What comes of it when a Service selects by the template.
pub const SELECTS_TEMPLATE: &str = "the Service selects pods with the labels of the set's template; whoever needs it to select fewer needs another Service";

/// What else is true of the Service for all members.
pub fn general(facts: &Facts) -> Vec<Disagreement> {
    let Some(service) = facts.existing_service() else { return Vec::new() };
    let mut found = Vec::new();
    let name = &facts.service_name;
    if !service.headless && !service.external {
        let message = format!(
            "Service {name} has an address of its own (it is not headless): its name does not list the members, and not every DNS server gives them names"
        );
        found.push(not_headless(facts, message));
    }
    found.extend(port_mismatch(facts, service));
    if service.ports.iter().all(|port| port.name.is_empty()) {
        let message = if service.ports.is_empty() {
            format!("Service {name} has no port: there are no SRV records")
        } else {
            format!("the port of Service {name} has no name: there are no SRV records to find it by")
        };
        let advice = Disagreement::general(Reason::NoNamedPort, message);
        found.push(match remedy::name_port(facts, service) {
            Some(command) => advice
                .with(command, "one SRV record a member, under _NAME._PROTOCOL before the Service's name"),
            None => advice,
        });
    }
    found
}

/// The labels that a pod lacks to be selected; none where it is selected, or nobody is. A Service without selector selects
/// nobody: its endpoints are written by hand.
pub fn lacking(service: &Service, pod: &PodFacts) -> Option<BTreeMap<String, String>> {
    let other = service.selector.iter().filter(|(key, value)| pod.labels.get(*key) != Some(value));
    let lacking: BTreeMap<_, _> = other.map(|(key, value)| (key.clone(), value.clone())).collect();
    (!lacking.is_empty()).then_some(lacking)
}

/// Whether labels have all those others.
pub fn has(labels: &BTreeMap<String, String>, others: &BTreeMap<String, String>) -> bool {
    others.iter().all(|(key, value)| labels.get(key) == Some(value))
}

/// `key=value,…`
pub fn labels(all: &BTreeMap<String, String>) -> String {
    all.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}

fn not_headless(facts: &Facts, message: String) -> Disagreement {
    let effect = format!(
        "a headless Service {} in its place, as a clusterIP cannot be changed; who uses its present address needs another Service for that",
        facts.service_name
    );
    Disagreement::general(Reason::ServiceNotHeadless, message).with(remedy::replace(facts), effect)
}

/// A port that the Service means by a name that no container of the pod has: such an endpoint lacks the port.
fn port_mismatch(facts: &Facts, service: &Service) -> Option<Disagreement> {
    let (port, target, without) = service.ports.iter().find_map(|port| {
        let Target::Name(target) = &port.target else { return None };
        let has =
            |pod: &PodFacts| pod.ports.iter().any(|own| own.name == *target && own.protocol == port.protocol);
        let without = facts.pods.iter().filter(|(_, pod)| !has(pod)).map(|(ordinal, _)| *ordinal);
        let without: Vec<Ordinal> = without.collect();
        (!without.is_empty()).then_some((port, target, without))
    })?;
    let whom = if without.len() == facts.pods.len() {
        "no pod has it".to_owned()
    } else {
        format!("{} lack it", listed(&without, |ordinal| facts.pod_name(ordinal)))
    };
    let of_others = without.iter().filter_map(|ordinal| facts.pods.get(ordinal)).flat_map(|pod| &pod.ports);
    let same_name: Vec<&ContainerPort> = of_others.filter(|own| own.name == *target).collect();
    let but = match same_name.first() {
        Some(own) => format!(" (the container port of that name is {})", own.protocol),
        None => String::new(),
    };
    let message = format!(
        "port {} of Service {} means the container port named {target} ({}), and {whom}{but}: it is missing from their endpoints and from SRV",
        shown(&port.name, port.number),
        facts.service_name,
        port.protocol
    );
    Some(Disagreement::general(Reason::PortMismatch, message).with(
        facts.command("edit service", &facts.service_name, &[]),
        "name a port that the containers declare, with its protocol, as targetPort",
    ))
}

fn shown(name: &str, number: u16) -> String {
    if name.is_empty() { number.to_string() } else { name.to_owned() }
}
