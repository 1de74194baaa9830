//! Those who follow the cluster, as written down from their sources: the EndpointSlice controller and CoreDNS.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::super::answer::{Name, ServerView, SrvAnswer};
use super::super::facts::{Endpoint, EndpointPort, Facts, Family, PodFacts, Service, Target};
use super::scene::{known, resolves};

/// What the EndpointSlice controller writes (`reconciler.go`, `podToEndpoint`, `getEndpointPorts`): nothing for a Service
/// without selector, or an ExternalName. One slice for each family and port map.
pub(super) fn publish(facts: &Facts) -> Vec<Endpoint> {
    let Some(service) = facts.existing_service() else { return Vec::new() };
    if service.external || service.selector.is_empty() {
        return Vec::new();
    }
    let selected = facts.pods.values().filter(|pod| {
        service.selector.iter().all(|(key, value)| pod.labels.get(key) == Some(value)) && !pod.finished
    });
    selected.flat_map(|pod| endpoints(facts, service, pod)).collect()
}

fn endpoints(facts: &Facts, service: &Service, pod: &PodFacts) -> Vec<Endpoint> {
    let ports: Vec<EndpointPort> = service
        .ports
        .iter()
        .filter_map(|port| {
            let number = match &port.target {
                Target::Number(number) => *number,
                Target::Name(name) => {
                    pod.ports.iter().find(|own| own.name == *name && own.protocol == port.protocol)?.number
                }
            };
            Some(EndpointPort { name: port.name.clone(), number, protocol: port.protocol.clone() })
        })
        .collect();
    let named = !pod.hostname.is_empty() && pod.subdomain == facts.service_name;
    let numbers: Vec<String> = ports.iter().map(|port| port.number.to_string()).collect();
    let of = |address: &IpAddr| Endpoint {
        slice: format!("web-{}-{}", Family::of(address).as_str().to_lowercase(), numbers.join("-")),
        address: *address,
        ready: service.publishes_unready || pod.ready && !pod.terminating,
        serving: pod.ready,
        terminating: pod.terminating,
        hostname: named.then(|| pod.hostname.clone()),
        pod: Some((pod.name.clone(), pod.uid.clone())),
        ports: ports.clone(),
    };
    let wanted =
        |address: &&IpAddr| service.families.is_empty() || service.families.contains(&Family::of(address));
    pod.addresses.iter().filter(wanted).map(of).collect()
}

/// What a CoreDNS answers (`findServices`): ready endpoints only, by their host name. An answer that resolves was also
/// asked for as members do.
pub(super) fn serve(facts: &Facts, server: &str) -> ServerView {
    let all = facts.endpoints.get().cloned().unwrap_or_default();
    let ready: Vec<Endpoint> = all.into_iter().filter(|endpoint| endpoint.ready).collect();
    let service = facts.existing_service();
    let headless = service.is_some_and(|service| service.headless);
    let name = |addresses: Vec<IpAddr>| match addresses.as_slice() {
        [] => known(&[]),
        found => Name { members: Some(resolves(found)), fresh: Some(resolves(found)), tried: 1 },
    };
    let of_host = |host: &str| {
        let own = ready.iter().filter(|endpoint| endpoint.hostname.as_deref() == Some(host));
        name(own.map(|endpoint| endpoint.address).collect())
    };
    let own = match (service, headless) {
        (None, _) => Vec::new(),
        (Some(_), true) => ready.iter().map(|endpoint| endpoint.address).collect(),
        (Some(_), false) => vec![IpAddr::from([10, 96, 0, 7])],
    };
    let ports = service.into_iter().flat_map(|service| &service.ports).filter(|port| !port.name.is_empty());
    let srv: BTreeMap<String, Name<SrvAnswer>> = ports
        .map(|port| {
            let fqdn = facts.service_fqdn().expect("the set names a Service");
            let of_endpoint = |endpoint: &Endpoint| {
                let host = endpoint
                    .hostname
                    .clone()
                    .unwrap_or_else(|| endpoint.address.to_string().replace(['.', ':'], "-"));
                let own = endpoint
                    .ports
                    .iter()
                    .find(|own| own.name == port.name && own.protocol == port.protocol)?;
                Some((format!("{host}.{fqdn}"), own.number))
            };
            let targets: BTreeSet<(String, u16)> = if headless {
                ready.iter().filter_map(of_endpoint).collect()
            } else {
                BTreeSet::from([(fqdn.clone(), port.number)])
            };
            let answer = if targets.is_empty() { SrvAnswer::Nothing } else { SrvAnswer::Targets(targets) };
            (port.name.clone(), Name { members: None, fresh: Some(answer), tried: 1 })
        })
        .collect();
    let members = facts.ordinals().into_iter().map(|ordinal| (ordinal, of_host(&facts.pod_name(ordinal))));
    ServerView {
        service: name(own),
        members: members.collect(),
        srv,
        ..ServerView::of(server.to_owned(), None)
    }
}
