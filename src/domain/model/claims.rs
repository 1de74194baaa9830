//! Claims within a sync (`stateful_pod_control.go`).

use super::moves::{Move, Rule};
use super::sync::Sync;
use crate::domain::pod::Pod;
use crate::domain::{Ordinal, Set};

/// `PodClaimIsStale`: with whenScaled Delete, a claim that names an earlier pod as its owner blocks the creation
/// of the next one until the garbage collector has taken it away. No event says so.
pub(super) fn stale(sync: &Sync<'_>, ordinal: Ordinal) -> Option<Move> {
    let claim = stale_claim(sync.set, ordinal)?;
    Some(Move::wait(ordinal, sync.set.pod_name(ordinal), Some(claim), Rule::StaleClaim))
}

/// The name of the claim that is stale for an ordinal without pod.
pub fn stale_claim(set: &Set, ordinal: Ordinal) -> Option<String> {
    if !set.spec.retention.delete_when_scaled {
        return None;
    }
    let claims = set.claims.get()?;
    let pod = set.pod_name(ordinal);
    let mut names = set.spec.claim_templates.iter().map(|template| set.claim_name(&template.name, ordinal));
    names.find(|name| claims.get(name).is_some_and(|claim| claim.owner_pod(&pod).is_some()))
}

/// `createPersistentVolumeClaims`: makes each missing claim; one that is refused or being deleted is an error, after
/// the others have been made. Unknown claims are taken to be in order.
pub(super) fn create_missing(sync: &mut Sync<'_>, ordinal: Ordinal, rule: Rule) -> Result<(), Move> {
    let set = sync.set;
    let Some(claims) = set.claims.get() else { return Ok(()) };
    let mut blocked = None;
    for template in &set.spec.claim_templates {
        let name = set.claim_name(&template.name, ordinal);
        match claims.get(&name) {
            None if sync.refused.claims.contains(&name) => {
                blocked.get_or_insert((name, Rule::CreateRefused));
            }
            None => sync.create_claim(ordinal, name, rule),
            Some(claim) if claim.deleted.is_some() => {
                blocked.get_or_insert((name, Rule::ClaimTerminating));
            }
            Some(_) => {}
        }
    }
    match blocked {
        Some((name, rule)) => Err(Move::wait(ordinal, set.pod_name(ordinal), Some(name), rule)),
        None => Ok(()),
    }
}

/// `storageMatches`: each claim template is a volume of the pod. Where it is not, the controller tries to change
/// the pod's volumes, which the API server refuses, in every sync anew.
pub(super) fn storage_matches(sync: &Sync<'_>, pod: &Pod) -> bool {
    let set = sync.set;
    set.spec.claim_templates.iter().all(|template| {
        let claim = set.claim_name(&template.name, pod.ordinal);
        pod.claims.iter().any(|(volume, name)| *volume == template.name && *name == claim)
    })
}
