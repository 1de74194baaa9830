//! The whole answer for one pod.

use super::evidence::evidence;
use super::facts::{Facts, LeaseRead};
use super::modifiers;
use super::next::next;
use super::safer::safer;
use super::signs::Lease;
use super::words::{few_others, message};
use super::{Fence, Looked, Reason, SaferWay, Signs, Verdict, decide};
use crate::domain::Known;

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Whether it may be deleted by force.
    pub verdict: Verdict,
    /// Which row or modifier decided.
    pub reason: Reason,
    /// That in one sentence.
    pub message: String,
    /// What was looked at.
    pub evidence: Vec<Looked>,
    /// What is safer.
    pub safer: SaferWay,
    /// What the controller does once the pod is gone.
    pub next: String,
    /// What keeps two of the same name from writing to the same volumes.
    pub fence: Fence,
    /// What else should be known before.
    pub warnings: Vec<String>,
}

/// Judges one pod.
pub fn judge(facts: &Facts) -> Judgement {
    let (verdict, reason) = decide(&Signs::of(facts));
    judged(facts, verdict, reason)
}

/// What is said of a pod that has gone by itself.
pub fn gone(facts: &Facts) -> Judgement {
    let next = "it has gone already; what stands above is how it was at the last look".to_owned();
    Judgement { next, ..judged(facts, Verdict::Unneeded, Reason::Gone) }
}

/// Whether the verdict depends on a second reading of the Lease: it is stale, and nothing else decides before.
pub fn lease_matters(facts: &Facts) -> bool {
    let Known::Known(Some(lease)) = facts.lease else { return false };
    if Signs::of(facts).lease != Lease::ReadOnce {
        return false;
    }
    let later = lease.read.saturating_add(lease.renewal()).unwrap_or(lease.read);
    let with = |renewed| {
        let lease = LeaseRead { again: Some((renewed, later)), ..lease };
        decide(&Signs::of(&Facts { lease: Known::Known(Some(lease)), ..facts.clone() }))
    };
    with(lease.renewed) != with(Some(later))
}

fn judged(facts: &Facts, verdict: Verdict, reason: Reason) -> Judgement {
    let fence = Fence::of(facts);
    Judgement {
        verdict,
        reason,
        message: message(reason, facts),
        evidence: evidence(facts),
        safer: safer(reason, facts),
        next: next(facts, fence),
        fence,
        warnings: warnings(facts, verdict, reason),
    }
}

fn warnings(facts: &Facts, verdict: Verdict, reason: Reason) -> Vec<String> {
    let mut warnings = Vec::new();
    let risky = verdict == Verdict::NeedsAttestation && modifiers::few_others(facts);
    if risky && reason != Reason::QuorumAtRisk {
        warnings.push(few_others(facts));
    }
    if facts.pod.pod.grace_seconds == Some(0) {
        warnings.push(
            "terminationGracePeriodSeconds is 0: every deletion of this pod is a force delete, also that by a node that is \
             merely unreachable"
                .to_owned(),
        );
    }
    if let Known::Known(budgets) = &facts.budgets {
        let spent = budgets.iter().filter(|budget| budget.allowed <= 0);
        warnings.extend(spent.map(|budget| {
            format!(
                "PodDisruptionBudget {} allows no disruption now; a deletion does not ask it",
                budget.name
            )
        }));
    }
    warnings
}
