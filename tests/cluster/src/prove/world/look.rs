//! A set as the plugin sees it: read as `status NAME` reads it, and judged.

use crate::prove::world::actor::SET;
use anyhow::{Result, anyhow};
use jiff::SignedDuration;
use kubectl_stateful::cluster::gather::{self, Reader};
use kubectl_stateful::cluster::{Connection, ConnectionFlags};
use kubectl_stateful::domain::Set;
use kubectl_stateful::domain::cause::{Diagnosis, Patience, Reason, diagnose};
use kubectl_stateful::domain::model::{Moves, next_moves};
use kubectl_stateful::domain::state::{State, judge};
use kubectl_stateful::dump;
use kubectl_stateful::snapshot::{Index, Objects};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// How long trouble of a pod may pass by itself here. Simulated pods run in less than a second, or never.
const PATIENCE: Patience = Patience { stuck_after: Some(SignedDuration::from_secs(4)) };

/// The kinds that the model goes by. What else `capture` writes explains, and decides nothing.
const MODELLED: [&str; 4] = ["StatefulSet", "Pod", "PersistentVolumeClaim", "ControllerRevision"];

/// The plugin's own eyes.
#[derive(Clone)]
pub(in crate::prove) struct Eyes(Connection);

/// What they have seen.
#[derive(Clone, Debug)]
pub(in crate::prove) struct Seen {
    pub(in crate::prove) objects: Objects,
    pub(in crate::prove) set: Set,
    pub(in crate::prove) moves: Moves,
    pub(in crate::prove) diagnosis: Diagnosis,
    pub(in crate::prove) state: State,
}

impl Eyes {
    pub(in crate::prove) async fn open(kubeconfig: &Path) -> Result<Self> {
        let flags = ConnectionFlags { kubeconfig: Some(kubeconfig.to_owned()), ..ConnectionFlags::default() };
        Connection::connect(&flags).await.map(Self).map_err(|error| anyhow!("{error}"))
    }

    /// Looks at the set of a namespace; none when it does not exist.
    pub(in crate::prove) async fn look(&self, namespace: &str) -> Result<Option<Seen>> {
        let reader = Reader::new(&self.0);
        let read = gather::named(&reader, namespace, &[SET.to_owned()]).await;
        let objects = match read {
            Ok(objects) => objects,
            Err(error) if error.reason == kubectl_stateful::cluster::Reason::NotFound => return Ok(None),
            Err(error) => return Err(anyhow!("{}", error.sentence())),
        };
        let notes = reader.into_notes();
        if !notes.is_empty() {
            return Err(anyhow!("an administrator may read everything: {notes:?}"));
        }
        Ok(Seen::of(objects))
    }

    /// The whole objects of what was seen that the model goes by, as `capture` writes them.
    pub(in crate::prove) async fn capture(&self, seen: &Seen) -> Result<Value> {
        let reader = Reader::new(&self.0);
        let captured = gather::capture(&reader, &seen.objects).await;
        let mut items = captured.map_err(|error| anyhow!("{}", error.sentence()))?.items;
        let kept = gather::RESOURCES.iter().filter(|resource| MODELLED.contains(&resource.kind));
        let complete: Vec<&str> = kept.map(|resource| resource.plural).collect();
        items.retain(|item| item["kind"].as_str().is_some_and(|kind| MODELLED.contains(&kind)));
        Ok(dump::document(items, &complete, &[], seen.set.now))
    }
}

impl Seen {
    fn of(objects: Objects) -> Option<Self> {
        let set = Index::new(&objects).set(objects.sets.iter().next()?);
        let moves = next_moves(&set);
        let diagnosis = diagnose(&set, &moves, PATIENCE);
        let state = judge(&set, &moves, &diagnosis);
        Some(Self { objects, set, moves, diagnosis, state })
    }

    /// All causes that are named.
    pub(in crate::prove) fn reasons(&self) -> impl Iterator<Item = Reason> + '_ {
        let of_ordinals = self.diagnosis.by_ordinal.values().flatten();
        self.diagnosis
            .roots
            .iter()
            .chain(of_ordinals)
            .map(|cause| cause.reason)
            .collect::<BTreeSet<_>>()
            .into_iter()
    }

    /// What is compared to tell whether anything has happened meanwhile: the pods, and what comes next.
    pub(in crate::prove) fn essence(&self) -> (Vec<(String, bool)>, Moves, i64) {
        let pods = self.set.pods.values().map(|pod| (pod.uid.clone(), pod.is_terminating())).collect();
        (pods, self.moves.clone(), self.set.generation)
    }
}
