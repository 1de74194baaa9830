//! The answer in words, for an engineer who has just been woken up.

use super::claim::{Claim, Facts};
use super::judge::{Hint, Judgement, Reason, latest};
use crate::domain::time::{ago, human};

/// Who leads, in one sentence.
pub(super) fn sentence(judged: &Judgement, facts: &Facts, election: Option<&str>) -> String {
    match judged.reason {
        Reason::Leads => judged.leading().map(|claim| leads(claim, facts)).unwrap_or_default(),
        Reason::Conflict => conflict(judged, facts),
        Reason::UnknownHolder => {
            let claim = judged.claims.iter().find(|claim| claim.counts(facts.now));
            claim.map(unknown_holder).unwrap_or_default()
        }
        Reason::Expired | Reason::Released => {
            let claim = latest(&judged.claims).map(|claim| over(claim, facts)).unwrap_or_default();
            format!("nobody leads: {claim}")
        }
        Reason::NoElection => match election {
            Some(name) => format!("nobody leads: it has no election {name}"),
            None => "nobody leads: no Lease, annotation or label names one of its pods".to_owned(),
        },
        Reason::Unread => {
            let unread: Vec<&str> = facts.unread.iter().map(|source| source.resource()).collect();
            format!("whether anybody leads is not known: {} could not be read", unread.join(", "))
        }
    }
}

fn leads(claim: &Claim, facts: &Facts) -> String {
    let pod = pod(claim, facts);
    let state = state(claim, facts);
    let Some(term) = &claim.term else {
        let label = claim.key.as_deref().unwrap_or_default();
        return format!(
            "{pod} leads by its label {label}, which says neither since when nor for how long{state}"
        );
    };
    let since = term.acquired.map(|then| format!(" since {}", ago(facts.now, then))).unwrap_or_default();
    let left = claim.expires().map(|end| human(end.duration_since(facts.now))).unwrap_or_default();
    format!("{pod} leads{since} ({}): its lease runs {left} more{state}", claim.object)
}

/// What is wrong with the pod of a claim.
fn state(claim: &Claim, facts: &Facts) -> &'static str {
    let Some(ordinal) = claim.ordinal else { return "" };
    match facts.group.members.get(&ordinal) {
        None => ", but its pod is gone",
        Some(member) if member.terminating => ", and its pod is terminating",
        Some(member) if !member.ready => ", but its pod is not Ready",
        Some(_) => "",
    }
}

fn conflict(judged: &Judgement, facts: &Facts) -> String {
    let named = judged.named();
    let count = if named.len() == 2 { "TWO".to_owned() } else { named.len().to_string() };
    let by = named.into_iter().map(|ordinal| {
        let claims = judged.claims.iter().filter(|claim| claim.ordinal == Some(ordinal));
        let objects: Vec<&str> = claims.filter(|claim| claim.counts(facts.now)).map(Claim::origin).collect();
        format!("{} by {}", facts.group.pod_name(ordinal), objects.join(" and "))
    });
    format!("{count} lead: {}", by.collect::<Vec<_>>().join(", "))
}

fn unknown_holder(claim: &Claim) -> String {
    let holder = claim.holder.as_deref().unwrap_or_default();
    format!("who leads is not known: {} is held by {holder}, which names no pod of the set", claim.object)
}

/// Why a claim does not count.
fn over(claim: &Claim, facts: &Facts) -> String {
    let object = &claim.object;
    let Some(holder) = &claim.holder else {
        return match claim.renewed() {
            Some(then) => {
                format!("{object} was released {} ago, and nobody has taken it", ago(facts.now, then))
            }
            None => format!("{object} was released, and nobody has taken it"),
        };
    };
    let name = claim.ordinal.map_or_else(|| holder.clone(), |ordinal| facts.group.pod_name(ordinal));
    match claim.expires() {
        Some(end) => format!("{object} of {name} expired {} ago{}", ago(facts.now, end), state(claim, facts)),
        None => format!("{object} of {name} says no time for which it counts{}", state(claim, facts)),
    }
}

fn pod(claim: &Claim, facts: &Facts) -> String {
    claim.ordinal.map(|ordinal| facts.group.pod_name(ordinal)).unwrap_or_default()
}

/// What to do next.
pub(super) fn hint(judged: &Judgement, facts: &Facts) -> Option<Hint> {
    let (set, namespace) = (&facts.group.name, &facts.group.namespace);
    let hint = |command: String, effect: &str| Some(Hint { command, effect: effect.to_owned() });
    match judged.reason {
        Reason::Leads => {
            let gone = !facts.group.members.contains_key(&judged.leader?);
            if !gone {
                return None;
            }
            hint(format!("kubectl stateful leader {set} -n {namespace} --watch"), "shows who takes over")
        }
        Reason::Conflict => {
            let counting: Vec<&Claim> =
                judged.claims.iter().filter(|claim| claim.counts(facts.now)).collect();
            let first = counting.first()?;
            if counting.iter().any(|claim| claim.election != first.election) {
                return hint(
                    format!("kubectl stateful leader {set} -n {namespace} --election {}", first.election),
                    "judges one of them alone, if these elections have nothing to do with each other",
                );
            }
            let objects: Vec<&str> = counting.iter().map(|claim| claim.object.as_str()).collect();
            hint(
                format!("kubectl get {} -n {namespace} -o yaml --show-managed-fields", objects.join(" ")),
                "shows who wrote each of them, and when",
            )
        }
        Reason::Expired => {
            let ordinal = latest(&judged.claims)?.ordinal;
            match ordinal.filter(|ordinal| facts.group.members.contains_key(ordinal)) {
                Some(ordinal) => hint(
                    format!("kubectl logs {} -n {namespace}", facts.group.pod_name(ordinal)),
                    "shows why it stopped renewing",
                ),
                None => hint(
                    format!("kubectl stateful status {set} -n {namespace}"),
                    "shows whether the others could take over",
                ),
            }
        }
        Reason::Released => {
            hint(format!("kubectl stateful leader {set} -n {namespace} --watch"), "shows who takes it")
        }
        Reason::UnknownHolder | Reason::NoElection => {
            hint(format!("kubectl get leases -n {namespace}"), "lists all Leases with their holders")
        }
        Reason::Unread => {
            let resource = facts.unread.first()?.resource();
            hint(
                format!("kubectl auth can-i list {resource} -n {namespace}"),
                "shows whether a right is missing",
            )
        }
    }
}
