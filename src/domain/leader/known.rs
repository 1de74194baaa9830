//! Which elections are those of a set, and whom they name.

use super::claim::{Claim, Election, Facts, Group, Source};
use super::convention::LABELS;
use super::holder::{address, member};
use crate::domain::{Known, Ordinal};

/// The Lease by which our own canary keeps other runners away from a set begins so; it elects nobody of the set.
const OUR_OWN: &str = "kubectl-stateful-canary-";

/// Every claim to lead the set, the most telling source first; only those of one election, where one is named.
pub fn claims(facts: &Facts, election: Option<&str>) -> Vec<Claim> {
    let written = facts.elections.iter().filter_map(|election| of_election(election, facts));
    let mut claims: Vec<Claim> = written.chain(of_labels(&facts.group)).collect();
    claims.retain(|claim| election.is_none_or(|name| claim.election == name || claim.object == name));
    claims.sort_by(|a, b| (a.source, &a.object, &a.key).cmp(&(b.source, &b.object, &b.key)));
    claims
}

/// The claim that an election makes; none where it has nothing to do with the set.
fn of_election(election: &Election, facts: &Facts) -> Option<Claim> {
    let group = &facts.group;
    if election.source == Source::Lease && election.name.starts_with(OUR_OWN) {
        return None;
    }
    let ordinal = match &election.term.holder {
        Some(holder) => match member(holder, group) {
            // A Lease of its holder's own name is no election: with it a member says that it lives.
            Some(ordinal) if group.pod_name(ordinal) == election.name => return None,
            Some(ordinal) => Some(ordinal),
            // The address of a pod that is gone means nobody any more; what else cannot be read may be anybody's.
            None if address(holder).is_some() && is_tied(election, facts) => None,
            None if is_owned(election, group) || election.selected => None,
            None => return None,
        },
        None if member(&election.name, group).is_none() && is_tied(election, facts) => None,
        None => return None,
    };
    Some(Claim {
        source: election.source,
        object: format!("{}/{}", election.source.kind(), election.name),
        election: election.name.clone(),
        key: election.annotation.map(str::to_owned),
        holder: election.term.holder.clone(),
        ordinal,
        term: Some(election.term.clone()),
    })
}

/// Whether an election is the set's although no holder says so: by its owner, its labels, or its name.
fn is_tied(election: &Election, facts: &Facts) -> bool {
    is_owned(election, &facts.group) || election.selected || is_named(&election.name, facts)
}

fn is_owned(election: &Election, group: &Group) -> bool {
    let is_of_group =
        |uid: &String| *uid == group.uid || group.members.values().any(|member| member.uid == *uid);
    election.owners.iter().any(is_of_group)
}

/// Whether a name is the set's, or begins with it and with the name of no other set that is longer.
fn is_named(name: &str, facts: &Facts) -> bool {
    let begins = |set: &str| name.strip_prefix(set).is_some_and(|rest| rest.starts_with('-'));
    let own = facts.group.name.as_str();
    if name == own {
        return true;
    }
    let Known::Known(sets) = &facts.sets else { return false };
    let closer = |set: &String| set.len() > own.len() && (name == set || begins(set));
    begins(own) && !sets.iter().any(closer)
}

/// The claims that labels of the members make.
fn of_labels(group: &Group) -> impl Iterator<Item = Claim> {
    group.members.iter().flat_map(|(ordinal, member)| {
        LABELS.iter().filter_map(|convention| {
            let value = member.labels.get(convention.label).filter(|value| convention.marks(value))?;
            Some(of_label(group, *ordinal, convention.label, value))
        })
    })
}

fn of_label(group: &Group, ordinal: Ordinal, label: &str, value: &str) -> Claim {
    let pod = group.pod_name(ordinal);
    Claim {
        source: Source::Label,
        object: format!("{}/{pod}", Source::Label.kind()),
        election: label.to_owned(),
        key: Some(format!("{label}={value}")),
        holder: Some(pod),
        ordinal: Some(ordinal),
        term: None,
    }
}
