//! What `force-delete` says of pods on real nodes, and of pods that are well.

use jiff::Timestamp;
use k8s_openapi::api::core::v1::Event;
use serde_json::{Value, json};
use std::time::Duration;
use test_cluster::*;

/// How long Kubernetes may take to remove a pod by itself: it looks each 20 s, and for 40 s leaves alone what was on a
/// Node that is gone.
pub(crate) const PATIENCE: Duration = Duration::from_secs(100);

/// A run of `force-delete -o json`, and what is in its document.
pub(crate) struct Said {
    pub(crate) run: Run,
    pub(crate) items: Vec<Value>,
}

/// Asks for the verdict on a pod, with these flags.
pub(crate) fn ask(ns: &Namespace, pod: &str, flags: &[&str]) -> Said {
    Said::of(ns.plugin(&[&["force-delete", pod, "-o", "json"], flags].concat()))
}

/// Starts to wait until a pod may go or has gone.
pub(crate) fn wait_safe(ns: &Namespace, pod: &str) -> Running {
    ns.spawn(&["force-delete", pod, "-o", "json", "--wait-safe", "--timeout=5m"])
}

impl Said {
    pub(crate) fn of(run: Run) -> Self {
        let document: Value = serde_json::from_str(&run.stdout)
            .unwrap_or_else(|error| panic!("no document ({error}) in {run}"));
        assert_eq!([&document["kind"], &document["notes"]], [&json!("VerdictList"), &json!([])], "{run}");
        let items = document["items"].as_array().cloned().unwrap_or_default();
        Self { run, items }
    }

    /// The only item.
    pub(crate) fn item(&self) -> &Value {
        let [item] = &self.items[..] else { panic!("one item is expected of {}", self.run) };
        item
    }

    /// Asserts verdict and reason, the exit code, and that nothing was deleted.
    pub(crate) fn is(self, verdict: &str, reason: &str, code: i32) -> Self {
        let (item, run) = (self.item(), &self.run);
        assert_eq!([&item["verdict"], &item["reason"]], [verdict, reason], "{run}");
        assert_eq!(run.code, code, "{run}");
        assert_eq!(item["deleted"], false, "{run}");
        self
    }

    /// What is said about an object, one text for each reading.
    pub(crate) fn says(&self, object: &str) -> Vec<&str> {
        let lines = self.item()["evidence"].as_array().expect("evidence");
        let about = lines.iter().filter(|line| line["lookedAt"] == object);
        about.filter_map(|line| line["says"].as_str()).collect()
    }
}

/// Asserts that a wait has ended well because the pod goes, or went, without force.
pub(crate) fn assert_unneeded(waited: Running, reasons: &[&str]) {
    let said = Said::of(waited.end());
    let item = said.item();
    assert_eq!((said.run.code, &item["verdict"]), (0, &json!("Unneeded")), "{}", said.run);
    assert!(reasons.contains(&item["reason"].as_str().expect("a reason")), "{}", said.run);
    assert_eq!(item["deleted"], false, "{}", said.run);
}

/// Two pods, one on each node; returns the node of `web-0`.
pub(crate) fn web<'a>(real: &'a RealCluster, ns: &Namespace) -> &'a RealNode {
    ns.apply(set("web").replicas(2).real().spread().claims("data").grace_period(1));
    ns.wait_rolled_out("web");
    real.node_named(&ns.node_of("web-0")).expect("a real node")
}

/// Waits until the cluster has given a node up, and has asked its pod in vain to end.
pub(crate) fn wait_silent(real: &RealCluster, ns: &Namespace, node: &RealNode, pod: &str) {
    ns.wait_until("the node is given up", || real.is_given_up(node));
    wait_past_grace(ns, pod);
}

/// Waits until the grace period of a pod that is to go is over.
pub(crate) fn wait_past_grace(ns: &Namespace, pod: &str) {
    ns.wait_until(&format!("the grace period of {pod} is over"), || {
        let deadline = ns.pod(pod).and_then(|pod| pod.metadata.deletion_timestamp);
        deadline.is_some_and(|deadline| deadline.0 <= Timestamp::now())
    });
}

pub(crate) fn uid(ns: &Namespace, pod: &str) -> Option<String> {
    ns.pod(pod).and_then(|pod| pod.metadata.uid)
}

/// What persons have attested.
pub(crate) fn attested(ns: &Namespace) -> Vec<Event> {
    let all = ns.list::<Event>().into_iter();
    all.filter(|event| event.reason.as_deref() == Some("ForceDeleteAttested")).collect()
}

#[test]
fn a_pod_that_nobody_asked_to_end_on_a_node_that_answers_is_unsafe() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "healthy");
    let node = web(&real, &ns);
    let before = processes_of("web-0");
    for flags in [&[][..], &["--yes"], &["--attest", "powered off, checked on the console"]] {
        let said = ask(&ns, "web-0", flags).is("Unsafe", "NotTerminating", 6);
        assert!(said.says(&format!("node {}", node.name()))[0].starts_with("Ready"), "{}", said.run);
    }
    assert_eq!(processes_of("web-0"), before);
    assert_eq!(attested(&ns), []);
}

#[test]
fn all_pods_of_sets_on_a_real_node_are_listed_and_no_others() {
    let Some(real) = real::turn() else { return };
    let (here, there) = (Namespace::on(real.handle(), "here"), Namespace::on(real.handle(), "there"));
    here.apply(set("web").replicas(4).parallel().real().spread().grace_period(1));
    there.apply(set("db").replicas(2).parallel().real().spread().grace_period(1));
    here.wait_rolled_out("web");
    there.wait_rolled_out("db");
    for node in real::NODES {
        let said =
            Said::of(here.shell(&format!("kubectl stateful force-delete --node {node} -o json")).code(6));
        let judged = |item: &Value| [&item["verdict"], &item["reason"]] == ["Unsafe", "NotTerminating"];
        assert!(said.items.iter().all(|item| judged(item) && item["node"] == node), "{}", said.run);
        let sets: Vec<_> = said.items.iter().map(|item| item["set"].as_str().unwrap_or_default()).collect();
        // By namespace: a DNS server is there too, and is of no set.
        assert_eq!(sets, ["web", "web", "db"], "{}", said.run);
    }
}
