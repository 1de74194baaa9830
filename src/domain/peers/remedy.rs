//! Commands that make a Service what the set needs. What they carry comes from the cluster, so each word is quoted.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::facts::{Facts, Service, ServicePort, Target};
use crate::domain::shell;

/// A merge patch of the Service.
pub fn merge(facts: &Facts, change: &Value) -> String {
    patch(facts, "merge", change)
}

fn patch(facts: &Facts, kind: &str, change: &Value) -> String {
    let (kind, change) = (format!("--type={kind}"), change.to_string());
    facts.command("patch service", &facts.service_name, &[&kind, "-p", &change])
}

/// Gives a Service without selector that of the template. Without one, a headless Service is given both address families,
/// whatever the cluster has (`alloc.go`); with one, it is refused where the cluster has not both.
pub fn select_first(facts: &Facts, service: &Service) -> String {
    let mut spec = json!({"selector": facts.template_labels});
    if service.families.len() > 1 {
        spec["ipFamilyPolicy"] = json!("PreferDualStack");
        spec["ipFamilies"] = Value::Null;
    }
    merge(facts, &json!({"spec": spec}))
}

/// Lets the Service select what the template has for the labels that it selects by; all of the template's labels where
/// it has none of those.
pub fn select_template(facts: &Facts, service: &Service) -> String {
    let template = &facts.template_labels;
    let of_template = |key: &String| {
        // A merge patch removes what is null.
        (key.clone(), template.get(key).map_or(Value::Null, |value| json!(value)))
    };
    let mut change: serde_json::Map<String, Value> = service.selector.keys().map(of_template).collect();
    if change.values().all(Value::is_null) {
        change.extend(template.iter().map(|(key, value)| (key.clone(), json!(value))));
    }
    merge(facts, &json!({"spec": {"selector": change}}))
}

/// Gives pods labels.
pub fn label(facts: &Facts, pods: &[&str], labels: &BTreeMap<String, String>) -> String {
    let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let words = ["kubectl", "label", "pod"].into_iter().chain(pods.iter().copied());
    let words = words.chain(["-n", &facts.namespace, "--overwrite"]);
    shell::line(words.chain(labels.iter().map(String::as_str)))
}

/// Gives the only port of the Service a name, or the Service the ports of the template; none where neither has any.
pub fn name_port(facts: &Facts, service: &Service) -> Option<String> {
    if let Some(port) = service.ports.first() {
        // A merge patch would replace the port with all that it says: its target, its appProtocol.
        let add = json!([{"op": "add", "path": "/spec/ports/0/name", "value": name_of(facts, port)}]);
        return Some(patch(facts, "json", &add));
    }
    let ports = ports_of_template(facts);
    (!ports.is_empty()).then(|| merge(facts, &json!({"spec": {"ports": ports}})))
}

/// Makes the governing Service.
pub fn create(facts: &Facts) -> String {
    let metadata = json!({"name": facts.service_name, "namespace": facts.namespace});
    let service =
        json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": headless(facts)});
    format!("echo {} | kubectl create -f -", shell::quote(&service.to_string()))
}

/// Makes the Service anew: its clusterIP is immutable.
pub fn replace(facts: &Facts) -> String {
    let delete = facts.command("delete service", &facts.service_name, &[]);
    format!("{delete} && {}", create(facts))
}

/// A headless Service with what the present one says, and with what the template says where there is none.
fn headless(facts: &Facts) -> Value {
    let present = facts.existing_service().filter(|service| !service.external);
    let selector = present.map(|service| &service.selector).filter(|selector| !selector.is_empty());
    let ports = match present {
        Some(service) if !service.ports.is_empty() => {
            service.ports.iter().map(|port| as_port(facts, port)).collect()
        }
        _ => ports_of_template(facts),
    };
    let mut spec = json!({"clusterIP": "None", "selector": selector.unwrap_or(&facts.template_labels)});
    if !ports.is_empty() {
        spec["ports"] = json!(ports);
    }
    if present.is_some_and(|service| service.publishes_unready) {
        spec["publishNotReadyAddresses"] = json!(true);
    }
    spec
}

fn as_port(facts: &Facts, port: &ServicePort) -> Value {
    let name = if port.name.is_empty() { name_of(facts, port) } else { port.name.clone() };
    let target = match &port.target {
        Target::Number(number) => json!(number),
        Target::Name(name) => json!(name),
    };
    json!({"name": name, "port": port.number, "protocol": port.protocol, "targetPort": target})
}

/// The name that containers have for a port of the Service.
fn name_of(facts: &Facts, port: &ServicePort) -> String {
    match &port.target {
        Target::Name(name) => name.clone(),
        Target::Number(number) => declared_name(facts, *number, &port.protocol),
    }
}

fn declared_name(facts: &Facts, number: u16, protocol: &str) -> String {
    let own = facts.template_ports.iter().find(|port| port.number == number && port.protocol == protocol);
    match own.map(|port| port.name.as_str()) {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => format!("{}-{number}", protocol.to_lowercase()),
    }
}

/// The ports that containers declare, each once: the API server takes no port, and no name, twice.
fn ports_of_template(facts: &Facts) -> Vec<Value> {
    let (mut ports, mut names) = (BTreeSet::new(), BTreeSet::new());
    let new = facts.template_ports.iter().filter(|port| ports.insert((port.number, &port.protocol)));
    let as_port = |port: &super::facts::ContainerPort| {
        let declared = declared_name(facts, port.number, &port.protocol);
        let name = if names.insert(declared.clone()) {
            declared
        } else {
            format!("{}-{}", port.protocol.to_lowercase(), port.number)
        };
        json!({"name": name, "port": port.number, "protocol": port.protocol})
    };
    new.map(as_port).collect()
}
