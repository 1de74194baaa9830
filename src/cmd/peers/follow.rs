//! `--watch` and `--wait`: the sources again and again, from watches and by asking DNS where something is open.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt as _};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::{PeersArgs, Read, facts};
use crate::cluster::Connection;
use crate::cluster::dns::DnsError;
use crate::cluster::gather::{self, Reader, Resolvers};
use crate::cluster::live::{Live, Notice, Scope};
use crate::cmd::{Context, Exit};
use crate::domain::Known;
use crate::domain::peers::answer::ServerView;
use crate::domain::peers::questions::{self, About, Expected};
use crate::domain::peers::timeline::Timeline;
use crate::domain::peers::{Facts, judge};
use crate::error::{Error, Kind, Result};
use crate::render::{Output, peers as view};
use crate::report::peers::ChangeView;

/// How often DNS is asked about what is open, and about everything.
const OPEN: Duration = Duration::from_millis(500);
const ALL: Duration = Duration::from_secs(10);

/// What cannot come right by itself has to last so long: what is applied together arrives one by one.
const SETTLING: Duration = Duration::from_secs(5);

/// Follows the members until the wait is over, or for ever.
///
/// # Errors
/// The sources cannot come to agree by themselves (4), time is up (3), the set is gone, or what is waited for cannot be
/// read (1).
pub(super) async fn run(
    args: &PeersArgs,
    name: &str,
    context: &Context,
    output: &mut Output,
) -> Result<Exit> {
    let connection = Connection::connect(&context.connection).await?;
    let deadline = args.timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    let mut told = Told { began: Instant::now(), timeline: Timeline::default(), notes: BTreeSet::new() };
    loop {
        let mut follow = Follow::start(args, name, &connection).await?;
        let end = tokio::select! {
            end = follow.go(&mut told, output) => end?,
            () = time_is_up(deadline) => End::TimeIsUp,
        };
        match end {
            // Its watches are about another Service.
            End::OtherService => {}
            End::Agreed => return follow.conclude(args, output).map(|_| Exit::Done),
            End::Hopeless => {
                let read = follow.conclude(args, output)?;
                return Err(hopeless(&read));
            }
            End::TimeIsUp => {
                let read = follow.conclude(args, output)?;
                return Err(timed_out(args, &read));
            }
        }
    }
}

/// How following ends.
enum End {
    Agreed,
    Hopeless,
    TimeIsUp,
    OtherService,
}

/// What has been said.
struct Told {
    began: Instant,
    timeline: Timeline,
    notes: BTreeSet<String>,
}

/// All that is followed.
struct Follow<'a> {
    args: &'a PeersArgs,
    name: &'a str,
    reader: Reader<'a>,
    live: Live,
    resolvers: Resolvers,
    facts: Arc<Facts>,
    views: BTreeMap<String, ServerView>,
    /// What was published when DNS was last asked, by server and subject.
    asked: BTreeMap<(String, About), Option<Expected>>,
    /// What is being asked.
    open: BTreeSet<(String, About)>,
    asks: FuturesUnordered<BoxFuture<'static, Answered>>,
    /// A server could not be asked: others may have taken its place.
    lost: bool,
    /// Since when something is wrong that cannot pass by itself.
    hopeless: Option<Instant>,
}

/// What came of asking a server.
struct Answered {
    server: String,
    subjects: BTreeSet<About>,
    view: Result<ServerView, DnsError>,
}

