//! What a runner must know to go on where another one ended.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Offset, Ordinal, Revision, Set};

/// The annotation of the set in which the record stands. It is written in the same request as the partition.
pub const ANNOTATION: &str = "kubectl-stateful/canary";

/// Where a canary stands, and by which rules it goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Which canary; the same from its beginning to its end.
    pub run: String,
    /// Identity of the set: an annotation that was copied to another one means nothing there.
    pub set_uid: String,
    /// Who wrote this.
    pub runner: String,
    /// When the canary began.
    pub began: Timestamp,
    /// The words that asked for the present plan.
    pub asked: String,
    /// How far it has come.
    pub phase: Phase,
    /// Why it failed, where it did.
    pub why: Option<String>,
    /// The revision to go back to.
    pub from: Revision,
    /// The new revision; null until the controller has made it.
    pub to: Option<Revision>,
    /// Digest of the template that is rolled out.
    pub template: String,
    /// `spec.replicas`.
    pub replicas: u32,
    /// `spec.ordinals.start`.
    pub start: Ordinal,
    /// The update strategy, with its maxUnavailable.
    pub strategy: String,
    /// The partition before the canary; null where there was none.
    pub partition_before: Option<Offset>,
    /// How many ordinals, counted from the highest, are updated after each step.
    pub steps: Vec<u32>,
    /// The partition of a step that updates nothing, where one beyond the last ordinal was asked for.
    pub beyond: Option<Offset>,
    /// The step under way: an index into `steps`.
    pub step: usize,
    /// What must hold before the next step.
    pub rules: Rules,
    /// Whether it was told to write over what others own: it need not be told again.
    pub take_over: bool,
    /// On the way back, where the new revision has become the current one already, so that only a rollout of the old
    /// template brings pods back: the partition down to which it goes now. Null where it has not.
    pub rolls_back: Option<Offset>,
    /// Identities of the pods that this step replaces.
    pub replaces: BTreeMap<Ordinal, String>,
}

/// How far a canary has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// A step is under way.
    Running,
    /// All steps that were asked for have passed, and the partition holds the rest.
    Held,
    /// Every ordinal is at the new revision.
    Promoted,
    /// A gate has failed; the partition holds what is not updated.
    Failed,
    /// On the way back.
    Aborting,
    /// Every ordinal is back at the old revision.
    Aborted,
}

impl Phase {
    /// Whether a runner has something to do in it.
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Running | Self::Aborting)
    }
}

/// What must hold before the next step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rules {
    /// How long updated pods must be Ready.
    pub soak_seconds: u64,
    /// How often an updated pod may have restarted.
    pub max_restarts: u32,
    /// A shell command that must end with 0.
    pub check: Option<String>,
    /// How long it may take.
    pub check_seconds: u64,
    /// What happens when a gate fails.
    pub on_failure: OnFailure,
}

/// What happens when a gate fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnFailure {
    /// Nothing more: a person decides.
    Hold,
    /// The way back.
    Abort,
}

impl Record {
    /// The record of a set; none where there is none, or where it belongs to an earlier set.
    ///
    /// # Errors
    /// The annotation holds something else: a person has edited it, or a later version has written it.
    pub fn of(set: &Set) -> Result<Option<Self>, String> {
        let Some(text) = &set.canary else { return Ok(None) };
        let record: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        Ok(Some(record).filter(|record| record.set_uid == set.uid))
    }

    /// As it stands in the annotation: in plain characters only. A JSON Patch tests the old text, and the server
    /// compares texts as they are written in JSON, where it writes `&`, `<`, `>` and some others as `\u0026`: a test of
    /// those never holds.
    pub fn text(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        let mut plain = String::with_capacity(text.len());
        for character in text.chars() {
            if matches!(character, ' '..='~') && !matches!(character, '&' | '<' | '>') {
                plain.push(character);
                continue;
            }
            // They stand within strings only.
            for unit in character.encode_utf16(&mut [0; 2]) {
                plain.push_str(&format!("\\u{unit:04x}"));
            }
        }
        plain
    }

    /// Whether it has neither ended well nor gone back.
    pub fn is_open(&self) -> bool {
        !matches!(self.phase, Phase::Promoted | Phase::Aborted)
    }

    /// How many ordinals are updated once the present step is done.
    pub fn updated(&self) -> u32 {
        self.steps.get(self.step).copied().unwrap_or_default()
    }

    /// The partition that the present step, or the way back, needs.
    pub fn partition(&self) -> Offset {
        match self.phase {
            Phase::Aborting => self.rolls_back.unwrap_or(Offset::new(self.replicas)),
            _ if self.updated() == 0 => self.beyond.unwrap_or(Offset::new(self.replicas)),
            _ => Offset::new(self.replicas.saturating_sub(self.updated())),
        }
    }

    /// Whether there is a step after the present one.
    pub fn has_next(&self) -> bool {
        self.step + 1 < self.steps.len()
    }

    /// The ordinals that the present step and those before it update, lowest first.
    pub fn ordinals(&self, set: &Set) -> Vec<Ordinal> {
        let range = set.spec.range;
        let from = range.at(Offset::new(range.replicas.saturating_sub(self.updated())));
        range.iter().filter(|ordinal| *ordinal >= from).collect()
    }
}
