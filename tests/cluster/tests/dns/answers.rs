//! What a real CoreDNS answers to the questions of members: what the comparison of `peers` rests on.

use crate::scene::{address_of, addresses, ask, name_in, service, targets};
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{Pod, Service};
use k8s_openapi::api::discovery::v1::{Endpoint, EndpointSlice};
use kubectl_stateful::cluster::dns::{Data, RecordKind, ResponseCode};
use serde_json::json;
use test_cluster::*;

#[test]
fn a_ready_pod_has_a_name_with_the_configured_life() {
    let ns = Namespace::new("named");
    ns.apply(set("web").replicas(2));
    ns.wait_rolled_out("web");
    for ttl in [5, 30] {
        let dns = dns().ttl(ttl).start();
        let server = dns.server();
        dns.wait_known(&name_in(&ns, "web-1.web"));
        for pod in ["web-0", "web-1"] {
            let answer = ask(&server, &name_in(&ns, &format!("{pod}.web")), RecordKind::A);
            assert_eq!(addresses(&answer), [address_of(&ns, pod)], "{answer:?}");
            assert_eq!(
                (answer.code, answer.ttl(), answer.negative_ttl),
                (ResponseCode::NoError, Some(ttl), None)
            );
        }
        let all = ask(&server, &name_in(&ns, "web"), RecordKind::A);
        let mut expected = ["web-0", "web-1"].map(|pod| address_of(&ns, pod));
        expected.sort();
        assert_eq!(addresses(&all), expected, "{all:?}");
    }
}

#[test]
fn a_pod_without_an_address_of_that_family_is_known_and_has_none() {
    let ns = Namespace::new("family");
    ns.apply(set("web"));
    ns.wait_rolled_out("web");
    for ttl in [5, 30] {
        let dns = dns().ttl(ttl).start();
        let name = name_in(&ns, "web-0.web");
        dns.wait_known(&name);
        let answer = ask(&dns.server(), &name, RecordKind::Aaaa);
        assert_eq!((answer.code, answer.records.len()), (ResponseCode::NoError, 0), "{answer:?}");
        assert_eq!(answer.negative_ttl, Some(ttl));
    }
}

#[test]
fn neither_a_missing_pod_nor_a_missing_service_has_a_name() {
    let ns = Namespace::new("missing");
    ns.apply(set("web"));
    ns.wait_rolled_out("web");
    let dns = dns().ttl(5).start();
    let server = dns.server();
    dns.wait_known(&name_in(&ns, "web-0.web"));
    for missing in ["web-1.web", "web-0.other", "other"] {
        let answer = ask(&server, &name_in(&ns, missing), RecordKind::A);
        assert_eq!(
            (answer.code, answer.negative_ttl),
            (ResponseCode::NxDomain, Some(5)),
            "{missing}: {answer:?}"
        );
    }
    let other = ask(&server, "web-0.web.no-such-namespace.svc.cluster.local", RecordKind::A);
    assert_eq!(other.code, ResponseCode::NxDomain);
    let outside = ask(&server, "example.org", RecordKind::A);
    assert_eq!(
        (outside.code, outside.negative_ttl),
        (ResponseCode::ServFail, None),
        "nobody serves that zone"
    );
}

#[test]
fn a_headless_service_without_ready_pods_has_no_name_either() {
    let ns = Namespace::new("empty");
    ns.apply(set("web").behaviour(Behaviour::NeverReady));
    ns.wait_until("web-0 has an address", || ns.pod("web-0").and_then(|pod| pod.status?.pod_ip).is_some());
    let dns = dns().cache(DnsCache::Off).start();
    for (name, kind) in [("web", RecordKind::A), ("web-0.web", RecordKind::A), ("web", RecordKind::Srv)] {
        let answer = ask(&dns.server(), &name_in(&ns, name), kind);
        assert_eq!(answer.code, ResponseCode::NxDomain, "{name}: {answer:?}");
    }
    ns.patch::<Service>("web", &json!({"spec": {"publishNotReadyAddresses": true}}));
    dns.wait_known(&name_in(&ns, "web-0.web"));
}

#[test]
fn named_ports_have_srv_records() {
    let ns = Namespace::new("srv");
    ns.apply(service(
        "web",
        Some("None"),
        &json!([
            {"name": "peer", "port": 2380}, {"name": "client", "port": 2379, "targetPort": 12379},
            {"name": "gossip", "port": 7946, "protocol": "UDP"},
        ]),
    ));
    ns.apply(set("web").replicas(2).service(Some("web")));
    ns.wait_rolled_out("web");
    let dns = dns().ttl(5).start();
    let server = dns.server();
    dns.wait_known(&name_in(&ns, "web-1.web"));
    let both = |port: u16| ["web-0.web", "web-1.web"].map(|pod| (name_in(&ns, pod), port));
    let srv = |name: &str| ask(&server, &name_in(&ns, name), RecordKind::Srv);
    let answer = srv("_peer._tcp.web");
    assert_eq!(targets(&answer), both(2380), "{answer:?}");
    assert_eq!(answer.ttl(), Some(5));
    // The pods' port, not the Service's.
    assert_eq!(targets(&srv("_client._tcp.web")), both(12379));
    assert_eq!(targets(&srv("_gossip._udp.web")), both(7946));
    for missing in ["_peer._udp.web", "_other._tcp.web"] {
        assert_eq!(srv(missing).code, ResponseCode::NxDomain, "{missing}");
    }
    // Not of the specification: all ports, by the bare names.
    let all = targets(&srv("web"));
    assert_eq!(all.len(), 6, "{all:?}");
    let of_one = targets(&srv("web-0.web"));
    let ports: Vec<_> = of_one.iter().map(|(_, port)| *port).collect();
    assert_eq!(ports, [2380, 7946, 12379]);
}

