//! Deleting claims: each is looked at once more right before, and what comes of each is kept, whatever happens.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt;

use super::args::OrphansArgs;

use super::{Found, gone, show};
use crate::cluster::Connection;
use crate::cluster::gather::{self, Reader, Scope};
use crate::cmd::confirm::{Answer, ask};
use crate::cmd::dry_run::DryRun;
use crate::cmd::{Exit, interrupt};
use crate::domain::orphans::{Candidate, Evidence, Verdict};
use crate::error::{Error, Kind, Result};
use crate::render::{Format, Output};
use crate::report::orphans::{DeletionView, Outcome};

/// So many claims of a namespace are deleted by one reading of everything that could use them: that is done within a
/// second.
const BY_ONE_READING: usize = 32;

/// So many at a time.
const AT_ONCE: usize = 8;

/// Lists the claims, asks, deletes, and waits until they are gone.
///
/// # Errors
/// See [`super::run`].
pub(super) async fn run(
    args: &OrphansArgs,
    connection: &Connection,
    found: Found,
    output: &mut Output,
) -> Result<Exit> {
    if !output.is_document() && output.format() != Format::Name {
        show(args, &found, &found.list(), output)?;
    }
    let mut run = Run {
        args,
        connection,
        found,
        outcomes: RefCell::default(),
        retained: RefCell::default(),
        hints: RefCell::default(),
        raced: RefCell::default(),
    };
    let targets = run.targets();
    if targets.is_empty() {
        let ended = run.nothing(output);
        run.print(output)?;
        return ended;
    }
    output.progress(&run.announcement(&targets));
    if args.dry_run == Some(DryRun::Client) {
        targets
            .iter()
            .for_each(|target| run.note_down(target, Outcome::WouldDelete, "the server was not asked"));
        return run.finish(&targets, output);
    }
    if args.dry_run.is_none()
        && let Err(error) = confirm(args, targets.len(), output)
    {
        run.print(output)?;
        return Err(error);
    }
    let done = tokio::select! {
        done = run.delete_all(&targets, output) => done,
        stopped = interrupt::signal() => Err(stopped),
    };
    match done {
        Ok(notes) => run.found.add_notes(notes),
        Err(_) => {
            let untried = |target: &&Candidate| !run.outcomes.borrow().contains_key(&target.claim.uid);
            let untried: Vec<&Candidate> = targets.iter().filter(untried).collect();
            untried.iter().for_each(|target| run.note_down(target, Outcome::NotTried, "interrupted before"));
            run.print(output)?;
            return Err(run.interrupted(&targets));
        }
    }
    run.finish(&targets, output)
}

/// On a terminal a person is asked; elsewhere a flag must say it.
fn confirm(args: &OrphansArgs, count: usize, output: &mut Output) -> Result<()> {
    let none = format!("not confirmed: none of {} was deleted", claims(count));
    let answer = if args.yes { Answer::Yes } else { ask(&format!("delete {}?", claims(count)), output) };
    match answer {
        Answer::Yes => Ok(()),
        Answer::No => Err(Error::new(Kind::Unconfirmed, none)),
        Answer::Nobody => Err(Error::new(Kind::Unconfirmed, none).hint("--yes deletes without asking")),
    }
}

pub(super) fn claims(count: usize) -> String {
    if count == 1 { "1 claim".to_owned() } else { format!("{count} claims") }
}

/// One run, with what has come of each claim so far, by identity.
pub(super) struct Run<'a> {
    pub(super) args: &'a OrphansArgs,
    pub(super) connection: &'a Connection,
    pub(super) found: Found,
    pub(super) outcomes: RefCell<BTreeMap<String, DeletionView>>,
    /// Volumes that were set to Retain, by the identity of their claim.
    pub(super) retained: RefCell<BTreeMap<String, String>>,
    /// The hints of the first refusal of each kind, which say what to do about it.
    pub(super) hints: RefCell<BTreeSet<String>>,
    /// Claims that were deleted in the very moment in which their set was scaled up.
    pub(super) raced: RefCell<Vec<String>>,
}

