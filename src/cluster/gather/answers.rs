//! What the cluster's DNS servers answer about the members of a set.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;

use super::Reader;
use crate::cluster::dns::{
    self, CacheEntry, Choice, Data, DnsError, DnsServer, Own, Place, RecordKind, ResponseCode,
};
use crate::domain::Known;
use crate::domain::peers::answer::{Answer, ServerPod, ServerView, SrvAnswer};
use crate::domain::peers::facts::{Facts, Family};
use crate::domain::peers::questions::{self, About, Kind, Question, Whose};

/// So many DNS servers are asked. Each has a cache of its own, so that one of them may tell its members something else;
/// of a cluster with a server on each node, a few tell enough.
const SERVERS: usize = 4;

/// What is missing where DNS cannot be asked.
const LIMITS: &str = "what members really resolve is not known";

/// What nearly all clusters have, where nobody can be asked.
const USUAL_ZONE: &str = "cluster.local";

/// How DNS is asked.
pub struct Resolvers {
    servers: Vec<Arc<DnsServer>>,
    /// Whether DNS is left alone on purpose.
    left_out: bool,
    /// What every name ends in.
    pub zone: String,
    /// How that was found.
    pub zone_source: String,
    /// Whether it was found, and is no guess.
    zone_is_known: bool,
}

impl Resolvers {
    /// Finds DNS servers and the cluster's zone. `choice` is none where DNS is to be left alone. What fails becomes a
    /// note.
    pub async fn find(reader: &Reader<'_>, choice: Option<&Choice>, zone: Option<&str>) -> Self {
        let servers = match choice {
            Some(choice) => servers(reader, choice).await,
            None => Vec::new(),
        };
        let with = |name: &str, source: &str, servers| Self {
            servers,
            left_out: choice.is_none(),
            zone: name.to_owned(),
            zone_source: source.to_owned(),
            zone_is_known: true,
        };
        if let Some(given) = zone {
            return with(given.trim_matches('.'), "--zone", servers);
        }
        let mut failure = None;
        for server in &servers {
            match dns::zone(reader.connection, server).await {
                Ok(zone) => return with(&zone.name, &zone.source.to_string(), servers),
                Err(error) => failure = Some(error),
            }
        }
        if let Some(error) = failure {
            reader.note(format!("{}: {LIMITS} (--zone names it)", error.sentence()));
        }
        // In a zone that is a guess, no answer would mean anything.
        let assumed = with(USUAL_ZONE, "assumed, as nearly all clusters have it", Vec::new());
        Self { zone_is_known: false, ..assumed }
    }

    /// Finds the servers anew, as pods come and go. The zone stays, once it is known.
    pub async fn find_again(&self, reader: &Reader<'_>, choice: Option<&Choice>, zone: Option<&str>) -> Self {
        if !self.zone_is_known {
            return Self::find(reader, choice, zone).await;
        }
        let found = Self::find(reader, choice, Some(&self.zone)).await;
        Self { zone_source: self.zone_source.clone(), ..found }
    }

    /// Whether these are the same servers.
    pub fn are_those_of(&self, other: &Self) -> bool {
        let places = |all: &Self| all.servers().map(|server| server.place().clone()).collect::<Vec<_>>();
        places(self) == places(other)
    }

    /// Whether there is anybody to ask.
    pub fn is_empty(&self) -> bool {
        self.servers.is_empty()
    }

    /// The servers.
    pub fn servers(&self) -> impl Iterator<Item = &Arc<DnsServer>> {
        self.servers.iter()
    }

    /// Notes that a server could not be asked.
    pub fn note_loss(&self, reader: &Reader<'_>, error: &DnsError) {
        reader.note(format!("{}: {LIMITS}", error.sentence()));
    }

    /// Asks all servers about the members. One that cannot be asked is left out, with a note.
    pub async fn ask_all(&self, reader: &Reader<'_>, facts: &Facts) -> Known<Vec<ServerView>> {
        let subjects = questions::subjects(facts);
        let asked = self.servers.iter().map(|server| ask(server, facts, &subjects, view_of(server)));
        let answers = join_all(asked).await;
        let views = answers.into_iter().zip(&self.servers).map(|(view, server)| {
            view.unwrap_or_else(|error| {
                self.note_loss(reader, &error);
                view_of(server).failed(error.sentence())
            })
        });
        let views: Vec<ServerView> = views.collect();
        let unheard = views.iter().all(|view| view.failure.is_some());
        if unheard && !self.left_out { Known::Unknown } else { Known::Known(views) }
    }
}

