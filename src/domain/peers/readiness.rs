//! Members that are hidden because they are not Ready, and those that wait for each other because of that.

use super::facts::{Facts, PodFacts};
use super::reason::{Disagreement, Reason};
use super::remedy;
use crate::domain::Ordinal;
use crate::domain::ordinal::listed;
use serde_json::json;

/// How long a pod may take to become Ready before it is said that it may wait for the others, in seconds.
const PATIENCE: i64 = 30;

/// A member that is not Ready, behind a Service that hides such.
pub fn hidden(facts: &Facts, ordinal: Ordinal, pod: &PodFacts) -> Option<Disagreement> {
    let service = facts.existing_service()?;
    if pod.ready || service.publishes_unready {
        return None;
    }
    let message = format!(
        "the pod is not Ready, and Service {} hides those that are not (no publishNotReadyAddresses)",
        facts.service_name
    );
    Some(
        Disagreement::of(ordinal, Reason::NotReady, message)
            .with(facts.status_command(), "says why the pod is not Ready"),
    )
}

/// Members that may wait for each other, and what follows from that.
pub struct Deadlock {
    /// What is said of it.
    pub found: Disagreement,
    /// Ordinals whose turn comes only after it.
    uncreated: Vec<Ordinal>,
}

impl Deadlock {
    /// Whether a member's trouble follows from it.
    pub fn explains(&self, trouble: &Disagreement) -> bool {
        match trouble.reason {
            Reason::NotReady => true,
            Reason::PodMissing => trouble.ordinal.is_some_and(|ordinal| self.uncreated.contains(&ordinal)),
            _ => false,
        }
    }
}

/// Members that may wait for names that resolve only when members are Ready.
///
/// Two ways lead there: the Service hides members that are not Ready, and all of them wait for each other; or the set
/// creates its pods one by one, and the first waits for a later one that is created only when the first is Ready.
pub fn deadlock(facts: &Facts) -> Option<Deadlock> {
    let service = facts.existing_service()?;
    let waiting: Vec<Ordinal> = facts
        .range
        .iter()
        .filter(|ordinal| facts.pods.get(ordinal).is_some_and(|pod| waits(facts, pod)))
        .collect();
    let first = *waiting.first()?;
    let hidden = !service.publishes_unready;
    let later = facts.range.iter().filter(|ordinal| *ordinal > first && !facts.pods.contains_key(ordinal));
    let uncreated: Vec<Ordinal> = if facts.parallel { Vec::new() } else { later.collect() };
    let in_turn = !uncreated.is_empty();
    let none_ready = facts.range.replicas > 1 && facts.pods.values().all(|pod| !pod.ready);
    if !(in_turn || hidden && none_ready) {
        return None;
    }
    let name = |ordinal| facts.pod_name(ordinal);
    let who = listed(&waiting, name);
    let why = match (in_turn, hidden) {
        (true, true) => format!(
            "pods are created one by one (OrderedReady), so {} do not exist before {} is Ready, and the Service hides those that are not Ready",
            listed(&uncreated, name),
            name(first)
        ),
        (true, false) => format!(
            "pods are created one by one (OrderedReady), so {} do not exist before {} is Ready",
            listed(&uncreated, name),
            name(first)
        ),
        (false, _) => "the Service hides pods that are not Ready, so none of them resolves".to_owned(),
    };
    let message = format!(
        "{who} not Ready for {PATIENCE} s or longer: if that is because of waiting for other members, it lasts for ever, as {why}"
    );
    let found = Disagreement::general(Reason::BootstrapDeadlock, message);
    let found = if hidden {
        let command = remedy::merge(facts, &json!({"spec": {"publishNotReadyAddresses": true}}));
        let also = if in_turn {
            "; a member that needs later ones before it is Ready needs podManagementPolicy: Parallel too (in a set made anew)"
        } else {
            ""
        };
        found.with(command, format!("members find each other before they are Ready{also}"))
    } else {
        found.with(
            facts.command("delete statefulset", &facts.set, &["--cascade=orphan"]),
            "the pods stay; apply the set again with podManagementPolicy: Parallel, and all pods are created at once",
        )
    };
    Some(Deadlock { found, uncreated })
}

fn waits(facts: &Facts, pod: &PodFacts) -> bool {
    let since = pod.ready_since.or(pod.created);
    let long = since.is_some_and(|since| facts.now.duration_since(since).as_secs() >= PATIENCE);
    pod.running && !pod.ready && !pod.terminating && !pod.finished && !pod.addresses.is_empty() && long
}
