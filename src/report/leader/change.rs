//! A change of who leads, for programs that read along.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::Ordinal;
use crate::domain::leader::{Change, Group, Judgement, Reason, Since};

/// The kind of a document of changes.
pub const CHANGES: &str = "LeaderChangeList";

/// A change of who leads a set: `--watch -o json` prints one a line, the first of each set as the present state.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangeView {
    /// When it was seen (RFC 3339), by the server's clock.
    pub time: String,
    /// Namespace.
    pub namespace: String,
    /// Name of the set.
    pub set: String,
    /// The ordinal that led before; null for the first line, and after a conflict.
    pub from: Option<Ordinal>,
    /// The ordinal that leads now; null where none is known to, and in a conflict.
    pub to: Option<Ordinal>,
    /// Its pod; null likewise.
    pub pod: Option<String>,
    /// Whether claims that count now name different ordinals.
    pub conflict: bool,
    /// Who leads, in one word.
    pub reason: Reason,
    /// How long nobody led, to the moment that the new claim names for its beginning, or to that at which it was seen;
    /// null unless one leads now after another.
    pub gap_seconds: Option<f64>,
    /// Which moment that is counted from; null likewise.
    pub gap_since: Option<Since>,
    /// That in one sentence.
    pub message: String,
}

impl ChangeView {
    /// A change of a set that was just judged.
    pub fn of(change: &Change, judged: &Judgement, group: &Group) -> Self {
        Self {
            time: change.at.to_string(),
            namespace: group.namespace.clone(),
            set: group.name.clone(),
            from: change.from,
            to: judged.leader,
            pod: judged.leader.map(|ordinal| group.pod_name(ordinal)),
            conflict: judged.is_conflict(),
            reason: judged.reason,
            gap_seconds: change.gap.map(|gap| gap.length.as_secs_f64()),
            gap_since: change.gap.map(|gap| gap.since),
            message: change.message.clone(),
        }
    }
}
