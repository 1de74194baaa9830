//! Why there is no list.

use std::fmt;

use crate::domain::peers::Facts;

/// Why there is no list: better none than one that is wrong, for it is pasted and trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeedError {
    /// There is no member to list.
    NoMember,
    /// Of these pods neither DNS nor EndpointSlices could tell whether they are found.
    LivenessUnknown(Vec<String>),
    /// The pod has no name in DNS: the set names no Service.
    NoName(String),
    /// The pod has no address: it does not exist, or has none yet.
    NoAddress(String),
    /// A name holds what no name in DNS does: a file says so, the API server would not have it.
    NotAName(String),
    /// Several ports could be meant, or none has been declared.
    WhichPort {
        /// What it is to be.
        what: &'static str,
        /// The set.
        set: String,
        /// What there is to choose from.
        ports: Vec<String>,
    },
    /// No port has the name that was given.
    NoSuchPort {
        /// The name.
        name: String,
        /// The set.
        set: String,
        /// What there is to choose from.
        ports: Vec<String>,
    },
    /// The Service means a port of the container by a name that this pod has not.
    NoContainerPort {
        /// The pod.
        pod: String,
        /// The name.
        name: String,
        /// The Service.
        service: String,
    },
    /// The Service could not be read, and nothing else tells the port.
    ServiceUnknown {
        /// The port that is needed.
        what: String,
        /// The Service.
        service: String,
    },
    /// Only a port of the Service that has a name has SRV records.
    NoRecord(u16),
    /// A port was given, and the format has no place for it.
    PortUnused(&'static str),
    /// ZooKeeper's ids end at 255.
    IdTooLarge {
        /// The pod.
        pod: String,
        /// Its ordinal plus one.
        id: u64,
    },
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMember => f.write_str("there is no member to list"),
            Self::LivenessUnknown(pods) => write!(
                f,
                "cannot list the members that are found now: neither DNS nor EndpointSlices could be asked about {}",
                pods.join(", ")
            ),
            Self::NoName(pod) => write!(f, "pod {pod} has no name in DNS: its StatefulSet names no Service"),
            Self::NoAddress(pod) => write!(f, "pod {pod} has no address"),
            Self::NotAName(text) => {
                write!(f, "{text:?} is no name in DNS, and is not printed for a shell to read")
            }
            Self::WhichPort { set, ports, .. } if ports.is_empty() => {
                write!(f, "no port is declared for the pods of StatefulSet {set}")
            }
            Self::WhichPort { what, set, ports } => {
                write!(
                    f,
                    "cannot tell which port of StatefulSet {set} is {what}: there are {}",
                    ports.join(", ")
                )
            }
            Self::NoSuchPort { name, set, ports } if ports.is_empty() => {
                write!(f, "no port of StatefulSet {set} is called {name}: none is declared")
            }
            Self::NoSuchPort { name, set, ports } => {
                write!(f, "no port of StatefulSet {set} is called {name}: there are {}", ports.join(", "))
            }
            Self::NoContainerPort { pod, name, service } => write!(
                f,
                "pod {pod} has no container port named {name}, which Service {service} means by its targetPort"
            ),
            Self::ServiceUnknown { what, service } => {
                write!(f, "cannot tell {what}: Service {service} could not be read")
            }
            Self::NoRecord(port) => write!(
                f,
                "there are no SRV records of port {port}: only a port of the Service that has a name has them"
            ),
            Self::PortUnused(what) => write!(f, "--port is given, and {what} prints no port"),
            Self::IdTooLarge { pod, id } => {
                write!(f, "pod {pod} would have id {id}, and ZooKeeper's ids are 1 to 255")
            }
        }
    }
}

impl std::error::Error for SeedError {}

impl SeedError {
    /// What to do next.
    pub fn hints(&self, facts: &Facts) -> Vec<String> {
        let peers = format!("kubectl stateful peers {} -n {}", facts.set, facts.namespace);
        match self {
            Self::NoMember => vec![
                format!("{peers} says what each source has of each member"),
                "--expected lists all that the set asks for, whether they are found or not".to_owned(),
            ],
            Self::LivenessUnknown(_) => {
                vec!["--expected lists all that the set asks for, whether they are found or not".to_owned()]
            }
            Self::NoName(_) | Self::NoContainerPort { .. } => {
                vec![format!("{peers} says what is wrong and what to do about it")]
            }
            Self::NoAddress(_) => vec!["{fqdn} needs no address".to_owned()],
            Self::WhichPort { .. } | Self::NoSuchPort { .. } | Self::ServiceUnknown { .. } => {
                vec!["--port NAME or --port NUMBER says which".to_owned()]
            }
            Self::NoRecord(_) => {
                vec![format!("{peers} says how to name it"), "--format hostport lists name:port".to_owned()]
            }
            Self::PortUnused(_) => vec!["--format hostport, or {port} in a template, prints it".to_owned()],
            Self::IdTooLarge { .. } | Self::NotAName(_) => Vec::new(),
        }
    }
}
