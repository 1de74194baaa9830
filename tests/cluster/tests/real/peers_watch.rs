//! Following the members of a set on real nodes: how long one that joins stays invisible.

use crate::peers::wait_agreed;
use crate::peers_dns::DnsServers;
use serde_json::Value;
use test_cluster::*;

/// Follows a set, from the moment on which all sources agree.
fn watch(ns: &Namespace) -> Running {
    let mut watch = ns.spawn(&["peers", "web", "--watch", "-o", "json"]);
    let _ = read_until(&mut watch, |change| change["message"] == "all sources agree on 2 members");
    watch
}

/// All changes up to the first that is this one.
fn read_until(watch: &mut Running, is_last: impl Fn(&Value) -> bool) -> Vec<Value> {
    let mut changes = Vec::new();
    loop {
        let line = watch.line();
        let document: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let change = document["items"][0].clone();
        let done = is_last(&change);
        changes.push(change);
        if done {
            return changes;
        }
    }
}

/// Two members, one on each node.
fn web(ns: &Namespace) {
    ns.apply(set("web").replicas(2).real().spread().grace_period(1));
    ns.wait_rolled_out("web");
    wait_agreed(ns, "web");
}

/// Has a pod made anew, and returns what is told of it until all sources agree again.
fn restart(ns: &Namespace, watch: &mut Running, pod: &str) -> Vec<Value> {
    let _ = ns.kubectl(&["delete", "pod", pod]).ok();
    let all = read_until(watch, |change| change["message"] == "all sources agree on 2 members");
    all.into_iter().filter(|change| change["pod"] == pod).collect()
}

#[test]
fn a_restarted_member_is_shown_with_how_long_it_was_ready_but_invisible() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "lag");
    web(&ns);
    let mut watch = watch(&ns);
    let told = restart(&ns, &mut watch, "web-1");
    let ready = |change: &Value| change["message"].as_str().is_some_and(|text| text.starts_with("Ready, "));
    let ready = told.iter().rposition(ready).unwrap_or_else(|| panic!("web-1 is not Ready: {told:#?}"));
    let lags: Vec<_> = told[ready..].iter().filter(|change| !change["lagSeconds"].is_null()).collect();
    let sources: Vec<_> = lags.iter().map(|change| change["source"].as_str().unwrap_or_default()).collect();
    assert_eq!(sources, ["EndpointSlice", "Dns", "Dns"], "one lag for each that shows it: {told:#?}");
    let seconds: Vec<f64> = lags.iter().filter_map(|change| change["lagSeconds"].as_f64()).collect();
    assert!(
        seconds.is_sorted() && seconds.iter().all(|lag| (0.0..5.0).contains(lag)),
        "{seconds:?}: {told:#?}"
    );
    note(&format!("a member was invisible for {seconds:?} s after it was Ready"));
}

#[test]
fn dns_servers_that_take_the_place_of_others_are_found_while_members_are_followed() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "replaced");
    web(&ns);
    let servers = DnsServers::of(&ns);
    let mut watch = watch(&ns);
    servers.replace();
    for pod in servers.pods() {
        let _ = watch.line_with(&pod);
    }
    let told = restart(&ns, &mut watch, "web-0");
    for pod in servers.pods() {
        let by = |change: &Value| change["dnsServer"].as_str().is_some_and(|server| server.ends_with(&pod));
        assert!(told.iter().any(by), "nothing is told by {pod}: {told:#?}");
    }
}

#[test]
fn dns_servers_that_come_back_after_all_were_gone_are_found_while_members_are_followed() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "back");
    web(&ns);
    let servers = DnsServers::of(&ns);
    let mut watch = watch(&ns);
    servers.end();
    watch.stderr_with("there are no pods with the label k8s-app=kube-dns");
    let _ = servers.start().ok();
    let all = read_until(&mut watch, |change| change["message"] == "all sources agree on 2 members");
    let by_new = |change: &Value| {
        servers
            .pods()
            .iter()
            .any(|pod| change["dnsServer"].as_str().is_some_and(|server| server.ends_with(pod)))
    };
    assert!(all.iter().any(by_new), "{all:#?}");
}
