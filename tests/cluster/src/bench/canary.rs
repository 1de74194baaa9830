//! A whole canary, beside the same partitions patched by hand at once when each pod is Ready, and beside kubectl.

use super::Bench;
use super::stats::{Stats, short};
use anyhow::{Context, Result, ensure};
use futures::StreamExt as _;
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, ListParams, WatchEvent, WatchParams};
use kube::{Client, ResourceExt};
use serde_json::json;
use std::process::Stdio;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};
use test_cluster::client::block_on;
use test_cluster::{Behaviour, Namespace, set};
use tokio::task::JoinHandle;

const REPLICAS: i32 = 3;
/// How long a pod takes to get Ready.
const START: &str = "5s";
const PATIENCE: Duration = Duration::from_secs(60);

/// Who does it.
type Way = fn(&Bench, &Namespace, &Witness, &str) -> Result<()>;

/// Three pods, one ordinal a step.
pub(super) fn measure(bench: &Bench) -> Result<String> {
    test_cluster::note("measuring canaries");
    let ns = Namespace::on(&bench.cluster, "bench-canary");
    ns.apply(set("web").replicas(REPLICAS).behaviour(Behaviour::SlowReady).delay(START));
    ns.wait_for(PATIENCE, "the pods are Ready", || {
        (0..REPLICAS).all(|ordinal| ns.is_ready(&format!("web-{ordinal}")))
    });
    let ways: [(&str, Way); 3] = [
        ("`canary web --steps 1,2,3`", plugin),
        ("the same partitions by hand, at once when each pod is Ready", by_hand),
        ("`kubectl patch` and `kubectl rollout status`, for each partition", kubectl),
    ];
    let mut times = vec![Vec::new(); ways.len()];
    let mut reactions = vec![Vec::new(); ways.len()];
    for round in 0..bench.scale(5, 1) {
        for (number, (_, way)) in ways.iter().enumerate() {
            bench.interrupt.check()?;
            let image = format!("example/app:{round}-{number}");
            let witness = Witness::begin(&ns, bench.cluster.client());
            let begun = Instant::now();
            way(bench, &ns, &witness, &image)?;
            times[number].push(begun.elapsed().as_secs_f64());
            reactions[number].extend(witness.reactions());
            ns.wait_rolled_out("web");
        }
    }
    let mut table =
        format!("### A whole canary: {REPLICAS} pods that take {START} to start, one ordinal a step\n\n");
    table.push_str(
        "| | s | ratio to by hand | ms from Ready to the next partition | goal |\n|---|---|---|---|---|\n",
    );
    for (number, (label, _)) in ways.iter().enumerate() {
        let ratios: Stats =
            times[number].iter().zip(&times[1]).map(|(time, by_hand)| time / by_hand).collect();
        let time: Stats = times[number].iter().copied().collect();
        let reaction: Stats = reactions[number].iter().copied().collect();
        let goal = if number == 0 { "ratio ≤ 1.05, ≤ 100 ms" } else { "" };
        let (time, ratio, reaction) = (time.cell(), short(ratios.median()), reaction.cell());
        table.push_str(&format!("| {label} | {time} | {ratio} | {reaction} | {goal} |\n"));
    }
    Ok(table)
}

fn plugin(bench: &Bench, ns: &Namespace, _: &Witness, image: &str) -> Result<()> {
    let mut command = bench.command(&bench.programs.plugin);
    command.args(["canary", "web", "--steps", "1,2,3", "--yes", "--image", image, "-n", ns.name()]);
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    ensure!(status.success(), "the canary ended with {status}");
    Ok(())
}

fn by_hand(bench: &Bench, ns: &Namespace, witness: &Witness, image: &str) -> Result<()> {
    for partition in (0..REPLICAS).rev() {
        ns.patch::<StatefulSet>("web", &patch(partition, image));
        witness.wait_for(&format!("web-{partition}"), image)?;
        bench.interrupt.check()?;
    }
    Ok(())
}

fn kubectl(bench: &Bench, ns: &Namespace, _: &Witness, image: &str) -> Result<()> {
    for partition in (0..REPLICAS).rev() {
        let patch = patch(partition, image).to_string();
        for args in [vec!["patch", "sts/web", "-p", &patch], vec!["rollout", "status", "sts/web"]] {
            let mut command = bench.command(&bench.programs.kubectl);
            command.args(args).args(["-n", ns.name()]);
            let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
            ensure!(status.success(), "kubectl ended with {status}");
        }
    }
    Ok(())
}