#[test]
fn an_unnamed_port_has_srv_records_by_the_bare_name_only() {
    let ns = Namespace::new("unnamed");
    ns.apply(set("web"));
    ns.wait_rolled_out("web");
    let dns = dns().start();
    let server = dns.server();
    dns.wait_known(&name_in(&ns, "web-0.web"));
    let bare = ask(&server, &name_in(&ns, "web"), RecordKind::Srv);
    assert_eq!(targets(&bare), [(name_in(&ns, "web-0.web"), 80)], "{bare:?}");
    let port = ask(&server, &name_in(&ns, "_http._tcp.web"), RecordKind::Srv);
    assert_eq!(port.code, ResponseCode::NxDomain, "{port:?}");
}

#[test]
fn without_ports_there_are_addresses_and_no_srv_records() {
    let ns = Namespace::new("portless");
    ns.apply(service("web", Some("None"), &json!([])));
    ns.apply(set("web").service(Some("web")));
    ns.wait_rolled_out("web");
    let dns = dns().start();
    let server = dns.server();
    dns.wait_known(&name_in(&ns, "web-0.web"));
    let address = ask(&server, &name_in(&ns, "web-0.web"), RecordKind::A);
    assert_eq!(addresses(&address), [address_of(&ns, "web-0")]);
    let bare = ask(&server, &name_in(&ns, "web"), RecordKind::Srv);
    assert_eq!((bare.code, targets(&bare)), (ResponseCode::NoError, Vec::new()), "{bare:?}");
}

#[test]
fn under_a_service_with_an_address_pods_have_names_too() {
    let ns = Namespace::new("clusterip");
    ns.apply(service("web", None, &json!([{"name": "http", "port": 80, "targetPort": 8080}])));
    ns.apply(set("web").service(Some("web")));
    ns.wait_rolled_out("web");
    let dns = dns().start();
    let server = dns.server();
    dns.wait_known(&name_in(&ns, "web-0.web"));
    // Beyond the specification.
    let pod = ask(&server, &name_in(&ns, "web-0.web"), RecordKind::A);
    assert_eq!(addresses(&pod), [address_of(&ns, "web-0")], "{pod:?}");
    let service = ns.get::<Service>("web").and_then(|service| service.spec?.cluster_ip).expect("an address");
    let all = ask(&server, &name_in(&ns, "web"), RecordKind::A);
    assert_eq!(addresses(&all), [service.parse::<std::net::IpAddr>().expect("an address")]);
    // By it no member finds the others: it leads to the Service itself.
    let srv = ask(&server, &name_in(&ns, "_http._tcp.web"), RecordKind::Srv);
    assert_eq!(targets(&srv), [(name_in(&ns, "web"), 80)], "{srv:?}");
}

#[test]
fn a_terminating_pod_has_lost_its_name_unless_unready_ones_are_published() {
    for published in [false, true] {
        let ns = Namespace::new("terminating");
        let web = |replicas| set("web").replicas(replicas).parallel().behaviour(Behaviour::StuckTerminating);
        ns.apply(web(2));
        ns.patch::<Service>("web", &json!({"spec": {"publishNotReadyAddresses": published}}));
        ns.wait_rolled_out("web");
        let dns = dns().cache(DnsCache::Off).start();
        let code = || ask(&dns.server(), &name_in(&ns, "web-1.web"), RecordKind::A).code;
        dns.wait_known(&name_in(&ns, "web-1.web"));
        ns.delete::<Pod>("web-1");
        if published {
            let endpoints = || ns.list::<EndpointSlice>().into_iter().flat_map(|slice| slice.endpoints);
            let terminating =
                |endpoint: Endpoint| endpoint.conditions.and_then(|it| it.terminating) == Some(true);
            ns.wait_until("the slice says so", || endpoints().flatten().any(terminating));
            // Changes reach DNS in their order: once it knows the next one, it knows this one.
            ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 3}}));
            dns.wait_known(&name_in(&ns, "web-2.web"));
            assert_eq!(code(), ResponseCode::NoError);
        } else {
            ns.wait_until("its name is gone", || code() == ResponseCode::NxDomain);
        }
        assert!(ns.is_terminating("web-1"));
    }
}

#[test]
fn addresses_have_names() {
    let ns = Namespace::new("reverse");
    ns.apply(set("web"));
    ns.wait_rolled_out("web");
    let dns = dns().start();
    let server = dns.server();
    dns.wait_known(&name_in(&ns, "web-0.web"));
    let octets: Vec<_> = address_of(&ns, "web-0").to_string().split('.').rev().map(str::to_owned).collect();
    let answer = ask(&server, &format!("{}.in-addr.arpa", octets.join(".")), RecordKind::Ptr);
    let names: Vec<_> = answer.records.into_iter().map(|record| record.data).collect();
    assert_eq!(names, [Data::Ptr(name_in(&ns, "web-0.web"))]);
}