impl Run<'_> {
    /// The claims that may be deleted with what was given.
    fn targets(&self) -> Vec<Candidate> {
        let chosen = &self.found.chosen;
        let allowed = |(_, verdict): &&(Candidate, Verdict)| chosen.permit.allows(verdict);
        chosen.claims.iter().filter(allowed).map(|(candidate, _)| candidate.clone()).collect()
    }

    /// The claim's name, with its namespace where there are several.
    pub(super) fn called(&self, target: &Candidate) -> String {
        let name = &target.claim.name;
        if self.args.all_namespaces { format!("{}/{name}", target.namespace) } else { name.clone() }
    }

    pub(super) fn note_down(&self, target: &Candidate, outcome: Outcome, message: &str) {
        let view = DeletionView { outcome, message: message.to_owned() };
        self.outcomes.borrow_mut().insert(target.claim.uid.clone(), view);
    }

    /// Deletes, and waits. Returns what could not be read meanwhile.
    async fn delete_all(&self, targets: &[Candidate], output: &mut Output) -> Result<Vec<String>> {
        let said = RefCell::new(output);
        let reader = Reader::new(self.connection);
        let mut of_namespace: BTreeMap<&str, Vec<&Candidate>> = BTreeMap::new();
        for target in targets {
            of_namespace.entry(&target.namespace).or_default().push(target);
        }
        let names: Vec<String> = self.found.chosen.permit.sets.iter().cloned().collect();
        for (namespace, targets) in of_namespace {
            for batch in targets.chunks(BY_ONE_READING) {
                let only = batch.iter().map(|target| target.claim.name.clone()).collect();
                let scope = Scope {
                    namespace: Some(namespace),
                    sets: &names,
                    all: true,
                    labels: None,
                    only: Some(&only),
                };
                match gather::claims(&reader, &scope).await {
                    Ok(usage) => self.delete_batch(batch, usage.evidence, &said).await,
                    Err(error) => batch.iter().for_each(|target| self.failed(target, error.clone(), &said)),
                }
            }
        }
        let going = self.targets_that(targets, Outcome::Terminating);
        if self.args.wait && self.args.dry_run.is_none() {
            gone::wait(self.connection, &going, self.args.timeout, |target, outcome, message| {
                self.note_down(target, outcome, message);
                if outcome == Outcome::Deleted {
                    self.say(&said, &format!("{}: {message}", self.called(target)));
                }
            })
            .await;
            self.name_users(&reader, &self.targets_that(targets, Outcome::Terminating)).await;
        }
        Ok(reader.into_notes())
    }

    /// Says which pods still use claims that do not go.
    async fn name_users(&self, reader: &Reader<'_>, going: &[Candidate]) {
        let namespaces: BTreeSet<&str> = going.iter().map(|target| target.namespace.as_str()).collect();
        for namespace in namespaces {
            let scope =
                Scope { namespace: Some(namespace), only: Some(&BTreeSet::new()), ..Scope::default() };
            // It is only a help: what holds the claim is known without.
            let Ok(usage) = gather::claims(reader, &scope).await else { continue };
            for target in going.iter().filter(|target| target.namespace == namespace) {
                let users = usage.evidence.pods_using(namespace, &target.claim.name);
                let held = self.outcomes.borrow().get(&target.claim.uid).map(|view| view.message.clone());
                if let (false, Some(held)) = (users.is_empty(), held) {
                    let users = users.into_iter().collect::<Vec<_>>().join(", ");
                    self.note_down(target, Outcome::Terminating, &format!("{held}; pod {users} uses it"));
                }
            }
        }
    }

    pub(super) fn say(&self, output: &RefCell<&mut Output>, line: &str) {
        output.borrow_mut().progress(line);
    }

    pub(super) fn targets_that(&self, targets: &[Candidate], outcome: Outcome) -> Vec<Candidate> {
        let outcomes = self.outcomes.borrow();
        let has =
            |target: &&Candidate| outcomes.get(&target.claim.uid).is_some_and(|view| view.outcome == outcome);
        targets.iter().filter(has).cloned().collect()
    }

    async fn delete_batch(&self, batch: &[&Candidate], evidence: Evidence, said: &RefCell<&mut Output>) {
        let evidence = RefCell::new(evidence);
        let each = batch.iter().map(|target| self.delete_one(target, &evidence, said));
        futures::stream::iter(each).buffer_unordered(AT_ONCE).collect::<()>().await;
    }
}
