//! The cluster's domain, found through a DNS server.

use crate::scene::{forwarded, service};
use k8s_openapi::api::core::v1::Service;
use kubectl_stateful::cluster::dns::{Choice, DnsError, Place, Zone, ZoneSource, servers, zone};
use kubectl_stateful::error::Error;
use serde_json::{Value, json};
use test_cluster::client::block_on;
use test_cluster::*;

fn found(dns: &Dns) -> Result<Zone, DnsError> {
    block_on(zone(dns.connection(), &dns.server()))
}

#[test]
fn the_zone_is_the_one_that_addresses_have_names_in() {
    let dns = dns().zone("corp.example").start();
    let zone = found(&dns).expect("a zone");
    assert_eq!(zone.name, "corp.example");
    assert!(matches!(zone.source, ZoneSource::Reverse(_)), "{zone:?}");
    assert_eq!(zone.source.to_string(), "the name that DNS has for 10.96.0.1, Service default/kubernetes");
}

#[test]
fn without_names_of_addresses_the_usual_zone_is_tried() {
    let zone = found(&dns().without_reverse().start()).expect("a zone");
    assert_eq!((zone.name.as_str(), zone.source), ("cluster.local", ZoneSource::Usual));
}

#[test]
fn a_zone_that_cannot_be_found_is_not_guessed() {
    let dns = dns().zone("corp.example").without_reverse().start();
    let error = Error::from(found(&dns).expect_err("no zone"));
    assert_eq!(
        error.message(),
        "cannot find out the cluster's DNS domain: DNS has no name for 10.96.0.1, Service default/kubernetes; \
         ConfigMap kube-system/coredns does not exist; DNS answers SERVFAIL to kubernetes.default.svc.cluster.local"
    );
    assert_eq!(error.hints(), ["name it with --zone, such as --zone cluster.local"]);
}

#[test]
fn a_cluster_without_dns_pods_says_so() {
    let dns = dns().start();
    let error = block_on(servers(dns.connection(), &Choice::Usual)).expect_err("no servers");
    assert!(
        matches!(&error, DnsError::NoPods(wanted) if wanted == "pods with the label k8s-app=kube-dns"),
        "{error}"
    );
}

/// What is found by Service `web` of the namespace, which leads to this port.
fn by_service(ns: &Namespace, port: &Value) -> Result<Vec<Place>, Error> {
    ns.delete::<Service>("web");
    ns.apply(service("web", None, &json!([port])));
    let found = block_on(servers(&cluster().connection(), &forwarded(ns)));
    Ok(found?.iter().map(|server| server.place().clone()).collect())
}

#[test]
fn a_service_leads_to_the_port_of_its_ready_pods() {
    let ns = Namespace::new("service");
    ns.apply(set("web").replicas(3).service(Some("web")));
    ns.wait_rolled_out("web");
    ns.behave("web-1", Behaviour::NeverReady);
    ns.wait_until("web-1 is not ready", || !ns.is_ready("web-1"));
    let place =
        |name: &str, port| Place::Pod { namespace: ns.name().to_owned(), name: name.to_owned(), port };
    let both = |port| Ok(vec![place("web-0", port), place("web-2", port)]);
    assert_eq!(by_service(&ns, &json!({"port": 53})), both(53));
    assert_eq!(by_service(&ns, &json!({"port": 53, "targetPort": 1053})), both(1053));

    let named = by_service(&ns, &json!({"port": 53, "targetPort": "dns-tcp"})).expect_err("no such port");
    let of = format!("cannot ask the cluster's DNS by Service {}/web", ns.name());
    assert_eq!(named.message(), format!("{of}: its pods have no TCP port of the name that it leads to"));
    let udp = by_service(&ns, &json!({"port": 53, "protocol": "UDP"})).expect_err("no TCP port");
    assert_eq!(udp.message(), format!("{of}: it has no TCP port for DNS"));
}

#[test]
fn a_service_that_leads_to_nobody_says_why() {
    let ns = Namespace::new("nobody");
    let find =
        || Error::from(block_on(servers(&cluster().connection(), &forwarded(&ns))).expect_err("no servers"));
    assert_eq!(find().message(), format!("services \"web\" not found in namespace \"{}\"", ns.name()));

    ns.apply(service("web", None, &json!([{"port": 53}])));
    let message = format!("there are no pods with the labels app=web in namespace {}", ns.name());
    assert_eq!(find().message(), format!("cannot ask the cluster's DNS: {message}"));

    ns.apply(set("web").service(Some("web")).behaviour(Behaviour::NeverReady));
    ns.wait_until("there is a pod", || ns.pod("web-0").is_some());
    let message =
        format!("of the pods with the labels app=web in namespace {0} none is Ready: {0}/web-0", ns.name());
    assert_eq!(find().message(), format!("cannot ask the cluster's DNS: {message}"));
    assert_eq!(find().hints(), [format!("kubectl describe pod web-0 -n {}", ns.name())]);

    ns.patch::<Service>("web", &json!({"spec": {"selector": null}}));
    let message = format!("by Service {}/web: it selects no pods", ns.name());
    assert_eq!(find().message(), format!("cannot ask the cluster's DNS {message}"));
}
