//! `status`: where a set stands, ordinal by ordinal, and why nothing moves.

mod build;
mod changes;
mod ordinal;

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::cause::Reason;
use crate::domain::model::MoveKind;
use crate::domain::state::State;
use crate::domain::warning::WarningReason;
use crate::domain::{Ordinal, Revision};

pub use changes::changes;

/// The kind of a status document.
pub const KIND: &str = "StatusList";

/// Where one set stands.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetStatus {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Identity.
    pub uid: String,
    /// When the set was made (RFC 3339).
    pub created: Option<String>,
    /// Where it stands.
    pub state: State,
    /// That in one sentence.
    pub message: String,
    /// Generation of the spec.
    pub generation: i64,
    /// Generation that the controller has seen.
    pub observed_generation: i64,
    /// How pods get a new revision.
    pub strategy: StrategyView,
    /// `OrderedReady` or `Parallel`.
    pub pod_management_policy: &'static str,
    /// How long a pod is Ready before it counts as available.
    pub min_ready_seconds: u32,
    /// The first ordinal.
    pub start: Ordinal,
    /// How many ordinals are asked for.
    pub replicas: u32,
    /// Counted from the pods themselves, not taken from the set's status.
    pub counts: Counts,
    /// Revision of the last finished rollout; null before the controller has made one.
    pub current_revision: Option<Revision>,
    /// Revision of the newest template; null before the controller has made it.
    pub update_revision: Option<Revision>,
    /// Everything that the controller will do on its next sync.
    pub next_moves: Vec<MoveView>,
    /// The first of them.
    pub next_move: MoveView,
    /// One item an ordinal, in range or not.
    pub ordinals: Vec<OrdinalView>,
    /// Root causes, the one to act on first first.
    pub causes: Vec<CauseView>,
    /// True now, holds nothing up now.
    pub warnings: Vec<WarningView>,
}

/// How pods get a new revision.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StrategyView {
    /// `RollingUpdate`, `OnDelete`, or a name that this version does not know.
    pub r#type: String,
    /// Offset from the first ordinal below which pods keep their revision; null where no `rollingUpdate` is set.
    pub partition: Option<u32>,
    /// A number or a percentage; null where the API server does not have the feature on.
    pub max_unavailable: Option<String>,
}

/// Pods, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Pods that exist, in range or not.
    pub existing: u32,
    /// Ordinals in range whose pod is Ready and not going.
    pub ready: u32,
    /// Ordinals in range whose pod is available and not going.
    pub available: u32,
    /// Ordinals in range whose pod is at the update revision.
    pub updated: u32,
    /// Ordinals that are to be at the update revision: those from the partition on.
    pub expected_updated: u32,
}

/// One move of the controller.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MoveView {
    /// What it does.
    pub kind: MoveKind,
    /// To which ordinal.
    pub ordinal: Option<Ordinal>,
    /// To which pod.
    pub pod: Option<String>,
    /// The claim, where it is about one.
    pub claim: Option<String>,
    /// At which revision.
    pub revision: Option<Revision>,
    /// By which rule.
    pub why: &'static str,
}

/// One ordinal.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrdinalView {
    /// The ordinal.
    pub ordinal: Ordinal,
    /// Its pod's name.
    pub pod: String,
    /// Identity of that pod.
    pub uid: Option<String>,
    /// Whether there is a pod.
    pub exists: bool,
    /// Whether the set asks for it.
    pub in_range: bool,
    /// The pod's revision.
    pub revision: Option<Revision>,
    /// The revision that it is to have; null for an ordinal out of range.
    pub expected_revision: Option<Revision>,
    /// Whether it has it.
    pub at_expected_revision: bool,
    /// Whether the pod is Ready.
    pub ready: bool,
    /// Whether it counts as available.
    pub available: bool,
    /// The pod's phase.
    pub phase: Option<&'static str>,
    /// What kubectl would show: a waiting reason, `Terminating`, or the phase.
    pub status: String,
    /// Whether it is going.
    pub terminating: bool,
    /// Its node.
    pub node: Option<String>,
    /// Restarts of all its containers.
    pub restarts: u32,
    /// When the pod was made (RFC 3339).
    pub created: Option<String>,
    /// Its claims, as the templates name them.
    pub claims: Vec<ClaimView>,
    /// Why it does not move.
    pub causes: Vec<CauseView>,
}

/// A claim of an ordinal.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClaimView {
    /// The claim template.
    pub template: String,
    /// The claim.
    pub name: String,
    /// Its phase, `Terminating`, `Missing`, or null where claims were not read: refused, or, without a name, of a set
    /// whose pods are all in order.
    pub phase: Option<&'static str>,
}

/// Why something does not move.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CauseView {
    /// Stable name.
    pub reason: Reason,
    /// The ordinal, or null where it is about the set.
    pub ordinal: Option<Ordinal>,
    /// One sentence.
    pub message: String,
    /// What that rests on.
    pub evidence: Vec<String>,
    /// Whether it can pass by itself.
    pub self_resolves: bool,
    /// Seconds until it counts as stuck if it does not pass; null where it already does, or passes for sure.
    pub stuck_in_seconds: Option<i64>,
    /// The root cause that it follows from; null for a root.
    pub follows_from: Option<RootView>,
    /// What would free it, confirmed by the model; null where no command does.
    pub action: Option<ActionView>,
}

/// Points at a root cause.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RootView {
    /// Its name.
    pub reason: Reason,
    /// Its ordinal.
    pub ordinal: Option<Ordinal>,
}

/// Something that a person can do.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionView {
    /// A command that does it.
    pub command: String,
    /// What it brings about.
    pub effect: String,
    /// What could go wrong.
    pub risk: String,
}

/// A warning.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WarningView {
    /// Stable name.
    pub reason: WarningReason,
    /// One sentence.
    pub message: String,
    /// A command that helps; null where there is none.
    pub action: Option<String>,
}
