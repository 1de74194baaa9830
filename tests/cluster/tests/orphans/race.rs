//! Sets go up and down for a minute while claims are deleted in a loop: who is needed is never lost.

use futures::StreamExt as _;
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use kube::api::{WatchEvent, WatchParams};
use kube::{Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use test_cluster::client::block_on;
use test_cluster::*;
use tokio::task::JoinHandle;

const LONG: Duration = Duration::from_secs(60);

/// Kubernetes has no write that depends on two objects. What happens to a set between the last look at it and the
/// deletion cannot be seen by anybody: that takes some milliseconds, and as many more as others keep the processors busy.
/// What is done in just that moment, `moment.rs` shows.
const BETWEEN: Duration = Duration::from_secs(1);

const SETS: [&str; 3] = ["red", "green", "blue"];

/// Changes, each with the moment at which it was told.
type Told<K> = Vec<(Instant, WatchEvent<K>)>;

/// Every change of every object of one kind, with the moment at which it was told.
struct Changes<K> {
    seen: Arc<Mutex<Told<K>>>,
    task: JoinHandle<()>,
}

impl<K> Changes<K>
where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope>,
    K: Clone + Debug + DeserializeOwned + Serialize + Send + Sync + 'static,
{
    fn begin(ns: &Namespace) -> Self {
        let (api, seen) = (ns.api::<K>(), Arc::new(Mutex::new(Vec::new())));
        let told = Arc::clone(&seen);
        let follow = async move {
            let mut events = api.watch(&WatchParams::default(), "0").await.expect("a watch").boxed();
            while let Some(event) = events.next().await {
                let event = event.expect("an event");
                told.lock().unwrap_or_else(PoisonError::into_inner).push((Instant::now(), event));
            }
        };
        block_on(async { Self { seen, task: tokio::spawn(follow) } })
    }

    fn end(self) -> Told<K> {
        self.task.abort();
        std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What was seen of pods and claims, and of sets what somebody asked for.
struct Story {
    sets: Told<StatefulSet>,
    pods: Told<Pod>,
    claims: Told<PersistentVolumeClaim>,
}

/// A claim whose deletion was asked for.
struct Loss {
    at: Instant,
    claim: String,
    set: String,
    ordinal: i32,
}

impl Story {
    /// The first sign of the deletion of each claim.
    fn losses(&self) -> Vec<Loss> {
        let mut losses = BTreeMap::new();
        for (at, event) in &self.claims {
            let (claim, gone) = match event {
                WatchEvent::Added(claim) | WatchEvent::Modified(claim) => (claim, false),
                WatchEvent::Deleted(claim) => (claim, true),
                _ => continue,
            };
            if gone || claim.metadata.deletion_timestamp.is_some() {
                let name = claim.name_any();
                let (set, ordinal) = name.trim_start_matches("data-").rsplit_once('-').expect("an ordinal");
                let (set, ordinal) = (set.to_owned(), ordinal.parse().expect("an ordinal"));
                losses.entry(claim.uid()).or_insert(Loss { at: *at, claim: name, set, ordinal });
            }
        }
        losses.into_values().collect()
    }

    /// Since when, at the moment of a loss, its set had asked for the ordinal.
    fn asked_since(&self, loss: &Loss) -> Option<Instant> {
        let mut since = None;
        for (at, event) in self.sets.iter().filter(|(at, _)| *at <= loss.at) {
            let (WatchEvent::Added(set) | WatchEvent::Modified(set)) = event else { continue };
            if set.name_any() != loss.set {
                continue;
            }
            let asks = loss.ordinal < set.spec.as_ref().and_then(|spec| spec.replicas).unwrap_or(1);
            since = if asks { since.or(Some(*at)) } else { None };
        }
        since
    }

    /// Since when, at the moment of a loss, a pod had used the claim.
    fn used_since(&self, loss: &Loss) -> Option<Instant> {
        let name = format!("{}-{}", loss.set, loss.ordinal);
        let mut since = None;
        for (at, event) in self.pods.iter().filter(|(at, _)| *at <= loss.at) {
            match event {
                WatchEvent::Added(pod) if pod.name_any() == name => since = Some(*at),
                WatchEvent::Deleted(pod) if pod.name_any() == name => since = None,
                _ => {}
            }
        }
        since
    }
}

fn of(name: &str, replicas: i32) -> SetBuilder {
    set(name).replicas(replicas).parallel().claims("data")
}

/// Scales one set after the other, up and down, now and then before the last change has come true.
fn scale(ns: &Namespace, over: &AtomicBool) -> usize {
    // A fixed sequence of numbers that looks like none.
    let mut state: u32 = 7;
    let mut changes = 0;
    while !over.load(Ordering::SeqCst) {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let name = SETS[(state >> 16) as usize % SETS.len()];
        let replicas = 1 + i32::try_from((state >> 20) % 4).expect("a small number");
        ns.apply(of(name, replicas));
        changes += 1;
        if !(state >> 24).is_multiple_of(3) {
            ns.wait_until("the set has as many pods as it asks for", || {
                let status = ns.statefulset(name).status;
                status.is_some_and(|status| {
                    status.replicas == replicas && status.ready_replicas == Some(replicas)
                })
            });
        }
    }
    changes
}

#[test]
fn no_claim_that_is_needed_is_lost_while_sets_go_up_and_down() {
    let ns = Namespace::new("race");
    for name in SETS {
        ns.apply(of(name, 4));
    }
    SETS.iter().for_each(|name| ns.wait_rolled_out(name));
    let (sets, pods, claims) = (Changes::begin(&ns), Changes::begin(&ns), Changes::begin(&ns));
    let over = AtomicBool::new(false);
    let (mut runs, mut kept, mut changes) = (0, 0, 0);
    std::thread::scope(|scope| {
        let scaling = scope.spawn(|| scale(&ns, &over));
        let end = Instant::now() + LONG;
        while Instant::now() < end {
            let run = ns.plugin(&["orphans", "--delete", "--yes", "--wait=false"]);
            assert!(matches!(run.code, 0 | 5), "{run}");
            kept += run.stderr.matches(" stays: ").count();
            runs += 1;
        }
        over.store(true, Ordering::SeqCst);
        changes = scaling.join().expect("scaled to the end");
    });
    let story = Story { sets: sets.end(), pods: pods.end(), claims: claims.end() };
    let losses = story.losses();
    let needed = |since: Option<Instant>, loss: &Loss| since.map(|since| loss.at.duration_since(since));
    let (mut close, mut wrong) = (0, Vec::new());
    for loss in &losses {
        for (what, since) in [("asked for", story.asked_since(loss)), ("used", story.used_since(loss))] {
            match needed(since, loss) {
                Some(long) if long > BETWEEN => wrong.push(format!("{} was {what} for {long:?}", loss.claim)),
                Some(long) => {
                    println!("{} was {what} for {long:?}", loss.claim);
                    close += 1;
                }
                None => {}
            }
        }
    }
    println!(
        "{runs} runs, {changes} changes of scale: {} claims deleted, {kept} kept at the last look, {close} in the very \
         moment of a scale-up",
        losses.len()
    );
    assert_eq!(wrong, Vec::<String>::new());
    assert!(
        losses.len() >= 20 && runs >= 20 && changes >= 20,
        "{runs} runs, {changes} changes, {} losses",
        losses.len()
    );
}