impl<'a> Follow<'a> {
    async fn start(args: &'a PeersArgs, name: &'a str, connection: &'a Connection) -> Result<Self> {
        let reader = Reader::new(connection);
        let namespace = connection.namespace().to_owned();
        let scope = Scope::Members { namespace, name: name.to_owned() };
        let choice = args.choice()?;
        let (live, resolvers) = futures::future::join(
            Live::start(connection.clone(), scope),
            Resolvers::find(&reader, choice.as_ref(), args.zone.as_deref()),
        )
        .await;
        let mut live = match live {
            Ok(live) => live,
            Err(error) => {
                return Err(gather::explain_missing(&reader, connection.namespace(), error).await);
            }
        };
        let facts = facts(live.objects(), connection.namespace(), name, &resolvers.zone)?;
        Ok(Self {
            args,
            name,
            reader,
            live,
            resolvers,
            facts: Arc::new(facts),
            views: BTreeMap::new(),
            asked: BTreeMap::new(),
            open: BTreeSet::new(),
            asks: FuturesUnordered::new(),
            lost: false,
            hopeless: None,
        })
    }

    async fn go(&mut self, told: &mut Told, output: &mut Output) -> Result<End> {
        let (mut open, mut all) = (interval(OPEN), interval(ALL));
        open.set_missed_tick_behavior(MissedTickBehavior::Delay);
        all.set_missed_tick_behavior(MissedTickBehavior::Delay);
        if self.args.wait && !self.args.leaves_dns_out() && self.resolvers.is_empty() {
            return Err(cannot_ask(&self.reader.notes()));
        }
        let service = self.facts.service_name.clone();
        loop {
            self.look()?;
            if self.facts.service_name != service {
                return Ok(End::OtherService);
            }
            self.ask(|_, changed| changed);
            self.tell(told, output)?;
            if self.args.wait
                && let Some(end) = self.end()
            {
                return Ok(end);
            }
            tokio::select! {
                notices = self.live.next() => for notice in notices? {
                    output.note(&match notice {
                        Notice::Interrupted(why) => format!("{why}; what is shown may be old, trying again"),
                        Notice::Resumed => "connected again; what happened meanwhile follows".to_owned(),
                    });
                },
                Some(answered) = self.asks.next() => self.take(answered),
                _ = open.tick() => self.ask(|settled, _| !settled),
                _ = all.tick() => {
                    if self.lost {
                        self.find_servers().await?;
                    }
                    self.ask(|_, _| true);
                }
            }
        }
    }

    /// Ties together what is known now.
    fn look(&mut self) -> Result<()> {
        let namespace = self.facts.namespace.clone();
        let mut facts = facts(self.live.objects(), &namespace, self.name, &self.resolvers.zone)?;
        let complete = self.resolvers.servers().all(|server| self.views.contains_key(&server.to_string()));
        facts.dns = match (self.args.leaves_dns_out(), self.views.is_empty()) {
            (true, _) => Known::Known(Vec::new()),
            (false, false) if complete || self.lost => Known::Known(self.views.values().cloned().collect()),
            (false, _) => Known::Unknown,
        };
        self.facts = Arc::new(facts);
        Ok(())
    }

    /// Asks every server about subjects that fit, by whether DNS tells what is published, and whether that has changed
    /// since it was asked.
    fn ask(&mut self, fits: impl Fn(bool, bool) -> bool) {
        let subjects = questions::subjects(&self.facts);
        for server in self.resolvers.servers() {
            let name = server.to_string();
            let view = self.views.get(&name);
            let wanted = |about: &About| {
                let key = (name.clone(), about.clone());
                let settled = view.is_some_and(|view| questions::is_settled(&self.facts, view, about));
                let changed = self.asked.get(&key) != Some(&questions::expected(&self.facts, about));
                !self.open.contains(&key) && fits(settled, changed)
            };
            let subjects: BTreeSet<About> = subjects.iter().filter(|about| wanted(about)).cloned().collect();
            if subjects.is_empty() {
                continue;
            }
            for about in &subjects {
                let key = (name.clone(), about.clone());
                self.asked.insert(key.clone(), questions::expected(&self.facts, about));
                self.open.insert(key);
            }
            let (server, facts) = (Arc::clone(server), Arc::clone(&self.facts));
            self.asks.push(Box::pin(async move {
                let view = gather::ask(&server, &facts, &subjects).await;
                Answered { server: name, subjects, view }
            }));
        }
    }

