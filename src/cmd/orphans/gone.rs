//! Waiting until claims are gone.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::join_all;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use super::one::Deleted;
use crate::cluster::{ApiError, Connection, Event, Query, Watch};
use crate::domain::orphans::Candidate;
use crate::report::orphans::Outcome;
use crate::wire::{self, Object as _};

/// So many claims of a namespace are watched one by one; more by a watch of the namespace.
const FEW: usize = 8;

/// Waits until the claims are gone or time is up, and tells of each what it has come to.
pub(super) async fn wait(
    connection: &Connection,
    going: &[Candidate],
    timeout: Duration,
    tell: impl Fn(&Candidate, Outcome, &str),
) {
    let deadline = Instant::now() + timeout;
    let mut of_namespace: BTreeMap<&str, Vec<&Candidate>> = BTreeMap::new();
    for claim in going {
        of_namespace.entry(&claim.namespace).or_default().push(claim);
    }
    let tell = &tell;
    let watches = of_namespace.into_iter().flat_map(|(namespace, claims)| {
        let query = Query::within(Some(namespace));
        if claims.len() > FEW {
            return vec![(query, claims)];
        }
        let one = |claim: &Candidate| query.clone().fields(format!("metadata.name={}", claim.claim.name));
        claims.into_iter().map(|claim| (one(claim), vec![claim])).collect()
    });
    let watches = watches.map(|(query, claims)| {
        let watch = connection.watch::<wire::PersistentVolumeClaim>(&query);
        follow(connection, watch, claims, deadline, tell)
    });
    join_all(watches).await;
}

/// Follows some claims until all are gone.
async fn follow(
    connection: &Connection,
    mut watch: Watch<wire::PersistentVolumeClaim>,
    claims: Vec<&Candidate>,
    deadline: Instant,
    tell: &impl Fn(&Candidate, Outcome, &str),
) {
    let mut left: BTreeMap<String, &Candidate> =
        claims.into_iter().map(|claim| (claim.claim.uid.clone(), claim)).collect();
    while !left.is_empty() {
        let event = match timeout_at(deadline, watch.next()).await {
            Ok(Some(Ok(event))) => event,
            // Who may not watch may still ask.
            Ok(Some(Err(_))) => return poll(connection, left, deadline, tell).await,
            Ok(None) | Err(_) => return,
        };
        match event {
            Event::Restarted(there) => {
                let is_there = |uid: &String| there.iter().any(|claim| claim.meta().uid == *uid);
                left.iter().filter(|(uid, _)| !is_there(uid)).for_each(|(_, claim)| {
                    tell(claim, Outcome::Deleted, "deleted");
                });
                left.retain(|uid, _| is_there(uid));
                there.iter().for_each(|claim| still_there(&left, claim, tell));
            }
            Event::Applied(claim) => still_there(&left, &claim, tell),
            Event::Deleted(claim) => {
                if let Some(gone) = left.remove(&claim.meta().uid) {
                    tell(gone, Outcome::Deleted, "deleted");
                }
            }
            Event::Bookmark | Event::Interrupted(_) | Event::Resumed => {}
        }
    }
}

/// Asks for the claims again and again, ever more seldom.
async fn poll(
    connection: &Connection,
    mut left: BTreeMap<String, &Candidate>,
    deadline: Instant,
    tell: &impl Fn(&Candidate, Outcome, &str),
) {
    let mut pause = Duration::from_millis(100);
    while !left.is_empty() && Instant::now() + pause < deadline {
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(2));
        for (uid, claim) in left.clone() {
            let (namespace, name) = (claim.namespace.as_str(), &claim.claim.name);
            match connection.find::<wire::PersistentVolumeClaim>(Some(namespace), name).await {
                Ok(Some(found)) if found.meta().uid == uid => still_there(&left, &found, tell),
                Ok(_) => {
                    left.remove(&uid);
                    tell(claim, Outcome::Deleted, "deleted");
                }
                Err(error) => {
                    let why = format!("whether it is gone cannot be read: {}", error.sentence());
                    tell(claim, Outcome::Terminating, &why);
                }
            }
        }
    }
}

fn still_there(
    left: &BTreeMap<String, &Candidate>,
    claim: &wire::PersistentVolumeClaim,
    tell: &impl Fn(&Candidate, Outcome, &str),
) {
    if let Some(known) = left.get(&claim.meta().uid) {
        tell(known, Outcome::Terminating, &held(claim.meta().finalizers.iter().map(String::as_str)));
    }
}

/// What holds a claim that the server has sent back.
pub(super) fn held_by(claim: &Value) -> String {
    let finalizers = claim["metadata"]["finalizers"].as_array().map(Vec::as_slice).unwrap_or_default();
    held(finalizers.iter().filter_map(Value::as_str))
}

fn held<'a>(finalizers: impl Iterator<Item = &'a str>) -> String {
    let who = |finalizer: &str| match finalizer {
        "kubernetes.io/pvc-protection" => format!("{finalizer}, until no pod uses it"),
        other => format!("{other}, until whoever set it takes it off"),
    };
    let all: Vec<String> = finalizers.map(who).collect();
    if all.is_empty() { "nothing holds it".to_owned() } else { format!("held by {}", all.join("; ")) }
}

/// Whether a deletion has happened whose answer was lost.
///
/// # Errors
/// The first error, where the claim is as it was or cannot be read.
pub(super) async fn after_all(
    connection: &Connection,
    target: &Candidate,
    error: ApiError,
) -> Result<Deleted, ApiError> {
    let found =
        connection.find::<wire::PersistentVolumeClaim>(Some(&target.namespace), &target.claim.name).await;
    match found {
        Ok(None) => Ok(Deleted::Gone),
        Ok(Some(claim)) if claim.meta().uid != target.claim.uid => Ok(Deleted::Gone),
        Ok(Some(claim)) if claim.meta().deletion_timestamp.is_some() => {
            Ok(Deleted::Going(held(claim.meta().finalizers.iter().map(String::as_str))))
        }
        _ => Err(error),
    }
}
