//! The port that members listen on: as the user says, or the only one.

use std::str::FromStr;

use super::error::SeedError;
use super::members::Member;
use crate::domain::Known;
use crate::domain::peers::facts::{ContainerPort, Facts, ServicePort, Target};

/// `--port`: a name or a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The name of a port of the Service, or of a container.
    Name(String),
    /// The number of a port of the Service, which may stand for another one of the pod, as in `kubectl port-forward
    /// service/…`; else of the pod itself.
    Number(u16),
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is neither the name of a port nor a number from 1 to 65535");
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().ok().filter(|number| *number > 0).map(Self::Number).ok_or_else(wrong);
        }
        let of_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if text.is_empty() || !text.bytes().all(of_name) {
            return Err(wrong());
        }
        Ok(Self::Name(text.to_owned()))
    }
}

/// A port of the members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name; may be empty.
    pub name: String,
    /// Where its SRV records stand before the Service's name, `_client._tcp`; none for a port that has none.
    pub record: Option<String>,
    protocol: String,
    /// The number under which it was declared.
    number: u16,
    /// Its number on the pod, or the name that each pod has for it.
    target: Target,
}

impl Port {
    /// One that nothing declares.
    pub fn bare(number: u16) -> Self {
        let (name, protocol) = (String::new(), "TCP".to_owned());
        Self { name, record: None, protocol, number, target: Target::Number(number) }
    }

    fn of_service(port: &ServicePort) -> Self {
        let record = format!("_{}._{}", port.name, port.protocol.to_ascii_lowercase());
        Self {
            name: port.name.clone(),
            record: (!port.name.is_empty()).then_some(record),
            protocol: port.protocol.clone(),
            number: port.number,
            target: port.target.clone(),
        }
    }

    fn of_container(port: &ContainerPort) -> Self {
        Self { name: port.name.clone(), protocol: port.protocol.clone(), ..Self::bare(port.number) }
    }

    pub fn is_tcp(&self) -> bool {
        self.protocol == "TCP"
    }

    /// Whether it has that number, on the Service or on the pod.
    pub fn is_numbered(&self, number: u16) -> bool {
        self.number == number || self.target == Target::Number(number)
    }

    /// The number on a member's pod. One that does not exist will have what the template says.
    pub fn of(&self, member: &Member, facts: &Facts) -> Result<u16, SeedError> {
        let name = match &self.target {
            Target::Number(number) => return Ok(*number),
            Target::Name(name) => name,
        };
        let ports = facts.pods.get(&member.ordinal).map_or(&facts.template_ports, |pod| &pod.ports);
        let found = ports.iter().find(|port| port.name == *name && port.protocol == self.protocol);
        found.map(|port| port.number).ok_or_else(|| SeedError::NoContainerPort {
            pod: member.pod.clone(),
            name: name.clone(),
            service: facts.service_name.clone(),
        })
    }

    fn shown(&self) -> String {
        if self.name.is_empty() {
            self.number.to_string()
        } else {
            format!("{} ({})", self.name, self.number)
        }
    }
}

/// The ports of the Service; none where there is no Service.
pub fn of_service(facts: &Facts) -> impl Iterator<Item = Port> {
    facts.existing_service().into_iter().flat_map(|service| &service.ports).map(Port::of_service)
}

/// The ports of the template's containers.
pub fn of_containers(facts: &Facts) -> impl Iterator<Item = Port> {
    facts.template_ports.iter().map(Port::of_container)
}

/// The port that the user means.
pub fn chosen(facts: &Facts, choice: &Choice) -> Result<Port, SeedError> {
    match choice {
        Choice::Name(name) => {
            let found = of_service(facts).chain(of_containers(facts)).find(|port| port.name == *name);
            if found.is_none() {
                service_read(facts, &format!("port {name}"))?;
            }
            let (set, ports) = (facts.set.clone(), declared(facts));
            found.ok_or_else(|| SeedError::NoSuchPort { name: name.clone(), set, ports })
        }
        Choice::Number(number) => {
            // What it means on the Service goes before what it means on a pod.
            let found = of_service(facts).find(|port| port.number == *number);
            let found = found.or_else(|| of_service(facts).find(|port| port.is_numbered(*number)));
            Ok(found.unwrap_or_else(|| Port::bare(*number)))
        }
    }
}

/// The only port there is: of the Service, or of the containers where the Service has none.
pub fn only(facts: &Facts) -> Result<Port, SeedError> {
    let mut ports: Vec<Port> = of_service(facts).collect();
    if ports.is_empty() {
        ports = of_containers(facts).collect();
    }
    match ports.as_slice() {
        [port] => Ok(port.clone()),
        [] => service_read(facts, "the port").and_then(|()| Err(ambiguous(facts, "meant"))),
        _ => Err(ambiguous(facts, "meant")),
    }
}

/// That nothing is wanting because the Service could not be read.
pub fn service_read(facts: &Facts, what: &str) -> Result<(), SeedError> {
    match facts.service {
        Known::Known(_) => Ok(()),
        Known::Unknown => {
            Err(SeedError::ServiceUnknown { what: what.to_owned(), service: facts.service_name.clone() })
        }
    }
}

/// That several ports could be meant, or none is declared.
pub fn ambiguous(facts: &Facts, what: &'static str) -> SeedError {
    SeedError::WhichPort { what, set: facts.set.clone(), ports: declared(facts) }
}

/// All ports, for people to choose from.
fn declared(facts: &Facts) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for port in of_service(facts).chain(of_containers(facts)).map(|port| port.shown()) {
        if !all.contains(&port) {
            all.push(port);
        }
    }
    all
}
