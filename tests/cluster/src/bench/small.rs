//! `status NAME` of a set of the usual size.

use super::Bench;
use super::beside::{Reading, beside};
use anyhow::Result;
use test_cluster::{Behaviour, Namespace, set};

/// Three replicas: all in order, and with one whose image does not exist.
pub(super) fn measure(bench: &Bench) -> Result<String> {
    let ns = Namespace::on(&bench.cluster, "bench-small");
    let web = || set("web").replicas(3).claims("data");
    ns.apply(web());
    ns.wait_rolled_out("web");
    let in_order = compare(bench, ns.name(), "web", "3 replicas, all in order", None)?;
    ns.apply(web().behaviour(Behaviour::ImagePullError));
    ns.wait_until("web-2 cannot pull", || {
        ns.waiting_reason("web-2", "app").as_deref() == Some("ImagePullBackOff")
    });
    let stuck = compare(bench, ns.name(), "web", "3 replicas, a rollout is stuck", None)?;
    Ok(format!("{in_order}\n{stuck}"))
}

/// `status NAME` beside kubectl and the bare client.
pub(super) fn compare(
    bench: &Bench,
    namespace: &str,
    name: &str,
    title: &str,
    memory: Option<f64>,
) -> Result<String> {
    beside(bench, &Reading { namespace, command: &["status", name], kinds: "sts,pods", memory }, title)
}
