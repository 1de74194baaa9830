//! What may be asked for: a format by name, or a template.

use std::fmt;
use std::str::FromStr;

use super::template::{Field, Template, TemplateError};

/// How the members are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// One name a line.
    Hosts,
    /// One `name:port` a line.
    Hostport,
    /// One SRV record a line, as in a zone file.
    Srv,
    /// Variables for a shell or an env file.
    Env,
    /// ZooKeeper's `server.N=…` lines.
    Zookeeper,
    /// etcd's `--initial-cluster`; https where the port's name says so.
    Etcd,
    /// Likewise, always with https.
    EtcdHttps,
    /// Kafka's `bootstrap.servers`.
    Kafka,
    /// Kafka's `controller.quorum.voters`.
    KafkaVoters,
    /// Cassandra's and Scylla's seeds.
    Cassandra,
    /// A MongoDB URI.
    Mongodb,
    /// Elasticsearch's discovery settings.
    Elasticsearch,
    /// Those of OpenSearch.
    Opensearch,
    /// What `redis-cli --cluster create` and `valkey-cli` take.
    Redis,
    /// A PostgreSQL URI.
    Postgres,
    /// The user's own text, once a member.
    Template(Template),
}

/// Why a text is no format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// No format has that name.
    Unknown {
        /// What was typed.
        typed: String,
        /// The name that is most like it, if one is.
        nearest: Option<&'static str>,
    },
    /// It has braces, and is no template.
    Template(TemplateError),
}

impl Format {
    /// Every name, for help and completion; `zk`, `mongo`, `scylla` and `postgresql` are understood as well.
    pub const NAMES: [&'static str; 16] = [
        "hosts",
        "hostport",
        "srv",
        "env",
        "zookeeper",
        "etcd",
        "etcd-https",
        "kafka",
        "kafka-voters",
        "cassandra",
        "mongodb",
        "elasticsearch",
        "opensearch",
        "redis",
        "valkey",
        "postgres",
    ];

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "hosts" => Self::Hosts,
            "hostport" => Self::Hostport,
            "srv" => Self::Srv,
            "env" => Self::Env,
            "zookeeper" | "zk" => Self::Zookeeper,
            "etcd" => Self::Etcd,
            "etcd-https" => Self::EtcdHttps,
            "kafka" => Self::Kafka,
            "kafka-voters" => Self::KafkaVoters,
            "cassandra" | "scylla" => Self::Cassandra,
            "mongodb" | "mongo" => Self::Mongodb,
            "elasticsearch" => Self::Elasticsearch,
            "opensearch" => Self::Opensearch,
            "redis" | "valkey" => Self::Redis,
            "postgres" | "postgresql" => Self::Postgres,
            _ => return None,
        })
    }
}

impl FromStr for Format {
    type Err = FormatError;

    /// Braces make a template; anything else is a name, in upper or lower case.
    fn from_str(text: &str) -> Result<Self, FormatError> {
        if text.contains(['{', '}']) {
            return text.parse().map(Self::Template).map_err(FormatError::Template);
        }
        let name = text.to_ascii_lowercase();
        Self::named(&name)
            .ok_or_else(|| FormatError::Unknown { typed: text.to_owned(), nearest: nearest(&name) })
    }
}

/// The name that a slip of the finger is away from the typed one.
fn nearest(typed: &str) -> Option<&'static str> {
    let slips = |name: &&str| strsim::damerau_levenshtein(typed, name);
    Format::NAMES.into_iter().min_by_key(slips).filter(|name| slips(name) <= 1 + typed.len() / 4)
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template(error) => error.fmt(f),
            Self::Unknown { typed, nearest } => {
                write!(f, "no format is called {typed:?}")?;
                match nearest {
                    Some(name) => write!(f, "; did you mean {name}?")?,
                    None => f.write_str(".")?,
                }
                write!(f, " There are {}, and templates of {}", Format::NAMES.join(", "), Field::listed())
            }
        }
    }
}

impl std::error::Error for FormatError {}
