//! What is wrong with the Service, and so for all members alike.

use std::collections::BTreeMap;

use serde_json::json;

use super::facts::{ContainerPort, Facts, PodFacts, Service, Target};
use super::reason::{Disagreement, Reason};
use crate::domain::Ordinal;
use crate::domain::ordinal::listed;

/// What keeps every name from resolving, the root first; what stands further down is not looked at then.
pub fn fatal(facts: &Facts) -> Option<Disagreement> {
    let set = &facts.set;
    if facts.service_name.is_empty() {
        let message = "spec.serviceName is empty: no member has a name in DNS";
        return Some(Disagreement::general(Reason::NoServiceName, message).with(
            format!("kubectl delete statefulset {set} -n {} --cascade=orphan", facts.namespace),
            "the pods stay; apply the set again with spec.serviceName (it cannot be changed), and have its pods replaced",
        ));
    }
    let service = facts.service.get()?;
    let name = &facts.service_name;
    let Some(service) = service else {
        let message = format!("the governing Service {name} does not exist: no member's name resolves");
        return Some(
            Disagreement::general(Reason::ServiceMissing, message)
                .with(creation(facts), "a headless Service that selects the pods of the set"),
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
            patch(facts, &json!({"spec": {"selector": facts.template_labels}})),
            "the Service selects pods with the labels of the set's template",
        ));
    }
    let pods: Vec<&PodFacts> = facts.pods.values().collect();
    if !pods.is_empty() && pods.iter().all(|pod| !selects(service, pod)) {
        let message = format!(
            "Service {name} selects {}, which no pod of the set has: its EndpointSlices are empty of them",
            labels(&service.selector)
        );
        return Some(Disagreement::general(Reason::SelectorMismatch, message).with(
            patch(facts, &json!({"spec": {"selector": only(&facts.template_labels, &service.selector)}})),
            "the Service selects pods with the labels of the set's template",
        ));
    }
    None
}

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
        let ports = named_ports(facts, service);
        found.push(if ports.is_empty() {
            advice
        } else {
            let effect = "one SRV record a member, under _NAME._PROTOCOL before the Service's name";
            advice.with(patch(facts, &json!({"spec": {"ports": ports}})), effect)
        });
    }
    found
}

/// Whether the Service selects a pod.
pub fn selects(service: &Service, pod: &PodFacts) -> bool {
    !service.selector.is_empty()
        && service.selector.iter().all(|(key, value)| pod.labels.get(key) == Some(value))
}

/// `key=value,…`
pub fn labels(all: &BTreeMap<String, String>) -> String {
    all.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}

/// A merge patch of the Service, as typed in a shell.
pub fn patch(facts: &Facts, change: &serde_json::Value) -> String {
    format!("kubectl patch service {} -n {} --type=merge -p '{change}'", facts.service_name, facts.namespace)
}

/// A Service cannot become headless: its clusterIP is immutable.
fn not_headless(facts: &Facts, message: String) -> Disagreement {
    let (name, namespace) = (&facts.service_name, &facts.namespace);
    Disagreement::general(Reason::ServiceNotHeadless, message).with(
        format!("kubectl delete service {name} -n {namespace} && {}", creation(facts)),
        format!("a headless Service {name}; who uses its present address needs another Service for that"),
    )
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
        "no pod".to_owned()
    } else {
        format!("not {}", listed(&without, |ordinal| facts.pod_name(ordinal)))
    };
    let same_name: Vec<&ContainerPort> =
        facts.pods.values().flat_map(|pod| &pod.ports).filter(|own| own.name == *target).collect();
    let but = match same_name.first() {
        Some(own) => {
            format!(" (the container's port of that name is {}, not {})", own.protocol, port.protocol)
        }
        None => String::new(),
    };
    let message = format!(
        "port {} of Service {} means the container port named {target} ({}), and {whom} has it{but}: it is missing from the endpoints and from SRV",
        shown(&port.name, port.number),
        facts.service_name,
        port.protocol
    );
    Some(Disagreement::general(Reason::PortMismatch, message).with(
        format!("kubectl edit service {} -n {}", facts.service_name, facts.namespace),
        "name a port that the containers declare, with its protocol, as targetPort",
    ))
}

fn shown(name: &str, number: u16) -> String {
    if name.is_empty() { number.to_string() } else { name.to_owned() }
}

/// The values that the template has for what the Service selects by; all of the template's labels where it has none.
fn only(template: &BTreeMap<String, String>, selector: &BTreeMap<String, String>) -> serde_json::Value {
    let mut change = serde_json::Map::new();
    for key in selector.keys() {
        // A merge patch removes what is null.
        change.insert(key.clone(), template.get(key).map_or(serde_json::Value::Null, |value| json!(value)));
    }
    if change.values().all(serde_json::Value::is_null) {
        change.extend(template.iter().map(|(key, value)| (key.clone(), json!(value))));
    }
    serde_json::Value::Object(change)
}

/// The ports of the Service with names; a port of the template where it has none.
fn named_ports(facts: &Facts, service: &Service) -> Vec<serde_json::Value> {
    let own = service.ports.iter().map(|port| (port.number, port.protocol.as_str()));
    let of_template = facts.template_ports.iter().map(|port| (port.number, port.protocol.as_str()));
    let ports: Vec<(u16, &str)> =
        if service.ports.is_empty() { of_template.collect() } else { own.collect() };
    ports.into_iter().map(|(number, protocol)| named_port(facts, number, protocol)).collect()
}

/// A port under the name that a container has for it.
fn named_port(facts: &Facts, number: u16, protocol: &str) -> serde_json::Value {
    let declared = facts.template_ports.iter().find(|port| port.number == number && !port.name.is_empty());
    let name = declared.map_or_else(|| format!("port-{number}"), |port| port.name.clone());
    json!({"name": name, "port": number, "protocol": protocol})
}

/// A command that makes the governing Service.
fn creation(facts: &Facts) -> String {
    let mut spec = json!({"clusterIP": "None", "selector": facts.template_labels});
    let ports = facts.template_ports.iter().map(|port| named_port(facts, port.number, &port.protocol));
    let ports: Vec<serde_json::Value> = ports.collect();
    if !ports.is_empty() {
        spec["ports"] = json!(ports);
    }
    let service = json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": facts.service_name, "namespace": facts.namespace},
        "spec": spec,
    });
    format!("echo '{service}' | kubectl create -f -")
}
