//! `peers`: the members of a group by every source, and what keeps the sources from agreeing.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::Ordinal;
use crate::domain::peers::answer::SrvAnswer;
use crate::domain::peers::timeline::{Change, Source};
use crate::domain::peers::{Disagreement, Facts, Judgement, Peer, Reason};

/// The kind of a document of members.
pub const KIND: &str = "PeerList";

/// The kind of a document of changes.
pub const CHANGES: &str = "PeerChangeList";

/// The members of one set.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeersView {
    /// Namespace.
    pub namespace: String,
    /// The set.
    pub set: String,
    /// The governing Service; null where the set names none.
    pub service: Option<String>,
    /// Whether it is headless; null where it was not read or does not exist.
    pub headless: Option<bool>,
    /// Whether members that are not Ready resolve (`publishNotReadyAddresses`); null likewise.
    pub publishes_not_ready: Option<bool>,
    /// What every name ends in, such as `cluster.local`.
    pub zone: String,
    /// How that was found.
    pub zone_source: String,
    /// The DNS servers that were asked; null where none was asked, or none answered.
    pub dns_servers: Option<Vec<String>>,
    /// The members, by ordinal.
    pub peers: Vec<PeerView>,
    /// What SRV records say, by named port of the Service; null likewise.
    pub srv: Option<Vec<SrvView>>,
    /// Whether all sources were read, and agree.
    pub agree: bool,
    /// What disagrees, the root first.
    pub disagreements: Vec<DisagreementView>,
}

/// One member.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeerView {
    /// Its ordinal.
    pub ordinal: Ordinal,
    /// The name of its pod.
    pub pod: String,
    /// Whether the pod exists.
    pub pod_exists: bool,
    /// Whether the pod is Ready.
    pub pod_ready: bool,
    /// Its name in DNS, without a dot at the end; null where the set names no Service.
    pub fqdn: Option<String>,
    /// Whether the set asks for it.
    pub expected: bool,
    /// What EndpointSlices publish; null where they were not read.
    pub endpoint: Option<EndpointView>,
    /// What DNS answers; null where it was not asked, or did not answer.
    pub dns: Option<DnsView>,
}

/// What EndpointSlices publish of a member.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EndpointView {
    /// Whether a slice lists it.
    pub present: bool,
    /// Whether it is to be used, and so has a name.
    pub ready: bool,
    /// Whether the pod is Ready, terminating or not.
    pub serving: bool,
    /// Whether it terminates.
    pub terminating: bool,
    /// Its first address; null where no slice lists it.
    pub address: Option<String>,
    /// All its addresses.
    pub addresses: Vec<String>,
}

/// What DNS answers about a member's name.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DnsView {
    /// Whether every server that was asked resolves it.
    pub resolves: bool,
    /// To which addresses.
    pub addresses: Vec<String>,
    /// For how long the answer is kept, also that there is none; null where no server said.
    pub ttl_seconds: Option<u32>,
}

/// SRV records of a named port that lead to the same port number: each pod may have another one.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SrvView {
    /// The name that is asked for, `_PORT._PROTOCOL.SERVICE…`.
    pub name: String,
    /// The port; null where there are no records.
    pub port: Option<u16>,
    /// The names of the members.
    pub targets: Vec<String>,
}

/// One disagreement.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DisagreementView {
    /// Its stable name.
    pub reason: Reason,
    /// The ordinal that it is about; null for all.
    pub ordinal: Option<Ordinal>,
    /// In one sentence.
    pub message: String,
    /// Whether it can pass without anybody doing anything.
    pub self_resolves: bool,
    /// True where the sources agree nevertheless: it is only worth knowing.
    pub advice: bool,
    /// What helps; null where nothing is known.
    pub action: Option<ActionView>,
}

/// Something that a person can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionView {
    /// As typed in a shell.
    pub command: String,
    /// What it brings about.
    pub effect: String,
}

/// One change: `--watch -o json` prints one document a line, those of the beginning first.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangeView {
    /// When (RFC 3339), by the server's clock.
    pub time: String,
    /// Namespace.
    pub namespace: String,
    /// The set.
    pub set: String,
    /// The ordinal; null where it is about all members.
    pub ordinal: Option<Ordinal>,
    /// The pod; null likewise.
    pub pod: Option<String>,
    /// Which source says so.
    pub source: Source,
    /// The DNS server that does; null for other sources.
    pub dns_server: Option<String>,
    /// What is true now, in a few words.
    pub message: String,
    /// How long after the member was to be visible this source shows it; null where that does not apply.
    pub lag_seconds: Option<f64>,
}

