//! What was read: the set, its pods, its Service, what EndpointSlices publish, and what DNS answered.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use jiff::Timestamp;

use super::answer::ServerView;
use crate::domain::ordinal::{Range, split_pod_name};
use crate::domain::{Known, Ordinal, shell};

/// Everything that is compared, as read at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The moment, by the server's clock.
    pub now: Timestamp,
    /// Namespace.
    pub namespace: String,
    /// Name of the set.
    pub set: String,
    /// Ordinals asked for.
    pub range: Range,
    /// `Parallel` rather than `OrderedReady`: later ordinals do not wait for earlier ones.
    pub parallel: bool,
    /// Name of the governing Service; empty where none is named.
    pub service_name: String,
    /// Labels of the pod template: what a Service would have to select.
    pub template_labels: BTreeMap<String, String>,
    /// Ports of the pod template's containers.
    pub template_ports: Vec<ContainerPort>,
    /// Pods of the set, also those outside of its range.
    pub pods: BTreeMap<Ordinal, PodFacts>,
    /// The governing Service; none where it does not exist.
    pub service: Known<Option<Service>>,
    /// All endpoints of the Service, of all its EndpointSlices.
    pub endpoints: Known<Vec<Endpoint>>,
    /// What every name ends in, such as `cluster.local`.
    pub zone: String,
    /// What each DNS server that was asked answered; empty where DNS was left out on purpose.
    pub dns: Known<Vec<ServerView>>,
}

/// A pod, reduced to what makes its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodFacts {
    /// Its name.
    pub name: String,
    /// Its identity.
    pub uid: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// `spec.hostname`: the first label of its name in DNS.
    pub hostname: String,
    /// `spec.subdomain`: the Service under which it has a name. The controller writes it at creation.
    pub subdomain: String,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// Whether it is Ready.
    pub ready: bool,
    /// When that last changed.
    pub ready_since: Option<Timestamp>,
    /// Whether its deletion has been asked for.
    pub terminating: bool,
    /// Whether a container of it runs: what has not started cannot wait for others.
    pub running: bool,
    /// Whether it has ended: such a pod has no endpoint.
    pub finished: bool,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Ports that its containers declare.
    pub ports: Vec<ContainerPort>,
}

/// A port of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerPort {
    /// Name; may be empty.
    pub name: String,
    /// Number.
    pub number: u16,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: String,
}

/// The governing Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Whether its clusterIP is `None`.
    pub headless: bool,
    /// Whether it only is another name for a host outside (`ExternalName`).
    pub external: bool,
    /// `publishNotReadyAddresses`: also pods that are not Ready resolve.
    pub publishes_unready: bool,
    /// Labels of the pods that it selects; empty where whoever wants writes its endpoints.
    pub selector: BTreeMap<String, String>,
    /// Its ports.
    pub ports: Vec<ServicePort>,
    /// Whether it has IPv4 and IPv6 addresses (`ipFamilies`).
    pub families: Vec<Family>,
}

/// A port of a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePort {
    /// Name; may be empty where it is the only one.
    pub name: String,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: String,
    /// Number.
    pub number: u16,
    /// The port of the container: by name, or by a number that may differ.
    pub target: Target,
}

/// The port of a container that a Service means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// By number.
    Number(u16),
    /// By name: each pod may have another number for it.
    Name(String),
}

/// An address family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// IPv4: A records.
    V4,
    /// IPv6: AAAA records.
    V6,
}

/// One endpoint of an EndpointSlice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The slice.
    pub slice: String,
    /// Its address.
    pub address: IpAddr,
    /// Whether it is to be used: that alone makes a name resolve.
    pub ready: bool,
    /// Whether the pod is Ready, terminating or not.
    pub serving: bool,
    /// Whether the pod terminates.
    pub terminating: bool,
    /// The name under the Service; without it there is none that says which pod it is.
    pub hostname: Option<String>,
    /// Name and identity of the pod.
    pub pod: Option<(String, String)>,
    /// Its ports: name, number, protocol.
    pub ports: Vec<EndpointPort>,
}

/// A port of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointPort {
    /// Name, that of the Service's port.
    pub name: String,
    /// Number.
    pub number: u16,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: String,
}

impl Family {
    /// The family of an address.
    pub fn of(address: &IpAddr) -> Self {
        if address.is_ipv4() { Self::V4 } else { Self::V6 }
    }

    /// As people write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }
}

impl Endpoint {
    /// The name of the pod that it names, else of the host.
    fn member_name(&self) -> Option<&str> {
        self.pod.as_ref().map(|(pod, _)| pod).or(self.hostname.as_ref()).map(String::as_str)
    }
}

