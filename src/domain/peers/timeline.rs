//! What changes in which source, and how long a member that joins stays invisible.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::answer::Answer;
use super::facts::{Facts, PodFacts};
use super::judge::Judgement;
use crate::domain::Ordinal;

/// Where something has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub enum Source {
    /// The set itself, or the Service.
    Service,
    /// The pod.
    Pod,
    /// The EndpointSlices.
    EndpointSlice,
    /// A DNS server.
    Dns,
    /// All of them together.
    All,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub source: Source,
    /// Whom it is about; none for all.
    pub ordinal: Option<Ordinal>,
    /// The DNS server that says so.
    pub server: Option<String>,
    /// What is true now, in a few words.
    pub message: String,
    /// How long after the pod was to be visible; none where that does not apply.
    pub lag: Option<Duration>,
}

/// What was last seen.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    begun: bool,
    members: BTreeMap<Ordinal, Trace>,
    service: String,
    agree: Option<bool>,
    /// What disagrees with all of the members: reasons and messages.
    general: BTreeSet<String>,
}

/// What was last seen of a member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Trace {
    uid: String,
    pod: String,
    published: String,
    dns: BTreeMap<String, String>,
    /// Whether others should find it.
    is_due: bool,
    /// Since when, by our own watch; none where it was so from the beginning.
    due: Option<Duration>,
    /// Whether all that follow from that have been told with their lag.
    seen: BTreeSet<String>,
}

impl Timeline {
    /// What is new; `at` is the time since the watch began. What is told first is how things stand, without lags. What
    /// the answers of DNS come to together is told only where they are `current`: none is being asked for.
    pub fn observe(&mut self, facts: &Facts, judged: &Judgement, current: bool, at: Duration) -> Vec<Change> {
        let mut changes: Vec<Change> = self.of_service(facts).into_iter().collect();
        for ordinal in facts.ordinals() {
            changes.extend(self.of_member(facts, ordinal, at));
        }
        let gone: Vec<Ordinal> =
            self.members.keys().filter(|ordinal| !facts.ordinals().contains(ordinal)).copied().collect();
        for ordinal in gone {
            self.members.remove(&ordinal);
            changes.push(change(Source::Pod, Some(ordinal), "gone, and not asked for any more"));
        }
        if current {
            changes.extend(self.of_all(facts, judged));
        }
        self.begun = true;
        changes
    }

    fn of_service(&mut self, facts: &Facts) -> Option<Change> {
        let now = match facts.service.get() {
            None => return None,
            Some(None) => format!("{} does not exist", facts.service_name),
            Some(Some(service)) => {
                let kind = if service.headless { "headless" } else { "not headless" };
                let unready =
                    if service.publishes_unready { ", publishes members that are not Ready" } else { "" };
                format!("{} is {kind}{unready}", facts.service_name)
            }
        };
        if facts.service_name.is_empty() || self.service == now {
            return None;
        }
        self.service.clone_from(&now);
        Some(change(Source::Service, None, &now))
    }

    fn of_member(&mut self, facts: &Facts, ordinal: Ordinal, at: Duration) -> Vec<Change> {
        let standing = !self.begun;
        let trace = self.members.entry(ordinal).or_default();
        let mut changes = Vec::new();
        let pod = facts.pods.get(&ordinal);
        let uid = pod.map(|pod| pod.uid.clone()).unwrap_or_default();
        let is_due = pod.is_some_and(|pod| is_due(facts, pod));
        if trace.uid != uid || trace.is_due != is_due {
            (trace.uid, trace.is_due) = (uid, is_due);
            trace.due = Some(at).filter(|_| is_due && !standing);
            trace.seen.clear();
        }
        let now = of_pod(pod);
        if trace.pod != now {
            trace.pod.clone_from(&now);
            changes.push(change(Source::Pod, Some(ordinal), &now));
        }
        if facts.endpoints.get().is_some() {
            let published = facts.published(ordinal);
            let now = listed(facts, ordinal, &published);
            if trace.published != now {
                trace.published.clone_from(&now);
                let lag = trace.lag("", !published.is_empty(), at);
                changes.push(Change { lag, ..change(Source::EndpointSlice, Some(ordinal), &now) });
            }
        }
        for view in facts.dns.get().into_iter().flatten() {
            let Some(name) = view.members.get(&ordinal) else { continue };
            let now = told(name.fresh.as_ref(), name.members.as_ref());
            if trace.dns.get(&view.server) == Some(&now) {
                continue;
            }
            trace.dns.insert(view.server.clone(), now.clone());
            let resolves = name.shown().is_some_and(|answer| {
                !answer.addresses().is_empty() && answer.addresses() == facts.published(ordinal)
            });
            let lag = trace.lag(&view.server, resolves, at);
            let server = Some(view.server.clone());
            changes.push(Change { server, lag, ..change(Source::Dns, Some(ordinal), &now) });
        }
        changes
    }

