//! The lists of each system, as its own documentation has them.

use super::convention::{self, Role};
use super::error::SeedError;
use super::listing::{Listing, from_one, line};
use super::port::Port;

/// How many seeds Cassandra is given. A seed does not stream data when it joins, and gossip is biased towards seeds:
/// about three a datacenter are recommended, never all. The lowest ordinals are the last to be scaled away.
const CASSANDRA_SEEDS: usize = 3;

/// The largest id of a ZooKeeper server.
const ZOOKEEPER_IDS: u64 = 255;

impl Listing<'_> {
    /// `server.N=host:followers:elections;clients`, the form since 3.5. 0 is no id, so N is the ordinal plus one.
    pub fn zookeeper(&self) -> Result<String, SeedError> {
        let find = |role| convention::find(self.facts, role);
        let (server, election) =
            (find(&convention::ZOOKEEPER_SERVER)?, find(&convention::ZOOKEEPER_ELECTION)?);
        let client = self.role(&convention::ZOOKEEPER_CLIENT)?;
        self.lines(|member| {
            let id = from_one(member);
            if id > ZOOKEEPER_IDS {
                return Err(SeedError::IdTooLarge { pod: member.pod.clone(), id });
            }
            let number = |port: &Port| port.of(member, self.facts);
            let (server, election, client) = (number(&server)?, number(&election)?, number(&client)?);
            Ok(format!("server.{id}={}:{server}:{election};{client}", member.name()?))
        })
    }

    pub fn etcd(&self, https: bool) -> Result<String, SeedError> {
        let port = self.role(&convention::ETCD)?;
        let secured = port.name.split('-').any(|word| matches!(word, "ssl" | "tls" | "https"));
        let scheme = if https || secured { "https" } else { "http" };
        let all =
            self.each(|member| Ok(format!("{}={scheme}://{}", member.pod, self.host_port(member, &port)?)))?;
        Ok(line(&all.join(",")))
    }

    pub fn kafka_voters(&self) -> Result<String, SeedError> {
        let port = self.role(&convention::KAFKA_VOTERS)?;
        let all = self.each(|member| Ok(format!("{}@{}", member.ordinal, self.host_port(member, &port)?)))?;
        Ok(line(&all.join(",")))
    }

    /// Without a port unless one is given: all nodes share `storage_port`, and `host:port` is understood since 4.0 only.
    pub fn cassandra(&self) -> Result<String, SeedError> {
        let seeds = Self { members: &self.members[..self.members.len().min(CASSANDRA_SEEDS)], ..*self };
        match self.given()? {
            Some(port) => seeds.host_ports(&port, ","),
            None => Ok(line(&seeds.each(|member| Ok(member.name()?.to_owned()))?.join(","))),
        }
    }

    pub fn uri(&self, scheme: &str, role: &Role, query: &str) -> Result<String, SeedError> {
        let port = self.role(role)?;
        let all = self.each(|member| self.host_port(member, &port))?;
        Ok(line(&format!("{scheme}://{}/{query}", all.join(","))))
    }

    /// YAML. `bootstrap` is the setting that names the first voters: nodes of a new cluster, by their pods' names.
    pub fn elastic(&self, bootstrap: Option<&str>) -> Result<String, SeedError> {
        let port = self.role(&convention::ELASTICSEARCH)?;
        let hosts = self.each(|member| Ok(format!("{:?}", self.host_port(member, &port)?)))?;
        let mut yaml = line(&format!("discovery.seed_hosts: [{}]", hosts.join(", ")));
        if let Some(setting) = bootstrap {
            let nodes = self.each(|member| Ok(format!("{:?}", member.pod)))?;
            yaml.push_str(&line(&format!("{setting}: [{}]", nodes.join(", "))));
        }
        Ok(yaml)
    }
}
