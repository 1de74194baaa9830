//! `--watch`: every change in any source, in order, with its lag.

use crate::scene::{group, headless, plain, uid, web};
use k8s_openapi::api::core::v1::{Pod, Service};
use serde_json::{Value, json};
use test_cluster::*;

fn watch(ns: &Namespace, args: &[&str]) -> Running {
    ns.spawn(&[&["peers", "web", "--watch", "--dns-server", &plain().address()], args].concat())
}

/// A pod makes way for another one.
fn replace(ns: &Namespace, pod: &str) {
    let before = uid(ns, pod);
    ns.delete::<Pod>(pod);
    ns.wait_until(&format!("{pod} is another pod"), || uid(ns, pod).is_some_and(|now| Some(now) != before));
}

/// The lag at the end of a line, in milliseconds.
fn lag(line: &str) -> Option<u64> {
    line.rsplit_once('+')?.1.strip_suffix(" ms")?.parse().ok()
}

#[test]
fn a_pod_that_is_replaced_is_seen_in_every_source_in_turn_with_its_lag() {
    let ns = group("replaced", 2);
    let mut running = watch(&ns, &[]);
    let first = running.line();
    assert_eq!(first, "web: all sources agree on 2 members");
    // How things stand is a table; after it comes a line for each change.
    running.line_with("web-1");
    replace(&ns, "web-1");
    let mut lines = vec![running.line_with("terminating")];
    while !lines.last().is_some_and(|line| line.ends_with("all sources agree on 2 members")) {
        lines.push(running.line());
    }
    running.interrupt();
    let _ = running.end().code(130);
    let about = |line: &&String| line.contains("web-1");
    assert!(
        lines.iter().filter(|line| !line.contains("web-1")).all(|line| line.contains(" all ")),
        "{lines:#?}"
    );
    let place = |source: &str, what: &dyn Fn(&str) -> bool| {
        let mut own = lines.iter().filter(about).enumerate();
        own.find(|(_, line)| line.contains(source) && what(line))
            .map(|(place, line)| (place, line.clone()))
            .unwrap_or_else(|| panic!("no such line of {source} in {lines:#?}"))
    };
    let (ready, _) = place("   Pod ", &|line| line.contains("   Ready, "));
    let (listed, slice) = place("   EndpointSlice ", &|line| lag(line).is_some());
    let (resolves, dns) = place("   DNS ", &|line| lag(line).is_some());
    assert!(ready < listed && listed < resolves, "{lines:#?}");
    let (slice, dns) = (lag(&slice).expect("a lag"), lag(&dns).expect("a lag"));
    assert!(slice <= dns && dns < 10_000, "{lines:#?}");
    let (gone, _) =
        place("   EndpointSlice ", &|line| line.contains("hidden") || line.contains("not listed"));
    assert!(gone < ready, "{lines:#?}");
}

#[test]
fn to_programs_each_change_is_an_object_on_a_line_of_its_own() {
    let ns = group("lines", 2);
    let mut running = watch(&ns, &["-o", "json"]);
    let next = |running: &mut Running| -> Value {
        let line = running.line();
        let document: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(document["kind"], "PeerChangeList", "{line}");
        assert_eq!(document["items"].as_array().map(Vec::len), Some(1), "{line}");
        document["items"][0].clone()
    };
    let mut standing = Vec::new();
    while !standing.last().is_some_and(|change: &Value| change["source"] == "All") {
        standing.push(next(&mut running));
    }
    for source in ["Service", "Pod", "EndpointSlice", "Dns", "All"] {
        assert!(standing.iter().any(|change| change["source"] == source), "no {source} in {standing:#?}");
    }
    assert!(
        standing.iter().all(|change| change["lagSeconds"].is_null()),
        "nothing has happened: {standing:#?}"
    );
    replace(&ns, "web-0");
    let mut changes = Vec::new();
    while !changes.last().is_some_and(|change: &Value| change["message"] == "all sources agree on 2 members")
    {
        changes.push(next(&mut running));
    }
    let keys = ["dnsServer", "lagSeconds", "message", "namespace", "ordinal", "pod", "set", "source", "time"];
    for change in standing.iter().chain(&changes) {
        let mut own: Vec<&String> = change.as_object().expect("an object").keys().collect();
        own.sort();
        assert_eq!(own, keys, "{change}");
        assert!(change["time"].as_str().is_some_and(|time| time.ends_with('Z')), "{change}");
    }
    let lag_of = |source: &str| {
        let with_lag =
            changes.iter().find(|change| change["source"] == source && change["lagSeconds"].is_f64());
        with_lag.and_then(|change| change["lagSeconds"].as_f64()).unwrap_or_else(|| panic!("{changes:#?}"))
    };
    assert!(lag_of("EndpointSlice") <= lag_of("Dns"), "{changes:#?}");
    assert!(
        changes
            .iter()
            .filter(|change| change["source"] == "Dns")
            .all(|change| change["dnsServer"].is_string())
    );
    running.interrupt();
    let _ = running.end().code(130);
}

#[test]
fn a_set_that_is_deleted_ends_the_watch() {
    let ns = group("gone", 1);
    let mut running = watch(&ns, &[]);
    running.line_with("web-0");
    let _ = ns.kubectl(&["delete", "statefulset", "web"]).ok();
    let run = running.end().code(1);
    assert!(run.stderr.contains("error: statefulset.apps \"web\" was deleted meanwhile"), "{run}");
}

#[test]
fn a_watch_outlives_the_loss_of_the_api_server_and_tells_what_happened_meanwhile() {
    let ns = group("outage", 2);
    let tunnel = Tunnel::to(cluster());
    let mut running = watch(&ns, &["--server", &tunnel.server()]);
    running.line_with("web-1");
    tunnel.cut();
    running.stderr_with("trying again");
    ns.behave("web-1", Behaviour::NeverReady);
    ns.wait_until("web-1 is not Ready", || !ns.is_ready("web-1"));
    tunnel.open();
    running.stderr_with("connected again");
    // Each source is heard again by itself, in any order.
    let mut lines = vec![running.line(), running.line()];
    while !["not Ready, ", " hidden", "do not agree"]
        .iter()
        .all(|what| lines.iter().any(|line| line.contains(what)))
    {
        lines.push(running.line());
    }
    running.interrupt();
    let run = running.end().code(130);
    assert!(!run.stderr.contains("error:"), "{run}");
}

#[test]
fn a_dns_server_that_is_gone_for_a_while_is_asked_again() {
    let ns = group("dns-gone", 1);
    let mut dns = dns().cache(DnsCache::Off).start();
    let mut running = ns.spawn(&["peers", "web", "--watch", "--dns-server", &dns.address()]);
    running.line_with("web-0");
    dns.kill();
    running.stderr_with("connection refused");
    dns.start_again();
    running.line_with("all sources agree");
    running.interrupt();
    let _ = running.end().code(130);
}

#[test]
fn what_becomes_of_the_service_is_told_too() {
    let ns = group("service", 1);
    let mut running = watch(&ns, &[]);
    running.line_with("web-0");
    ns.delete::<Service>("web");
    running.line_with("web does not exist");
    running.line_with("ServiceMissing");
    ns.apply(headless(&json!({"publishNotReadyAddresses": true})));
    running.line_with("web is headless, publishes members that are not Ready");
    running.line_with("all sources agree");
    ns.apply(web(2));
    running.line_with("web-1");
    running.line_with("all sources agree on 2 members");
    running.interrupt();
    let _ = running.end().code(130);
}
