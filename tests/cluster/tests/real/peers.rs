//! What `peers` says of sets on real nodes, beside what their own pods are told.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use test_cluster::*;

/// A document of `peers`, and the run that printed it.
pub(crate) struct Said {
    pub(crate) run: Run,
    pub(crate) document: Value,
}

/// Asks who the members of a set are, with these flags.
pub(crate) fn ask(ns: &Namespace, set: &str, flags: &[&str]) -> Said {
    Said::of(ns.plugin(&[&["peers", set, "-o", "json"], flags].concat()))
}

/// Waits until all sources agree on the members of a set.
pub(crate) fn wait_agreed(ns: &Namespace, set: &str) -> Said {
    let said = ask(ns, set, &["--wait", "--timeout=25s"]);
    assert_eq!(said.item()["agree"], true, "{}", said.run);
    Said { run: said.run.ok(), ..said }
}

impl Said {
    pub(crate) fn of(run: Run) -> Self {
        let document: Value = serde_json::from_str(&run.stdout)
            .unwrap_or_else(|error| panic!("no document ({error}) in {run}"));
        assert_eq!(document["kind"], "PeerList", "{run}");
        Self { run, document }
    }

    /// What is said of the only set.
    pub(crate) fn item(&self) -> &Value {
        &self.document["items"][0]
    }

    /// The members.
    pub(crate) fn peers(&self) -> &[Value] {
        self.item()["peers"].as_array().unwrap_or_else(|| panic!("no members in {}", self.run))
    }

    /// What could not be read.
    pub(crate) fn notes(&self) -> Vec<&str> {
        let notes = self.document["notes"].as_array().into_iter().flatten();
        notes.filter_map(Value::as_str).collect()
    }

    /// The disagreement of this reason.
    pub(crate) fn found(&self, reason: &str) -> Option<&Value> {
        let mut all = self.item()["disagreements"].as_array().into_iter().flatten();
        all.find(|found| found["reason"] == reason)
    }

    /// The command that helps with it.
    pub(crate) fn advice(&self, reason: &str) -> &str {
        let command = self.found(reason).and_then(|found| found["action"]["command"].as_str());
        command.unwrap_or_else(|| panic!("no advice on {reason} in {}", self.run))
    }
}

/// The texts of a list.
pub(crate) fn texts(list: &Value) -> BTreeSet<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The addresses that a pod is told for a name, of IPv4 and IPv6.
pub(crate) fn resolved_in(ns: &Namespace, pod: &str, name: &str) -> BTreeSet<String> {
    let said = ns.exec(pod, &["nslookup", name]);
    // The address of the server stands above the first empty line.
    let (_, answer) = said.stdout.split_once("\n\n").unwrap_or_else(|| panic!("no answer in {said}"));
    answer
        .lines()
        .filter_map(|line| line.strip_prefix("Address:"))
        .map(|text| text.trim().to_owned())
        .collect()
}

/// The hosts and ports that a pod is told for a service.
fn services_in(ns: &Namespace, pod: &str, name: &str) -> BTreeSet<(String, u64)> {
    let said = ns.exec(pod, &["nslookup", "-type=srv", name]).ok();
    let records = said.stdout.lines().filter_map(|line| line.split_once("service = "));
    let target = |(_, record): (&str, &str)| {
        let fields: Vec<_> = record.split_whitespace().collect();
        let [_, _, port, host] = fields[..] else { panic!("not an SRV record: {record}") };
        (host.trim_end_matches('.').to_owned(), port.parse().expect("a port"))
    };
    records.map(target).collect()
}

/// A headless Service that selects the pods of the set of its name.
pub(crate) fn headless(name: &str, ports: &Value) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"clusterIP": "None", "selector": {"app": name}, "ports": ports},
    })
}

#[test]
fn peers_says_what_the_members_themselves_are_told() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "told");
    ns.apply(set("web").replicas(3).real().spread());
    ns.apply(headless(
        "web",
        &json!([{"name": "http", "port": 80}, {"name": "peer", "port": 7000, "targetPort": 7001}]),
    ));
    ns.wait_rolled_out("web");
    let said = wait_agreed(&ns, "web");
    assert_eq!(said.notes(), Vec::<&str>::new(), "{}", said.run);
    let item = said.item();
    assert_eq!(
        [&item["zone"], &item["disagreements"]],
        [&json!("cluster.local"), &json!([])],
        "{}",
        said.run
    );
    assert_eq!(texts(&item["dnsServers"]).len(), real::NODES.len(), "{}", said.run);

    let service = format!("web.{}.svc.cluster.local", ns.name());
    for pod in ["web-0", "web-1", "web-2"] {
        let mut all = BTreeSet::new();
        for peer in said.peers() {
            let name = peer["fqdn"].as_str().expect("a name");
            let told = resolved_in(&ns, pod, name);
            assert_eq!(told, texts(&peer["dns"]["addresses"]), "{name} in {pod}: {}", said.run);
            assert_eq!(told, texts(&peer["endpoint"]["addresses"]), "{name} in {pod}: {}", said.run);
            assert_eq!(told.len(), 1, "{name} in {pod}: {}", said.run);
            all.extend(told);
        }
        assert_eq!(resolved_in(&ns, pod, &service), all, "{pod}: {}", said.run);
        for (port, number) in [("http", 80), ("peer", 7001)] {
            let srv = item["srv"].as_array().into_iter().flatten();
            let name = format!("_{port}._tcp.{service}");
            let srv = srv.filter(|srv| srv["name"] == name.as_str()).collect::<Vec<_>>();
            let [srv] = srv[..] else { panic!("one port {port} is expected in {}", said.run) };
            assert_eq!(srv["port"], number, "{}", said.run);
            let targets: BTreeSet<_> =
                texts(&srv["targets"]).into_iter().map(|name| (name, number)).collect();
            assert_eq!(services_in(&ns, pod, &name), targets, "{pod}: {}", said.run);
            assert_eq!(targets.len(), 3, "{}", said.run);
        }
    }
}

