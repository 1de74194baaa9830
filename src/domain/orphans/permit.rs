//! What a person has allowed.

use std::collections::BTreeSet;

use super::{Need, Verdict};

/// What was given along with the wish to delete.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Permit {
    /// The sets that were named.
    pub sets: BTreeSet<String>,
    /// Whether claims that their set may need again are included.
    pub include_reserved: bool,
    /// Whether somebody attests what cannot be read from the cluster.
    pub attested: bool,
}

impl Permit {
    /// What is still lacking; the first of it is asked for first.
    pub fn lacks(&self, verdict: &Verdict) -> Vec<Need> {
        let given = |need: &Need| match need {
            Need::Override => self.include_reserved,
            Need::Attestation => self.attested,
            Need::SetName => verdict.set.as_ref().is_some_and(|set| self.sets.contains(set)),
        };
        verdict.needs.iter().copied().filter(|need| !given(need)).collect()
    }

    /// Whether the claim may be deleted now.
    pub fn allows(&self, verdict: &Verdict) -> bool {
        verdict.class.is_deletable() && self.lacks(verdict).is_empty()
    }
}
