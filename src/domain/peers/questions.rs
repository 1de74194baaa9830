//! What to ask a DNS server next, and in which of its cache's entries.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::answer::{Answer, Name, ServerView, SrvAnswer};
use super::facts::{Endpoint, Facts, Family, ServicePort};
use super::names::{all_published, expected_targets};
use crate::domain::Ordinal;

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What the answer is about.
    pub about: About,
    /// The name, without a dot at its end.
    pub name: String,
    /// Which records.
    pub kind: Kind,
    /// For whom the answer is.
    pub whose: Whose,
}

/// What an answer is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// The Service.
    Service,
    /// A member.
    Member(Ordinal),
    /// A port of the Service, by name.
    Port(String),
}

/// Which records are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A or AAAA.
    Addresses(Family),
    /// SRV.
    Srv,
}

/// For whom the answer is; see [`Name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// As members ask: caches answer.
    Members,
    /// For ourselves, in the first, second or third entry of the cache that members never use. What was asked before may
    /// still be in one of them.
    Ours(u8),
}

impl Whose {
    /// Which of our own entries it is.
    pub fn entry(self) -> Option<u8> {
        match self {
            Self::Members => None,
            Self::Ours(entry) => Some(entry),
        }
    }
}

/// So many entries of the cache are only ours.
pub const ENTRIES: u8 = 3;

/// All that is asked about.
pub fn subjects(facts: &Facts) -> BTreeSet<About> {
    if facts.service_name.is_empty() {
        return BTreeSet::new();
    }
    let members = facts.ordinals().into_iter().map(About::Member);
    let ports = named_ports(facts).map(|port| About::Port(port.name.clone()));
    members.chain(ports).chain([About::Service]).collect()
}

/// What to ask next; nothing once all is known.
///
/// First what the server itself knows; where that is not what is published, again in another entry of its cache, as the
/// answer may be old; and where it is, what members are told. Under the Service's own name and in SRV records members look
/// for all others: those are asked for as members ask only where nobody is missing, as part of a list would be kept for
/// them after the rest has come.
pub fn next(facts: &Facts, view: &ServerView, subjects: &BTreeSet<About>) -> Vec<Question> {
    let Some(service) = facts.service_fqdn() else { return Vec::new() };
    let whole = facts.range.iter().all(|ordinal| !facts.published(ordinal).is_empty());
    let leaves_part = |question: &Question| {
        !whole && question.whose == Whose::Members && !matches!(question.about, About::Member(_))
    };
    let ask = |about: &About| -> Vec<Question> {
        match about {
            About::Service => {
                let published = comparable(facts, |all| all_published(all));
                let whose = whose(&view.service, published.as_ref());
                addresses(facts, about, &service, whose, published.as_ref())
            }
            About::Member(ordinal) => {
                let published = comparable(facts, |_| facts.published(*ordinal));
                let whose = match view.members.get(ordinal) {
                    Some(name) => whose(name, published.as_ref()),
                    None => Some(Whose::Ours(0)),
                };
                addresses(facts, about, &facts.fqdn(*ordinal).unwrap_or_default(), whose, published.as_ref())
            }
            About::Port(name) => {
                let Some(port) = named_ports(facts).find(|port| port.name == *name) else {
                    return Vec::new();
                };
                let expected = comparable(facts, |_| expected_targets(facts, port));
                let whose = match view.srv.get(name) {
                    Some(name) => whose(name, expected.as_ref()),
                    None => Some(Whose::Ours(0)),
                };
                whose.map(|whose| srv(&service, port, whose)).into_iter().collect()
            }
        }
    };
    subjects.iter().flat_map(ask).filter(|question| !leaves_part(question)).collect()
}

/// What DNS should answer about a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// These addresses.
    Addresses(BTreeSet<IpAddr>),
    /// These names and ports.
    Targets(BTreeSet<(String, u16)>),
}

/// What DNS should answer about a subject; none where EndpointSlices were not read, the port is gone, or no answer is owed:
/// only a headless Service lists members.
pub fn expected(facts: &Facts, about: &About) -> Option<Expected> {
    let endpoints = facts.endpoints.get().filter(|_| facts.is_headless())?;
    Some(match about {
        About::Service => Expected::Addresses(all_published(endpoints)),
        About::Member(ordinal) => Expected::Addresses(facts.published(*ordinal)),
        About::Port(name) => {
            let port = named_ports(facts).find(|port| port.name == *name)?;
            Expected::Targets(expected_targets(facts, port))
        }
    })
}

/// Whether a server tells members about a subject what is published.
pub fn is_settled(facts: &Facts, view: &ServerView, about: &About) -> bool {
    match (about, expected(facts, about)) {
        (_, None) => true,
        (About::Service, Some(Expected::Addresses(published))) => tells(&view.service, &published),
        (About::Member(ordinal), Some(Expected::Addresses(published))) => {
            view.members.get(ordinal).is_some_and(|name| tells(name, &published))
        }
        (About::Port(port), Some(Expected::Targets(targets))) => {
            view.srv.get(port).is_some_and(|told| tells(told, &targets))
        }
        (About::Service | About::Member(_), Some(Expected::Targets(_)))
        | (About::Port(_), Some(Expected::Addresses(_))) => false,
    }
}

