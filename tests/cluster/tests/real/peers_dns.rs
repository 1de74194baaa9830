//! What `peers` says where the cluster's DNS does not answer, or may not be asked.

use crate::peers::{Said, ask, texts, wait_agreed};
use k8s_openapi::api::core::v1::Service;
use serde_json::Value;
use test_cluster::*;

/// The cluster's DNS servers, which all tests of this program share: as they were, once this is dropped.
pub(crate) struct DnsServers<'a>(&'a Namespace);

impl<'a> DnsServers<'a> {
    pub(crate) fn of(ns: &'a Namespace) -> Self {
        Self(ns)
    }

    fn kubectl(&self, args: &[&str]) -> Run {
        self.0.kubectl(&[args, &["-n", "kube-system"]].concat())
    }

    /// Ends all of them.
    pub(crate) fn end(&self) {
        let _ = self.kubectl(&["scale", "deployment/coredns", "--replicas=0"]).ok();
        let gone = ["wait", "--for=delete", "pod", "-l", "k8s-app=kube-dns", "--timeout=20s"];
        let _ = self.kubectl(&gone).ok();
    }

    /// Starts as many as there are nodes.
    pub(crate) fn start(&self) -> Run {
        let _ = self.kubectl(&["scale", "deployment/coredns", "--replicas=2"]);
        self.wait_ready()
    }

    /// Puts others in their place.
    pub(crate) fn replace(&self) {
        let _ = self.kubectl(&["rollout", "restart", "deployment/coredns"]).ok();
        let _ = self.wait_ready().ok();
    }

    /// Puts others in their place that nobody restarts, whatever they do.
    fn leave_alone(&self) {
        let probes = r#"[{"op": "remove", "path": "/spec/template/spec/containers/0/livenessProbe"},
            {"op": "remove", "path": "/spec/template/spec/containers/0/readinessProbe"}]"#;
        let _ = self.kubectl(&["patch", "deployment/coredns", "--type=json", "-p", probes]).ok();
        let _ = self.wait_ready().ok();
    }

    fn wait_ready(&self) -> Run {
        self.kubectl(&["rollout", "status", "deployment/coredns", "--timeout=25s"])
    }

    /// Stops the process of one: it has its port open, and says nothing.
    fn stop(&self, pod: &str) {
        let uid = self.kubectl(&["get", "pod", pod, "-o", "jsonpath={.metadata.uid}"]).ok().stdout;
        let processes = processes_of_pod(&uid);
        let [process] = &processes[..] else { panic!("one process of {pod} is expected: {processes:?}") };
        boot::halt(process.pid).expect("a process");
    }

    /// The names of their pods, once those of before are gone.
    pub(crate) fn pods(&self) -> Vec<String> {
        let mut pods = Vec::new();
        self.0.wait_until("there is one DNS server on each node", || {
            let named = self.kubectl(&["get", "pods", "-l", "k8s-app=kube-dns", "-o", "name"]).ok().stdout;
            pods = named.lines().map(|line| line.trim_start_matches("pod/").to_owned()).collect();
            pods.len() == real::NODES.len()
        });
        pods
    }
}

impl Drop for DnsServers<'_> {
    fn drop(&mut self) {
        // The probes come back with the template of before; where it is the present one, there is nothing to undo.
        let _ = self.kubectl(&["rollout", "undo", "deployment/coredns", "--to-revision=1"]);
        let _ = self.start();
    }
}

/// Three members on which all sources agree.
fn web(ns: &Namespace) {
    ns.apply(set("web").replicas(3).real().spread().grace_period(1));
    ns.wait_rolled_out("web");
    wait_agreed(ns, "web");
}

/// Asserts that all is told but what DNS answers, and that this is said.
fn assert_without_dns(said: &Said, why: &str) {
    assert_eq!([&said.item()["agree"], &said.item()["dnsServers"]], [&Value::Bool(false), &Value::Null]);
    for peer in said.peers() {
        assert_eq!(peer["dns"], Value::Null, "{}", said.run);
        assert_eq!([&peer["podReady"], &peer["endpoint"]["ready"]], [true, true], "{}", said.run);
        assert_eq!(texts(&peer["endpoint"]["addresses"]).len(), 1, "{}", said.run);
    }
    assert!(said.notes().iter().any(|note| note.contains(why)), "no {why:?} in {}", said.run);
}

