//! What is listed, and the lists that belong to no system.

use super::convention::{self, Role};
use super::error::SeedError;
use super::members::Member;
use super::port::{self, Choice, Port};
use super::template::{Field, Template};
use crate::domain::peers::Facts;

/// Members, and the port that was given for them.
pub struct Listing<'a> {
    /// What is known of the set.
    pub facts: &'a Facts,
    /// Who is listed.
    pub members: &'a [Member],
    /// `--port`.
    pub choice: Option<&'a Choice>,
}

impl Listing<'_> {
    /// The given port, else the one that plays a part in a system.
    pub fn role(&self, role: &Role) -> Result<Port, SeedError> {
        self.choice
            .map_or_else(|| convention::find(self.facts, role), |choice| port::chosen(self.facts, choice))
    }

    /// The given port, else the only one.
    pub fn only(&self) -> Result<Port, SeedError> {
        self.choice.map_or_else(|| port::only(self.facts), |choice| port::chosen(self.facts, choice))
    }

    /// The given port, if one was.
    pub fn given(&self) -> Result<Option<Port>, SeedError> {
        self.choice.map(|choice| port::chosen(self.facts, choice)).transpose()
    }

    pub fn each(&self, one: impl Fn(&Member) -> Result<String, SeedError>) -> Result<Vec<String>, SeedError> {
        self.members.iter().map(one).collect()
    }

    pub fn lines(&self, one: impl Fn(&Member) -> Result<String, SeedError>) -> Result<String, SeedError> {
        Ok(line(&self.each(one)?.join("\n")))
    }

    pub fn host_port(&self, member: &Member, port: &Port) -> Result<String, SeedError> {
        Ok(format!("{}:{}", member.name()?, port.of(member, self.facts)?))
    }

    pub fn host_ports(&self, port: &Port, between: &str) -> Result<String, SeedError> {
        Ok(line(&self.each(|member| self.host_port(member, port))?.join(between)))
    }

    pub fn srv(&self) -> Result<String, SeedError> {
        let port = self.only()?;
        let service = self.facts.service_fqdn().unwrap_or_default();
        self.lines(|member| {
            let (name, number) = (member.name()?, port.of(member, self.facts)?);
            let Some(record) = &port.record else {
                port::service_read(self.facts, "the name of the port")?;
                return Err(SeedError::NoRecord(number));
            };
            Ok(format!("{record}.{service}. IN SRV 0 0 {number} {name}."))
        })
    }

    /// Names in DNS and ports need no quotes: a shell, Docker and systemd read these lines alike.
    pub fn env(&self) -> Result<String, SeedError> {
        let port = self.given()?;
        let peer = |member: &Member| match &port {
            Some(port) => self.host_port(member, port),
            None => Ok(member.name()?.to_owned()),
        };
        let all = self.each(peer)?.join(",");
        let own = self.lines(|member| Ok(format!("PEER_{}={}", member.ordinal, peer(member)?)))?;
        Ok(format!("PEER_COUNT={}\nPEERS={all}\n{own}", self.members.len()))
    }

    pub fn template(&self, template: &Template) -> Result<String, SeedError> {
        if self.choice.is_some() && !template.wants(Field::Port) {
            return Err(SeedError::PortUnused("a template without {port}"));
        }
        self.lines(|member| template.fill(|field| self.field(field, member)))
    }

    fn field(&self, field: Field, member: &Member) -> Result<String, SeedError> {
        let facts = self.facts;
        Ok(match field {
            Field::Pod => member.pod.clone(),
            Field::Fqdn => member.name()?.to_owned(),
            Field::Host => {
                member.name()?;
                format!("{}.{}", member.pod, facts.service_name)
            }
            Field::Ordinal => member.ordinal.to_string(),
            Field::Id => from_one(member).to_string(),
            Field::Port => self.only()?.of(member, facts)?.to_string(),
            Field::Address => member.address(facts)?.to_string(),
            Field::Namespace => facts.namespace.clone(),
            Field::Set => facts.set.clone(),
            Field::Service => facts.service_name.clone(),
            Field::Zone => facts.zone.clone(),
        })
    }
}

/// The ordinal, counted from one.
pub fn from_one(member: &Member) -> u64 {
    u64::from(member.ordinal.get()) + 1
}

/// The text as a line.
pub fn line(text: &str) -> String {
    format!("{text}\n")
}