impl ChangeView {
    /// A change, seen now.
    pub fn of(facts: &Facts, change: &Change) -> Self {
        Self {
            time: format!("{:.3}", facts.now),
            namespace: facts.namespace.clone(),
            set: facts.set.clone(),
            ordinal: change.ordinal,
            pod: change.ordinal.map(|ordinal| facts.pod_name(ordinal)),
            source: change.source,
            dns_server: change.server.clone(),
            message: change.message.clone(),
            lag_seconds: change.lag.map(|lag| lag.as_secs_f64()),
        }
    }
}

impl PeersView {
    /// What was judged of what was read.
    pub fn of(facts: &Facts, judged: &Judgement, zone_source: &str) -> Self {
        let service = facts.existing_service();
        let views = facts.dns.get();
        Self {
            namespace: facts.namespace.clone(),
            set: facts.set.clone(),
            service: Some(facts.service_name.clone()).filter(|name| !name.is_empty()),
            headless: service.map(|service| service.headless),
            publishes_not_ready: service.map(|service| service.publishes_unready),
            zone: facts.zone.clone(),
            zone_source: zone_source.to_owned(),
            dns_servers: views.map(|views| views.iter().map(|view| view.server.clone()).collect()),
            peers: judged.peers.iter().map(|peer| PeerView::of(facts, peer)).collect(),
            srv: views.map(|_| srv(facts)),
            agree: judged.agree,
            disagreements: judged.disagreements.iter().map(DisagreementView::of).collect(),
        }
    }
}

impl PeerView {
    fn of(facts: &Facts, peer: &Peer) -> Self {
        let pod = facts.pods.get(&peer.ordinal);
        let text = |addresses: &BTreeSet<IpAddr>| -> Vec<String> {
            addresses.iter().map(ToString::to_string).collect()
        };
        Self {
            ordinal: peer.ordinal,
            pod: peer.pod.clone(),
            pod_exists: pod.is_some(),
            pod_ready: pod.is_some_and(|pod| pod.ready),
            fqdn: peer.fqdn.clone(),
            expected: peer.expected,
            endpoint: peer.endpoint.get().map(|endpoint| EndpointView {
                present: endpoint.present,
                ready: endpoint.ready,
                serving: endpoint.serving,
                terminating: endpoint.terminating,
                address: endpoint.addresses.first().map(ToString::to_string),
                addresses: text(&endpoint.addresses),
            }),
            dns: peer.dns.get().map(|dns| DnsView {
                resolves: dns.resolves,
                addresses: text(&dns.addresses),
                ttl_seconds: dns.ttl,
            }),
        }
    }
}

/// SRV records of all named ports, by all servers together.
fn srv(facts: &Facts) -> Vec<SrvView> {
    let (Some(service), Some(fqdn)) = (facts.existing_service(), facts.service_fqdn()) else {
        return Vec::new();
    };
    let views = facts.dns.get().map(Vec::as_slice).unwrap_or_default();
    let named = service.ports.iter().filter(|port| !port.name.is_empty());
    let of_port = named.flat_map(|port| {
        let name = format!("_{}._{}.{fqdn}", port.name, port.protocol.to_lowercase());
        let answers = views.iter().filter_map(|view| view.srv.get(&port.name)?.shown());
        let mut by_number: BTreeMap<Option<u16>, BTreeSet<String>> = BTreeMap::new();
        for (target, number) in answers.flat_map(SrvAnswer::targets) {
            by_number.entry(Some(number)).or_default().insert(target);
        }
        if by_number.is_empty() {
            by_number.insert(None, BTreeSet::new());
        }
        by_number.into_iter().map(move |(port, targets)| SrvView {
            name: name.clone(),
            port,
            targets: targets.into_iter().collect(),
        })
    });
    of_port.collect()
}

impl DisagreementView {
    fn of(found: &Disagreement) -> Self {
        let action = found.action.as_ref();
        Self {
            reason: found.reason,
            ordinal: found.ordinal,
            message: found.message.clone(),
            self_resolves: found.reason.self_resolves(),
            advice: found.reason.is_advice(),
            action: action
                .map(|action| ActionView { command: action.command.clone(), effect: action.effect.clone() }),
        }
    }
}
