//! The cluster's DNS domain.

use std::fmt;
use std::net::IpAddr;

use super::answer::{Data, ResponseCode};
use super::corefile;
use super::error::DnsError;
use super::name;
use super::objects::ConfigMap;
use super::question::{Question, RecordKind};
use super::server::{DnsServer, Place};
use crate::cluster::Connection;
use crate::wire;

/// The domain of nearly all clusters.
const USUAL: &str = "cluster.local";
/// A Service that every cluster has.
const KUBERNETES: &str = "kubernetes.default.svc.";

/// The domain in which Services and pods have names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Without a final dot.
    pub name: String,
    /// How it was found.
    pub source: ZoneSource,
}

/// How the domain was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZoneSource {
    /// DNS names the address of Service default/kubernetes in it.
    Reverse(IpAddr),
    /// It is in this ConfigMap, `NAMESPACE/NAME`.
    Corefile(String),
    /// The usual one, in which DNS knows Service default/kubernetes.
    Usual,
}

impl fmt::Display for ZoneSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reverse(address) => {
                write!(f, "the name that DNS has for {address}, Service default/kubernetes")
            }
            Self::Corefile(map) => write!(f, "the Corefile in ConfigMap {map}"),
            Self::Usual => f.write_str("DNS knows kubernetes.default.svc in it"),
        }
    }
}

/// Finds the domain: by asking for the name of an address that every cluster has; else in CoreDNS' configuration; else by
/// trying the usual one. All questions are such that members do not notice them.
///
/// # Errors
/// [`DnsError::NoZone`], with what came of each attempt.
pub async fn zone(connection: &Connection, server: &DnsServer) -> Result<Zone, DnsError> {
    let mut tried = Vec::new();
    match by_address(connection, server).await {
        Ok(zone) => return Ok(zone),
        Err(why) => tried.push(why),
    }
    match in_corefile(connection, server).await {
        Ok(zone) => return Ok(zone),
        Err(why) => tried.push(why),
    }
    match as_usual(server).await {
        Ok(zone) => return Ok(zone),
        Err(why) => tried.push(why),
    }
    tried.dedup();
    Err(DnsError::NoZone { tried })
}

async fn by_address(connection: &Connection, server: &DnsServer) -> Result<Zone, String> {
    let service = connection
        .get::<wire::Service>(Some("default"), "kubernetes")
        .await
        .map_err(|error| error.sentence())?;
    let address = service.spec.unwrap_or_default().cluster_ip;
    let address: IpAddr =
        address.parse().map_err(|_| "Service default/kubernetes has no address".to_owned())?;
    let question = Question::unnoticed(name::of_address(address), RecordKind::Ptr);
    let answer = server.ask_one(question).await.map_err(|error| error.sentence())?;
    let zone = answer.records.iter().find_map(|record| match &record.data {
        Data::Ptr(name) => name.strip_prefix(KUBERNETES),
        Data::Address(_) | Data::Srv { .. } | Data::Cname(_) => None,
    });
    let zone = zone.ok_or_else(|| format!("DNS has no name for {address}, Service default/kubernetes"))?;
    Ok(Zone { name: zone.to_owned(), source: ZoneSource::Reverse(address) })
}

async fn in_corefile(connection: &Connection, server: &DnsServer) -> Result<Zone, String> {
    let (namespace, maps) = match server.place() {
        Place::Pod { namespace, .. } => (namespace.as_str(), server.config_maps().collect()),
        Place::Address(_) => ("kube-system", vec!["coredns"]),
    };
    let mut why = format!("pod {server} mounts no Corefile");
    for name in maps {
        match connection.find::<ConfigMap>(Some(namespace), name).await {
            Ok(None) => why = format!("ConfigMap {namespace}/{name} does not exist"),
            Ok(Some(map)) => {
                if let Some(zone) = map.data.get("Corefile").and_then(|text| corefile::zone(text)) {
                    let source = ZoneSource::Corefile(format!("{namespace}/{name}"));
                    return Ok(Zone { name: zone, source });
                }
                why = format!("ConfigMap {namespace}/{name} names none for the plugin kubernetes");
            }
            Err(error) => why = error.sentence(),
        }
    }
    Err(why)
}

async fn as_usual(server: &DnsServer) -> Result<Zone, String> {
    let name = format!("{KUBERNETES}{USUAL}");
    let question = Question::unnoticed(&name, RecordKind::A);
    let answer = server.ask_one(question).await.map_err(|error| error.sentence())?;
    // Of a cluster with addresses of the other family the answer is empty, and the name is known all the same.
    match answer.code {
        ResponseCode::NoError => Ok(Zone { name: USUAL.to_owned(), source: ZoneSource::Usual }),
        code => Err(format!("DNS answers {code} to {name}")),
    }
}
