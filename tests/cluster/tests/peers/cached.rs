//! What a DNS server goes on telling members from its cache.

use crate::said::{ask_for, until};
use crate::scene::{address_of, fqdn, headless, run_at, uid, web};
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::discovery::v1::EndpointSlice;
use kubectl_stateful::cluster::dns::{Question, RecordKind, ResponseCode};
use serde_json::json;
use std::time::Duration;
use test_cluster::client::block_on;
use test_cluster::*;

/// Answers are kept for half a minute.
const PATIENCE: Duration = Duration::from_secs(60);

fn as_member(dns: &Dns, name: &str) -> kubectl_stateful::cluster::dns::Answer {
    block_on(dns.server().ask_one(Question::as_member(name, RecordKind::A))).expect("an answer")
}

#[test]
fn a_member_that_asked_too_early_is_told_so_for_a_while() {
    let ns = Namespace::new("too-early");
    let dns = dns().start();
    ns.apply(headless(&json!({})));
    let name = fqdn(&ns, "web-0");
    assert_eq!(as_member(&dns, &name).code, ResponseCode::NxDomain);
    ns.apply(web(1));
    ns.wait_rolled_out("web");
    dns.wait_known(&name);
    let said = until(&ns, &dns, &["NegativeAnswerCached@0"]);
    let message = said.message("NegativeAnswerCached@0");
    let start = "the name resolves by now, and the DNS server still tells members from its cache that it does not for ";
    let left = message.strip_prefix(start).and_then(|rest| rest.split(' ').next()?.parse::<u32>().ok());
    assert!(left.is_some_and(|left| left <= 30), "{message}");
    assert!(message.ends_with(": somebody asked before it was published"), "{message}");
    assert!(said.passes("NegativeAnswerCached@0"), "{said}");
    assert_eq!(said.peer(0)["dns"]["resolves"], false, "what members are told: {said}");
    let exit = ns.plugin(&["peers", "web", "--exit-code", "--dns-server", &dns.address()]);
    assert_eq!(exit.code, 8, "{exit}");
    let said = ask_for(PATIENCE, &ns, &dns, "the cache forgets", |said| said.item()["agree"] == true);
    assert_eq!(as_member(&dns, &name).code, ResponseCode::NoError, "{said}");
}

#[test]
fn a_member_that_was_replaced_is_looked_for_at_its_old_address() {
    let ns = Namespace::new("replaced");
    let dns = dns().start();
    ns.apply(headless(&json!({})));
    ns.apply(web(1).behaviour(Behaviour::ByHand));
    run_at(&ns, "web-0", &["10.99.2.10"]);
    let name = fqdn(&ns, "web-0");
    dns.wait_known(&name);
    assert_eq!(as_member(&dns, &name).code, ResponseCode::NoError);
    let before = uid(&ns, "web-0");
    ns.delete::<Pod>("web-0");
    ns.wait_until("web-0 is another pod", || uid(&ns, "web-0").is_some_and(|now| Some(now) != before));
    run_at(&ns, "web-0", &["10.99.2.20"]);
    ns.wait_until("the slice has the new address", || {
        let slices = ns.list::<EndpointSlice>();
        let mut endpoints = slices.into_iter().flat_map(|slice| slice.endpoints.unwrap_or_default());
        endpoints.any(|endpoint| endpoint.addresses == ["10.99.2.20"])
    });
    let said = until(&ns, &dns, &["OldAnswerCached@0"]);
    let message = said.message("OldAnswerCached@0");
    assert!(message.starts_with("the DNS server still answers 10.99.2.10 from its cache for "), "{message}");
    assert!(message.ends_with(" s more; EndpointSlices publish 10.99.2.20"), "{message}");
    assert_eq!(said.peer(0)["dns"]["addresses"], json!(["10.99.2.10"]), "what members are told: {said}");
    ask_for(PATIENCE, &ns, &dns, "the cache forgets", |said| said.item()["agree"] == true);
    assert_eq!(as_member(&dns, &name).addresses().next(), address_of(&ns, "web-0"));
}
