//! Words for questions.

use kubectl_stateful::cluster::dns::{
    Answer, CacheEntry, Choice, Data, DnsError, DnsServer, Question, RecordKind,
};
use serde_json::{Value, json};
use std::net::IpAddr;
use test_cluster::client::block_on;
use test_cluster::*;

/// Asks one question as a member does.
pub(crate) fn ask(server: &DnsServer, name: &str, kind: RecordKind) -> Answer {
    asked(server, name, kind).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The same, where it may fail.
pub(crate) fn asked(server: &DnsServer, name: &str, kind: RecordKind) -> Result<Answer, DnsError> {
    block_on(server.ask_one(Question::as_member(name, kind)))
}

/// Asks in one entry of the cache.
pub(crate) fn ask_in(server: &DnsServer, name: &str, entry: CacheEntry) -> Answer {
    let question = Question { name: name.to_owned(), kind: RecordKind::A, entry };
    block_on(server.ask_one(question)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// `NAME.NAMESPACE.svc.cluster.local`.
pub(crate) fn name_in(ns: &Namespace, name: &str) -> String {
    format!("{name}.{}.svc.cluster.local", ns.name())
}

/// The addresses of an answer, in order.
pub(crate) fn addresses(answer: &Answer) -> Vec<IpAddr> {
    let mut addresses: Vec<_> = answer.addresses().collect();
    addresses.sort();
    addresses
}

/// The hosts and ports of an answer, in order.
pub(crate) fn targets(answer: &Answer) -> Vec<(String, u16)> {
    let target = |data: &Data| match data {
        Data::Srv { port, target, .. } => Some((target.clone(), *port)),
        Data::Address(_) | Data::Ptr(_) | Data::Cname(_) => None,
    };
    let mut targets: Vec<_> = answer.records.iter().filter_map(|record| target(&record.data)).collect();
    targets.sort();
    targets
}

/// The address of a pod.
pub(crate) fn address_of(ns: &Namespace, pod: &str) -> IpAddr {
    let address = ns.pod(pod).and_then(|pod| pod.status?.pod_ip);
    address.unwrap_or_else(|| panic!("{pod} has no address")).parse().expect("an address")
}

/// A Service that selects the pods of set `web`.
pub(crate) fn service(name: &str, cluster_ip: Option<&str>, ports: &Value) -> Value {
    let mut spec = json!({"selector": {"app": "web"}, "ports": ports});
    if let Some(cluster_ip) = cluster_ip {
        spec["clusterIP"] = cluster_ip.into();
    }
    json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec})
}

/// The DNS servers that Service `web` of a namespace leads to.
pub(crate) fn forwarded(ns: &Namespace) -> Choice {
    Choice::Service { namespace: ns.name().to_owned(), name: "web".to_owned() }
}
