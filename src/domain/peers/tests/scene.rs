//! Builds what was read of a group, so that a test reads as the story that it tells:
//!
//! `healthy(3).pod(1, |pod| pod.ready = false).followed().tells(&[NotReady])`
//!
//! What EndpointSlices publish and what DNS answers is worked out as the EndpointSlice controller and CoreDNS would, and
//! then changed by the story.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::super::answer::{Answer, Name, ServerView};
use super::super::facts::{ContainerPort, Endpoint, Facts, Family, PodFacts, Service, ServicePort, Target};
use super::super::{Disagreement, Judgement, Reason, judge};
use super::followers::{publish, serve};
use crate::domain::ordinal::Range;
use crate::domain::testing::{ago, at, now};
use crate::domain::{Known, Ordinal};

/// A group as read.
#[derive(Clone, Debug)]
pub(super) struct Scene(pub(super) Facts);

/// Set `web` in namespace `shop` with a headless Service of one port; all members Ready for an hour, published and
/// resolved.
pub(super) fn healthy(replicas: u32) -> Scene {
    bare(0, replicas).followed()
}

/// Likewise from another ordinal on.
pub(super) fn from(start: u32, replicas: u32) -> Scene {
    bare(start, replicas).followed()
}

fn bare(start: u32, replicas: u32) -> Scene {
    let range = Range { start: at(start), replicas };
    let facts = Facts {
        now: now(),
        namespace: "shop".to_owned(),
        set: "web".to_owned(),
        range,
        parallel: false,
        service_name: "web".to_owned(),
        template_labels: labels(&[("app", "web")]),
        template_ports: vec![container_port("peer", 7000, "TCP")],
        pods: range.iter().map(|ordinal| (ordinal, pod(ordinal))).collect(),
        service: Known::Known(Some(Service {
            headless: true,
            external: false,
            publishes_unready: false,
            selector: labels(&[("app", "web")]),
            ports: vec![service_port("peer", 7000, Target::Number(7000))],
            families: vec![Family::V4],
        })),
        endpoints: Known::Known(Vec::new()),
        zone: "cluster.local".to_owned(),
        dns: Known::Known(Vec::new()),
    };
    Scene(facts)
}

