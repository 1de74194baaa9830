//! Asking DNS while everything else goes on: what is open, what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt as _};

use crate::cluster::dns::{DnsError, DnsServer};
use crate::cluster::gather::{self, Resolvers};
use crate::domain::peers::Facts;
use crate::domain::peers::answer::ServerView;
use crate::domain::peers::questions::{self, About, Expected};

/// Questions under way, and the answers so far.
#[derive(Default)]
pub(super) struct Asks {
    views: BTreeMap<String, ServerView>,
    /// Servers that have answered, or failed to, at least once.
    heard: BTreeSet<String>,
    /// What was published when DNS was last asked, by server and subject.
    asked: BTreeMap<(String, About), Option<Expected>>,
    open: BTreeSet<(String, About)>,
    running: FuturesUnordered<BoxFuture<'static, Answered>>,
}

/// What came of asking a server.
struct Answered {
    server: Arc<DnsServer>,
    subjects: BTreeSet<About>,
    view: Result<ServerView, DnsError>,
}

/// Which subjects are to be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// Those of which something else is published than when DNS was last asked.
    Changed,
    /// Those of which DNS does not tell what is published.
    Unsettled,
    /// All.
    All,
}

impl Asks {
    /// Asks every server about such subjects; what is being asked is not asked twice.
    pub(super) fn ask(&mut self, resolvers: &Resolvers, facts: &Arc<Facts>, which: Which) {
        let all = questions::subjects(facts);
        for server in resolvers.servers() {
            let name = server.to_string();
            let key = |about: &About| (name.clone(), about.clone());
            let view = self.views.get(&name);
            let wanted = |about: &&About| {
                let fits = match which {
                    Which::Changed => self.asked.get(&key(about)) != Some(&questions::expected(facts, about)),
                    Which::Unsettled => !view.is_some_and(|view| questions::is_settled(facts, view, about)),
                    Which::All => true,
                };
                fits && !self.open.contains(&key(about))
            };
            let subjects: BTreeSet<About> = all.iter().filter(wanted).cloned().collect();
            if subjects.is_empty() {
                continue;
            }
            for about in &subjects {
                self.asked.insert(key(about), questions::expected(facts, about));
                self.open.insert(key(about));
            }
            let view = view.map_or_else(|| gather::view_of(server), |view| questions::settled(facts, view));
            let (server, facts) = (Arc::clone(server), Arc::clone(facts));
            self.running.push(Box::pin(async move {
                let view = gather::ask(&server, &facts, &subjects, view).await;
                Answered { server, subjects, view }
            }));
        }
    }

    /// Waits for an answer, and takes it in; for ever where nothing is asked.
    ///
    /// # Errors
    /// A server that could not be asked; what it said before is dropped.
    pub(super) async fn next(&mut self) -> Result<(), DnsError> {
        let Some(Answered { server, subjects, view }) = self.running.next().await else {
            return std::future::pending().await;
        };
        let name = server.to_string();
        for about in &subjects {
            self.open.remove(&(name.clone(), about.clone()));
        }
        self.heard.insert(name.clone());
        let unheard = gather::view_of(&server);
        match view {
            Ok(view) => {
                let known = self.views.entry(name).or_insert(unheard);
                known.failure = None;
                known.renew(&view, &subjects);
                Ok(())
            }
            Err(error) => {
                self.views.insert(name, unheard.failed(error.sentence()));
                Err(error)
            }
        }
    }

    /// Whether nothing is being asked.
    pub(super) fn are_answered(&self) -> bool {
        self.open.is_empty()
    }

    /// What every server has answered; none before each has been heard, and where none could be asked.
    pub(super) fn views(&self) -> Option<Vec<ServerView>> {
        let awaited = self.open.iter().any(|(server, _)| !self.heard.contains(server));
        let heard = self.views.values().any(|view| view.failure.is_none());
        (!awaited && heard).then(|| self.views.values().cloned().collect())
    }
}
