//! Who the members are, and what keeps the sources from agreeing on it.

use std::collections::BTreeSet;

use super::facts::Facts;
use super::peer::{Peer, peers};
use super::reason::{Disagreement, Reason};
use super::{foreign, member, names, readiness, service};

/// What came of comparing the sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The members, by ordinal.
    pub peers: Vec<Peer>,
    /// What disagrees, the root of all first, then ordinal by ordinal.
    pub disagreements: Vec<Disagreement>,
    /// Whether all sources were read, and agree.
    pub agree: bool,
    /// Whether something disagrees that cannot pass by itself.
    pub hopeless: bool,
}

impl Judgement {
    /// Whether any source contradicts another one.
    pub fn disagree(&self) -> bool {
        self.disagreements.iter().any(|found| !found.reason.is_advice())
    }
}

/// Compares all sources.
pub fn judge(facts: &Facts) -> Judgement {
    let disagreements = disagreements(facts);
    let real = || disagreements.iter().filter(|found| !found.reason.is_advice());
    let asked = facts.range.replicas == 0 || facts.dns.get().is_some();
    let read = asked && facts.service.get().is_some() && facts.endpoints.get().is_some();
    Judgement {
        peers: peers(facts),
        agree: read && real().next().is_none(),
        hopeless: real().any(|found| !found.reason.self_resolves()),
        disagreements,
    }
}

/// What disagrees: roots only.
fn disagreements(facts: &Facts) -> Vec<Disagreement> {
    if let Some(root) = service::fatal(facts) {
        return vec![root];
    }
    let mut found = service::general(facts);
    let deadlock = readiness::deadlock(facts);
    let of_members: Vec<Disagreement> = facts
        .ordinals()
        .into_iter()
        .filter_map(|ordinal| member::trouble(facts, ordinal))
        .filter(|trouble| deadlock.is_none() || !follows_from_deadlock(trouble.reason))
        .collect();
    let reasons: BTreeSet<Reason> = of_members.iter().map(|trouble| trouble.reason).collect();
    found.extend(deadlock);
    found.extend(of_members);
    // A name that a member lacks is missing from the Service's own answer too.
    found.extend(names::of_service(facts).into_iter().filter(|general| !reasons.contains(&general.reason)));
    found.extend(foreign::endpoints(facts));
    found.sort_by_key(|trouble| (trouble.reason.is_advice(), trouble.ordinal));
    found
}

fn follows_from_deadlock(reason: Reason) -> bool {
    matches!(reason, Reason::NotReady | Reason::PodMissing)
}