pub(super) fn labels(all: &[(&str, &str)]) -> BTreeMap<String, String> {
    all.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

pub(super) fn container_port(name: &str, number: u16, protocol: &str) -> ContainerPort {
    ContainerPort { name: name.to_owned(), number, protocol: protocol.to_owned() }
}

pub(super) fn service_port(name: &str, number: u16, target: Target) -> ServicePort {
    ServicePort { name: name.to_owned(), protocol: "TCP".to_owned(), number, target }
}

pub(super) fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// The IPv4 address of an ordinal's pod; the last part is the ordinal.
pub(super) fn v4(ordinal: Ordinal) -> IpAddr {
    let [_, _, high, low] = ordinal.get().to_be_bytes();
    IpAddr::from([10, 0, high, low])
}

/// Its IPv6 address.
pub(super) fn v6(ordinal: Ordinal) -> IpAddr {
    ip(&format!("fd00::{:x}", ordinal.get() + 1))
}

fn pod(ordinal: Ordinal) -> PodFacts {
    let name = format!("web-{ordinal}");
    PodFacts {
        uid: format!("uid-{name}"),
        labels: labels(&[("app", "web")]),
        hostname: name.clone(),
        subdomain: "web".to_owned(),
        addresses: vec![v4(ordinal)],
        ready: true,
        ready_since: Some(ago(3_600)),
        terminating: false,
        running: true,
        finished: false,
        created: Some(ago(3_700)),
        ports: vec![container_port("peer", 7000, "TCP")],
        name,
    }
}

/// What is so in the cluster; [`Scene::followed`] says what comes of it.
impl Scene {
    pub(super) fn with(mut self, change: impl FnOnce(&mut Facts)) -> Self {
        change(&mut self.0);
        self
    }

    pub(super) fn service(self, change: impl FnOnce(&mut Service)) -> Self {
        self.with(|facts| change(facts.service.get_mut().and_then(Option::as_mut).expect("a Service")))
    }

    /// Makes a pod, where there is none, or changes it.
    pub(super) fn pod(self, number: u32, change: impl FnOnce(&mut PodFacts)) -> Self {
        self.with(|facts| change(facts.pods.entry(at(number)).or_insert_with(|| pod(at(number)))))
    }

    pub(super) fn no_pod(self, number: u32) -> Self {
        self.with(|facts| {
            facts.pods.remove(&at(number)).expect("the story has that pod");
        })
    }

    pub(super) fn all_pods(self, mut change: impl FnMut(&mut PodFacts)) -> Self {
        self.with(|facts| facts.pods.values_mut().for_each(&mut change))
    }

    /// Not Ready for so many seconds.
    pub(super) fn unready(self, number: u32, seconds: i64) -> Self {
        self.pod(number, |pod| (pod.ready, pod.ready_since) = (false, Some(ago(seconds))))
    }

    /// The pods, and the Service, have IPv4 and IPv6 addresses.
    pub(super) fn dual_stack(self) -> Self {
        let both = self.service(|service| service.families = vec![Family::V4, Family::V6]);
        both.with(|facts| {
            facts.pods.iter_mut().for_each(|(ordinal, pod)| pod.addresses.push(v6(*ordinal)));
        })
    }
}

/// What the others made of it.
impl Scene {
    /// EndpointSlices and DNS say what is so.
    pub(super) fn followed(self) -> Self {
        self.with(|facts| facts.endpoints = Known::Known(publish(facts))).resolved()
    }

    /// DNS says what EndpointSlices say.
    pub(super) fn resolved(self) -> Self {
        self.with(|facts| facts.dns = Known::Known(vec![serve(facts, "dns-a")]))
    }

    pub(super) fn endpoints(self, change: impl FnOnce(&mut Vec<Endpoint>)) -> Self {
        self.with(|facts| change(facts.endpoints.get_mut().expect("endpoints were read")))
    }

    /// All endpoints of a member.
    pub(super) fn endpoint(self, number: u32, mut change: impl FnMut(&mut Endpoint)) -> Self {
        let name = format!("web-{number}");
        let own = |endpoint: &&mut Endpoint| endpoint.pod.as_ref().is_some_and(|(pod, _)| *pod == name);
        self.endpoints(|all| all.iter_mut().filter(own).for_each(&mut change))
    }

    pub(super) fn unlisted(self, number: u32) -> Self {
        let name = format!("web-{number}");
        self.endpoints(|all| all.retain(|endpoint| endpoint.pod.as_ref().is_none_or(|(pod, _)| *pod != name)))
    }

    /// What the DNS server says.
    pub(super) fn view(self, change: impl FnOnce(&mut ServerView)) -> Self {
        self.with(|facts| change(&mut facts.dns.get_mut().expect("DNS was asked")[0]))
    }

    pub(super) fn told(self, number: u32, name: Name) -> Self {
        self.view(|view| {
            view.members.insert(at(number), name);
        })
    }
}

/// What comes of comparing.
impl Scene {
    pub(super) fn judge(&self) -> Judgement {
        judge(&self.0)
    }

    /// Checks all that is found, in its order.
    #[track_caller]
    pub(super) fn tells(&self, reasons: &[Reason]) -> Judgement {
        let judged = self.judge();
        let found: Vec<Reason> = judged.disagreements.iter().map(|found| found.reason).collect();
        assert_eq!(found, reasons, "{:#?}", judged.disagreements);
        judged
    }

    /// Checks that all sources agree, and nothing is to be said.
    #[track_caller]
    pub(super) fn agrees(&self) {
        assert!(self.tells(&[]).agree, "{:#?}", self.0);
    }

    /// The only disagreement, as people read it.
    #[track_caller]
    pub(super) fn words(&self, reason: Reason) -> String {
        text(&self.tells(&[reason]).disagreements[0])
    }
}

pub(super) fn text(found: &Disagreement) -> String {
    let who = found.ordinal.map(|ordinal| format!("web-{ordinal}: ")).unwrap_or_default();
    let action = found.action.as_ref();
    let action = action.map(|action| format!("\n  {}\n  {}", action.effect, action.command));
    format!("{who}{:?}: {}{}", found.reason, found.message, action.unwrap_or_default())
}

/// An answer that members and the server itself agree on.
pub(super) fn resolves(addresses: &[IpAddr]) -> Answer {
    match addresses {
        [] => Answer::Nothing { ttl: Some(5) },
        found => Answer::Addresses { addresses: found.iter().copied().collect(), ttl: 5 },
    }
}

/// What the server itself knows, where members were not asked for.
pub(super) fn known(addresses: &[IpAddr]) -> Name {
    Name { members: None, fresh: Some(resolves(addresses)), tried: 3 }
}

/// What members are told from the cache, and what the server itself knows.
pub(super) fn cached(members: &[IpAddr], fresh: &[IpAddr]) -> Name {
    Name { members: Some(resolves(members)), fresh: Some(resolves(fresh)), tried: 1 }
}
