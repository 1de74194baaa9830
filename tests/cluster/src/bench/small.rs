//! `status NAME` of a set of the usual size.

use super::contest::{Entrant, contest};
use super::{Bench, record};
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
    let args = ["status", name, "-n", namespace];
    let waves = record::requests(bench, &args)?;
    let command = format!("status {name}");
    let plugin = Entrant::new(&format!("`{command}`"), &bench.programs.plugin, &args);
    let entrants = [
        memory.iter().fold(plugin, |plugin, most| plugin.memory(*most)),
        Entrant::new(
            "`kubectl get sts,pods`",
            &bench.programs.kubectl,
            &["get", "sts,pods", "-n", namespace],
        )
        .share(0.5),
        bench.bare(&format!("bare client, the same {}", waves.describe()), &waves)?.share(1.3),
    ];
    let table = contest(bench, &format!("`{command}`: {title}"), &entrants)?;
    Ok(format!("{table}\n{}", waves.markdown().replace(namespace, "NAMESPACE")))
}
