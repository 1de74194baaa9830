//! `--watch`: a line when who leads changes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep_until};

use super::{LeaderArgs, read};
use crate::cluster::live::{Live, Notice, Scope};
use crate::cluster::{ApiError, Connection};
use crate::cmd::{Context, Exit};
use crate::domain::leader::{Claim, Facts, Judgement, Source, Watcher, judge};
use crate::error::{Error, Result};
use crate::render::{Format, Output, leader as view};
use crate::report::List;
use crate::report::leader::{CHANGES, ChangeView};
use crate::snapshot::leader::Electorate;
use crate::wire::Object as _;

/// After a question about a claim failed, before it is asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// Follows the sets until interrupted.
///
/// # Errors
/// Sets or pods that cannot be watched; a named set that is deleted.
pub(super) async fn run(
    args: &LeaderArgs,
    names: &[String],
    context: &Context,
    output: &mut Output,
) -> Result<Exit> {
    if output.format() == Format::Yaml {
        return Err(Error::usage("--watch prints lines, or with -o json a document a line"));
    }
    let connection = Connection::connect(&context.connection).await?;
    let (objects, notes) = read(&connection, args, names).await?;
    if objects.sets.is_empty() {
        output.note(&super::nothing_found(args, connection.namespace()));
    }
    let mut live = Live::leaders(connection.clone(), scope(args, names, &connection), objects).await?;
    let mut following =
        Following { args, names, watchers: BTreeMap::new(), counted: BTreeSet::new(), said: notes };
    following.said.iter().for_each(|note| output.note(note));
    loop {
        live.take_warnings().iter().for_each(|warning| output.warning(warning));
        let wait = match following.look(&mut live, output).await? {
            Ok(next) => next.map(|at| until(at, live.now())),
            Err(error) => {
                following.say(output, format!("{}; trying again", error.sentence()));
                Some(AGAIN)
            }
        };
        wait_for_change(&mut live, wait, output).await?;
    }
}

fn scope(args: &LeaderArgs, names: &[String], connection: &Connection) -> Scope {
    let namespace = connection.namespace().to_owned();
    if names.is_empty() {
        let namespace = (!args.selection.all_namespaces).then_some(namespace);
        Scope::All { namespace, labels: args.selection.selector.clone() }
    } else {
        Scope::Named { namespace, names: names.to_vec() }
    }
}

/// Waits for a change or until a claim runs out. As long as the server cannot be reached nothing is judged: claims would seem
/// to run out because nobody tells of their renewals.
async fn wait_for_change(live: &mut Live, wait: Option<Duration>, output: &mut Output) -> Result<()> {
    let deadline = wait.map(|wait| Instant::now() + wait);
    loop {
        let connected = !live.is_interrupted();
        tokio::select! {
            notices = live.next() => for notice in notices? {
                output.note(&match notice {
                    Notice::Interrupted(why) => format!("{why}; who leads meanwhile is not seen, trying again"),
                    Notice::Resumed => "connected again; what happened meanwhile follows".to_owned(),
                });
            },
            () = time_is_up(deadline), if connected => {}
        }
        if !live.is_interrupted() {
            return Ok(());
        }
    }
}

async fn time_is_up(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// How long until a moment, and a little more: just before it a claim still counts.
fn until(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(at.duration_since(now)).unwrap_or_default() + Duration::from_millis(1)
}

/// What has been seen and said so far.
struct Following<'a> {
    args: &'a LeaderArgs,
    names: &'a [String],
    watchers: BTreeMap<(String, String), Watcher>,
    /// Objects, by namespace, whose claims counted at the last look.
    counted: BTreeSet<(String, Source, String)>,
    said: Vec<String>,
}

impl Following<'_> {
    /// Looks at all sets, prints what has changed, and says when the next claim runs out; an error where that could not
    /// be made sure.
    async fn look(
        &mut self,
        live: &mut Live,
        output: &mut Output,
    ) -> Result<std::result::Result<Option<Timestamp>, ApiError>> {
        let mut judged = self.judge(live);
        let due = self.run_out(&judged);
        for (namespace, source, name) in &due {
            if let Err(error) = live.ask_again(*source, namespace, name).await {
                return Ok(Err(error));
            }
        }
        if !due.is_empty() {
            judged = self.judge(live);
        }
        for note in live.notes() {
            self.say(output, note);
        }
        self.check_names(&judged)?;
        for (facts, judged) in &judged {
            self.observe(facts, judged, output)?;
        }
        self.counted = claims(&judged, Claim::counts);
        Ok(Ok(judged.iter().filter_map(|(_, judged)| judged.next_expiry()).min()))
    }

    fn judge(&self, live: &mut Live) -> Vec<(Facts, Judgement)> {
        let objects = live.objects();
        let electorate = Electorate::new(objects);
        let sets = objects.sets.iter();
        let sets = sets.filter(|set| self.names.is_empty() || self.names.contains(&set.meta().name));
        sets.map(|set| {
            let facts = electorate.facts(set);
            let judged = judge(&facts, self.args.election.as_deref());
            (facts, judged)
        })
        .collect()
    }

    /// Claims that counted a moment ago and have run out since, by what is known here.
    fn run_out(&self, judged: &[(Facts, Judgement)]) -> Vec<(String, Source, String)> {
        let expired = claims(judged, |claim, now| claim.holder.is_some() && claim.is_expired(now));
        expired.intersection(&self.counted).cloned().collect()
    }

    fn check_names(&self, judged: &[(Facts, Judgement)]) -> Result<()> {
        let is_there = |name: &&String| judged.iter().any(|(facts, _)| facts.group.name == **name);
        match self.names.iter().find(|name| !is_there(name)) {
            Some(name) => Err(Error::failed(format!("statefulset.apps {name:?} was deleted meanwhile"))),
            None => Ok(()),
        }
    }

    /// Prints a change of who leads a set. Of many sets, one without any election has no leader to lose.
    fn observe(&mut self, facts: &Facts, judged: &Judgement, output: &mut Output) -> Result<()> {
        let key = (facts.group.namespace.clone(), facts.group.name.clone());
        if self.names.is_empty() && judged.claims.is_empty() && !self.watchers.contains_key(&key) {
            return Ok(());
        }
        let change = self.watchers.entry(key).or_default().observe(judged, &facts.group);
        let Some(change) = change else { return Ok(()) };
        let change = ChangeView::of(&change, judged, &facts.group);
        let list = List::new(CHANGES, vec![change], self.said.clone());
        view::print_change(output, &list, self.args.selection.all_namespaces)
    }

    /// Says something once.
    fn say(&mut self, output: &mut Output, note: String) {
        if !self.said.contains(&note) {
            output.note(&note);
            self.said.push(note);
        }
    }
}

/// The objects of the claims that fit.
fn claims(
    judged: &[(Facts, Judgement)],
    fits: impl Fn(&Claim, Timestamp) -> bool,
) -> BTreeSet<(String, Source, String)> {
    let all = judged.iter().flat_map(|(facts, judged)| judged.claims.iter().map(move |claim| (facts, claim)));
    let fitting = all.filter(|(facts, claim)| fits(claim, facts.now));
    fitting
        .map(|(facts, claim)| (facts.group.namespace.clone(), claim.source, claim.election.clone()))
        .collect()
}
