//! A member as each source has it.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::answer::Answer;
use super::facts::{Endpoint, Facts};
use crate::domain::{Known, Ordinal};

/// One member, by every source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its ordinal.
    pub ordinal: Ordinal,
    /// The name of its pod.
    pub pod: String,
    /// Its name in DNS, without a dot at the end; none where the set names no Service.
    pub fqdn: Option<String>,
    /// Whether the set asks for it: one that is scaled away may still be listed.
    pub expected: bool,
    /// What EndpointSlices publish.
    pub endpoint: Known<Published>,
    /// What DNS answers.
    pub dns: Known<Resolved>,
}

/// What EndpointSlices publish of a member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Whether any slice lists it.
    pub present: bool,
    /// Whether it is to be used, and so has a name.
    pub ready: bool,
    /// Whether the pod is Ready, terminating or not.
    pub serving: bool,
    /// Whether it terminates.
    pub terminating: bool,
    /// Its addresses.
    pub addresses: BTreeSet<IpAddr>,
}

/// What DNS answers about a member's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// Whether every server that was asked resolves it.
    pub resolves: bool,
    /// All addresses.
    pub addresses: BTreeSet<IpAddr>,
    /// How long the answer is kept, in seconds, the shortest of several.
    pub ttl: Option<u32>,
}

/// All members: those that the set asks for, and others that still have a pod.
pub fn peers(facts: &Facts) -> Vec<Peer> {
    facts.ordinals().into_iter().map(|ordinal| peer(facts, ordinal)).collect()
}

fn peer(facts: &Facts, ordinal: Ordinal) -> Peer {
    Peer {
        ordinal,
        pod: facts.pod_name(ordinal),
        fqdn: facts.fqdn(ordinal),
        expected: facts.range.contains(ordinal),
        endpoint: facts.endpoints.get().map(|_| published(facts, ordinal)).into(),
        dns: resolved(facts, ordinal),
    }
}

fn published(facts: &Facts, ordinal: Ordinal) -> Published {
    let own: Vec<&Endpoint> = facts.endpoints_of(ordinal).collect();
    let any = |holds: fn(&Endpoint) -> bool| own.iter().any(|endpoint| holds(endpoint));
    Published {
        present: !own.is_empty(),
        ready: any(|endpoint| endpoint.ready),
        serving: any(|endpoint| endpoint.serving),
        terminating: any(|endpoint| endpoint.terminating),
        addresses: own.iter().map(|endpoint| endpoint.address).collect(),
    }
}

/// Unknown where no server was asked about it, or none answered.
fn resolved(facts: &Facts, ordinal: Ordinal) -> Known<Resolved> {
    let views = facts.dns.get().map(Vec::as_slice).unwrap_or_default();
    let answers: Vec<_> = views
        .iter()
        .filter_map(|view| view.members.get(&ordinal)?.shown())
        .filter(|answer| !matches!(answer, Answer::Failed(_)))
        .collect();
    if answers.is_empty() {
        return Known::Unknown;
    }
    Known::Known(Resolved {
        resolves: answers.iter().all(|answer| !answer.addresses().is_empty()),
        addresses: answers.iter().flat_map(|answer| answer.addresses()).collect(),
        ttl: answers.iter().filter_map(|answer| answer.ttl()).min(),
    })
}
