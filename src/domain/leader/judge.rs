//! Who leads a set.

use std::collections::BTreeSet;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::claim::{Claim, Facts, Source};
use super::known::claims;
use super::words;
use crate::domain::Ordinal;

/// The answer to who leads, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub enum Reason {
    /// One member leads.
    Leads,
    /// Claims that count now name different members.
    Conflict,
    /// A claim counts now, and its holder is no pod of the set that could be told.
    UnknownHolder,
    /// The last leader has not renewed its claim in time.
    Expired,
    /// The last leader gave its claim up, and nobody has taken it.
    Released,
    /// No object and no label names a member.
    NoElection,
    /// Nothing that could be read names a leader, and not everything could be read.
    Unread,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// As typed in a shell.
    pub command: String,
    /// What it shows.
    pub effect: String,
}

/// Who leads a set, and what says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The moment.
    pub now: Timestamp,
    /// Every claim to lead, also those that do not count.
    pub claims: Vec<Claim>,
    /// The answer.
    pub reason: Reason,
    /// The one member that leads; none in a conflict, and where nobody is known to.
    pub leader: Option<Ordinal>,
    /// The answer in one sentence.
    pub message: String,
    /// What to do next; none where nothing needs to be done.
    pub hint: Option<Hint>,
}

/// Judges a set by all its elections, or by one of them.
pub fn judge(facts: &Facts, election: Option<&str>) -> Judgement {
    let claims = claims(facts, election);
    let named = named(&claims, facts.now);
    let reason = reason(facts, &claims, &named);
    let mut judged = Judgement {
        now: facts.now,
        leader: named.first().copied().filter(|_| reason == Reason::Leads),
        claims,
        reason,
        message: String::new(),
        hint: None,
    };
    judged.message = words::sentence(&judged, facts, election);
    judged.hint = words::hint(&judged, facts);
    judged
}

/// The members that claims name which count now.
fn named(claims: &[Claim], now: Timestamp) -> BTreeSet<Ordinal> {
    claims.iter().filter(|claim| claim.counts(now)).filter_map(|claim| claim.ordinal).collect()
}

fn reason(facts: &Facts, claims: &[Claim], named: &BTreeSet<Ordinal>) -> Reason {
    match named.len() {
        0 => {}
        1 => return Reason::Leads,
        _ => return Reason::Conflict,
    }
    if claims.iter().any(|claim| claim.counts(facts.now)) {
        return Reason::UnknownHolder;
    }
    // Software that moved from annotations to Leases has left its old records behind: beside Leases that were not read,
    // one that has expired says nothing.
    let unread = facts.unread.contains(&Source::Lease) || claims.is_empty() && !facts.unread.is_empty();
    if unread {
        return Reason::Unread;
    }
    match latest(claims) {
        None => Reason::NoElection,
        Some(claim) if claim.holder.is_none() => Reason::Released,
        Some(_) => Reason::Expired,
    }
}

/// The claim that was renewed last.
pub(super) fn latest(claims: &[Claim]) -> Option<&Claim> {
    // Of equals the first, which is the more telling.
    claims.iter().rev().max_by_key(|claim| claim.renewed())
}

impl Judgement {
    /// Whether claims that count now name different members.
    pub fn is_conflict(&self) -> bool {
        self.reason == Reason::Conflict
    }

    /// The members that claims name which count now.
    pub fn named(&self) -> BTreeSet<Ordinal> {
        named(&self.claims, self.now)
    }

    /// The most telling claim of the one leader.
    pub fn leading(&self) -> Option<&Claim> {
        let leader = self.leader?;
        self.claims.iter().find(|claim| claim.ordinal == Some(leader) && claim.counts(self.now))
    }

    /// When the first claim that counts now stops to, unless it is renewed.
    pub fn next_expiry(&self) -> Option<Timestamp> {
        self.claims.iter().filter(|claim| claim.counts(self.now)).filter_map(Claim::expires).min()
    }
}
