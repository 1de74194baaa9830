//! `--watch` and `--wait`: the sources again and again, from watches and by asking DNS where something is open.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval, interval_at, sleep_until};

use super::asks::{Asks, Which};
use super::{PeersArgs, Read, facts};
use crate::cluster::Connection;
use crate::cluster::gather::{self, Reader, Resolvers};
use crate::cluster::live::{Live, Notice, Scope};
use crate::cmd::{Context, Exit};
use crate::domain::peers::timeline::Timeline;
use crate::domain::peers::{Facts, judge};
use crate::error::{Error, Kind, Result};
use crate::render::{Output, peers as view};
use crate::report::peers::ChangeView;

/// How often DNS is asked about what is open, and about everything, after a look whether its servers are still the same.
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
    let mut told = Told {
        began: Instant::now(),
        timeline: Timeline::default(),
        notes: BTreeSet::new(),
        beginning: true,
    };
    loop {
        let mut follow = Follow::start(args, name, &connection).await?;
        let end = tokio::select! {
            end = follow.go(&mut told, output) => end?,
            () = time_is_up(deadline) => End::TimeIsUp,
        };
        match end {
            // Its watches are about another Service.
            End::OtherService => {}
            End::Agreed => return follow.conclude(output).map(|_| Exit::Done),
            End::Hopeless => {
                let read = follow.conclude(output)?;
                return Err(hopeless(&read));
            }
            End::TimeIsUp => {
                let read = follow.conclude(output)?;
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
    /// How things stood at the beginning has been shown.
    beginning: bool,
}

/// All that is followed.
struct Follow<'a> {
    args: &'a PeersArgs,
    name: &'a str,
    reader: Reader<'a>,
    live: Live,
    resolvers: Resolvers,
    asks: Asks,
    facts: Arc<Facts>,
    /// A server could not be asked: others may have taken its place.
    lost: bool,
    /// Since when something is wrong that cannot pass by itself.
    hopeless: Option<Instant>,
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
        let facts = Arc::new(facts(live.objects(), connection.namespace(), name, &resolvers.zone)?);
        let asks = Asks::default();
        Ok(Self { args, name, reader, live, resolvers, asks, facts, lost: false, hopeless: None })
    }

    async fn go(&mut self, told: &mut Told, output: &mut Output) -> Result<End> {
        let (mut open, mut all) = (interval(OPEN), interval_at(Instant::now() + ALL, ALL));
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
            self.ask(Which::Changed);
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
                answered = self.asks.next() => if let Err(error) = answered {
                    self.lost = true;
                    self.resolvers.note_loss(&self.reader, &error);
                },
                _ = open.tick() => self.ask(Which::Unsettled),
                _ = all.tick() => {
                    self.find_servers().await?;
                    self.ask(Which::All);
                }
            }
        }
    }

    /// Ties together what is known now.
    fn look(&mut self) -> Result<()> {
        let namespace = self.facts.namespace.clone();
        let mut facts = facts(self.live.objects(), &namespace, self.name, &self.resolvers.zone)?;
        let nobody = self.args.leaves_dns_out().then(Vec::new);
        facts.dns = nobody.or_else(|| self.asks.views()).into();
        self.facts = Arc::new(facts);
        Ok(())
    }

    fn ask(&mut self, which: Which) {
        self.asks.ask(&self.resolvers, &self.facts, which);
    }

    /// The servers as they are now: pods are replaced by others, or have come back.
    async fn find_servers(&mut self) -> Result<()> {
        let choice = self.args.choice()?;
        let zone = self.args.zone.as_deref();
        let found = self.resolvers.find_again(&self.reader, choice.as_ref(), zone).await;
        if self.lost || !found.are_those_of(&self.resolvers) {
            self.resolvers = found;
            self.asks = Asks::default();
            self.lost = false;
        }
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
        self.hopeless = judged.hopeless.then(|| self.hopeless.unwrap_or_else(Instant::now));
        let current = self.asks.are_answered();
        let changes = told.timeline.observe(&self.facts, &judged, current, told.began.elapsed());
        // Only programs that watch are told change by change how things stand at the beginning.
        if told.beginning && !(self.args.watch && output.is_document()) {
            told.beginning = !current;
            return if current { self.begin(output) } else { Ok(()) };
        }
        for change in changes {
            let change = ChangeView::of(&self.facts, &change);
            if self.args.watch {
                view::change(output, change)?;
            } else {
                output.progress(&view::line(&change));
            }
        }
        Ok(())
    }

    /// How things stand at the beginning: a table to who watches, and to who waits, what for.
    fn begin(&self, output: &mut Output) -> Result<()> {
        let read = self.read();
        if self.args.watch {
            return read.print(self.args, output);
        }
        if !read.judged.agree {
            let set = &read.facts.set;
            output.progress(&format!("{set}: the sources do not agree yet: {}", open(&read)));
        }
        Ok(())
    }

    /// Whether the wait is over.
    fn end(&self) -> Option<End> {
        if judge(&self.facts).agree && self.asks.are_answered() {
            return Some(End::Agreed);
        }
        let lasting = self.hopeless.is_some_and(|since| since.elapsed() >= SETTLING);
        lasting.then_some(End::Hopeless)
    }

    fn read(&self) -> Read {
        let facts = Facts::clone(&self.facts);
        Read::new(facts, self.resolvers.zone_source.clone(), self.reader.notes())
    }

    /// The last word of a wait: all of it, unless a watch has shown every change.
    fn conclude(&self, output: &mut Output) -> Result<Read> {
        let read = self.read();
        if !self.args.watch {
            read.print(self.args, output)?;
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
    let (set, why) = (&read.facts.set, open(read));
    let message = format!("the sources do not agree on the members of {set} after {after}s: {why}");
    Error::new(Kind::TimedOut, message)
        .hint("they can still come to agree: wait again, or with a longer --timeout")
}

/// What keeps the sources from agreeing, the root first.
fn open(read: &Read) -> String {
    match read.judged.disagreements.iter().find(|found| !found.reason.is_advice()) {
        Some(found) => format!("{:?}: {}", found.reason, found.message),
        None => "not all of them could be asked".to_owned(),
    }
}
