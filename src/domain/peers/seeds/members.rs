//! Whom a list is about.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::error::SeedError;
use crate::domain::peers::facts::{Facts, Family};
use crate::domain::peers::{Peer, Published, Resolved};
use crate::domain::{Known, Ordinal};

/// The members of a list, lowest ordinal first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members {
    /// Which they are.
    pub which: Which,
    /// They themselves.
    pub list: Vec<Member>,
}

/// Which members are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that another member would find now.
    Live,
    /// Those that the set asks for, whether they exist or not.
    Expected,
}

/// One member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its ordinal.
    pub ordinal: Ordinal,
    /// The name of its pod.
    pub pod: String,
    /// Its name in DNS, without a dot at the end; none where the set names no Service.
    pub fqdn: Option<String>,
    /// Its addresses; none where it does not exist.
    pub addresses: BTreeSet<IpAddr>,
}

/// Those that would be found now: their name resolves, or, where DNS did not answer, EndpointSlices publish them as ready.
/// One that is scaled away and still found is among them: it is part of the group until it has gone.
///
/// # Errors
/// Of some members nobody could say whether they are found: a list without them would say that they are not.
pub fn live(peers: &[Peer]) -> Result<Members, SeedError> {
    let unknown: Vec<String> =
        peers.iter().filter(|peer| found(peer) == Known::Unknown).map(|peer| peer.pod.clone()).collect();
    if !unknown.is_empty() {
        return Err(SeedError::LivenessUnknown(unknown));
    }
    let list = peers.iter().filter_map(|peer| {
        let addresses = found(peer).get()?.clone()?;
        Some(Member { ordinal: peer.ordinal, pod: peer.pod.clone(), fqdn: peer.fqdn.clone(), addresses })
    });
    Ok(Members { which: Which::Live, list: list.collect() })
}

/// The addresses under which a member is found, if it is.
fn found(peer: &Peer) -> Known<Option<BTreeSet<IpAddr>>> {
    match (&peer.dns, &peer.endpoint) {
        (Known::Known(Resolved { resolves, addresses, .. }), _) => {
            Known::Known(resolves.then(|| addresses.clone()))
        }
        (Known::Unknown, Known::Known(Published { ready, addresses, .. })) => {
            Known::Known(ready.then(|| addresses.clone()))
        }
        (Known::Unknown, Known::Unknown) => Known::Unknown,
    }
}

/// One for every ordinal that the set asks for.
pub fn expected(facts: &Facts) -> Members {
    let member = |ordinal| Member {
        ordinal,
        pod: facts.pod_name(ordinal),
        fqdn: facts.fqdn(ordinal),
        addresses: facts
            .pods
            .get(&ordinal)
            .map(|pod| pod.addresses.iter().copied().collect())
            .unwrap_or_default(),
    };
    Members { which: Which::Expected, list: facts.range.iter().map(member).collect() }
}

impl Member {
    /// Its name in DNS.
    pub fn name(&self) -> Result<&str, SeedError> {
        self.fqdn.as_deref().ok_or_else(|| SeedError::NoName(self.pod.clone()))
    }

    /// Its address, of the family that the Service names first where it has one of that.
    pub fn address(&self, facts: &Facts) -> Result<IpAddr, SeedError> {
        let first = facts.existing_service().and_then(|service| service.families.first());
        let preferred = self.addresses.iter().find(|address| first == Some(&Family::of(address)));
        let address = preferred.or_else(|| self.addresses.first());
        address.copied().ok_or_else(|| SeedError::NoAddress(self.pod.clone()))
    }
}
