//! What the systems call their ports, and which numbers they have where nobody says otherwise.
//!
//! The names are those of the systems' own manifests (etcd's `etcd-server`, which is also the name in its SRV discovery;
//! the ZooKeeper tutorial of Kubernetes) and of widely used charts, whose names may begin with `tcp-` or `tls-`.

use super::error::SeedError;
use super::port::{self, Port};
use crate::domain::peers::Facts;

/// A port that a system needs.
pub struct Role {
    /// What it is, for people.
    pub what: &'static str,
    usual: Usual,
    /// Ports of the same system that are taken for something else.
    others: &'static [&'static Usual],
    /// Whether a port that nothing else claims is taken for it, whatever its name. Not where a system needs several.
    any: bool,
}

/// What a port is usually called, the likeliest first, and its number.
struct Usual {
    names: &'static [&'static str],
    number: u16,
}

const ETCD_CLIENT: Usual = Usual { names: &["etcd-client", "etcd-client-ssl", "client"], number: 2379 };
const ZK_CLIENT: Usual = Usual { names: &["client", "zk-client", "zookeeper"], number: 2181 };
const ZK_SERVER: Usual = Usual { names: &["follower", "server", "quorum", "peer"], number: 2888 };
const ZK_ELECTION: Usual = Usual { names: &["leader-election", "election"], number: 3888 };
const KAFKA_CLIENT: Usual =
    Usual { names: &["client", "clients", "kafka", "broker", "plaintext", "internal"], number: 9092 };
const KAFKA_BROKERS: Usual = Usual { names: &["interbroker", "inter-broker", "replication"], number: 9094 };
const KAFKA_EXTERNAL: Usual = Usual { names: &["external"], number: 9095 };
const KAFKA_CONTROLLER: Usual = Usual { names: &["controller", "controllers"], number: 9093 };
const ELASTIC_HTTP: Usual = Usual { names: &["http", "https", "rest", "rest-api"], number: 9200 };
const REDIS_BUS: Usual = Usual { names: &["bus", "redis-bus", "gossip", "cluster-bus"], number: 16379 };
const SENTINEL: Usual = Usual { names: &["sentinel", "redis-sentinel"], number: 26379 };
const PATRONI: Usual = Usual { names: &["patroni"], number: 8008 };
const METRICS: Usual = Usual {
    names: &["metrics", "http-metrics", "etcd-metrics", "prometheus", "exporter", "jmx"],
    number: 9404,
};

pub const ETCD: Role = Role {
    what: "etcd's peer port",
    usual: Usual {
        names: &["etcd-server-ssl", "etcd-server", "peer", "etcd-peer", "server-peer", "server"],
        number: 2380,
    },
    others: &[&ETCD_CLIENT, &METRICS],
    any: true,
};
pub const ZOOKEEPER_CLIENT: Role = Role {
    what: "ZooKeeper's client port",
    usual: ZK_CLIENT,
    others: &[&ZK_SERVER, &ZK_ELECTION, &METRICS],
    any: false,
};
pub const ZOOKEEPER_SERVER: Role = Role {
    what: "ZooKeeper's port for followers",
    usual: ZK_SERVER,
    others: &[&ZK_CLIENT, &ZK_ELECTION, &METRICS],
    any: false,
};
pub const ZOOKEEPER_ELECTION: Role = Role {
    what: "ZooKeeper's port for elections",
    usual: ZK_ELECTION,
    others: &[&ZK_CLIENT, &ZK_SERVER, &METRICS],
    any: false,
};
pub const KAFKA: Role = Role {
    what: "Kafka's port for clients",
    usual: KAFKA_CLIENT,
    others: &[&KAFKA_CONTROLLER, &KAFKA_BROKERS, &KAFKA_EXTERNAL, &METRICS],
    any: true,
};
pub const KAFKA_VOTERS: Role = Role {
    what: "the port of Kafka's controllers",
    usual: KAFKA_CONTROLLER,
    others: &[&KAFKA_CLIENT, &KAFKA_BROKERS, &KAFKA_EXTERNAL, &METRICS],
    any: true,
};
pub const MONGODB: Role = Role {
    what: "MongoDB's port",
    usual: Usual { names: &["mongodb", "mongo", "mongod"], number: 27017 },
    others: &[&METRICS],
    any: true,
};
pub const ELASTICSEARCH: Role = Role {
    what: "the transport port",
    usual: Usual { names: &["transport"], number: 9300 },
    others: &[&ELASTIC_HTTP, &METRICS],
    any: true,
};
pub const REDIS: Role = Role {
    what: "Redis' port for clients",
    usual: Usual { names: &["redis", "valkey", "client"], number: 6379 },
    others: &[&REDIS_BUS, &SENTINEL, &METRICS],
    any: true,
};
pub const POSTGRES: Role = Role {
    what: "PostgreSQL's port",
    usual: Usual { names: &["postgresql", "postgres", "pgsql", "pg"], number: 5432 },
    others: &[&PATRONI, &METRICS],
    any: true,
};

/// The port for a role: the one of the usual name or number that the Service has, else the only one that it has and that
/// is nothing else, else the usual one of the containers, else the system's default.
///
/// # Errors
/// Several ports of the Service may be it; or the Service could not be read and the containers do not tell.
pub fn find(facts: &Facts, role: &Role) -> Result<Port, SeedError> {
    let service = port::of_service(facts).filter(Port::is_tcp).collect::<Vec<_>>();
    let free: Vec<&Port> = service.iter().filter(|port| role.any && !role.is_other(port)).collect();
    let lone = || if let [port] = free.as_slice() { Some(*port) } else { None };
    let containers: Vec<Port> = port::of_containers(facts).filter(Port::is_tcp).collect();
    let found = role.usual(&service).or_else(lone).or_else(|| role.usual(&containers));
    if let Some(port) = found {
        return Ok(port.clone());
    }
    port::service_read(facts, role.what)?;
    if free.is_empty() { Ok(Port::bare(role.usual.number)) } else { Err(port::ambiguous(facts, role.what)) }
}

impl Role {
    /// The port that has the usual name, else the usual number and no other role's name.
    fn usual<'a>(&self, ports: &'a [Port]) -> Option<&'a Port> {
        let named = |name: &&str| ports.iter().find(|port| plain(&port.name) == *name);
        let numbered =
            || ports.iter().find(|port| port.is_numbered(self.usual.number) && !self.is_named_other(port));
        self.usual.names.iter().find_map(named).or_else(numbered)
    }

    fn is_named_other(&self, port: &Port) -> bool {
        self.others.iter().any(|other| other.names.contains(&plain(&port.name)))
    }

    fn is_other(&self, port: &Port) -> bool {
        self.is_named_other(port) || self.others.iter().any(|other| port.is_numbered(other.number))
    }
}

/// The name without the protocol that charts put before it for service meshes.
fn plain(name: &str) -> &str {
    name.strip_prefix("tcp-").or_else(|| name.strip_prefix("tls-")).unwrap_or(name)
}
