//! Ports: their names are what SRV records are found by.

use crate::said::{Said, ask, list, text, until, until_agreed};
use crate::scene::{fqdn, headless, plain, web};
use k8s_openapi::api::core::v1::Service;
use serde_json::{Value, json};
use test_cluster::*;

/// A group behind a Service with these ports.
fn with_ports(name: &str, ports: &Value, set: SetBuilder) -> Namespace {
    let ns = Namespace::new(name);
    ns.apply(headless(&json!({"ports": ports})));
    ns.apply(set);
    ns.wait_rolled_out("web");
    ns
}

/// Name, port and targets of each SRV record set, targets as pods.
fn srv(ns: &Namespace, said: &Said) -> Vec<String> {
    let end = format!(".web.{}.svc.cluster.local", ns.name());
    let short = |value: &Value| text(value).trim_end_matches(&end).to_owned();
    let one = |srv: &Value| {
        let targets: Vec<String> = list(&srv["targets"]).iter().map(short).collect();
        format!("{} {} {}", short(&srv["name"]), srv["port"], targets.join(","))
    };
    list(&said.item()["srv"]).iter().map(one).collect()
}

#[test]
fn a_target_port_that_no_container_has_is_edited() {
    let ports = json!([{"name": "http", "port": 80}, {"name": "peer", "port": 7000, "targetPort": "pear"}]);
    let ns = with_ports("pear", &ports, web(2).port("peer", 7000));
    let said = until(&ns, plain(), &["PortMismatch"]);
    assert_eq!(
        said.message("PortMismatch"),
        "port peer of Service web means the container port named pear (TCP), and no pod has it: it is missing from their endpoints and from SRV"
    );
    assert_eq!(srv(&ns, &said), ["_http._tcp 80 web-0,web-1", "_peer._tcp null "], "{said}");
    let edit = said.command("PortMismatch");
    let _ = ns.shell(&format!("KUBE_EDITOR=\"sed -i 's/: pear$/: peer/'\" {edit}")).ok();
    let said = until_agreed(&ns, plain());
    assert_eq!(srv(&ns, &said), ["_http._tcp 80 web-0,web-1", "_peer._tcp 7000 web-0,web-1"], "{said}");
}

#[test]
fn a_port_of_that_name_with_another_protocol_is_not_that_port() {
    let ports = json!([{"name": "gossip", "port": 7946, "protocol": "UDP", "targetPort": "gossip"}]);
    let ns = with_ports("udp", &ports, web(2).port("gossip", 7946));
    let said = until(&ns, plain(), &["PortMismatch"]);
    assert!(said.message("PortMismatch").contains("(the container port of that name is TCP)"), "{said}");
    let edit = said.command("PortMismatch");
    let _ = ns.shell(&format!("KUBE_EDITOR=\"sed -i s/UDP/TCP/\" {edit}")).ok();
    let said = until_agreed(&ns, plain());
    assert_eq!(srv(&ns, &said), ["_gossip._tcp 7946 web-0,web-1"], "{said}");
}

#[test]
fn members_whose_containers_have_other_ports_are_in_other_slices_and_all_found() {
    let ns = with_ports(
        "differing",
        &json!([{"name": "peer", "port": 1, "targetPort": "peer"}]),
        web(2).port("peer", 7000),
    );
    // Above the partition pods have another port: one slice for each.
    ns.apply(web(2).port("peer", 7001).partition(1));
    ns.wait_until("web-1 has the new port", || {
        let port = ns.pod("web-1").and_then(|pod| pod.spec?.containers[0].ports.clone()?.first().cloned());
        port.is_some_and(|port| port.container_port == 7001) && ns.is_ready("web-1")
    });
    let said = until_agreed(&ns, plain());
    assert_eq!(srv(&ns, &said), ["_peer._tcp 7000 web-0", "_peer._tcp 7001 web-1"], "{said}");
}

#[test]
fn two_ports_have_two_sets_of_records() {
    let ports = json!([
        {"name": "client", "port": 2379, "targetPort": 12379}, {"name": "gossip", "port": 7946, "protocol": "UDP"},
    ]);
    let ns = with_ports("two-ports", &ports, web(3));
    let said = until_agreed(&ns, plain());
    let expected = ["_client._tcp 12379 web-0,web-1,web-2", "_gossip._udp 7946 web-0,web-1,web-2"];
    assert_eq!(srv(&ns, &said), expected, "{said}");
    let wide = ns.plugin(&["peers", "web", "-o", "wide", "--dns-server", &plain().address()]).ok();
    assert!(wide.stdout.contains(&format!("  {}:12379\n", fqdn(&ns, "web-2"))), "{wide}");
}

#[test]
fn a_port_without_a_name_is_only_worth_knowing_and_gets_one() {
    let ns = with_ports("unnamed", &json!([{"port": 7000}]), web(2).port("peer", 7000));
    let said = until_agreed(&ns, plain());
    assert_eq!(said.reasons(), ["NoNamedPort"], "{said}");
    said.follow(&ns, "NoNamedPort");
    let said = until(&ns, plain(), &[]);
    assert_eq!(srv(&ns, &said), ["_peer._tcp 7000 web-0,web-1"], "{said}");
    let exit = ns.plugin(&["peers", "web", "--exit-code", "--dns-server", &plain().address()]);
    assert_eq!(exit.code, 0, "{exit}");
}

#[test]
fn the_name_that_a_port_gets_leaves_where_it_leads() {
    let ns = with_ports("target", &json!([{"port": 80, "targetPort": 8080}]), web(2).port("http", 8080));
    let said = until_agreed(&ns, plain());
    assert_eq!(said.reasons(), ["NoNamedPort"], "{said}");
    said.follow(&ns, "NoNamedPort");
    let service: Service = ns.get("web").expect("the Service");
    let ports = service.spec.and_then(|spec| spec.ports).unwrap_or_default();
    let target = serde_json::to_value(&ports[0].target_port).expect("a port");
    assert_eq!((ports[0].port, target), (80, json!(8080)), "{said}");
}

#[test]
fn a_service_without_ports_gets_those_that_the_containers_declare() {
    let ns = with_ports("portless", &Value::Null, web(2).port("peer", 7000).port("client", 7001));
    let said = ask(&ns, plain());
    assert_eq!(said.reasons(), ["NoNamedPort"], "{said}");
    assert_eq!(said.message("NoNamedPort"), "Service web has no port: there are no SRV records");
    said.follow(&ns, "NoNamedPort");
    let said = until(&ns, plain(), &[]);
    assert_eq!(srv(&ns, &said), ["_peer._tcp 7000 web-0,web-1", "_client._tcp 7001 web-0,web-1"], "{said}");
}
