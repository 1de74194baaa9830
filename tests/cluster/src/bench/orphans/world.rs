//! A cluster with very many claims in it.

use super::super::Bench;
use super::super::many::in_parallel;
use super::claim::{CLASS, Claim, TEMPLATE};
use anyhow::Result;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use k8s_openapi::api::apps::v1::StatefulSet;
use kube::Client;
use serde_json::json;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};
use test_cluster::boot::{Cluster, Frozen, OTHER_CONTROLLERS, Options, SCHEDULER};
use test_cluster::client::block_on;
use test_cluster::parts::Parts;
use test_cluster::story::ClusterHandle;
use test_cluster::{Namespace, note, set};

const NAMESPACES: usize = 20;
/// Pods of a set: so many of its claims are in use.
const PODS: usize = 4;
/// Claims that are created at a time. More of them only wait at the server.
const AT_ONCE: usize = 32;
const PATIENCE: Duration = Duration::from_secs(300);

/// Sets that ask for many more pods than there are, and claims for all of those and some above.
///
/// The StatefulSet controller has made the first pods, while it was asked for no more. What the others would do about
/// the rest, they do not: they stand still.
pub(super) struct World {
    size: Size,
    filled: usize,
    scheduler: Option<Frozen>,
    // Ends before the controllers go on, and before each namespace is deleted object by object.
    cluster: Cluster,
    _controllers: Frozen,
    namespaces: Vec<Namespace>,
}

/// How much there is.
#[derive(Clone, Copy)]
struct Size {
    /// Sets of a namespace.
    sets: usize,
    /// Claims of a set whose ordinals it asks for.
    in_range: usize,
    /// Claims of a set whose ordinals it does not ask for.
    above: usize,
}

impl Size {
    /// Claims of a set.
    fn claims(self) -> usize {
        self.in_range + self.above
    }
}

impl World {
    /// An empty one.
    pub(super) fn boot(bench: &Bench) -> Result<Self> {
        note("booting a cluster for claims");
        let parts = Parts::ensure(bench.interrupt)?;
        let cluster = Cluster::boot(&parts, &Options::default(), bench.interrupt)?;
        let handle = cluster.handle()?;
        // All of them: the controller that makes their service accounts is about to stop.
        let namespaces = (0..NAMESPACES)
            .map(|number| Namespace::on(&handle, &format!("bench-orphans-{number}")))
            .collect();
        let size =
            Size { sets: bench.scale(25, 1), in_range: bench.scale(190, 99), above: bench.scale(10, 1) };
        let controllers = cluster.freeze(&[OTHER_CONTROLLERS])?;
        Ok(Self { size, filled: 0, scheduler: None, cluster, _controllers: controllers, namespaces })
    }

    pub(super) fn handle(&self) -> Result<Arc<ClusterHandle>> {
        self.cluster.handle()
    }

    /// How many there are.
    pub(super) fn claims(&self) -> usize {
        self.filled * self.size.sets * self.size.claims()
    }

    /// A tenth of everything, and what it is in words.
    pub(super) fn fill_tenth(&mut self, bench: &Bench) -> Result<String> {
        self.fill(bench, NAMESPACES / 10)
    }

    /// Everything.
    pub(super) fn fill_rest(&mut self, bench: &Bench) -> Result<String> {
        // In the other order the controller would make what these sets ask for.
        self.scale(self.filled, PODS);
        self.cluster.start_statefulset_controller()?;
        self.scheduler = None;
        self.fill(bench, NAMESPACES)
    }

    fn fill(&mut self, bench: &Bench, until: usize) -> Result<String> {
        let begun = Instant::now();
        let new = self.filled..until;
        note(&format!("creating sets and claims in {} namespaces", new.len()));
        // First what the first pods use, else the controller would make claims that nobody binds.
        self.create_claims(bench, new.clone(), 0..PODS)?;
        self.create_sets(new.clone());
        bench.interrupt.check()?;
        // Not stopped: one that goes on would first act upon what it has missed.
        self.cluster.kill_statefulset_controller()?;
        self.scheduler = Some(self.cluster.freeze(&[SCHEDULER])?);
        self.scale(until, self.size.in_range);
        let (rest, second) = (PODS..self.size.claims(), Instant::now());
        let created = self.create_claims(bench, new, rest)?;
        let rate = created as f64 / second.elapsed().as_secs_f64();
        self.filled = until;
        Ok(self.describe(begun.elapsed(), rate))
    }

    /// Sets with their first pods.
    fn create_sets(&self, new: Range<usize>) {
        let replicas = i32::try_from(PODS).expect("a few");
        let service = |number| set(&name(number)).replicas(replicas).parallel().claims(TEMPLATE);
        in_parallel(&self.namespaces[new.clone()], 8, |ns| {
            (0..self.size.sets).for_each(|number| ns.apply(service(number).storage_class(CLASS)));
        });
        let ready = |set: &StatefulSet| {
            set.status.as_ref().and_then(|status| status.available_replicas) == Some(replicas)
        };
        for ns in &self.namespaces[new] {
            ns.wait_for(PATIENCE, "the first pods are there", || ns.list().iter().all(ready));
        }
    }

    /// Has all sets of the first namespaces ask for so many pods.
    fn scale(&self, namespaces: usize, replicas: usize) {
        let patch = json!({"spec": {"replicas": replicas}});
        in_parallel(&self.namespaces[..namespaces], 8, |ns| {
            (0..self.size.sets).for_each(|number| ns.patch::<StatefulSet>(&name(number), &patch));
        });
    }

    /// Creates these claims of all sets in some namespaces; how many.
    fn create_claims(&self, bench: &Bench, new: Range<usize>, ordinals: Range<usize>) -> Result<usize> {
        let client = &bench.cluster.client();
        let of_set = |place, set| ordinals.clone().map(move |ordinal| (place, set, ordinal));
        let all = new.flat_map(|place| (0..self.size.sets).flat_map(move |set| of_set(place, set)));
        let count = stream::iter(all)
            .map(|(place, set, ordinal)| self.create_claim(bench, client, place, set, ordinal))
            .buffer_unordered(AT_ONCE)
            .try_fold(0, |count, ()| async move { Ok(count + 1) });
        block_on(count)
    }

    async fn create_claim(
        &self,
        bench: &Bench<'_>,
        client: &Client,
        place: usize,
        set: usize,
        ordinal: usize,
    ) -> Result<()> {
        bench.interrupt.check()?;
        let claim = Claim {
            namespace: self.namespaces[place].name(),
            set: &name(set),
            ordinal,
            // For the others it would take a quarter of the time to fill, and nobody asks.
            says_bound: ordinal >= self.size.in_range,
        };
        claim.create(client).await
    }

    fn describe(&self, took: Duration, rate: f64) -> String {
        let (sets, claims) = (self.filled * self.size.sets, self.claims());
        format!(
            "{claims} claims, each with its volume; {} are above the range of their set, and only those have a status \
             that says Bound. {sets} sets, {} pods, {} namespaces. Filled in {:.0} s, {rate:.0} claims a second.\n",
            sets * self.size.above,
            sets * PODS,
            self.filled,
            took.as_secs_f64(),
        )
    }
}

fn name(set: usize) -> String {
    format!("service-{set}")
}