fn patch(partition: i32, image: &str) -> serde_json::Value {
    let container = json!({"name": "app", "image": image});
    let strategy = json!({"rollingUpdate": {"partition": partition}});
    json!({"spec": {"updateStrategy": strategy, "template": {"spec": {"containers": [container]}}}})
}

/// A bare client that watches the pods and the set.
struct Witness {
    seen: Receiver<(Instant, Seen)>,
    watches: [JoinHandle<()>; 2],
    /// Handed out before, kept for [`Witness::reactions`].
    kept: std::cell::RefCell<Vec<(Instant, Seen)>>,
}

/// Something that it has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Seen {
    /// A pod is Ready, with this image.
    Ready(String, String),
    /// The set has this partition.
    Partition(i32),
}

impl Witness {
    fn begin(ns: &Namespace, client: Client) -> Self {
        let pods: Api<Pod> = Api::namespaced(client.clone(), ns.name());
        let sets: Api<StatefulSet> = Api::namespaced(client, ns.name());
        let (send, seen) = channel();
        let watches = block_on(async {
            [tokio::spawn(watch(pods, send.clone(), ready)), tokio::spawn(watch(sets, send, partition))]
        });
        Self { seen, watches, kept: std::cell::RefCell::default() }
    }

    /// Waits until a pod with that image is Ready.
    fn wait_for(&self, pod: &str, image: &str) -> Result<()> {
        let wanted = Seen::Ready(pod.to_owned(), image.to_owned());
        loop {
            let next =
                self.seen.recv_timeout(PATIENCE).with_context(|| format!("{wanted:?} did not come"))?;
            let found = next.1 == wanted;
            self.kept.borrow_mut().push(next);
            if found {
                return Ok(());
            }
        }
    }

    /// How many milliseconds after a pod was Ready the partition below it was there.
    fn reactions(&self) -> Vec<f64> {
        let mut seen = self.kept.take();
        seen.extend(self.seen.try_iter());
        let first =
            |wanted: &dyn Fn(&Seen) -> bool| seen.iter().find(|(_, seen)| wanted(seen)).map(|(at, _)| *at);
        let after = |partition: i32| {
            let changed = first(&|seen| *seen == Seen::Partition(partition - 1))?;
            let pod = format!("web-{partition}");
            let ready = first(&|seen| matches!(seen, Seen::Ready(name, _) if *name == pod))?;
            Some(1000.0 * changed.saturating_duration_since(ready).as_secs_f64())
        };
        (1..REPLICAS).filter_map(after).collect()
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.watches.iter().for_each(JoinHandle::abort);
    }
}

/// Tells what changes from now on.
async fn watch<K>(api: Api<K>, send: Sender<(Instant, Seen)>, what: fn(&K) -> Option<Seen>)
where
    K: kube::Resource + Clone + std::fmt::Debug + serde::de::DeserializeOwned + Send + 'static,
{
    let Ok(list) = api.list(&ListParams::default()).await else { return };
    let version = list.metadata.resource_version.unwrap_or_default();
    let Ok(events) = api.watch(&WatchParams::default(), &version).await else { return };
    let mut events = std::pin::pin!(events);
    while let Some(Ok(event)) = events.next().await {
        if let WatchEvent::Added(object) | WatchEvent::Modified(object) = event
            && let Some(seen) = what(&object)
            && send.send((Instant::now(), seen)).is_err()
        {
            return;
        }
    }
}

fn ready(pod: &Pod) -> Option<Seen> {
    let conditions = pod.status.as_ref()?.conditions.as_ref()?;
    let ready = conditions.iter().any(|it| it.type_ == "Ready" && it.status == "True");
    let image = pod.spec.as_ref()?.containers.first()?.image.clone()?;
    (ready && pod.metadata.deletion_timestamp.is_none()).then(|| Seen::Ready(pod.name_any(), image))
}

fn partition(set: &StatefulSet) -> Option<Seen> {
    let strategy = set.spec.as_ref()?.update_strategy.as_ref()?;
    strategy.rolling_update.as_ref()?.partition.map(Seen::Partition)
}
