//! Ordinals in range that have no pod, and cannot get one.

use super::Reason;
use super::storage;
use super::trouble::{Trouble, event_line};
use crate::domain::model::stale_claim;
use crate::domain::surroundings::Event;
use crate::domain::{Ordinal, Set};

/// What keeps a missing ordinal from being created, where something other than its turn does.
pub(super) fn of(set: &Set, ordinal: Ordinal) -> Option<Trouble> {
    foreign(set, ordinal)
        .or_else(|| claim_leaving(set, ordinal))
        .or_else(|| Some(stale(set, ordinal, &stale_claim(set, ordinal)?)))
        .or_else(|| rejected(set, ordinal))
        .or_else(|| asleep(set, ordinal))
}

fn foreign(set: &Set, ordinal: Ordinal) -> Option<Trouble> {
    let pod = set.foreign_pods.iter().find(|pod| pod.ordinal == ordinal)?;
    let owner =
        pod.owner.as_deref().map_or_else(|| "has no owner".to_owned(), |owner| format!("belongs to {owner}"));
    if pod.terminating {
        let message = format!(
            "an earlier pod named {} is terminating; the set creates its own when it is gone",
            pod.name
        );
        return Some(Trouble::new(Reason::ForeignPod, message).passes(true));
    }
    let message = format!("a pod named {} exists and {owner}; the set cannot create its own", pod.name);
    Some(Trouble::new(Reason::ForeignPod, message).passes(false))
}

fn claim_leaving(set: &Set, ordinal: Ordinal) -> Option<Trouble> {
    let claims = set.claims.get()?;
    let mut names = set.spec.claim_templates.iter().map(|template| set.claim_name(&template.name, ordinal));
    let claim = names.find_map(|name| claims.get(&name).filter(|claim| claim.deleted.is_some()))?;
    let pod = set.pod_name(ordinal);
    // Its deletion may be days old and held up by the pod alone, which has only just gone. Each attempt to create
    // the next pod fails with an event that says since when.
    let mut events = set.around.events_of("StatefulSet", &set.name, &set.uid);
    let failed = events.find(|event| event.reason == "FailedCreate" && names_pod(&event.message, &pod));
    let held = failed.filter(|event| event.message.contains(LEAVING)).and_then(|event| event.first);
    Some(storage::terminating(set, claim, &pod, held.or(claim.deleted)))
}

/// What the controller says of a claim on its way out.
const LEAVING: &str = "is being deleted";

/// The claim belongs to an earlier pod of that name. The garbage collector takes it away, unless it cannot.
fn stale(set: &Set, ordinal: Ordinal, claim: &str) -> Trouble {
    let pod = set.pod_name(ordinal);
    let message = format!(
        "claim {claim} is still owned by an earlier {pod} (whenScaled: Delete); no new {pod} is created until it is gone"
    );
    let owner = set.claims.get().and_then(|claims| claims.get(claim)).and_then(|claim| claim.owner_pod(&pod));
    let removal = (set.around.events_of("StatefulSet", &set.name, &set.uid))
        .find(|event| event.reason == "SuccessfulDelete" && names_pod(&event.message, &pod));
    let mut trouble = Trouble::new(Reason::ClaimOwnedByOldPod, message)
        .evidences(
            owner.map(|owner| format!("claim {claim}: owner pod {} has uid {}", owner.name, owner.uid)),
        )
        .since(removal.and_then(|event| event.last));
    if removal.is_none() {
        // The garbage collector acts within seconds of a pod's end; none ended lately.
        trouble = trouble.passes(false);
    }
    trouble
}

/// The claim of an earlier pod blocked this one and is gone by now. The controller watches no claims, and a blocked
/// creation is no error that it would retry: it looks again when the set or a pod of it changes.
fn asleep(set: &Set, ordinal: Ordinal) -> Option<Trouble> {
    const SILENCE: i64 = 60;
    let own = |event: &Event| event.kind == "StatefulSet" && event.name == set.name;
    let acts = set.around.events.get()?.iter().filter(|event| own(event)).filter_map(|event| event.last);
    let pods = set.pods.values().flat_map(|pod| {
        [pod.created, pod.ready.since, pod.deletion.map(|deletion| deletion.deadline)].into_iter().flatten()
    });
    let last = acts.chain(pods).chain(set.created).max()?;
    let claims = set.claims.get()?;
    let mut names = set.spec.claim_templates.iter().map(|template| set.claim_name(&template.name, ordinal));
    let gone = !set.spec.claim_templates.is_empty() && names.all(|name| !claims.contains_key(&name));
    let silent = set.now.duration_since(last).as_secs() >= SILENCE;
    if !set.spec.retention.delete_when_scaled || !gone || !silent {
        return None;
    }
    let pod = set.pod_name(ordinal);
    let quiet = crate::domain::time::ago(set.now, last);
    let message = format!(
        "nothing keeps {pod} from being created, but the controller has not looked for {quiet}: the claim of an earlier {pod} blocked it, and nothing tells the controller that this claim is gone"
    );
    Some(Trouble::new(Reason::ClaimOwnedByOldPod, message).since(Some(last)).passes(false))
}

/// The last attempt to make the pod or its claims was refused.
pub(super) fn rejected(set: &Set, ordinal: Ordinal) -> Option<Trouble> {
    let pod = set.pod_name(ordinal);
    let about = |event: &&Event| names_pod(&event.message, &pod);
    let newest = set.around.events_of("StatefulSet", &set.name, &set.uid).filter(about).find(|event| {
        matches!(event.reason.as_str(), "FailedCreate" | "FailedUpdate" | "SuccessfulCreate")
    })?;
    // The controller retries within 17 minutes: older words are not of the latest attempt.
    let old = newest.last.is_some_and(|last| set.now.duration_since(last).as_secs() > 1_200);
    if newest.reason == "SuccessfulCreate" || old {
        return None;
    }
    let words =
        newest.message.split_once("failed error: ").map_or(newest.message.as_str(), |(_, words)| words);
    let words = words.trim();
    let evidence = event_line(set, newest);
    let refused =
        |message| Trouble::new(Reason::CreateRejected, message).since(newest.first).evidence(evidence);
    if words.contains(LEAVING) {
        // That claim is gone by now. Nothing wakes the controller for it; its retries come within 17 minutes.
        let message =
            format!("{pod} could not be created while {words}; the controller tries again in its own time");
        return Some(refused(message).passes(true));
    }
    let trouble = refused(format!("the API server refuses to create {pod}: {words}"));
    // A quota, a limit range ("maximum cpu usage per Container") or a policy does not change by itself. Anything else may come with what is applied a moment later, as
    // a service account does, or come back, as a webhook does.
    let lasting = ["exceeded quota", "denied the request", "violates PodSecurity", "is invalid", "usage per"];
    Some(if lasting.iter().any(|words_of| words.contains(words_of)) {
        let trouble = trouble.passes(false);
        // A quota is full whatever the template says; a policy judges the template.
        if words.contains("exceeded quota") { trouble } else { trouble.of_revision() }
    } else {
        trouble
    })
}

/// Whether an event's text names this pod, and not one whose name merely begins with it.
fn names_pod(text: &str, pod: &str) -> bool {
    text.split([' ', '/', '"', ',', ':']).any(|word| word == pod)
}