#[test]
fn without_dns_servers_the_other_sources_still_stand() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "no-dns");
    web(&ns);
    let servers = DnsServers::of(&ns);
    servers.end();
    let said = ask(&ns, "web", &["--exit-code"]);
    assert_eq!(said.run.code, 1, "{}", said.run);
    assert_without_dns(&said, "there are no pods with the label k8s-app=kube-dns");
    assert_eq!(ask(&ns, "web", &[]).run.code, 0);

    ns.delete::<Service>("web");
    let said = ask(&ns, "web", &["--exit-code"]);
    assert_eq!(said.run.code, 8, "{}", said.run);
    assert!(said.found("ServiceMissing").is_some(), "{}", said.run);
}

#[test]
fn dns_servers_that_do_not_answer_are_named() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "stopped");
    web(&ns);
    let servers = DnsServers::of(&ns);
    servers.leave_alone();
    let pods = servers.pods();
    let [first, second] = &pods[..] else { panic!("two DNS servers are expected: {pods:?}") };
    servers.stop(first);
    let said = ask(&ns, "web", &["--exit-code"]);
    assert_eq!(said.run.code, 8, "members ask the silent one, too: {}", said.run);
    let message = said.found("DnsFailed").and_then(|found| found["message"].as_str()).unwrap_or_default();
    assert!(message.contains(first) && message.contains("has not answered"), "{}", said.run);
    for peer in said.peers() {
        assert_eq!(peer["dns"]["resolves"], true, "{}", said.run);
    }

    servers.stop(second);
    let said = ask(&ns, "web", &["--exit-code"]);
    assert_eq!(said.run.code, 1, "{}", said.run);
    assert_without_dns(&said, "has not answered within 5 s");
    for pod in &pods {
        assert!(said.notes().iter().any(|note| note.contains(pod)), "no {pod} in {}", said.run);
    }
}

/// What docs/rbac.md says of `peers`.
const RIGHTS: &[(&str, &str, &[&str])] = &[
    ("apps", "statefulsets", &["get"]),
    ("", "pods", &["list"]),
    ("", "services", &["get"]),
    ("discovery.k8s.io", "endpointslices", &["list"]),
];

/// Waits until the authorizer has seen a grant.
fn wait_can_forward(ns: &Namespace, user: &User<'_>, verb: &str) {
    let asked = ["auth", "can-i", verb, "pods", "--subresource=portforward", "-n", "kube-system"];
    ns.wait_until("ports can be forwarded", || user.kubectl(&asked).code == 0);
}

#[test]
fn a_user_who_may_not_forward_ports_is_told_what_is_missing() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "rights");
    web(&ns);
    let servers = [("", "pods", &["list"][..]), ("", "services", &["get"]), ("", "configmaps", &["get"])];
    let get: &[_] = &[("", "pods/portforward", &["get"][..])];
    let user = ns.as_user("user-a", RIGHTS).and_in_cluster(&[&servers, get].concat());
    wait_can_forward(&ns, &user, "get");
    let args = ["peers", "web", "-o", "json", "--exit-code"];
    let said = Said::of(user.plugin(&args));
    assert_eq!(said.run.code, 1, "{}", said.run);
    assert_without_dns(&said, "pods/portforward");
    drop(user);

    let both: &[_] = &[("", "pods/portforward", &["get", "create"][..])];
    let user = ns.as_user("user-a", RIGHTS).and_in_cluster(&[&servers, both].concat());
    wait_can_forward(&ns, &user, "create");
    let said = Said::of(user.plugin(&args));
    assert_eq!(said.run.code, 0, "{}", said.run);
    assert_eq!(
        [&said.item()["agree"], &said.document["notes"]],
        [&Value::Bool(true), &Value::Array(Vec::new())]
    );
}