    fn take(&mut self, answered: Answered) {
        let Answered { server, subjects, view } = answered;
        for about in &subjects {
            self.open.remove(&(server.clone(), about.clone()));
        }
        match view {
            Ok(view) => {
                let known = self.views.entry(server.clone());
                known
                    .or_insert_with(|| ServerView { server, ..ServerView::default() })
                    .renew(&view, &subjects);
            }
            Err(error) => {
                self.views.remove(&server);
                self.lost = true;
                self.resolvers.note_loss(&self.reader, &error);
            }
        }
    }

    /// The servers as they are now: a pod that is gone has been replaced by another.
    async fn find_servers(&mut self) -> Result<()> {
        let choice = self.args.choice()?;
        let zone = self.resolvers.zone.clone();
        self.resolvers = Resolvers::find(&self.reader, choice.as_ref(), Some(&zone)).await;
        self.views.clear();
        self.lost = false;
        Ok(())
    }

    fn tell(&mut self, told: &mut Told, output: &mut Output) -> Result<()> {
        self.live.take_warnings().iter().for_each(|warning| output.warning(warning));
        for note in self.live.notes().into_iter().chain(self.reader.notes()) {
            if told.notes.insert(note.clone()) {
                output.note(&note);
            }
        }
        let judged = judge(&self.facts);
        for change in told.timeline.observe(&self.facts, &judged, self.open.is_empty(), told.began.elapsed())
        {
            let change = ChangeView::of(&self.facts, &change);
            if self.args.watch {
                view::change(output, &change)?;
            } else {
                output.progress(&view::line(&change));
            }
        }
        self.hopeless = judged.hopeless.then(|| self.hopeless.unwrap_or_else(Instant::now));
        Ok(())
    }

    /// Whether the wait is over.
    fn end(&self) -> Option<End> {
        if judge(&self.facts).agree && self.open.is_empty() {
            return Some(End::Agreed);
        }
        let lasting = self.hopeless.is_some_and(|since| since.elapsed() >= SETTLING);
        lasting.then_some(End::Hopeless)
    }

    /// The last word of a wait: all of it, unless a watch has shown every change.
    fn conclude(&self, args: &PeersArgs, output: &mut Output) -> Result<Read> {
        let facts = Facts::clone(&self.facts);
        let read = Read::new(facts, self.resolvers.zone_source.clone(), self.reader.notes());
        if !args.watch {
            read.print(args, output)?;
        }
        Ok(read)
    }
}

async fn time_is_up(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

fn cannot_ask(notes: &[String]) -> Error {
    let error = Error::failed("the sources cannot be waited for: DNS cannot be asked");
    notes.iter().fold(error, |error, note| error.hint(note.clone()))
}

fn hopeless(read: &Read) -> Error {
    let real = read.judged.disagreements.iter().find(|found| !found.reason.self_resolves());
    let why = real.map(|found| format!("{:?}: {}", found.reason, found.message)).unwrap_or_default();
    let message =
        format!("the sources will not agree on the members of {} by themselves: {why}", read.facts.set);
    let error = Error::new(Kind::Stuck, message);
    match real.and_then(|found| found.action.as_ref()) {
        Some(action) => error.hint(format!("{}: {}", action.effect, action.command)),
        None => error,
    }
}

fn timed_out(args: &PeersArgs, read: &Read) -> Error {
    let after = args.timeout.unwrap_or_default().as_secs();
    let first = read.judged.disagreements.iter().find(|found| !found.reason.is_advice());
    let why = match first {
        Some(found) => format!("{:?}: {}", found.reason, found.message),
        None => "not all of them could be asked".to_owned(),
    };
    let message =
        format!("the sources do not agree on the members of {} after {after}s: {why}", read.facts.set);
    Error::new(Kind::TimedOut, message)
        .hint("they can still come to agree: wait again, or with a longer --timeout")
}
