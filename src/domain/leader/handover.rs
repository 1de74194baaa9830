//! Hand-overs: when who leads changes, and how long nobody led.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use super::claim::{Claim, Group};
use super::judge::{Judgement, Reason};
use crate::domain::Ordinal;

/// Who leads, as far as a change of it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lead {
    /// One member, by this object, as this process.
    One {
        /// The member.
        ordinal: Ordinal,
        /// The object that says so.
        object: String,
        /// The holder as written: a process that started anew has another one.
        holder: String,
    },
    /// Several at once.
    Several(Vec<Ordinal>),
    /// Nobody.
    Nobody,
    /// That is not known.
    Unknown,
}

/// A change of who leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// When it was seen, by the server's clock.
    pub at: Timestamp,
    /// The last one that led; none before the first, and after a conflict.
    pub from: Option<Ordinal>,
    /// Who leads now.
    pub to: Lead,
    /// How long nobody led; none unless one leads now after another.
    pub gap: Option<Gap>,
    /// The change in one sentence.
    pub message: String,
}

/// How long nobody led.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// From the moment that [`Since`] names to the moment at which the new leader took its claim, or was seen.
    pub length: SignedDuration,
    /// Which moment it is counted from.
    pub since: Since,
}

/// The last moment at which an old claim counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub enum Since {
    /// Its holder gave it up then.
    Released,
    /// It ran out then, unrenewed.
    Expired,
    /// It was taken over before it ran out: its last renewal is the last that is known of its holder, so that the gap is
    /// at most this long.
    LastRenewal,
    /// Nothing says when: a label or an object was changed or removed, which was seen then.
    Seen,
}

/// Follows one set.
#[derive(Clone, Debug, Default)]
pub struct Watcher {
    lead: Option<Lead>,
    /// The claim of the last leader, as it was last seen to count.
    last: Option<Claim>,
    /// When, and how, that one stopped to count.
    ended: Option<(Timestamp, Since)>,
}

impl Watcher {
    /// Takes in the present, and says what has changed.
    pub fn observe(&mut self, judged: &Judgement, group: &Group) -> Option<Change> {
        let lead = Lead::of(judged);
        let leading = judged.leading().cloned();
        let changed = self.lead.as_ref() != Some(&lead);
        if changed && self.ended.is_none() {
            self.ended = self.last.as_ref().map(|last| end(last, judged));
        }
        let change = changed.then(|| self.change(&lead, leading.as_ref(), judged, group));
        if leading.is_some() || judged.is_conflict() {
            // Of several none is the one that leads: what follows a conflict has no predecessor.
            (self.last, self.ended) = (leading, None);
        }
        self.lead = Some(lead);
        change
    }

    fn change(&self, lead: &Lead, leading: Option<&Claim>, judged: &Judgement, group: &Group) -> Change {
        let gap = leading.zip(self.ended).and_then(|(claim, end)| gap(claim, end, judged.now));
        let from = self.last.as_ref().and_then(|claim| claim.ordinal);
        let lost = self.last.as_ref().zip(self.ended).filter(|_| *lead == Lead::Nobody);
        let message = match (leading, from, lost) {
            (Some(claim), Some(from), _) => taken(claim, from, gap, group),
            (_, Some(from), Some((claim, (_, since)))) => left(claim, from, since, group),
            _ => judged.message.clone(),
        };
        Change { at: judged.now, from, to: lead.clone(), gap, message }
    }
}

impl Lead {
    fn of(judged: &Judgement) -> Self {
        if let Some(claim) = judged.leading()
            && let (Some(ordinal), Some(holder)) = (claim.ordinal, claim.holder.clone())
        {
            return Self::One { ordinal, object: claim.object.clone(), holder };
        }
        match judged.reason {
            Reason::Conflict => Self::Several(judged.named().into_iter().collect()),
            Reason::Expired | Reason::Released | Reason::NoElection => Self::Nobody,
            Reason::Leads | Reason::UnknownHolder | Reason::Unread => Self::Unknown,
        }
    }
}

/// When a claim stopped to count that no longer does, or is no longer the leader's.
fn end(last: &Claim, judged: &Judgement) -> (Timestamp, Since) {
    let now = judged.now;
    let same = judged.claims.iter().find(|claim| claim.object == last.object && claim.key == last.key);
    let (Some(same), Some(expires)) = (same, last.expires()) else { return (now, Since::Seen) };
    match &same.holder {
        // client-go writes the moment into the record that it leaves behind; Patroni leaves its last renewal.
        None => (same.renewed().filter(|at| Some(*at) > last.renewed()).unwrap_or(now), Since::Released),
        Some(holder) if Some(holder) == last.holder.as_ref() => {
            (same.expires().unwrap_or(now), Since::Expired)
        }
        Some(_) if same.acquired().is_none_or(|taken| taken >= expires) => (expires, Since::Expired),
        Some(_) => (last.renewed().unwrap_or(now), Since::LastRenewal),
    }
}

/// How long nobody led; none where the new claim is older than the end of the old one.
fn gap(claim: &Claim, (ended, since): (Timestamp, Since), now: Timestamp) -> Option<Gap> {
    let length = claim.acquired().unwrap_or(now).duration_since(ended);
    (length >= SignedDuration::ZERO).then_some(Gap { length, since })
}

/// How the last leader has gone.
fn left(claim: &Claim, from: Ordinal, since: Since, group: &Group) -> String {
    let (from, object) = (group.pod_name(from), claim.origin());
    match since {
        Since::Released => format!("nobody leads: {from} has released {object}"),
        Since::Expired => format!("nobody leads: {from} has not renewed {object}, which ran out"),
        Since::LastRenewal | Since::Seen => format!("nobody leads: the claim of {from} is gone ({object})"),
    }
}

fn taken(claim: &Claim, from: Ordinal, gap: Option<Gap>, group: &Group) -> String {
    let name = claim.ordinal.map(|ordinal| group.pod_name(ordinal)).unwrap_or_default();
    let again = if claim.ordinal == Some(from) { "leads again" } else { "leads" };
    let from = group.pod_name(from);
    let object = claim.origin();
    let after = gap.map_or_else(String::new, |gap| {
        let ms = gap.length.as_millis();
        match gap.since {
            Since::Released => format!(", {ms} ms after {from} released it"),
            Since::Expired => format!(", {ms} ms after the claim of {from} ran out unrenewed"),
            Since::LastRenewal => {
                format!(
                    ", at most {ms} ms after {from}, counted from its last renewal: its claim had not run out"
                )
            }
            Since::Seen => format!(", {ms} ms after the claim of {from} was seen to be gone"),
        }
    });
    format!("{name} {again} ({object}){after}")
}
