//! Looking must not do harm: nobody is told "no such name" because `peers` asked.

use crate::said::{ask, ask_for, until};
use crate::scene::{address_of, fqdn, headless, web};
use kubectl_stateful::cluster::dns::{Answer, Question, RecordKind, ResponseCode};
use serde_json::{Value, json};
use std::time::Duration;
use test_cluster::client::block_on;
use test_cluster::*;

/// Ports beside that which `peers` knows of: each has a name of its own that the server learns together with the pods',
/// and that nobody asks for twice.
const PORTS: u16 = 100;

fn as_member(dns: &Dns, name: &str, kind: RecordKind) -> Answer {
    block_on(dns.server().ask_one(Question::as_member(name, kind))).expect("an answer")
}

/// Waits until the server, which keeps its answers, has heard of the pods, without asking for any name of theirs.
fn wait_heard(ns: &Namespace, dns: &Dns, target: &str) {
    let mut port = 0;
    ns.wait_until("the DNS server knows the pods", || {
        port += 1;
        let name = format!("_p{port}._tcp.other.{}.svc.cluster.local", ns.name());
        let answer = as_member(dns, &name, RecordKind::Srv);
        assert!(port < PORTS, "no port is left to ask for");
        format!("{:?}", answer.records).contains(target)
    });
}

/// The set has a second Service for those ports, so that `peers` does not ask for them.
fn other() -> Value {
    let ports: Vec<Value> =
        (1..PORTS).map(|port| json!({"name": format!("p{port}"), "port": 1000 + port})).collect();
    crate::scene::service("other", &json!({"ports": ports}))
}

#[test]
fn members_find_a_name_at_once_that_was_looked_for_before_it_existed() {
    let ns = Namespace::new("unnoticed");
    let dns = dns().ttl(30).start();
    ns.apply(headless(&json!({})));
    ns.apply(other());
    ns.apply(web(2).parallel().behaviour(Behaviour::NeverReady));
    let _ = until(&ns, &dns, &["NotReady@0", "NotReady@1"]);
    for _ in 0..3 {
        let said = ask(&ns, &dns);
        assert_eq!(said.peer(1)["dns"]["resolves"], false, "{said}");
    }
    let mut watch = ns.spawn(&["peers", "web", "--watch", "--dns-server", &dns.address()]);
    watch.line_with("NotReady");

    let addresses = ["web-0", "web-1"].map(|pod| address_of(&ns, pod).expect("an address"));
    ["web-0", "web-1"].iter().for_each(|pod| ns.behave(pod, Behaviour::Healthy));
    ns.wait_rolled_out("web");
    for address in addresses {
        wait_heard(&ns, &dns, &address.to_string().replace('.', "-"));
    }
    for (pod, address) in ["web-0", "web-1"].iter().zip(addresses) {
        let answer = as_member(&dns, &fqdn(&ns, pod), RecordKind::A);
        let found: Vec<_> = answer.addresses().collect();
        assert_eq!((answer.code, found), (ResponseCode::NoError, vec![address]), "{answer:?}");
    }
    let service = format!("web.{}.svc.cluster.local", ns.name());
    let mut all: Vec<_> = as_member(&dns, &service, RecordKind::A).addresses().collect();
    all.sort();
    let mut expected = addresses;
    expected.sort();
    assert_eq!(all, expected, "the Service's own name too");
    let srv = as_member(&dns, &format!("_http._tcp.{service}"), RecordKind::Srv);
    assert_eq!(srv.records.len(), 2, "{srv:?}");
    watch.interrupt();
    let _ = watch.end().code(130);
}

#[test]
fn a_missing_service_is_looked_for_without_leaving_an_answer_behind() {
    let ns = Namespace::new("unleft");
    let dns = dns().ttl(30).start();
    ns.apply(web(1));
    ns.wait_rolled_out("web");
    for _ in 0..3 {
        assert_eq!(ask(&ns, &dns).reasons(), ["ServiceMissing"]);
    }
    ns.apply(headless(&json!({})));
    let negative = |reason: &String| reason.starts_with("NegativeAnswerCached");
    let patience = Duration::from_secs(60);
    let said = ask_for(patience, &ns, &dns, "DNS knows the Service", |said| {
        said.reasons().is_empty() || said.reasons().iter().any(negative)
    });
    assert_eq!(said.reasons(), [""; 0], "members are told that there is none: {said}");
    assert_eq!(as_member(&dns, &fqdn(&ns, "web-0"), RecordKind::A).code, ResponseCode::NoError);
}
