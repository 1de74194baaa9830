//! What a DNS server answered, question by question.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::questions::{About, Question, Whose};
use crate::domain::Ordinal;

/// All that one server answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerView {
    /// Which server, as people know it.
    pub server: String,
    /// The pod it runs in, where it was asked there and not by an address.
    pub pod: Option<ServerPod>,
    /// Why it could not be asked, though others could.
    pub failure: Option<String>,
    /// The Service's own name.
    pub service: Name,
    /// The names of the members.
    pub members: BTreeMap<Ordinal, Name>,
    /// SRV records, by the name of the Service's port.
    pub srv: BTreeMap<String, Name<SrvAnswer>>,
}

/// Where a DNS server can be looked into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerPod {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The ConfigMap it mounts, which holds its Corefile.
    pub config_map: Option<String>,
}

/// What a server answers about one name: as `A`, about its addresses.
///
/// CoreDNS caches answers apart for questions with the DO and CD bits, which members do not set (`hash` in `plugin/cache`;
/// DO since 1.10.1, CD since 1.11.2). So there are two answers: the one that members get, and one that comes fresh from the server's own view of
/// the cluster. The first is asked for only where the second is positive: else it would leave a negative answer behind
/// that members would be given for as long as 30 s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name<A = Answer> {
    /// What members are told, caches included.
    pub members: Option<A>,
    /// What the server itself knows.
    pub fresh: Option<A>,
    /// In how many of its own entries of the cache it was asked for that.
    pub tried: u8,
}

impl<A> Default for Name<A> {
    fn default() -> Self {
        Self { members: None, fresh: None, tried: 0 }
    }
}

/// An answer about addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It resolves.
    Addresses {
        /// To these, IPv4 and IPv6.
        addresses: BTreeSet<IpAddr>,
        /// For so many seconds, the shortest where there are several.
        ttl: u32,
    },
    /// It does not resolve.
    Nothing {
        /// For so many seconds, where the server says.
        ttl: Option<u32>,
    },
    /// No usable answer: a server's failure, or none in time.
    Failed(String),
}

/// An answer about SRV records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SrvAnswer {
    /// Names and ports.
    Targets(BTreeSet<(String, u16)>),
    /// There are none.
    Nothing,
    /// No usable answer.
    Failed(String),
}

impl Answer {
    /// The addresses; none where it does not resolve.
    pub fn addresses(&self) -> BTreeSet<IpAddr> {
        match self {
            Self::Addresses { addresses, .. } => addresses.clone(),
            Self::Nothing { .. } | Self::Failed(_) => BTreeSet::new(),
        }
    }

    /// How long it is kept, where it says.
    pub fn ttl(&self) -> Option<u32> {
        match self {
            Self::Addresses { ttl, .. } => Some(*ttl),
            Self::Nothing { ttl } => *ttl,
            Self::Failed(_) => None,
        }
    }

    /// The answers for both families in one: what fails in one of them has failed, and what resolves in one resolves.
    pub fn merge(self, other: Self) -> Self {
        match (self, other) {
            (Self::Failed(why), _) | (_, Self::Failed(why)) => Self::Failed(why),
            (Self::Nothing { ttl }, Self::Nothing { ttl: other }) => Self::Nothing { ttl: ttl.max(other) },
            (found @ Self::Addresses { .. }, Self::Nothing { .. })
            | (Self::Nothing { .. }, found @ Self::Addresses { .. }) => found,
            (Self::Addresses { mut addresses, ttl }, Self::Addresses { addresses: more, ttl: other }) => {
                addresses.extend(more);
                Self::Addresses { addresses, ttl: ttl.min(other) }
            }
        }
    }
}

impl ServerView {
    /// A server of which nothing is known yet.
    pub fn of(server: String, pod: Option<ServerPod>) -> Self {
        Self { server, pod, ..Self::default() }
    }

    /// A server that could not be asked.
    pub fn failed(self, why: String) -> Self {
        Self { failure: Some(why), ..Self::of(self.server, self.pod) }
    }
}

impl<A> Name<A> {
    /// What is shown: what members are told, else what the server knows.
    pub fn shown(&self) -> Option<&A> {
        self.members.as_ref().or(self.fresh.as_ref())
    }
}

impl SrvAnswer {
    /// The targets; none where there are none.
    pub fn targets(&self) -> BTreeSet<(String, u16)> {
        match self {
            Self::Targets(targets) => targets.clone(),
            Self::Nothing | Self::Failed(_) => BTreeSet::new(),
        }
    }
}

impl ServerView {
    /// Whether nothing has been answered yet.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty() && self.srv.is_empty() && self.service == Name::default()
    }

    /// Takes in an answer about addresses; that for the other family may have come before.
    pub fn take(&mut self, question: &Question, answer: Answer) {
        let name = match &question.about {
            About::Service => &mut self.service,
            About::Member(ordinal) => self.members.entry(*ordinal).or_default(),
            About::Port(_) => return,
        };
        name.take(question.whose, answer, Answer::merge);
    }

    /// Takes in an answer about SRV records.
    pub fn take_srv(&mut self, question: &Question, answer: SrvAnswer) {
        if let About::Port(port) = &question.about {
            let name = self.srv.entry(port.clone()).or_default();
            name.take(question.whose, answer, |_, newer| newer);
        }
    }

    /// Replaces what it says about some subjects by a later view of them.
    pub fn renew(&mut self, later: &Self, subjects: &BTreeSet<About>) {
        for about in subjects {
            match about {
                About::Service => self.service = later.service.clone(),
                About::Member(ordinal) => {
                    self.members.extend(later.members.get(ordinal).map(|name| (*ordinal, name.clone())));
                }
                About::Port(port) => {
                    self.srv.extend(later.srv.get(port).map(|name| (port.clone(), name.clone())));
                }
            }
        }
    }
}

impl<A> Name<A> {
    /// Takes in an answer; `merge` joins it with one of the same round.
    fn take(&mut self, whose: Whose, answer: A, merge: impl Fn(A, A) -> A) {
        let (slot, same_round) = match whose {
            Whose::Members => (&mut self.members, true),
            Whose::Ours(entry) => {
                let same_round = self.tried == entry + 1;
                self.tried = entry + 1;
                (&mut self.fresh, same_round)
            }
        };
        *slot = Some(match slot.take().filter(|_| same_round) {
            Some(other) => merge(other, answer),
            None => answer,
        });
    }
}
