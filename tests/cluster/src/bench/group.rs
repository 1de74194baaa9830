//! `peers` and `leader` of a group.

use super::Bench;
use super::beside::{Reading, beside};
use super::contest::{Entrant, contest};
use anyhow::Result;
use serde_json::json;
use std::time::Duration;
use test_cluster::{Namespace, dns, set};

/// A group that is whole, with a DNS server and a Lease.
pub(super) fn measure(bench: &Bench) -> Result<String> {
    let replicas = i32::try_from(bench.scale(50, 5))?;
    let ns = Namespace::on(&bench.cluster, "bench-group");
    ns.apply(set("web").replicas(replicas).parallel().port("http", 80));
    ns.wait_for(Duration::from_secs(120), "all replicas are available", || {
        let status = ns.statefulset("web").status;
        status.and_then(|status| status.available_replicas) == Some(replicas)
    });
    ns.apply(json!({
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": "web"},
        "spec": {"holderIdentity": "web-0", "leaseDurationSeconds": 3600, "leaseTransitions": 1},
    }));
    let dns = dns().start_for(&bench.cluster);
    dns.wait_known(&format!("web-{}.web.{}.svc.cluster.local", replicas - 1, ns.name()));
    let title = format!("{replicas} replicas that all sources agree on");
    let reading = |command, kinds| Reading { namespace: ns.name(), command, kinds, memory: None };
    let published =
        beside(bench, &reading(&["peers", "web", "--no-dns"], "sts,pods,services,endpointslices"), &title)?;
    let leader = beside(bench, &reading(&["leader", "web"], "sts,pods,leases,endpoints,configmaps"), &title)?;
    let resolved = asking_dns(bench, ns.name(), &dns.address(), &title)?;
    Ok([published, resolved, leader].join("\n"))
}

/// What asking for every name adds.
fn asking_dns(bench: &Bench, namespace: &str, server: &str, title: &str) -> Result<String> {
    let entrant = |label: &str, dns: &[&str]| {
        let args = [&["peers", "web", "-n", namespace], dns].concat();
        Entrant::new(label, &bench.programs.plugin, &args)
    };
    let entrants = [
        entrant("`peers web --dns-server ADDR`", &["--dns-server", server]),
        entrant("`peers web --no-dns`", &["--no-dns"]),
    ];
    contest(bench, &format!("`peers web`, with and without DNS: {title}"), &entrants)
}
