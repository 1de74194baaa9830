//! Every event of every pod of a namespace, in the order in which they happened.

use futures::StreamExt as _;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{ListParams, WatchEvent, WatchParams};
use kube::{Api, ResourceExt};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::JoinHandle;

use super::Namespace;
use crate::client::block_on;

/// What has happened since it was begun.
#[derive(Debug)]
pub struct History {
    pods: Api<Pod>,
    seen: Arc<Mutex<Seen>>,
    watch: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Seen {
    /// What is there: by name, the identity, and whether it is Ready and stays.
    now: BTreeMap<String, (String, bool)>,
    /// Identity, name and revision.
    created: Vec<(String, String, String)>,
    /// Identities of pods whose deletion was asked for.
    going: BTreeSet<String>,
    gone: Vec<String>,
    fewest: usize,
}

impl History {
    /// Begins to watch.
    ///
    /// # Panics
    /// When the server does not tell.
    #[must_use]
    pub fn begin(ns: &Namespace) -> Self {
        let pods = ns.api::<Pod>();
        let list = block_on(pods.list(&ListParams::default())).expect("the pods");
        let now: BTreeMap<_, _> = list.items.iter().map(|pod| (pod.name_any(), state(pod))).collect();
        let fewest = count(&now);
        let seen = Arc::new(Mutex::new(Seen { now, fewest, ..Seen::default() }));
        let (api, version, shared) = (pods.clone(), list.metadata.resource_version, Arc::clone(&seen));
        let follow = async move {
            let params = WatchParams::default();
            let events = api.watch(&params, &version.unwrap_or_default()).await.expect("a watch");
            let mut events = std::pin::pin!(events);
            while let Some(event) = events.next().await {
                let mut seen = shared.lock().unwrap_or_else(PoisonError::into_inner);
                seen.take(event.expect("an event"));
            }
        };
        block_on(async { Self { pods, seen, watch: tokio::spawn(follow) } })
    }

    /// All that has happened by now.
    ///
    /// # Panics
    /// When the watch does not tell it in 30 s.
    #[must_use]
    pub fn end(self, ns: &Namespace) -> Happened {
        ns.wait_until("the watch has told all", || {
            let list = block_on(self.pods.list(&ListParams::default())).expect("the pods");
            let now: BTreeMap<_, _> = list.items.iter().map(|pod| (pod.name_any(), state(pod))).collect();
            self.seen().now == now
        });
        let seen = self.seen();
        let created = seen.created.iter().map(|(_, name, revision)| (name.clone(), revision.clone()));
        Happened { created: created.collect(), gone: seen.gone.clone(), fewest: seen.fewest }
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
                let revision = pod.labels().get("controller-revision-hash").cloned();
                let uid = pod.uid().unwrap_or_default();
                self.created.push((uid, pod.name_any(), revision.unwrap_or_default()));
                self.now.insert(pod.name_any(), state(&pod));
            }
            WatchEvent::Modified(pod) => {
                // With no grace at all it is the end of a deletion, not its beginning.
                if pod.metadata.deletion_grace_period_seconds.is_some_and(|grace| grace > 0) {
                    self.going.extend(pod.uid());
                }
                self.now.insert(pod.name_any(), state(&pod));
            }
            WatchEvent::Deleted(pod) => {
                self.now.remove(&pod.name_any());
                let uid = pod.uid().unwrap_or_default();
                if self.going.contains(&uid) {
                    self.gone.push(pod.name_any());
                } else {
                    // The simulated kubelet deletes by name: on a busy machine what was meant for a pod that had to go
                    // hits its successor, before that is on a node. Whoever else deletes is seen to ask for it.
                    self.created.retain(|(created, ..)| *created != uid);
                }
            }
            WatchEvent::Bookmark(_) => {}
            WatchEvent::Error(error) => panic!("{error}"),
        }
        self.fewest = self.fewest.min(count(&self.now));
    }
}

/// What has happened.
#[derive(Clone, Debug)]
pub struct Happened {
    /// Names of pods that were created and their revisions, in that order.
    pub created: Vec<(String, String)>,
    /// Names of pods that went, in that order.
    pub gone: Vec<String>,
    /// The fewest pods that were Ready at any moment.
    pub fewest: usize,
}

impl Happened {
    /// The ordinals of the pods that were replaced, in that order.
    ///
    /// # Panics
    /// When one was replaced twice, or was created before the last one was gone.
    #[must_use]
    pub fn replaced(&self) -> Vec<u32> {
        let created: Vec<&String> = self.created.iter().map(|(name, _)| name).collect();
        assert_eq!(created, self.gone.iter().collect::<Vec<_>>(), "each once, and one after the other");
        let once: BTreeSet<&String> = created.iter().copied().collect();
        assert_eq!(once.len(), created.len(), "each once: {self:?}");
        let ordinal = |name: &String| name.rsplit('-').next().and_then(|number| number.parse().ok());
        created.into_iter().filter_map(ordinal).collect()
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
