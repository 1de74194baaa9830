//! `force-delete`: the verdict on a pod, what it rests on, and what came of deleting it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::force_delete::{Facts, Fence, Judgement, Reason, Verdict};

/// The kind of a document of verdicts.
pub const KIND: &str = "VerdictList";

/// The verdict on one pod.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerdictView {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub pod: String,
    /// Identity.
    pub uid: String,
    /// The set that its controller reference names; null for a pod of no set.
    pub set: Option<String>,
    /// The node that it was bound to; null where it never was.
    pub node: Option<String>,
    /// Whether it may be deleted by force.
    pub verdict: Verdict,
    /// Which row of the table decided.
    pub reason: Reason,
    /// That in one sentence.
    pub message: String,
    /// What was looked at, when, and what it says.
    pub evidence: Vec<EvidenceView>,
    /// What is safer.
    pub safer_way: SaferWayView,
    /// What the controller does once the pod is gone.
    pub next: String,
    /// What keeps two of the same name from writing to the same volumes.
    pub fence: FenceView,
    /// What else should be known before.
    pub warnings: Vec<String>,
    /// Whether this run has deleted it.
    pub deleted: bool,
    /// What has become of the replacement; null where none was waited for.
    pub replacement: Option<ReplacementView>,
}

/// One line of evidence.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceView {
    /// The object.
    pub looked_at: String,
    /// When (RFC 3339), by the server's clock.
    pub read_at: String,
    /// What it says.
    pub says: String,
}

/// What is safer.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SaferWayView {
    /// As typed in a shell.
    pub command: String,
    /// What it brings about.
    pub effect: String,
}

/// How sure the fence of the storage is.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FenceView {
    /// In one word.
    pub kind: Fence,
    /// In one sentence.
    pub message: String,
}

/// What has become of the replacement.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplacementView {
    /// Identity; null where none was made.
    pub uid: Option<String>,
    /// Its node; null where it has none.
    pub node: Option<String>,
    /// Whether it is Ready.
    pub ready: bool,
    /// That, or what it waits for, in one sentence.
    pub message: String,
}

impl VerdictView {
    /// What was judged of what was read.
    pub fn of(facts: &Facts, judged: &Judgement) -> Self {
        let pod = &facts.pod;
        let set = pod.controller.as_ref().filter(|owner| owner.is_stateful_set());
        let evidence = judged.evidence.iter().map(|line| EvidenceView {
            looked_at: line.at.clone(),
            read_at: line.read.to_string(),
            says: line.says.clone(),
        });
        Self {
            namespace: pod.namespace.clone(),
            pod: pod.pod.name.clone(),
            uid: pod.pod.uid.clone(),
            set: set.map(|owner| owner.name.clone()),
            node: pod.pod.node.clone(),
            verdict: judged.verdict,
            reason: judged.reason,
            message: judged.message.clone(),
            evidence: evidence.collect(),
            safer_way: SaferWayView {
                command: judged.safer.command.clone(),
                effect: judged.safer.effect.clone(),
            },
            next: judged.next.clone(),
            fence: FenceView { kind: judged.fence, message: judged.fence.describe().to_owned() },
            warnings: judged.warnings.clone(),
            deleted: false,
            replacement: None,
        }
    }
}
