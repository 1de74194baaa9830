//! Claims of a story, all of the first claim template.

use super::{Story, ago, at};
use crate::domain::claim::{Claim, ClaimPhase, Owner};

/// A claim that is bound and belongs to nobody.
pub(super) fn bound(name: &str) -> Claim {
    Claim {
        name: name.to_owned(),
        uid: format!("uid-{name}"),
        phase: ClaimPhase::Bound,
        deleted: None,
        finalizers: vec!["kubernetes.io/pvc-protection".to_owned()],
        owners: Vec::new(),
        class: Some("fast".to_owned()),
        volume: Some(format!("pv-{name}")),
        created: Some(ago(3_600)),
    }
}

impl Story {
    fn claim_name(&self, number: u32) -> String {
        let template = self.set.spec.claim_templates.first().expect("the story has a claim template");
        self.set.claim_name(&template.name, at(number))
    }

    /// Any claim of an ordinal: one that is bound, changed.
    pub(crate) fn claim(mut self, number: u32, change: impl FnOnce(&mut Claim)) -> Self {
        let mut claim = bound(&self.claim_name(number));
        change(&mut claim);
        self.claims.insert(claim.name.clone(), claim);
        self
    }

    /// A claim that an earlier pod has left, fit for use.
    pub(crate) fn claim_left(self, number: u32) -> Self {
        self.claim(number, |_| {})
    }

    pub(crate) fn claim_pending(self, number: u32) -> Self {
        self.claim(number, |claim| (claim.phase, claim.volume) = (ClaimPhase::Pending, None))
    }

    pub(crate) fn claim_lost(self, number: u32) -> Self {
        self.claim(number, |claim| claim.phase = ClaimPhase::Lost)
    }

    /// Its deletion was asked for so many seconds ago.
    pub(crate) fn claim_terminating(self, number: u32, seconds: i64) -> Self {
        self.claim(number, |claim| claim.deleted = Some(ago(seconds)))
    }

    /// Owned by an earlier pod of the ordinal's name.
    pub(crate) fn claim_of_old_pod(self, number: u32) -> Self {
        let name = format!("{}-{number}", self.set.name);
        let owner = Owner {
            api_version: "v1".to_owned(),
            kind: "Pod".to_owned(),
            uid: format!("uid-of-an-earlier-{name}"),
            name,
            controller: true,
        };
        self.claim(number, |claim| claim.owners.push(owner))
    }

    /// The ordinal's pod is there and its claim is not.
    pub(crate) fn without_claim(mut self, number: u32) -> Self {
        let name = self.claim_name(number);
        self.absent_claims.insert(name);
        self
    }

    /// The ordinal's pod lacks the volumes of the claim templates.
    pub(crate) fn without_volumes(mut self, number: u32) -> Self {
        self.without_volumes.insert(at(number));
        self
    }

    pub(crate) fn claims_unread(mut self) -> Self {
        self.claims_unread = true;
        self
    }
}
