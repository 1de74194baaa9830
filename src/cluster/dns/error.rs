//! Why a DNS server could not be asked, in words.

use std::fmt;
use std::time::Duration;

use super::server::Place;
use crate::cluster::ApiError;
use crate::error::Error;

/// Why there is no answer.
#[derive(Clone, Debug)]
pub enum DnsError {
    /// The API server refused or failed: to list pods, to forward a port.
    Api(ApiError),
    /// No pod is a DNS server; says which were looked for.
    NoPods(String),
    /// There are such pods, and none of them is Ready.
    NoneReady {
        /// Which were looked for.
        wanted: String,
        /// `NAMESPACE/NAME` of each.
        pods: Vec<String>,
    },
    /// The Service, `NAMESPACE/NAME`, cannot lead to a DNS server; says why.
    Service {
        /// `NAMESPACE/NAME`.
        service: String,
        /// Why.
        message: String,
    },
    /// There is no connection to this address; says why.
    Unreachable {
        /// Which server.
        server: Place,
        /// Why.
        message: String,
    },
    /// Nothing listens at the pod's port.
    Refused {
        /// Which server.
        server: Place,
    },
    /// No answer, or no connection, in time.
    Silent {
        /// Which server.
        server: Place,
        /// How long it was waited for.
        limit: Duration,
    },
    /// The stream ended; says why.
    Broken {
        /// Which server.
        server: Place,
        /// Why.
        message: String,
    },
    /// What it answered cannot be understood; says why.
    Malformed {
        /// Which server.
        server: Place,
        /// Why.
        message: String,
    },
    /// A name that cannot be asked for; says why.
    Name {
        /// The name.
        name: String,
        /// Why.
        message: String,
    },
    /// The cluster's domain could not be found; says what was tried.
    NoZone {
        /// What was tried, each with what came of it.
        tried: Vec<String>,
    },
}

impl From<ApiError> for DnsError {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl DnsError {
    /// The failure in one sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::Api(error) => error.sentence(),
            Self::NoPods(wanted) => format!("cannot ask the cluster's DNS: there are no {wanted}"),
            Self::NoneReady { wanted, pods } => {
                format!("cannot ask the cluster's DNS: of the {wanted} none is Ready: {}", pods.join(", "))
            }
            Self::Service { service, message } => {
                format!("cannot ask the cluster's DNS by Service {service}: {message}")
            }
            Self::Unreachable { server, message } => {
                format!("cannot reach the DNS server {server}: {message}")
            }
            Self::Refused { server } => {
                let port = server.port();
                format!("cannot ask the DNS server {server}: nothing in it listens at TCP port {port}")
            }
            Self::Silent { server, limit } => {
                format!("the DNS server {server} has not answered within {} s", limit.as_secs_f64())
            }
            Self::Broken { server, message } => {
                format!("the connection to the DNS server {server} broke: {message}")
            }
            Self::Malformed { server, message } => {
                format!("the answer of the DNS server {server} could not be understood: {message}")
            }
            Self::Name { name, message } => format!("cannot ask DNS for {name:?}: {message}"),
            Self::NoZone { tried } => {
                format!("cannot find out the cluster's DNS domain: {}", tried.join("; "))
            }
        }
    }

    /// What to do next, a line each.
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Api(error) => Error::from(error.clone()).hints().to_vec(),
            Self::NoPods(_) | Self::Service { .. } => vec![
                "name the Service of the DNS servers with --dns-service NAMESPACE/NAME, or a server with \
                 --dns-server ADDR"
                    .to_owned(),
                "kubectl get services -A | grep 53/".to_owned(),
            ],
            Self::NoneReady { pods, .. } => {
                let described = pods.iter().filter_map(|pod| pod.split_once('/'));
                described
                    .map(|(namespace, pod)| format!("kubectl describe pod {pod} -n {namespace}"))
                    .collect()
            }
            Self::Refused { server: Place::Pod { namespace, name, .. } }
            | Self::Silent { server: Place::Pod { namespace, name, .. }, .. }
            | Self::Broken { server: Place::Pod { namespace, name, .. }, .. } => {
                vec![format!("kubectl logs {name} -n {namespace}")]
            }
            Self::Unreachable { .. } | Self::Silent { .. } => {
                vec!["--dns-server needs a server that can be reached from this machine, by TCP".to_owned()]
            }
            Self::NoZone { .. } => vec!["name it with --zone, such as --zone cluster.local".to_owned()],
            Self::Refused { .. } | Self::Broken { .. } | Self::Malformed { .. } | Self::Name { .. } => {
                Vec::new()
            }
        }
    }
}

impl From<DnsError> for Error {
    fn from(error: DnsError) -> Self {
        error.hints().into_iter().fold(Self::failed(error.sentence()), Self::hint)
    }
}

impl fmt::Display for DnsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence())
    }
}

impl std::error::Error for DnsError {}
