//! What the names of a set's members come from.

use super::convert::time;
use super::{Index, set};
use crate::domain::Known;
use crate::domain::peers::answer::ServerView;
use crate::domain::peers::facts::{
    ContainerPort, Endpoint, EndpointPort, Facts, Family, PodFacts, Service, ServicePort, Target,
};
use crate::wire::{self, Object as _};

/// The label of an EndpointSlice that names its Service.
pub const SERVICE_NAME: &str = "kubernetes.io/service-name";

impl Index<'_> {
    /// What is compared of a set; DNS has its own way.
    pub fn peers(&self, set: &wire::StatefulSet, zone: &str, dns: Known<Vec<ServerView>>) -> Facts {
        let (meta, spec) = (set.meta(), set.spec.clone().unwrap_or_default());
        let template = spec.template.unwrap_or_default();
        let service = self.objects.services.get(&meta.namespace, &spec.service_name);
        Facts {
            now: self.objects.now,
            namespace: meta.namespace.clone(),
            set: meta.name.clone(),
            range: set::range(set),
            parallel: spec.pod_management_policy == "Parallel",
            template_labels: template.metadata.map(|meta| meta.labels).unwrap_or_default(),
            template_ports: template.spec.as_ref().map(ports).unwrap_or_default(),
            pods: self.members(set).map(|(ordinal, found)| (ordinal, pod(found))).collect(),
            service: service.map(|found| found.map(self::service)),
            endpoints: self.endpoints(&meta.namespace, &spec.service_name),
            service_name: spec.service_name,
            zone: zone.to_owned(),
            dns,
        }
    }

    /// All endpoints of a Service.
    fn endpoints(&self, namespace: &str, service: &str) -> Known<Vec<Endpoint>> {
        let Some(all) = self.objects.endpoint_slices.get() else { return Known::Unknown };
        let own = all.iter().filter(|slice| {
            let meta = slice.meta();
            meta.namespace == namespace && meta.labels.get(SERVICE_NAME).is_some_and(|name| name == service)
        });
        let mut found: Vec<Endpoint> = own.flat_map(endpoints_of).collect();
        // An endpoint whose slice is being rewritten can be in two; the ports are what may differ.
        found.sort_by(|one, other| (one.address, &one.slice).cmp(&(other.address, &other.slice)));
        Known::Known(found)
    }
}

fn endpoints_of(slice: &wire::EndpointSlice) -> impl Iterator<Item = Endpoint> {
    let ports: Vec<EndpointPort> = slice.ports.iter().map(endpoint_port).collect();
    slice.endpoints.iter().flat_map(move |endpoint| {
        let ports = ports.clone();
        let addresses = endpoint.addresses.iter().filter_map(|address| address.parse().ok());
        addresses.map(move |address| {
            let conditions = endpoint.conditions.clone().unwrap_or_default();
            let ready = conditions.ready.unwrap_or(true);
            Endpoint {
                slice: slice.meta().name.clone(),
                address,
                ready,
                serving: conditions.serving.unwrap_or(ready),
                terminating: conditions.terminating.unwrap_or(false),
                hostname: endpoint.hostname.clone().filter(|hostname| !hostname.is_empty()),
                pod: endpoint
                    .target_ref
                    .as_ref()
                    .filter(|target| target.kind == "Pod")
                    .map(|target| (target.name.clone(), target.uid.clone())),
                ports: ports.clone(),
            }
        })
    })
}

fn endpoint_port(port: &wire::EndpointPort) -> EndpointPort {
    EndpointPort {
        name: port.name.clone().unwrap_or_default(),
        number: port.port.map_or(0, number),
        protocol: protocol(port.protocol.as_deref().unwrap_or_default()),
    }
}

fn pod(pod: &wire::Pod) -> PodFacts {
    let (meta, spec, status) =
        (pod.meta(), pod.spec.clone().unwrap_or_default(), pod.status.clone().unwrap_or_default());
    let ready = status.conditions.iter().find(|condition| condition.r#type == "Ready");
    let all = status.pod_ips.iter().map(|ip| ip.ip.as_str());
    // Files of old servers have the one address only.
    let first = Some(status.pod_ip.as_str()).filter(|_| status.pod_ips.is_empty());
    PodFacts {
        name: meta.name.clone(),
        uid: meta.uid.clone(),
        labels: meta.labels.clone(),
        hostname: spec.hostname.clone(),
        subdomain: spec.subdomain.clone(),
        addresses: all.chain(first).filter_map(|address| address.parse().ok()).collect(),
        ready: ready.is_some_and(|condition| condition.status == "True"),
        ready_since: ready.and_then(|condition| time(condition.last_transition_time)),
        terminating: meta.deletion_timestamp.is_some(),
        running: status.container_statuses.iter().any(runs),
        finished: matches!(status.phase.as_str(), "Succeeded" | "Failed"),
        created: time(meta.creation_timestamp),
        ports: ports(&spec),
    }
}

fn runs(container: &wire::ContainerStatus) -> bool {
    container.state.as_ref().is_some_and(|state| state.running.is_some())
}

/// Ports of the containers and sidecars: those that a Service can name (`podutil.FindPort`).
fn ports(spec: &wire::PodSpec) -> Vec<ContainerPort> {
    let sidecars = spec.init_containers.iter().filter(|container| container.restart_policy == "Always");
    let all = spec.containers.iter().chain(sidecars).flat_map(|container| &container.ports);
    let port = |port: &wire::ContainerPort| ContainerPort {
        name: port.name.clone(),
        number: number(port.container_port),
        protocol: protocol(&port.protocol),
    };
    all.map(port).collect()
}

fn service(service: &wire::Service) -> Service {
    let spec = service.spec.clone().unwrap_or_default();
    let port = |port: &wire::ServicePort| ServicePort {
        name: port.name.clone(),
        protocol: protocol(&port.protocol),
        number: number(port.port),
        target: target(port),
    };
    let families = spec.ip_families.iter().filter_map(|family| match family.as_str() {
        "IPv4" => Some(Family::V4),
        "IPv6" => Some(Family::V6),
        _ => None,
    });
    Service {
        headless: spec.cluster_ip == "None",
        external: spec.r#type == "ExternalName",
        publishes_unready: spec.publish_not_ready_addresses,
        selector: spec.selector.clone(),
        ports: spec.ports.iter().map(port).collect(),
        families: families.collect(),
    }
}

fn target(port: &wire::ServicePort) -> Target {
    match &port.target_port {
        Some(target) if target.kind == 1 => Target::Name(target.string.clone()),
        Some(target) if target.int > 0 => Target::Number(number(target.int)),
        _ => Target::Number(number(port.port)),
    }
}

fn number(number: i32) -> u16 {
    u16::try_from(number).unwrap_or(0)
}

fn protocol(protocol: &str) -> String {
    if protocol.is_empty() { "TCP".to_owned() } else { protocol.to_owned() }
}
