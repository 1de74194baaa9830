//! The list itself.

use super::convention;
use super::error::SeedError;
use super::format::Format;
use super::listing::Listing;
use super::members::{Members, Which};
use super::port::Choice;
use crate::domain::peers::Facts;

/// The members in a format, each line ended.
///
/// # Errors
/// There is none to list, or something that the format needs is missing or ambiguous: see [`SeedError`].
pub fn text(
    format: &Format,
    facts: &Facts,
    members: &Members,
    port: Option<&Choice>,
) -> Result<String, SeedError> {
    if members.list.is_empty() {
        return Err(SeedError::NoMember);
    }
    harmless(facts, members)?;
    let list = Listing { facts, members: &members.list, choice: port };
    let expected = members.which == Which::Expected;
    match format {
        Format::Hosts if port.is_some() => Err(SeedError::PortUnused("--format hosts")),
        Format::Hosts => list.lines(|member| Ok(member.name()?.to_owned())),
        Format::Hostport => list.host_ports(&list.only()?, "\n"),
        Format::Srv => list.srv(),
        Format::Env => list.env(),
        Format::Zookeeper => list.zookeeper(),
        Format::Etcd => list.etcd(false),
        Format::EtcdHttps => list.etcd(true),
        Format::Kafka => list.host_ports(&list.role(&convention::KAFKA)?, ","),
        Format::KafkaVoters => list.kafka_voters(),
        Format::Cassandra => list.cassandra(),
        Format::Mongodb => list.uri("mongodb", &convention::MONGODB, ""),
        Format::Elasticsearch => list.elastic(expected.then_some("cluster.initial_master_nodes")),
        Format::Opensearch => list.elastic(expected.then_some("cluster.initial_cluster_manager_nodes")),
        Format::Redis => list.host_ports(&list.role(&convention::REDIS)?, " "),
        // Writes fail on a standby: whoever lists all members looks for the primary.
        Format::Postgres => list.uri("postgresql", &convention::POSTGRES, "?target_session_attrs=read-write"),
        Format::Template(template) => list.template(template),
    }
}

/// Lists are read by shells. Names from a file may be anything; those from the API server are names in DNS.
fn harmless(facts: &Facts, members: &Members) -> Result<(), SeedError> {
    let of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let general = [&facts.set, &facts.namespace, &facts.service_name, &facts.zone];
    let own = members.list.iter().flat_map(|member| member.fqdn.iter().chain([&member.pod]));
    let service = facts.existing_service().into_iter().flat_map(|service| &service.ports);
    let ports = service.map(|port| &port.name);
    match general.into_iter().chain(own).chain(ports).find(|name| !name.bytes().all(of_name)) {
        Some(name) => Err(SeedError::NotAName(name.clone())),
        None => Ok(()),
    }
}
