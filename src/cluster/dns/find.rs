//! Finds the cluster's DNS servers.

use super::choice::Choice;
use super::error::DnsError;
use super::objects::DnsPod;
use super::ports;
use super::server::{DnsServer, Place};
use crate::cluster::{Connection, Query};
use crate::wire::{Object, Service};

/// Where clusters have their DNS servers: namespace (none is any) and label. Nearly all label them as kubeadm does,
/// whatever they are; OpenShift's operator has its own.
const USUAL: [(Option<&str>, &str); 3] = [
    (Some("kube-system"), "k8s-app=kube-dns"),
    (None, "k8s-app=kube-dns"),
    (Some("openshift-dns"), "dns.operator.openshift.io/daemonset-dns=default"),
];

/// The DNS servers, in the order of their names; at least one. No stream is opened yet.
///
/// # Errors
/// The API server refuses; there are none, or none is Ready.
pub async fn servers(connection: &Connection, choice: &Choice) -> Result<Vec<DnsServer>, DnsError> {
    match choice {
        Choice::Usual => usual(connection).await,
        Choice::Service { namespace, name } => of_service(connection, namespace, name).await,
        Choice::Address(address) => {
            Ok(vec![DnsServer::new(connection, Place::Address(address.clone()), None)])
        }
    }
}

async fn usual(connection: &Connection) -> Result<Vec<DnsServer>, DnsError> {
    let mut refused = None;
    for (namespace, label) in USUAL {
        match connection.list::<DnsPod>(&Query::within(namespace).labels(label)).await {
            Ok(pods) if pods.items.is_empty() => {}
            Ok(pods) => {
                let wanted = format!("pods with the label {label}");
                return ready(connection, &wanted, pods.items, |pod| Ok(ports::of_pod(pod)));
            }
            // The right to look everywhere is rare, and there may be nothing to see.
            Err(error) if error.is_forbidden() => refused = refused.or(Some(error)),
            Err(error) => return Err(error.into()),
        }
    }
    let (_, label) = USUAL[0];
    let Some(mut error) = refused else {
        return Err(DnsError::NoPods(format!("pods with the label {label}")));
    };
    error.hints.push("name the Service of the DNS servers with --dns-service NAMESPACE/NAME".to_owned());
    Err(DnsError::Api(error))
}

async fn of_service(
    connection: &Connection,
    namespace: &str,
    name: &str,
) -> Result<Vec<DnsServer>, DnsError> {
    let unfit = |message: &str| DnsError::Service {
        service: format!("{namespace}/{name}"),
        message: message.to_owned(),
    };
    let service = connection.get::<Service>(Some(namespace), name).await?;
    let port = ports::of_service(&service).ok_or_else(|| unfit("it has no TCP port for DNS"))?;
    let pairs = service.spec.iter().flat_map(|spec| &spec.selector);
    let selector = pairs.map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",");
    if selector.is_empty() {
        return Err(unfit("it selects no pods"));
    }
    let pods = connection.list::<DnsPod>(&Query::within(Some(namespace)).labels(&selector)).await?;
    let wanted = format!("pods with the labels {selector} in namespace {namespace}");
    ready(connection, &wanted, pods.items, |pod| {
        ports::target(port, pod)
            .ok_or_else(|| unfit("its pods have no TCP port of the name that it leads to"))
    })
}

/// Those pods that answer.
fn ready(
    connection: &Connection,
    wanted: &str,
    mut pods: Vec<DnsPod>,
    port: impl Fn(&DnsPod) -> Result<u16, DnsError>,
) -> Result<Vec<DnsServer>, DnsError> {
    pods.sort_by(|one, other| place(one).cmp(&place(other)));
    let names: Vec<_> =
        pods.iter().map(|pod| format!("{}/{}", pod.meta().namespace, pod.meta().name)).collect();
    pods.retain(DnsPod::is_ready);
    if names.is_empty() {
        return Err(DnsError::NoPods(wanted.to_owned()));
    }
    if pods.is_empty() {
        return Err(DnsError::NoneReady { wanted: wanted.to_owned(), pods: names });
    }
    let server = |pod: DnsPod| {
        let (namespace, name) = place(&pod);
        let place = Place::Pod { namespace: namespace.to_owned(), name: name.to_owned(), port: port(&pod)? };
        Ok(DnsServer::new(connection, place, Some(pod)))
    };
    pods.into_iter().map(server).collect()
}

fn place(pod: &DnsPod) -> (&str, &str) {
    (&pod.meta().namespace, &pod.meta().name)
}
