//! What is wrong with one pod, found in the order in which a pod comes to life backwards: is it going, does its
//! node answer, has it storage, a node, containers that run, probes that pass.

use jiff::Timestamp;

use super::{Cause, Patience, Reason, container, leaving, place, readiness, storage};
use crate::domain::Set;
use crate::domain::pod::Pod;

/// Something wrong with one pod or claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) reason: Reason,
    pub(super) message: String,
    pub(super) evidence: Vec<String>,
    /// When it began.
    pub(super) since: Option<Timestamp>,
    /// Whether it can pass by itself; `None` leaves that to the patience of its reason.
    pub(super) passes: Option<bool>,
    /// Whether the pod's revision is to blame: a new pod of the same revision would fare the same.
    pub(super) of_revision: bool,
}

impl Trouble {
    pub(super) fn new(reason: Reason, message: String) -> Self {
        Self { reason, message, evidence: Vec::new(), since: None, passes: None, of_revision: false }
    }

    pub(super) fn evidence(mut self, fact: impl Into<String>) -> Self {
        self.evidence.push(fact.into());
        self
    }

    pub(super) fn evidences(mut self, facts: impl IntoIterator<Item = String>) -> Self {
        self.evidence.extend(facts);
        self
    }

    pub(super) fn since(mut self, since: Option<Timestamp>) -> Self {
        self.since = since;
        self
    }

    pub(super) fn passes(mut self, passes: bool) -> Self {
        self.passes = Some(passes);
        self
    }

    pub(super) fn of_revision(mut self) -> Self {
        self.of_revision = true;
        self
    }

    /// Whether another template could do away with it. Nodes that are full are full for every template; whether
    /// an earlier one asked for less is not known here.
    pub(super) fn of_template(&self) -> bool {
        self.of_revision && self.reason != Reason::Unschedulable
    }

    /// Whether it can pass without anybody acting.
    pub(super) fn can_pass(&self, set: &Set, patience: Patience) -> bool {
        self.passes.unwrap_or_else(|| patience.can_pass(self.reason, self.since, set.now))
    }

    pub(super) fn into_cause(self, set: &Set, patience: Patience, ordinal: crate::domain::Ordinal) -> Cause {
        let self_resolves = self.can_pass(set, patience);
        let mut cause = Cause::root(self.reason, Some(ordinal), self.message, self_resolves);
        if self.passes.is_none() {
            cause.stuck_in = patience.left(self.reason, self.since, set.now);
        }
        cause.evidence = self.evidence;
        cause
    }
}

/// Why an existing pod is not available; none where it is.
pub(super) fn of_pod(set: &Set, pod: &Pod) -> Option<Trouble> {
    if !set.is_unavailable(pod) {
        return None;
    }
    leaving::of(set, pod)
        .or_else(|| finished(set, pod))
        .or_else(|| place::node(set, pod))
        .or_else(|| storage::of_pod(set, pod))
        .or_else(|| place::scheduling(set, pod))
        .or_else(|| container::of(set, pod))
        .or_else(|| readiness::of(set, pod))
}

/// A pod that has ended: the controller replaces it in its next sync, or removes it where it is out of range. There
/// OrderedReady waits for lower ones that are broken themselves.
fn finished(set: &Set, pod: &Pod) -> Option<Trouble> {
    if !pod.is_finished() {
        return None;
    }
    let why = pod.phase_reason.clone().unwrap_or_else(|| "its containers ended".to_owned());
    let trouble = |what: &str, passes| {
        let message = format!("{} has ended ({why}); {what}", pod.name);
        Some(Trouble::new(Reason::Starting, message).since(pod.ready.since).passes(passes))
    };
    if set.in_range(pod.ordinal) {
        return trouble("the controller deletes and recreates it", true);
    }
    let lower = |other: &Pod| other.ordinal < pod.ordinal && other.is_finished() && !other.is_terminating();
    if !set.spec.parallel && set.condemned().any(lower) {
        return trouble(
            "it is out of range, and the controller waits for it as for a pod that could recover",
            false,
        );
    }
    trouble("it is out of range, and the controller deletes it", true)
}

/// `event REASON (3x, 12s ago): message`.
pub(super) fn event_line(set: &Set, event: &crate::domain::surroundings::Event) -> String {
    let times = if event.count > 1 { format!("{}x, ", event.count) } else { String::new() };
    let when = event.last.map_or_else(
        || "time unknown".to_owned(),
        |last| format!("{} ago", crate::domain::time::ago(set.now, last)),
    );
    format!("event {} ({times}{when}): {}", event.reason, event.message.trim())
}
