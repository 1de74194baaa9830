//! With the feature gate MaxUnavailableStatefulSet on, which takes a cluster of its own: the controller may take two
//! pods down at once, and the way back takes one.

use crate::scene::{canary, image, item, path, template};
use futures::StreamExt as _;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt as _;
use kube::api::{ListParams, WatchEvent, WatchParams};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use test_cluster::boot::{Cluster, Options};
use test_cluster::client::block_on;
use test_cluster::*;
use tokio::task::JoinHandle;

const REPLICAS: i32 = 6;

type Make = fn() -> SetBuilder;

/// Each of them lets two pods be down in an update.
const POLICIES: [(&str, Make); 2] = [("ordered", ordered), ("parallel", parallel)];

fn ordered() -> SetBuilder {
    set("web").replicas(REPLICAS).max_unavailable(2)
}

fn parallel() -> SetBuilder {
    ordered().parallel()
}

/// The cluster that the tests here share. They stop nothing in it, so they need not take turns.
fn shared() -> Arc<Cluster> {
    static CLUSTER: Shared<Cluster> = Shared::empty();
    let options =
        Options { feature_gates: vec!["MaxUnavailableStatefulSet=true".into()], ..Options::default() };
    CLUSTER.get(|| own_cluster(&options))
}

/// A namespace of that cluster in which a set is whole.
fn whole(cluster: &Cluster, name: &str, set: SetBuilder) -> Namespace {
    let ns = Namespace::on(&cluster.handle().expect("its handle"), name);
    ns.apply(set);
    ns.wait_rolled_out("web");
    ns
}

/// What an abort brings back: all that is wanted of the set, and the revision of each pod.
fn essence(ns: &Namespace) -> (Value, Vec<Option<String>>) {
    let revision = |pod: Pod| pod.labels().get("controller-revision-hash").cloned();
    (json!(ns.statefulset("web").spec), ns.list().into_iter().map(revision).collect())
}

/// What happens to the pod of an ordinal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// Somebody asks for its deletion.
    Goes(u32),
    /// It gets Ready.
    Comes(u32),
}
use Event::{Comes, Goes};

/// Every event of every pod, from the cluster of its namespace: `History` looks at the one that all tests share.
struct Watch {
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Seen {
    /// By ordinal, the identities of those that are Ready and stay.
    up: BTreeMap<u32, String>,
    /// Identities of those whose deletion was asked for.
    going: BTreeSet<String>,
    events: Vec<Event>,
    fewest: usize,
}

impl Watch {
    fn begin(ns: &Namespace) -> Self {
        let pods = ns.api::<Pod>();
        let list = block_on(pods.list(&ListParams::default())).expect("the pods");
        let up = up(&list.items);
        let seen = Arc::new(Mutex::new(Seen { fewest: up.len(), up, ..Seen::default() }));
        let (version, shared) = (list.metadata.resource_version.unwrap_or_default(), Arc::clone(&seen));
        let follow = async move {
            let events = pods.watch(&WatchParams::default(), &version).await.expect("a watch");
            let mut events = std::pin::pin!(events);
            while let Some(event) = events.next().await {
                lock(&shared).take(&event.expect("an event"));
            }
        };
        block_on(async { Self { seen, task: tokio::spawn(follow) } })
    }

