//! Every event of every pod of a namespace, in the order in which they happened.

use futures::StreamExt as _;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{ListParams, WatchEvent, WatchParams};
use kube::{Api, ResourceExt};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use test_cluster::client::block_on;
use test_cluster::*;
use tokio::task::JoinHandle;

/// What has happened since it was begun.
pub(crate) struct History {
    pods: Api<Pod>,
    seen: Arc<Mutex<Seen>>,
    watch: JoinHandle<()>,
}

#[derive(Default)]
struct Seen {
    /// What is there: by name, the identity, and whether it is Ready and stays.
    now: BTreeMap<String, (String, bool)>,
    created: Vec<String>,
    gone: Vec<String>,
    fewest: usize,
}

impl History {
    /// Begins to watch.
    pub(crate) fn begin(ns: &Namespace) -> Self {
        let pods: Api<Pod> = Api::namespaced(cluster().client(), ns.name());
        let list = block_on(pods.list(&ListParams::default())).expect("the pods");
        let now: BTreeMap<_, _> = list.items.iter().map(|pod| (pod.name_any(), state(pod))).collect();
        let fewest = count(&now);
        let seen = Arc::new(Mutex::new(Seen { now, fewest, ..Seen::default() }));
        let (api, version, shared) = (pods.clone(), list.metadata.resource_version, Arc::clone(&seen));
        let watch = block_on(async {
            tokio::spawn(async move {
                let params = WatchParams::default();
                let events = api.watch(&params, &version.unwrap_or_default()).await.expect("a watch");
                let mut events = std::pin::pin!(events);
                while let Some(event) = events.next().await {
                    let mut seen = shared.lock().unwrap_or_else(PoisonError::into_inner);
                    seen.take(event.expect("an event"));
                }
            })
        });
        Self { pods, seen, watch }
    }

    /// All that has happened by now.
    pub(crate) fn end(self, ns: &Namespace) -> Story {
        ns.wait_until("the watch has told all", || {
            let list = block_on(self.pods.list(&ListParams::default())).expect("the pods");
            let now: BTreeMap<_, _> = list.items.iter().map(|pod| (pod.name_any(), state(pod))).collect();
            self.seen().now == now
        });
        let seen = self.seen();
        Story { created: seen.created.clone(), gone: seen.gone.clone(), fewest: seen.fewest }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for History {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

impl Seen {
    fn take(&mut self, event: WatchEvent<Pod>) {
        match event {
            WatchEvent::Added(pod) => {
                self.created.push(pod.name_any());
                self.now.insert(pod.name_any(), state(&pod));
            }
            WatchEvent::Modified(pod) => {
                self.now.insert(pod.name_any(), state(&pod));
            }
            WatchEvent::Deleted(pod) => {
                self.gone.push(pod.name_any());
                self.now.remove(&pod.name_any());
            }
            WatchEvent::Bookmark(_) => {}
            WatchEvent::Error(error) => panic!("{error}"),
        }
        self.fewest = self.fewest.min(count(&self.now));
    }
}

/// What has happened.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    /// Names of pods that were created, in that order.
    pub(crate) created: Vec<String>,
    /// Names of pods that went, in that order.
    pub(crate) gone: Vec<String>,
    /// The fewest pods that were Ready at any moment.
    pub(crate) fewest: usize,
}

impl Story {
    /// The ordinals of the pods that were replaced, in that order; each must have gone and been created once.
    pub(crate) fn replaced(&self) -> Vec<u32> {
        assert_eq!(self.created, self.gone, "each once, and one after the other");
        let once: BTreeSet<&String> = self.created.iter().collect();
        assert_eq!(once.len(), self.created.len(), "each once: {self:?}");
        let ordinal = |name: &String| name.rsplit('-').next().and_then(|number| number.parse().ok());
        self.created.iter().filter_map(ordinal).collect()
    }
}

fn state(pod: &Pod) -> (String, bool) {
    let conditions = pod.status.as_ref().and_then(|status| status.conditions.as_ref());
    let ready = conditions.into_iter().flatten().any(|it| it.type_ == "Ready" && it.status == "True");
    (pod.uid().unwrap_or_default(), ready && pod.metadata.deletion_timestamp.is_none())
}

fn count(pods: &BTreeMap<String, (String, bool)>) -> usize {
    pods.values().filter(|(_, ready)| *ready).count()
}