    fn of_all(&mut self, facts: &Facts, judged: &Judgement) -> Vec<Change> {
        let general = judged.disagreements.iter().filter(|found| found.ordinal.is_none());
        let general: BTreeSet<String> =
            general.map(|found| format!("{:?}: {}", found.reason, found.message)).collect();
        let new = general.difference(&self.general);
        let mut changes: Vec<Change> = new.map(|text| change(Source::All, None, text)).collect();
        self.general = general;
        let agree = judged.agree;
        if self.agree != Some(agree) && (agree || self.begun) {
            let count = facts.range.replicas;
            let members = if count == 1 { "1 member".to_owned() } else { format!("{count} members") };
            let text = if agree { "all sources agree" } else { "the sources do not agree" };
            changes.push(change(Source::All, None, &format!("{text} on {members}")));
        }
        self.agree = Some(agree);
        changes
    }
}

impl Trace {
    /// How long after it was due a source shows it, told once.
    fn lag(&mut self, source: &str, shows: bool, at: Duration) -> Option<Duration> {
        let due = self.due.filter(|_| shows)?;
        self.seen.insert(source.to_owned()).then(|| at.saturating_sub(due))
    }
}

/// Whether others should find the pod: it has an address, and is Ready unless the Service publishes those that are not.
fn is_due(facts: &Facts, pod: &PodFacts) -> bool {
    let unready = facts.existing_service().is_some_and(|service| service.publishes_unready);
    !pod.addresses.is_empty() && !pod.finished && !pod.terminating && (pod.ready || unready)
}

fn of_pod(pod: Option<&PodFacts>) -> String {
    let Some(pod) = pod else { return "none".to_owned() };
    let state = match (pod.terminating, pod.finished, pod.ready) {
        (true, ..) => "terminating",
        (_, true, _) => "ended",
        (.., true) => "Ready",
        (.., false) => "not Ready",
    };
    let addresses: BTreeSet<IpAddr> = pod.addresses.iter().copied().collect();
    if addresses.is_empty() { state.to_owned() } else { format!("{state}, {}", join(&addresses)) }
}

fn listed(facts: &Facts, ordinal: Ordinal, published: &BTreeSet<IpAddr>) -> String {
    if !published.is_empty() {
        return join(published);
    }
    let own: BTreeSet<IpAddr> = facts.endpoints_of(ordinal).map(|endpoint| endpoint.address).collect();
    if own.is_empty() { "not listed".to_owned() } else { format!("{} hidden", join(&own)) }
}

fn told(fresh: Option<&Answer>, members: Option<&Answer>) -> String {
    let words = |answer: &Answer| match answer {
        Answer::Addresses { addresses, .. } => join(addresses),
        Answer::Nothing { .. } => "no such name".to_owned(),
        Answer::Failed(why) => why.clone(),
    };
    match (fresh, members) {
        (Some(fresh), Some(members)) if fresh.addresses() != members.addresses() => {
            format!("{}, but members are told from the cache: {}", words(fresh), words(members))
        }
        (fresh, members) => members.or(fresh).map(words).unwrap_or_default(),
    }
}

fn join(addresses: &BTreeSet<IpAddr>) -> String {
    addresses.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(", ")
}

fn change(source: Source, ordinal: Option<Ordinal>, message: &str) -> Change {
    Change { source, ordinal, server: None, message: message.to_owned(), lag: None }
}
