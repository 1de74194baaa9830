//! What to ask a DNS server, and in which of its cache's entries.

use super::answer::{Answer, ServerView, SrvAnswer};
use super::facts::{Facts, Family, ServicePort};
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
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// For whom the answer is; see [`super::answer::Name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// As members ask: caches answer.
    Members,
    /// Of a name that may not exist: in an entry of the cache that members never see.
    Absent,
    /// Of a name that members are told something else about than what is published.
    Disputed,
}

/// The first questions to a server: about what is published, what members are told; about the rest, what the server
/// knows.
pub fn first(facts: &Facts) -> Vec<Question> {
    let Some(service) = facts.service_fqdn() else { return Vec::new() };
    let whose = |published: bool| if published { Whose::Members } else { Whose::Absent };
    let any = facts.endpoints.get().is_some_and(|all| all.iter().any(|endpoint| endpoint.ready));
    let mut questions = addresses(facts, &About::Service, &service, whose(any));
    for peer in super::peers(facts) {
        let published = !facts.published(peer.ordinal).is_empty();
        let name = peer.fqdn.unwrap_or_default();
        questions.extend(addresses(facts, &About::Member(peer.ordinal), &name, whose(published)));
    }
    questions.extend(named_ports(facts).map(|port| srv(&service, port, whose(any))));
    questions
}

/// What to ask further, where members are told something else than what is published: whose fault that is.
pub fn again(facts: &Facts, view: &ServerView) -> Vec<Question> {
    let Some(service) = facts.service_fqdn() else { return Vec::new() };
    let mut questions = Vec::new();
    let all = facts.endpoints.get().into_iter().flatten();
    let all = all.filter(|endpoint| endpoint.ready).map(|endpoint| endpoint.address).collect();
    let differs = |answer: &Option<Answer>, published: &std::collections::BTreeSet<_>| {
        answer.as_ref().is_some_and(|answer| answer.addresses() != *published)
    };
    if differs(&view.service.members, &all) {
        questions.extend(addresses(facts, &About::Service, &service, Whose::Disputed));
    }
    for (ordinal, name) in &view.members {
        if differs(&name.members, &facts.published(*ordinal)) {
            let name = facts.fqdn(*ordinal).unwrap_or_default();
            questions.extend(addresses(facts, &About::Member(*ordinal), &name, Whose::Disputed));
        }
    }
    for port in named_ports(facts) {
        let told = view.srv.get(&port.name).and_then(|name| name.members.as_ref());
        let expected = super::names::expected_targets(facts, port);
        if told.is_some_and(|told| told.targets() != expected) {
            questions.push(srv(&service, port, Whose::Disputed));
        }
    }
    questions
}

fn named_ports(facts: &Facts) -> impl Iterator<Item = &ServicePort> {
    let ports = facts.existing_service().map(|service| service.ports.as_slice()).unwrap_or_default();
    ports.iter().filter(|port| !port.name.is_empty())
}

fn addresses(facts: &Facts, about: &About, name: &str, whose: Whose) -> Vec<Question> {
    let question = |family: &Family| Question {
        about: about.clone(),
        name: name.to_owned(),
        kind: Kind::Addresses(*family),
        whose,
    };
    facts.families().iter().map(question).collect()
}

fn srv(service: &str, port: &ServicePort, whose: Whose) -> Question {
    Question {
        about: About::Port(port.name.clone()),
        name: format!("_{}._{}.{service}", port.name, port.protocol.to_lowercase()),
        kind: Kind::Srv,
        whose,
    }
}

impl ServerView {
    /// Takes in an answer about addresses; those of the other family may have come before.
    pub fn take(&mut self, about: &About, whose: Whose, answer: Answer) {
        let name = match about {
            About::Service => &mut self.service,
            About::Member(ordinal) => self.members.entry(*ordinal).or_default(),
            About::Port(_) => return,
        };
        let slot = if whose == Whose::Members { &mut name.members } else { &mut name.fresh };
        *slot = Some(match slot.take() {
            Some(other) => other.merge(answer),
            None => answer,
        });
    }

    /// Takes in an answer about SRV records.
    pub fn take_srv(&mut self, port: &str, whose: Whose, answer: SrvAnswer) {
        let name = self.srv.entry(port.to_owned()).or_default();
        let slot = if whose == Whose::Members { &mut name.members } else { &mut name.fresh };
        *slot = Some(answer);
    }
}
