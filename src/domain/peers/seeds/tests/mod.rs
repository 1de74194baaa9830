//! Lists as they are pasted, whole.

mod formats;
mod members;
mod ports;
mod templates;

use std::collections::{BTreeMap, BTreeSet};

use super::{Members, expected, text};
use crate::domain::ordinal::Range;
use crate::domain::peers::Facts;
use crate::domain::peers::facts::{ContainerPort, PodFacts, Service, ServicePort, Target};
use crate::domain::{Known, Ordinal};

/// A set `web` of three in namespace `shop`, whose Service, also `web`, has these ports.
fn web(ports: &[(&str, u16)]) -> Facts {
    set("web", 0, ports)
}

/// Likewise, called and starting otherwise.
fn set(name: &str, start: u32, ports: &[(&str, u16)]) -> Facts {
    Facts {
        now: jiff::Timestamp::UNIX_EPOCH,
        namespace: "shop".to_owned(),
        set: name.to_owned(),
        range: Range { start: Ordinal::new(start), replicas: 3 },
        parallel: false,
        service_name: "web".to_owned(),
        template_labels: BTreeMap::new(),
        template_ports: Vec::new(),
        pods: BTreeMap::new(),
        service: Known::Known(Some(Service {
            headless: true,
            external: false,
            publishes_unready: false,
            selector: BTreeMap::new(),
            ports: ports.iter().map(|(name, number)| service_port(name, *number)).collect(),
            families: Vec::new(),
        })),
        endpoints: Known::Unknown,
        zone: "cluster.local".to_owned(),
        dns: Known::Unknown,
    }
}

fn service_port(name: &str, number: u16) -> ServicePort {
    let (name, protocol) = (name.to_owned(), "TCP".to_owned());
    ServicePort { name, protocol, number, target: Target::Number(number) }
}

fn container_port(name: &str, number: u16) -> ContainerPort {
    ContainerPort { name: name.to_owned(), number, protocol: "TCP".to_owned() }
}

/// Changes the Service's ports.
fn with_ports(mut facts: Facts, change: impl FnOnce(&mut Vec<ServicePort>)) -> Facts {
    if let Known::Known(Some(service)) = &mut facts.service {
        change(&mut service.ports);
    }
    facts
}

fn pod(name: &str, addresses: &[&str], ports: Vec<ContainerPort>) -> PodFacts {
    PodFacts {
        name: name.to_owned(),
        uid: String::new(),
        labels: BTreeMap::new(),
        hostname: name.to_owned(),
        subdomain: "web".to_owned(),
        addresses: addresses.iter().map(|address| address.parse().expect("an address")).collect(),
        ready: true,
        ready_since: None,
        terminating: false,
        running: true,
        finished: false,
        created: None,
        ports,
    }
}

/// What is printed for all that the set asks for, or the sentence that says why not.
fn print(facts: &Facts, format: &str, port: Option<&str>) -> String {
    print_of(facts, &expected(facts), format, port)
}

fn print_of(facts: &Facts, members: &Members, format: &str, port: Option<&str>) -> String {
    let format = format.parse().expect("a format");
    let port = port.map(|port| port.parse().expect("a port"));
    text(&format, facts, members, port.as_ref()).unwrap_or_else(|error| format!("error: {error}"))
}

fn addresses(all: &[&str]) -> BTreeSet<std::net::IpAddr> {
    all.iter().map(|address| address.parse().expect("an address")).collect()
}