impl Facts {
    /// The name of an ordinal's pod.
    pub fn pod_name(&self, ordinal: Ordinal) -> String {
        format!("{}-{ordinal}", self.set)
    }

    /// Ordinals that the set asks for, those that still have a pod, and those that are still listed.
    pub fn ordinals(&self) -> BTreeSet<Ordinal> {
        let listed = self.listed().iter().filter_map(|endpoint| self.member(endpoint));
        self.range.iter().chain(self.pods.keys().copied()).chain(listed).collect()
    }

    /// The ordinal that an endpoint is of, by the pod that it names; endpoints written by hand name no pod, but a host.
    pub fn member(&self, endpoint: &Endpoint) -> Option<Ordinal> {
        let name = endpoint.member_name()?;
        let (set, ordinal) = split_pod_name(name)?;
        // `web-01` is nobody's name.
        (set == self.set && self.pod_name(ordinal) == name).then_some(ordinal)
    }

    fn listed(&self) -> &[Endpoint] {
        self.endpoints.get().map(Vec::as_slice).unwrap_or_default()
    }

    /// The Service's name in DNS; none where the set names no Service.
    pub fn service_fqdn(&self) -> Option<String> {
        (!self.service_name.is_empty())
            .then(|| format!("{}.{}.svc.{}", self.service_name, self.namespace, self.zone))
    }

    /// The name in DNS that an ordinal's pod should have; none where the set names no Service.
    pub fn fqdn(&self, ordinal: Ordinal) -> Option<String> {
        Some(format!("{}.{}", self.pod_name(ordinal), self.service_fqdn()?))
    }

    /// The governing Service, where it was read and exists.
    pub fn existing_service(&self) -> Option<&Service> {
        self.service.get().and_then(Option::as_ref)
    }

    /// Whether the Service exists and lists its members under its own name.
    pub fn is_headless(&self) -> bool {
        self.existing_service().is_some_and(|service| service.headless && !service.external)
    }

    /// Families in which names can resolve: those of the Service, and both where it does not say
    /// (`getAddressTypesForService`); of endpoints written by hand, whatever is written.
    pub fn families(&self) -> BTreeSet<Family> {
        let told = self.existing_service().map(|service| service.families.as_slice()).unwrap_or_default();
        if told.is_empty() {
            return BTreeSet::from([Family::V4, Family::V6]);
        }
        told.iter()
            .copied()
            .chain(self.listed().iter().map(|endpoint| Family::of(&endpoint.address)))
            .collect()
    }

    /// Endpoints of an ordinal; see [`Self::member`].
    pub fn endpoints_of(&self, ordinal: Ordinal) -> impl Iterator<Item = &Endpoint> {
        let name = self.pod_name(ordinal);
        self.listed().iter().filter(move |endpoint| endpoint.member_name() == Some(name.as_str()))
    }

    /// Ready endpoints with the host name of an ordinal: those are what its name resolves to, whosever they are
    /// (CoreDNS, `findServices`).
    pub fn named(&self, ordinal: Ordinal) -> impl Iterator<Item = &Endpoint> {
        let name = self.pod_name(ordinal);
        let named = move |endpoint: &&Endpoint| endpoint.hostname.as_deref() == Some(name.as_str());
        self.listed().iter().filter(|endpoint| endpoint.ready).filter(named)
    }

    /// Addresses under which the name of an ordinal is to resolve, by the EndpointSlices.
    pub fn published(&self, ordinal: Ordinal) -> BTreeSet<IpAddr> {
        self.named(ordinal).map(|endpoint| endpoint.address).collect()
    }

    /// A command on an object of the namespace, as typed in a shell.
    pub fn command(&self, verb: &str, name: &str, more: &[&str]) -> String {
        let words = ["kubectl"].into_iter().chain(verb.split(' '));
        shell::line(words.chain([name, "-n", &self.namespace]).chain(more.iter().copied()))
    }

    /// The command that explains why pods are as they are.
    pub fn status_command(&self) -> String {
        self.command("stateful status", &self.set, &[])
    }

    /// The command that shows the Service's EndpointSlices.
    pub fn slices_command(&self) -> String {
        let selector = format!("kubernetes.io/service-name={}", self.service_name);
        shell::line([
            "kubectl",
            "get",
            "endpointslices",
            "-n",
            &self.namespace,
            "-l",
            &selector,
            "-o",
            "yaml",
        ])
    }
}