async fn servers(reader: &Reader<'_>, choice: &Choice) -> Vec<Arc<DnsServer>> {
    match dns::servers(reader.connection, choice).await {
        Ok(mut servers) => {
            if servers.len() > SERVERS {
                reader.note(format!(
                    "the cluster has {} DNS servers, and {SERVERS} were asked (--dns-server names one)",
                    servers.len()
                ));
                servers.truncate(SERVERS);
            }
            servers.into_iter().map(Arc::new).collect()
        }
        Err(error) => {
            let other = "--dns-service or --dns-server names a server, --no-dns leaves DNS out";
            reader.note(format!("{}: {LIMITS} ({other})", error.sentence()));
            Vec::new()
        }
    }
}

/// A server of which nothing is known yet.
pub fn view_of(server: &DnsServer) -> ServerView {
    let pod = match server.place() {
        Place::Pod { namespace, name, .. } => Some(ServerPod {
            namespace: namespace.clone(),
            name: name.clone(),
            config_map: server.config_maps().next().map(str::to_owned),
        }),
        Place::Address(_) => None,
    };
    ServerView::of(server.to_string(), pod)
}

/// How long to wait before an entry of the cache is asked: a server that follows the API server needs a moment after what
/// we have seen of it.
const PAUSES: [Duration; 2] = [Duration::from_millis(40), Duration::from_millis(200)];

/// Asks one server about some subjects, until nothing is open. What the view says that members are told is not asked for
/// again: each such question keeps the answer in their cache for longer.
///
/// # Errors
/// Where none of the questions was answered.
pub async fn ask(
    server: &DnsServer,
    facts: &Facts,
    subjects: &BTreeSet<About>,
    mut view: ServerView,
) -> Result<ServerView, DnsError> {
    let mut heard = false;
    loop {
        let questions = questions::next(facts, &view, subjects);
        if questions.is_empty() {
            questions::forget_outdated(facts, &mut view);
            return Ok(view);
        }
        let entry = questions.iter().filter_map(|question| question.whose.entry()).max().unwrap_or(0);
        if let Some(pause) = usize::from(entry).checked_sub(1).and_then(|again| PAUSES.get(again)) {
            tokio::time::sleep(*pause).await;
        }
        let asked: Vec<dns::Question> = questions.iter().map(question).collect();
        let answers = server.ask(&asked).await;
        heard |= answers.iter().any(Result::is_ok);
        if !heard {
            return answers.into_iter().find_map(Result::err).map_or(Ok(view), Err);
        }
        for (question, answer) in questions.iter().zip(answers) {
            match question.kind {
                Kind::Addresses(_) => view.take(question, addresses(answer)),
                Kind::Srv => view.take_srv(question, srv(answer)),
            }
        }
    }
}

fn question(question: &Question) -> dns::Question {
    dns::Question {
        name: question.name.clone(),
        kind: match question.kind {
            Kind::Addresses(Family::V4) => RecordKind::A,
            Kind::Addresses(Family::V6) => RecordKind::Aaaa,
            Kind::Srv => RecordKind::Srv,
        },
        entry: match question.whose {
            Whose::Members => CacheEntry::Members,
            // The first is the one that the oldest servers tell apart (the bit CD only since CoreDNS 1.11.2).
            Whose::Ours(0) => CacheEntry::Own(Own::Do),
            Whose::Ours(1) => CacheEntry::Own(Own::Both),
            Whose::Ours(_) => CacheEntry::Own(Own::Cd),
        },
    }
}

fn addresses(answer: Result<dns::Answer, DnsError>) -> Answer {
    match usable(answer) {
        Err(why) => Answer::Failed(why),
        Ok(answer) => {
            let ttl = answer.ttl().unwrap_or_default();
            let addresses: BTreeSet<_> = answer.addresses().collect();
            if addresses.is_empty() {
                return Answer::Nothing { ttl: answer.negative_ttl };
            }
            Answer::Addresses { addresses, ttl }
        }
    }
}

fn srv(answer: Result<dns::Answer, DnsError>) -> SrvAnswer {
    match usable(answer) {
        Err(why) => SrvAnswer::Failed(why),
        Ok(answer) => {
            let targets = answer.records.into_iter().filter_map(|record| match record.data {
                Data::Srv { port, target, .. } => Some((target, port)),
                Data::Address(_) | Data::Ptr(_) | Data::Cname(_) => None,
            });
            let targets: BTreeSet<_> = targets.collect();
            if targets.is_empty() { SrvAnswer::Nothing } else { SrvAnswer::Targets(targets) }
        }
    }
}

/// An answer that says something about the name.
fn usable(answer: Result<dns::Answer, DnsError>) -> Result<dns::Answer, String> {
    let answer = answer.map_err(|error| error.sentence())?;
    match answer.code {
        ResponseCode::NoError | ResponseCode::NxDomain => Ok(answer),
        code => Err(format!("it answers {code}")),
    }
}
