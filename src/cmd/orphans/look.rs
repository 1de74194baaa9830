//! The last look at a claim before it is deleted.

use std::cell::RefCell;
use std::collections::BTreeSet;

use futures::future::{join, try_join_all};

use crate::cluster::{ApiError, Connection};
use crate::domain::orphans::{Candidate, Evidence, LiveSet, Permit, Shape, Verdict, judge};
use crate::snapshot::usage;
use crate::wire;

use super::select::stands;

/// What the last look has shown.
pub(super) enum Look {
    /// It is what it was, and may go: as it is now.
    Same(Box<(Candidate, Verdict)>),
    /// There is no claim of that name any more.
    Gone,
    /// It must stay; why.
    Changed(String),
}

/// Reads a claim and the pods of its ordinal again, and last every set that could have it, and judges it anew.
///
/// A scale-up changes nothing about a claim, so no precondition of the deletion can notice it: between the sets and the
/// deletion nothing else is waited for.
///
/// # Errors
/// Anything of it that cannot be read.
pub(super) async fn look(
    connection: &Connection,
    evidence: &RefCell<Evidence>,
    known: &Candidate,
    permit: &Permit,
) -> Result<Look, ApiError> {
    let namespace = known.namespace.as_str();
    let name = known.claim.name.as_str();
    let shape = Shape::of(name);
    let sets: BTreeSet<String> =
        shape.iter().flat_map(|shape| shape.pairs()).map(|(_, set)| set.to_owned()).collect();
    let pods: Vec<String> =
        shape.iter().flat_map(|shape| sets.iter().map(|set| format!("{set}-{}", shape.ordinal))).collect();
    let (claim, used) = join(
        connection.find::<wire::PersistentVolumeClaim>(Some(namespace), name),
        try_join_all(pods.iter().map(|pod| connection.find::<wire::Pod>(Some(namespace), pod))),
    )
    .await;
    let (claim, used) = (claim?, used?);
    let found =
        try_join_all(sets.iter().map(|set| connection.find::<wire::StatefulSet>(Some(namespace), set)))
            .await?;
    let mut evidence = evidence.borrow_mut();
    for (set, found) in sets.iter().zip(&found) {
        evidence.set_is(namespace, set, found.as_ref().map(usage::live_set));
    }
    for (pod, used) in pods.iter().zip(&used) {
        evidence.pod_is(namespace, pod, used.as_ref().and_then(usage::pod_use));
    }
    let Some(claim) = claim else { return Ok(Look::Gone) };
    let claim = usage::candidate(&claim);
    if claim.claim.uid != known.claim.uid {
        return Ok(Look::Changed("another claim has its name by now".to_owned()));
    }
    let verdict = judge(&claim, &evidence, connection.server_now().unwrap_or_else(jiff::Timestamp::now));
    Ok(match stands(permit, &verdict) {
        Ok(()) => Look::Same(Box::new((claim, verdict))),
        Err(why) => Look::Changed(why),
    })
}

/// The set that asks for a claim's ordinal now, though it did not before the claim was deleted. Kubernetes knows no
/// write that depends on two objects: a scale-up in the very moment between the look and the deletion shows only here.
pub(super) async fn wanted_again(connection: &Connection, deleted: &Candidate) -> Option<String> {
    let shape = Shape::of(&deleted.claim.name)?;
    for (_, set) in shape.pairs() {
        let found = connection.find::<wire::StatefulSet>(Some(&deleted.namespace), set).await;
        let found = found.ok().flatten().map(|set| usage::live_set(&set));
        let wants = |set: &LiveSet| {
            set.templates.iter().any(|template| Some(template.name.as_str()) == shape.template_of(&set.name))
                && set.range.contains(shape.ordinal)
        };
        if found.as_ref().is_some_and(wants) {
            return Some(set.to_owned());
        }
    }
    None
}
