//! `leader`: who leads each set, and every claim to.

mod change;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::Ordinal;
use crate::domain::leader::{Claim, Facts, Judgement, Reason, Source, judge};

pub use change::{CHANGES, ChangeView};

/// The kind of a document of leaders.
pub const KIND: &str = "LeaderList";

/// Who leads one set.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeaderView {
    /// Namespace.
    pub namespace: String,
    /// Name of the set.
    pub set: String,
    /// Every claim to lead it, also those that do not count now.
    pub leaders: Vec<ClaimView>,
    /// The ordinal that leads; null where none is known to, and where claims contradict each other.
    pub leader: Option<Ordinal>,
    /// Whether claims that count now name different ordinals.
    pub conflict: bool,
    /// The answer in one word.
    pub reason: Reason,
    /// The answer in one sentence.
    pub message: String,
    /// What to do next; null where nothing needs to be done.
    pub action: Option<HintView>,
}

/// One claim to lead.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClaimView {
    /// Where it is written.
    pub source: Source,
    /// The object: `lease/web`, `endpoints/web`, `configmap/web`, `pod/web-1`.
    pub object: String,
    /// What `--election` takes: the name of the object, or the label.
    pub election: String,
    /// The annotation, or `label=value`, that says so; null for a Lease.
    pub key: Option<String>,
    /// Who holds it, as written, for a label the pod; null where it was released.
    pub holder: Option<String>,
    /// The ordinal that this means, whether or not its pod exists; null where it means none.
    pub ordinal: Option<Ordinal>,
    /// Name of the pod of that ordinal; null likewise.
    pub pod: Option<String>,
    /// Whether the set has that pod.
    pub pod_exists: bool,
    /// Whether that pod is Ready; null where it does not exist.
    pub pod_ready: Option<bool>,
    /// When the holder took it (RFC 3339); null for a label, and where that is not written.
    pub acquired: Option<String>,
    /// When it was last renewed (RFC 3339); null likewise.
    pub renewed: Option<String>,
    /// How long a renewal counts; null likewise.
    pub lease_seconds: Option<i64>,
    /// Whether it has not been renewed for too long; null for a label, which does not expire.
    pub expired: Option<bool>,
    /// How long it counts unless it is renewed, negative once it has expired; null for a label, where it was released, and
    /// where it never counted.
    pub expires_in_seconds: Option<i64>,
    /// How often it has gone from one holder to another; null for a label.
    pub transitions: Option<u32>,
    /// Whether it counts now: somebody holds it, and it has not expired.
    pub counts: bool,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HintView {
    /// As typed in a shell.
    pub command: String,
    /// What it brings about.
    pub effect: String,
}

impl LeaderView {
    /// Who leads a set, by all its elections or by one.
    pub fn of(facts: &Facts, election: Option<&str>) -> Self {
        Self::judged(facts, &judge(facts, election))
    }

    /// What was judged.
    pub fn judged(facts: &Facts, judged: &Judgement) -> Self {
        let hint = judged.hint.clone();
        Self {
            namespace: facts.group.namespace.clone(),
            set: facts.group.name.clone(),
            leaders: judged.claims.iter().map(|claim| ClaimView::of(claim, facts)).collect(),
            leader: judged.leader,
            conflict: judged.is_conflict(),
            reason: judged.reason,
            message: judged.message.clone(),
            action: hint.map(|hint| HintView { command: hint.command, effect: hint.effect }),
        }
    }

    /// The pod that leads.
    pub fn pod(&self) -> Option<String> {
        Some(format!("{}-{}", self.set, self.leader?))
    }
}

impl ClaimView {
    fn of(claim: &Claim, facts: &Facts) -> Self {
        let member = claim.ordinal.and_then(|ordinal| facts.group.members.get(&ordinal));
        let term = claim.term.as_ref();
        let text = |time: Option<Timestamp>| time.map(|time| time.to_string());
        Self {
            source: claim.source,
            object: claim.object.clone(),
            election: claim.election.clone(),
            key: claim.key.clone(),
            holder: claim.holder.clone(),
            ordinal: claim.ordinal,
            pod: claim.ordinal.map(|ordinal| facts.group.pod_name(ordinal)),
            pod_exists: member.is_some(),
            pod_ready: member.map(|member| member.ready),
            acquired: text(claim.acquired()),
            renewed: text(claim.renewed()),
            lease_seconds: term.map(|term| term.duration.as_secs()).filter(|seconds| *seconds > 0),
            expired: term.map(|term| term.is_expired(facts.now)),
            expires_in_seconds: claim.expires().map(|end| end.duration_since(facts.now).as_secs()),
            transitions: term.map(|term| term.transitions),
            counts: claim.counts(facts.now),
        }
    }
}
