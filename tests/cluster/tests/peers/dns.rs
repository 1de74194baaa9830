//! A DNS server that is behind, fails, is gone or stands still, and what is said without one.

use crate::said::{Said, ask, ask_with, until, until_agreed};
use crate::scene::{address_of, group, plain};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use test_cluster::*;

#[test]
fn a_dns_server_that_does_not_hear_of_changes_is_behind() {
    let ns = group("behind", 1);
    let tunnel = Tunnel::to(cluster());
    let dns = dns().cache(DnsCache::Off).through(&tunnel).start();
    let _ = until_agreed(&ns, &dns);
    tunnel.hold();
    let _ = ns.kubectl(&["scale", "statefulset", "web", "--replicas=2"]).ok();
    ns.wait_rolled_out("web");
    let said = until(&ns, &dns, &["DnsBehind@1"]);
    let address = address_of(&ns, "web-1").expect("an address");
    assert_eq!(
        said.message("DnsBehind@1"),
        format!("EndpointSlices publish {address}, and DNS does not resolve the name")
    );
    assert!(said.passes("DnsBehind@1"), "{said}");
    said.follow(&ns, "DnsBehind@1");
    tunnel.open();
    let _ = until_agreed(&ns, &dns);
}

#[test]
fn a_dns_server_that_never_reached_the_api_server_fails_every_question() {
    let ns = group("unsynced", 2);
    let tunnel = Tunnel::to(cluster());
    let mut dns = dns().cache(DnsCache::Off).through(&tunnel).start();
    dns.kill();
    tunnel.cut();
    dns.start_again();
    let args = ["--dns-server", &dns.address(), "--zone", "cluster.local"];
    let mut said = ask_with(&ns, &args);
    ns.wait_until("it listens", || {
        said = ask_with(&ns, &args);
        said.notes().is_empty()
    });
    assert_eq!(said.reasons(), ["DnsFailed@0", "DnsFailed@1"], "{said}");
    assert_eq!(said.message("DnsFailed@0"), "DNS did not answer: it answers SERVFAIL");
    assert!(said.peer(0)["dns"].is_null(), "{said}");
    said.follow(&ns, "DnsFailed@0");
    tunnel.open();
    let _ = until_agreed(&ns, &dns);
}

/// Without DNS: nothing is said of it, and nothing is thought of it.
fn not_asked(said: &Said, why: &str) {
    assert_eq!((said.reasons().len(), &said.item()["agree"]), (0, &json!(false)), "{said}");
    assert!(said.peer(0)["dns"].is_null() && said.item()["dnsServers"].is_null(), "{said}");
    assert!(said.item()["srv"].is_null(), "{said}");
    assert_eq!(said.peer(0)["endpoint"]["ready"], true, "the other sources stand: {said}");
    let told = |note: &&&str| note.contains(why) && note.contains("what members really resolve is not known");
    assert!(said.notes().iter().any(|note| told(&note)), "no note on {why}: {said}");
}

#[test]
fn a_dns_server_that_is_gone_is_a_note_and_not_an_answer() {
    let ns = group("refused", 2);
    let mut dns = dns().start();
    dns.kill();
    let why = format!("cannot reach the DNS server {}: connection refused", dns.address());
    not_asked(&ask(&ns, &dns), &why);
    not_asked(&ask_with(&ns, &["--dns-server", &dns.address(), "--zone", "cluster.local"]), &why);
    let run = ns.plugin(&["peers", "web", "--exit-code", "--dns-server", &dns.address()]).code(1);
    assert!(run.stdout.contains("the sources that could be read agree"), "{run}");
    assert!(run.stderr.contains("whether the sources agree on the members of web is not known"), "{run}");
    assert!(run.stderr.contains(&why), "{run}");
    ns.behave("web-1", Behaviour::NeverReady);
    ns.wait_until("web-1 is not Ready", || !ns.is_ready("web-1"));
    ns.wait_until("what is known disagrees", || {
        ns.plugin(&["peers", "web", "--exit-code", "--dns-server", &dns.address()]).code == 8
    });
}

#[test]
fn a_dns_server_that_stands_still_costs_seconds_and_not_minutes() {
    let ns = group("still", 3);
    let dns = dns().start();
    dns.stop();
    let began = Instant::now();
    let said = ask_with(&ns, &["--dns-server", &dns.address(), "--zone", "cluster.local"]);
    assert!(began.elapsed() < Duration::from_secs(12), "{:?}: {said}", began.elapsed());
    not_asked(&said, &format!("the DNS server {} has not answered within 5 s", dns.address()));
    dns.go_on();
    let _ = until_agreed(&ns, &dns);
}

#[test]
fn a_cluster_without_dns_pods_is_told_what_else_can_be_asked() {
    let ns = group("no-pods", 1);
    let said = ask_with(&ns, &[]);
    not_asked(&said, "--dns-service or --dns-server names a server, --no-dns leaves DNS out");
}

#[test]
fn dns_that_is_left_out_on_purpose_is_not_missed() {
    let ns = group("left-out", 2);
    let said = ask_with(&ns, &["--no-dns"]);
    assert_eq!((&said.item()["agree"], said.notes().len()), (&json!(true), 0), "{said}");
    assert_eq!(said.item()["dnsServers"], json!([]), "{said}");
    assert!(said.peer(0)["dns"].is_null(), "{said}");
    let run = ns.plugin(&["peers", "web", "--no-dns", "--exit-code"]).ok();
    assert_eq!(run.stderr, "", "{run}");
    ns.behave("web-0", Behaviour::NeverReady);
    ns.wait_until("they disagree", || ns.plugin(&["peers", "web", "--no-dns", "--exit-code"]).code == 8);
}

#[test]
fn another_zone_is_found_or_given_and_a_wrong_one_resolves_nothing() {
    let ns = group("zone", 1);
    let other = dns().zone("corp.example").cache(DnsCache::Off).start();
    let said = until_agreed(&ns, &other);
    let name = format!("web-0.web.{}.svc.corp.example", ns.name());
    assert_eq!(
        (&said.item()["zone"], &said.peer(0)["fqdn"]),
        (&json!("corp.example"), &json!(name)),
        "{said}"
    );
    assert!(said.item()["zoneSource"].as_str().is_some_and(|source| !source.contains("assumed")), "{said}");
    // The dot that a zone file wants is no part of the name.
    let given = ["--dns-server", &other.address(), "--zone", "corp.example."];
    let said = ask_with(&ns, &given);
    assert_eq!(
        (&said.item()["agree"], &said.item()["zoneSource"], &said.peer(0)["fqdn"]),
        (&json!(true), &json!("--zone"), &json!(name)),
        "{said}"
    );
    let said = ask_with(&ns, &["--dns-server", &other.address(), "--zone", "cluster.local"]);
    assert_eq!(
        (said.reasons(), &said.item()["agree"]),
        (vec!["DnsFailed@0".to_owned()], &Value::from(false))
    );
}

#[test]
fn where_the_zone_cannot_be_found_dns_is_not_asked_in_a_guess() {
    let ns = group("no-zone", 1);
    let other = dns().zone("corp.example").without_reverse().cache(DnsCache::Off).start();
    let said = ask(&ns, &other);
    not_asked(&said, "--zone names it");
    assert_eq!(said.item()["zone"], "cluster.local", "{said}");
    assert!(said.item()["zoneSource"].as_str().is_some_and(|source| source.contains("assumed")), "{said}");
    let said = ask_with(&ns, &["--dns-server", &plain().address()]);
    assert_eq!(said.item()["zone"], "cluster.local", "{said}");
}