#[test]
fn members_with_addresses_of_both_families_resolve_to_both() {
    let Some(real) = real::turn() else { return };
    if !real::has_ipv6() {
        real::skip("this machine has no IPv6");
        return;
    }
    let ns = Namespace::on(real.handle(), "families");
    let [_, set] = &set("web").replicas(2).real().spread().into_objects()[..] else {
        panic!("a Service and a set")
    };
    let mut service = headless("web", &json!([{"name": "http", "port": 80}]));
    service["spec"]["ipFamilyPolicy"] = "RequireDualStack".into();
    ns.apply(service);
    ns.apply(set.clone());
    ns.wait_rolled_out("web");
    let said = wait_agreed(&ns, "web");
    for peer in said.peers() {
        let addresses = texts(&peer["dns"]["addresses"]);
        let families: Vec<_> = addresses.iter().map(|address| address.contains(':')).collect();
        assert_eq!(families, [false, true], "IPv4 and IPv6: {}", said.run);
        let name = peer["fqdn"].as_str().expect("a name");
        assert_eq!(resolved_in(&ns, "web-0", name), addresses, "{name}: {}", said.run);
    }
}

#[test]
fn a_wait_in_a_script_ends_when_members_find_each_other() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "script");
    ns.apply(set("web").replicas(3).real().spread());
    let line = format!("kubectl stateful peers web -n {} --wait --timeout 25s >&2 && echo formed", ns.name());
    let said = ns.shell(&line).ok();
    assert_eq!(said.stdout, "formed\n", "{said}");
    for name in ["web-0", "web-1", "web-2"] {
        let name = format!("{name}.web.{}.svc.cluster.local", ns.name());
        assert_eq!(resolved_in(&ns, "web-2", &name).len(), 1, "{said}");
    }
}

#[test]
fn listed_hosts_resolve_in_a_pod() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "hosts");
    ns.apply(set("web").replicas(3).real().spread());
    ns.wait_rolled_out("web");
    wait_agreed(&ns, "web");
    let namespace = ns.name();
    let line = format!(
        "for host in $(kubectl stateful peers web -n {namespace} --format hosts); do \
         kubectl exec web-1 -n {namespace} -- nslookup $host >/dev/null && echo $host; done"
    );
    let expected =
        ["web-0", "web-1", "web-2"].map(|pod| format!("{pod}.web.{namespace}.svc.cluster.local\n"));
    assert_eq!(ns.shell(&line).ok().stdout, expected.concat());
}

/// So many pods that only sleep are on two nodes.
const MANY: i32 = 50;

#[test]
fn fifty_members_are_found_by_every_source() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "fifty");
    let sleep = "trap 'exit 0' TERM; sleep infinity & wait $!";
    let tiny =
        set("many").replicas(MANY).parallel().real().readiness(Value::Null).command(&["sh", "-c", sleep]);
    ns.apply(tiny.grace_period(1));
    ns.apply(headless("many", &json!([{"name": "peer", "port": 7000}])));
    let started = Instant::now();
    ns.wait_for(Duration::from_secs(240), "all pods are Ready", || {
        ns.statefulset("many").status.and_then(|status| status.ready_replicas) == Some(MANY)
    });
    note(&format!("{MANY} real pods in {:.1} s", started.elapsed().as_secs_f64()));
    wait_agreed(&ns, "many");

    let started = Instant::now();
    let said = ask(&ns, "many", &["--exit-code"]);
    note(&format!("{MANY} members by all sources in {:.2} s", started.elapsed().as_secs_f64()));
    assert_eq!(said.run.code, 0, "{}", said.run);
    let count = usize::try_from(MANY).expect("a number of pods");
    let addresses = said.peers().iter().map(|peer| texts(&peer["dns"]["addresses"]));
    let all: BTreeSet<_> = addresses.flatten().collect();
    assert_eq!([said.peers().len(), all.len()], [count; 2], "{}", said.run);
    assert_eq!(texts(&said.item()["srv"][0]["targets"]).len(), count, "{}", said.run);
    let service = format!("many.{}.svc.cluster.local", ns.name());
    // A resolver that asks by UDP and never by TCP, as this one, is told what fits into 512 bytes.
    let told = resolved_in(&ns, "many-49", &service);
    assert!(told.is_subset(&all) && told.len() >= 20, "{told:?}: {}", said.run);
    for peer in said.peers().iter().step_by(7) {
        let told = resolved_in(&ns, "many-49", peer["fqdn"].as_str().expect("a name"));
        assert_eq!(told, texts(&peer["dns"]["addresses"]), "{}", said.run);
    }
}