/// What is published, where DNS has to answer that: under another Service than a headless one names of members are an
/// extra of some DNS servers, and the Service's own name stands for its own address.
fn comparable<T>(facts: &Facts, published: impl FnOnce(&Vec<Endpoint>) -> T) -> Option<T> {
    facts.endpoints.get().filter(|_| facts.is_headless()).map(published)
}

/// What members are told of subjects that are settled, to go on from.
pub fn settled(facts: &Facts, view: &ServerView) -> ServerView {
    fn told<A: Clone>(name: &Name<A>) -> Name<A> {
        Name { members: name.members.clone(), ..Name::default() }
    }
    let mut known = ServerView::of(view.server.clone(), view.pod.clone());
    for about in subjects(facts).into_iter().filter(|about| is_settled(facts, view, about)) {
        match about {
            About::Service => known.service = told(&view.service),
            About::Member(ordinal) => {
                known.members.extend(view.members.get(&ordinal).map(|name| (ordinal, told(name))));
            }
            About::Port(port) => known.srv.extend(view.srv.get(&port).map(|name| (port, told(name)))),
        }
    }
    known
}

/// Forgets what members were told before, where the server itself says something else by now than what is published.
pub fn forget_outdated(facts: &Facts, view: &mut ServerView) {
    fn forget<A: Comparable>(name: &mut Name<A>, published: &A::Published) {
        if name.fresh.as_ref().is_some_and(|fresh| !fresh.says(published)) {
            name.members = None;
        }
    }
    let Some(endpoints) = facts.endpoints.get() else { return };
    forget(&mut view.service, &all_published(endpoints));
    view.members.iter_mut().for_each(|(ordinal, name)| forget(name, &facts.published(*ordinal)));
    for port in named_ports(facts) {
        let expected = expected_targets(facts, port);
        view.srv.get_mut(&port.name).into_iter().for_each(|name| forget(name, &expected));
    }
}

/// An answer that can be compared with what is published.
trait Comparable {
    /// What is published.
    type Published;

    /// Whether the answer says that.
    fn says(&self, published: &Self::Published) -> bool;

    /// Whether there is nothing that could be said.
    fn is_nothing(published: &Self::Published) -> bool;

    /// Whether asking again tells no more.
    fn has_failed(&self) -> bool;
}

impl Comparable for Answer {
    type Published = BTreeSet<IpAddr>;

    fn says(&self, published: &Self::Published) -> bool {
        self.addresses() == *published
    }

    fn is_nothing(published: &Self::Published) -> bool {
        published.is_empty()
    }

    fn has_failed(&self) -> bool {
        matches!(self, Self::Failed(_))
    }
}

impl Comparable for SrvAnswer {
    type Published = BTreeSet<(String, u16)>;

    fn says(&self, published: &Self::Published) -> bool {
        published.is_subset(&self.targets())
    }

    fn is_nothing(published: &Self::Published) -> bool {
        published.is_empty()
    }

    fn has_failed(&self) -> bool {
        matches!(self, Self::Failed(_))
    }
}

/// For whom to ask next about one name; none once all is known.
fn whose<A: Comparable>(name: &Name<A>, published: Option<&A::Published>) -> Option<Whose> {
    let Some(fresh) = &name.fresh else { return Some(Whose::Ours(0)) };
    let published = published?;
    if fresh.has_failed() {
        return None;
    }
    if !fresh.says(published) {
        return (name.tried < ENTRIES).then_some(Whose::Ours(name.tried));
    }
    (!A::is_nothing(published) && name.members.is_none()).then_some(Whose::Members)
}

fn tells<A: Comparable>(name: &Name<A>, published: &A::Published) -> bool {
    name.shown().is_some_and(|shown| shown.says(published))
}

fn named_ports(facts: &Facts) -> impl Iterator<Item = &ServicePort> {
    let ports = facts.existing_service().map(|service| service.ports.as_slice()).unwrap_or_default();
    ports.iter().filter(|port| !port.name.is_empty())
}

/// One question for each family; as members ask, only for those in which the name resolves.
fn addresses(
    facts: &Facts,
    about: &About,
    name: &str,
    whose: Option<Whose>,
    published: Option<&BTreeSet<IpAddr>>,
) -> Vec<Question> {
    let Some(whose) = whose else { return Vec::new() };
    let resolves =
        |family: &Family| published.into_iter().flatten().any(|address| Family::of(address) == *family);
    let asked = facts.families().into_iter().filter(|family| whose != Whose::Members || resolves(family));
    let question = |family| Question {
        about: about.clone(),
        name: name.to_owned(),
        kind: Kind::Addresses(family),
        whose,
    };
    asked.map(question).collect()
}

fn srv(service: &str, port: &ServicePort, whose: Whose) -> Question {
    Question {
        about: About::Port(port.name.clone()),
        name: format!("_{}._{}.{service}", port.name, port.protocol.to_lowercase()),
        kind: Kind::Srv,
        whose,
    }
}
