//! Row 6: whoever else decides on a claim.

use super::evidence::{Evidence, Place};
use super::facts::{LiveSet, Template};
use super::source::Source;
use super::{Candidate, Class, Reason};
use crate::domain::claim::Owner;
use crate::domain::ownership::MARKS;

/// Annotations by which somebody says that an object is to stay, and a part of their value. They hold also where a
/// claim template gives them to every claim.
///
/// - Helm: `ResourcePolicyAnno` in helm/helm `pkg/kube/resource_policy.go`.
/// - Argo CD: `Prune=false`, `Delete=false`: argoproj/argo-cd `docs/user-guide/sync-options.md`.
/// - Flux: `kustomize.toolkit.fluxcd.io/prune`, fluxcd.io's Kustomization reference.
const TO_STAY: [(&str, &str); 4] = [
    ("helm.sh/resource-policy", "keep"),
    ("argocd.argoproj.io/sync-options", "Prune=false"),
    ("argocd.argoproj.io/sync-options", "Delete=false"),
    ("kustomize.toolkit.fluxcd.io/prune", "disabled"),
];

/// The label by which operators and tools say whose an object is.
const MANAGED_BY: &str = "app.kubernetes.io/managed-by";

/// Whether an annotation bears on whose a claim is. Others need not be kept.
pub fn is_mark(key: &str) -> bool {
    key == MANAGED_BY
        || TO_STAY.iter().any(|(mark, _)| *mark == key)
        || MARKS.iter().any(|(mark, _)| *mark == key)
}

/// Who decides on the claim, if that is not its set.
pub(super) fn decides(
    candidate: &Candidate,
    evidence: &Evidence,
    matches: &[(&LiveSet, &Template)],
) -> Option<(Class, Reason, String)> {
    let place = evidence.at(&candidate.namespace);
    let owners: Vec<(&Owner, Tie)> =
        candidate.claim.owners.iter().map(|owner| (owner, tie(owner, place, evidence, matches))).collect();
    let named = |owner: &Owner| format!("{} {}", owner.kind.to_lowercase(), owner.name);
    if let Some((owner, _)) = owners.iter().find(|(_, tie)| *tie == Tie::Other) {
        return Some((Class::Managed, Reason::OwnedByOther, format!("{} owns it", named(owner))));
    }
    // An object goes when the last of its owners has gone, and not before.
    if let Some((owner, _)) = owners.first().filter(|_| owners.iter().all(|(_, tie)| *tie == Tie::Gone)) {
        let why = format!("its owner, {}, is gone: the garbage collector deletes it", named(owner));
        return Some((Class::GarbageCollecting, Reason::OwnerGone, why));
    }
    marked(candidate, matches).map(|why| (Class::Managed, Reason::MarkedAsManaged, why))
}

/// What an owner is to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tie {
    /// Its live set.
    Own,
    /// It does not exist any more.
    Gone,
    /// Somebody else.
    Other,
    /// Whether it exists was not readable.
    Unread,
}

fn tie(owner: &Owner, place: &Place, evidence: &Evidence, matches: &[(&LiveSet, &Template)]) -> Tie {
    let uid = &owner.uid;
    match (owner.kind.as_str(), owner.api_version.as_str()) {
        ("StatefulSet", "apps/v1") if matches.iter().any(|(set, _)| set.uid == *uid) => Tie::Own,
        ("StatefulSet", "apps/v1") if !evidence.is_read(Source::Sets) => Tie::Unread,
        ("StatefulSet", "apps/v1") if place.sets.values().all(|set| set.uid != *uid) => Tie::Gone,
        ("Pod", "v1") if !evidence.is_read(Source::Pods) => Tie::Unread,
        ("Pod", "v1") if place.pod(uid).is_none() => Tie::Gone,
        _ => Tie::Other,
    }
}

/// The mark that the claim bears. What its template gives to every claim says whose the set is, not whose the claim
/// is: the tool does not know the claim and will never remove it.
fn marked(candidate: &Candidate, matches: &[(&LiveSet, &Template)]) -> Option<String> {
    let maps = [&candidate.annotations, &candidate.labels];
    let values = |key: &'static str| maps.into_iter().filter_map(move |map| map.get(key));
    let stays = |(key, part): &(&'static str, &'static str)| {
        let value = values(key).find(|value| value.contains(part))?;
        Some(format!("it is marked to stay: {key}: {value}"))
    };
    if let Some(why) = TO_STAY.iter().find_map(stays) {
        return Some(why);
    }
    let given = |key: &str, value: &String| {
        let by = |(set, template): &(&LiveSet, &Template)| {
            [&template.labels, &template.annotations, &set.selector]
                .iter()
                .any(|map| map.get(key) == Some(value))
        };
        matches.iter().any(by)
    };
    let own = |key: &'static str| values(key).find(|value| !given(key, value));
    if let Some((key, tool, value)) = MARKS.iter().find_map(|(key, tool)| Some((key, tool, own(key)?))) {
        return Some(format!("it is delivered by {tool}: {key}: {value}"));
    }
    own(MANAGED_BY).map(|manager| format!("{MANAGED_BY}: {manager}"))
}
