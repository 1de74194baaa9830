//! Members that are hidden because they are not Ready, and those that wait for each other because of that.

use super::facts::{Facts, PodFacts};
use super::reason::{Disagreement, Reason};
use super::service;
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
    Some(Disagreement::of(ordinal, Reason::NotReady, message).with(
        format!("kubectl stateful status {} -n {}", facts.set, facts.namespace),
        "says why the pod is not Ready",
    ))
}

/// Members that may wait for names that resolve only when members are Ready.
///
/// Two ways lead there: the Service hides members that are not Ready, and all of them wait for each other; or the set
/// creates its pods one by one, and the first waits for a later one that is created only when the first is Ready.
pub fn deadlock(facts: &Facts) -> Option<Disagreement> {
    let service = facts.existing_service()?;
    let waiting: Vec<Ordinal> = facts
        .range
        .iter()
        .filter(|ordinal| facts.pods.get(ordinal).is_some_and(|pod| waits(facts, pod)))
        .collect();
    let first = *waiting.first()?;
    let hidden = !service.publishes_unready;
    let uncreated: Vec<Ordinal> =
        facts.range.iter().filter(|ordinal| *ordinal > first && !facts.pods.contains_key(ordinal)).collect();
    let in_turn = !facts.parallel && !uncreated.is_empty();
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
        "{who} not Ready for more than {PATIENCE} s: if they wait for other members, they wait for ever; {why}"
    );
    let found = Disagreement::general(Reason::BootstrapDeadlock, message);
    Some(if hidden {
        let command = service::patch(facts, &json!({"spec": {"publishNotReadyAddresses": true}}));
        let also = if in_turn {
            "; a member that needs later ones before it is Ready needs podManagementPolicy: Parallel too (in a set made anew)"
        } else {
            ""
        };
        found.with(command, format!("members find each other before they are Ready{also}"))
    } else {
        found.with(
            format!("kubectl delete statefulset {} -n {} --cascade=orphan", facts.set, facts.namespace),
            "the pods stay; apply the set again with podManagementPolicy: Parallel, and all pods are created at once",
        )
    })
}

fn waits(facts: &Facts, pod: &PodFacts) -> bool {
    let since = pod.ready_since.or(pod.created);
    let long = since.is_some_and(|since| facts.now.duration_since(since).as_secs() >= PATIENCE);
    !pod.ready && !pod.terminating && !pod.finished && !pod.addresses.is_empty() && long
}