    /// All that has happened by now, and the fewest pods that were Ready at any moment.
    fn end(self, ns: &Namespace) -> (Vec<Event>, usize) {
        ns.wait_until("the watch has told all", || lock(&self.seen).up == up(&ns.list()));
        let seen = lock(&self.seen);
        (seen.events.clone(), seen.fewest)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Seen {
    fn take(&mut self, event: &WatchEvent<Pod>) {
        let (WatchEvent::Added(pod) | WatchEvent::Modified(pod) | WatchEvent::Deleted(pod)) = event else {
            let WatchEvent::Bookmark(_) = event else { panic!("{event:?}") };
            return;
        };
        let (ordinal, uid) = (ordinal(pod), pod.uid().unwrap_or_default());
        // With no grace at all it is the end of a deletion, not its beginning.
        if pod.metadata.deletion_grace_period_seconds.is_some_and(|grace| grace > 0)
            && self.going.insert(uid.clone())
        {
            self.events.push(Goes(ordinal));
        }
        if is_up(pod) && !matches!(event, WatchEvent::Deleted(_)) {
            if self.up.insert(ordinal, uid.clone()) != Some(uid) {
                self.events.push(Comes(ordinal));
            }
        } else if self.up.get(&ordinal) == Some(&uid) {
            self.up.remove(&ordinal);
        }
        self.fewest = self.fewest.min(self.up.len());
    }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

fn ordinal(pod: &Pod) -> u32 {
    let name = pod.name_any();
    name.rsplit('-').next().and_then(|number| number.parse().ok()).expect("an ordinal")
}

fn is_up(pod: &Pod) -> bool {
    let conditions = pod.status.as_ref().and_then(|status| status.conditions.as_ref());
    let ready = conditions.into_iter().flatten().any(|it| it.type_ == "Ready" && it.status == "True");
    ready && pod.metadata.deletion_timestamp.is_none()
}

fn up(pods: &[Pod]) -> BTreeMap<u32, String> {
    pods.iter().filter(|pod| is_up(pod)).map(|pod| (ordinal(pod), pod.uid().unwrap_or_default())).collect()
}

/// A step of these ordinals that never gets its image; the pods of two are down when this returns.
fn broken_step(ns: &Namespace, set: SetBuilder) -> Run {
    let patch = template(set.behaviour(Behaviour::ImagePullError));
    canary(ns, &["--step=3", "--patch", path(&patch), "--stuck-after=1s"]).code(4)
}

#[test]
fn each_step_replaces_two_at_once_and_begins_when_all_others_are_up() {
    let cluster = shared();
    for (name, make) in POLICIES {
        let ns = whole(&cluster, name, make());
        let watch = Watch::begin(&ns);
        let run = canary(&ns, &["--image=example/app:2", "--steps=2,50%,100%", "-o=json"]).ok();
        let (events, fewest) = watch.end(&ns);
        // As many as it may be, and never more.
        assert_eq!(fewest, 4, "{name}: {events:?} {run}");
        let mut left = events.iter();
        for members in [&[5, 4][..], &[3], &[2, 1, 0]] {
            // Each of them goes and comes before one of the next step goes.
            let step: Vec<Event> = left.by_ref().take(2 * members.len()).copied().collect();
            let gone: Vec<u32> =
                step.iter().filter_map(|it| if let Goes(it) = it { Some(*it) } else { None }).collect();
            let came: BTreeSet<u32> =
                step.iter().filter_map(|it| if let Comes(it) = it { Some(*it) } else { None }).collect();
            assert_eq!(gone, members, "{name}: {events:?} {run}");
            assert_eq!(came, members.iter().copied().collect(), "{name}: {events:?} {run}");
        }
        assert_eq!(left.next(), None, "{name}: {events:?} {run}");
        let item = item(&run);
        assert_eq!(item["phase"], "Promoted", "{name}: {run}");
        let steps = json!([
            {"updated": 2, "partition": 4},
            {"updated": 3, "partition": 3},
            {"updated": 6, "partition": 0},
        ]);
        assert_eq!(item["steps"], steps, "{name}: {run}");
        let images: BTreeSet<String> =
            (0..REPLICAS).map(|number| image(&ns, &format!("web-{number}"))).collect();
        assert_eq!(images, BTreeSet::from(["example/app:2".to_owned()]), "{name}: {run}");
    }
}

#[test]
fn the_way_back_from_a_healthy_canary_takes_one_at_a_time_where_two_would_be_allowed() {
    let cluster = shared();
    for (name, make) in POLICIES {
        let ns = whole(&cluster, name, make());
        let before = essence(&ns);
        let _ = canary(&ns, &["--image=example/app:2", "--steps=2,50%"]).ok();
        let watch = Watch::begin(&ns);
        let run = canary(&ns, &["--abort"]).ok();
        let expected = vec![Goes(5), Comes(5), Goes(4), Comes(4), Goes(3), Comes(3)];
        assert_eq!(watch.end(&ns), (expected, 5), "{name}: {run}");
        assert_eq!(essence(&ns), before, "{name}: {run}");
        assert!(run.stdout.contains("web: Aborted: all 6 ordinals are back"), "{name}: {run}");
    }
}

#[test]
fn the_way_back_from_two_broken_pods_takes_one_at_a_time_and_no_healthy_one() {
    let cluster = shared();
    let ns = whole(&cluster, "broken", parallel());
    let before = essence(&ns);
    let failed = broken_step(&ns, parallel());
    ns.wait_until("both wait for their image", || {
        ["web-4", "web-5"]
            .iter()
            .all(|pod| ns.waiting_reason(pod, "app").as_deref() == Some("ImagePullBackOff"))
    });
    let watch = Watch::begin(&ns);
    let run = canary(&ns, &["--abort", "--timeout=20s"]);
    let (events, fewest) = watch.end(&ns);
    assert_eq!(run.code, 0, "{failed} {run}");
    // Of broken ones the lowest goes first.
    assert_eq!((events, fewest), (vec![Goes(4), Comes(4), Goes(5), Comes(5)], 4), "{failed} {run}");
    assert_eq!(essence(&ns), before, "{run}");
}

#[test]
fn the_way_back_from_a_broken_pod_that_keeps_a_higher_one_from_being_made() {
    let cluster = shared();
    let ns = whole(&cluster, "missing", ordered());
    let before = essence(&ns);
    // Both were taken down, and OrderedReady makes web-5 only when web-4 is Ready.
    let failed = broken_step(&ns, ordered());
    ns.wait_until("web-4 waits for its image", || {
        ns.waiting_reason("web-4", "app").as_deref() == Some("ImagePullBackOff")
    });
    assert!(ns.pod("web-5").is_none(), "{failed}");
    let watch = Watch::begin(&ns);
    let run = canary(&ns, &["--abort", "--timeout=20s"]);
    let (events, fewest) = watch.end(&ns);
    assert_eq!(run.code, 0, "{failed} {run}");
    assert_eq!((events, fewest), (vec![Goes(4), Comes(4), Comes(5)], 4), "{failed} {run}");
    assert_eq!(essence(&ns), before, "{run}");
}

#[test]
fn a_way_back_that_is_a_rollout_says_how_many_the_controller_takes() {
    let cluster = shared();
    for (name, make) in POLICIES {
        let ns = whole(&cluster, name, make());
        let before = essence(&ns);
        // All were Ready: the controller has made the new revision the current one.
        let failed = canary(&ns, &["--image=example/app:2", "--promote", "--check=exit 1"]).code(4);
        let watch = Watch::begin(&ns);
        let run = canary(&ns, &["--abort"]).ok();
        let (events, fewest) = watch.end(&ns);
        assert_eq!(essence(&ns), before, "{name}: {run}");
        assert!(fewest >= 4, "{name}: {events:?} {failed} {run}");
        let says_one = run.stderr.contains("one at a time");
        assert_eq!(says_one, fewest == 5, "{name}: {fewest} were left: {events:?} {run}");
    }
}

#[test]
fn what_stays_down_is_what_was_said_before() {
    let cluster = shared();
    for (name, make) in POLICIES {
        let ns = whole(&cluster, name, make().partition(REPLICAS));
        ns.apply(make().partition(REPLICAS).behaviour(Behaviour::ImagePullError));
        ns.wait_until("the controller has seen it", || {
            let set = ns.statefulset("web");
            set.status.and_then(|status| status.observed_generation) == set.metadata.generation
        });
        let preview = canary(&ns, &["-o=json"]).ok();
        let next = item(&preview)["next"].clone();
        let promote = next
            .as_array()
            .into_iter()
            .flatten()
            .find(|next| next["command"].as_str().is_some_and(|command| command.ends_with("--promote")));
        let said = promote.map(|next| next["breaksIfNeverReady"].clone());
        let run = canary(&ns, &["--promote", "--stuck-after=1s"]).code(4);
        let up = up(&ns.list());
        let down: Vec<u32> = (0..6).filter(|ordinal| !up.contains_key(ordinal)).collect();
        assert_eq!(said, Some(json!(down)), "{name}: {preview} {run}");
    }
}
