//! What a run says before it deletes anything, and at its end.

use std::collections::{BTreeMap, BTreeSet};

use super::delete::{Run, claims};
use super::select::flag;
use crate::cmd::Exit;
use crate::domain::orphans::{Candidate, Need, OnDelete, Size};
use crate::error::{Error, Kind, Result};
use crate::render::{Format, Output, orphans as view};
use crate::report::orphans::Outcome;

impl Run<'_> {
    /// What is about to be deleted.
    pub(super) fn announcement(&self, targets: &[Candidate]) -> String {
        let size: Size = targets.iter().filter_map(|target| Size::parse(target.capacity.as_deref()?)).sum();
        let chosen = &self.found.chosen;
        let count = |fate| {
            let allowed = chosen.claims.iter().filter(|(_, verdict)| chosen.permit.allows(verdict));
            allowed.filter(|(_, verdict)| verdict.on_delete == fate).count()
        };
        let fate = match (count(OnDelete::DestroysData), count(OnDelete::Unknown)) {
            (0, 0) => "no volume goes with them".to_owned(),
            _ if self.args.retain_volumes => "their volumes are set to Retain first and stay".to_owned(),
            (some, 0) => format!("the data of {some} goes with them, for ever"),
            (0, _) => "what becomes of the data is not known".to_owned(),
            (some, rest) => {
                format!("the data of {some} goes with them, for ever; of {rest} that is not known")
            }
        };
        format!("deletes {} ({size}); {fate}", claims(targets.len()))
    }

    /// Why nothing can be deleted. Where sets were named, what is lacking is the answer; elsewhere there may just be
    /// nothing to do.
    pub(super) fn nothing(&self, output: &mut Output) -> Result<Exit> {
        let chosen = &self.found.chosen;
        let hints = self.left();
        if chosen.permit.sets.is_empty() || hints.is_empty() {
            output.note("nothing was deleted: no claim here is a proven orphan");
            hints.iter().for_each(|hint| output.hint(hint));
            return Ok(Exit::Done);
        }
        let message = format!("nothing was deleted{}: no claim is a proven orphan", chosen.sets_named());
        Err(hints.into_iter().fold(Error::new(Kind::Unconfirmed, message), Error::hint))
    }

    /// What was not deleted because something was not given, and what that is.
    fn left(&self) -> Vec<String> {
        let chosen = &self.found.chosen;
        let mut left: BTreeMap<Need, (usize, BTreeSet<&str>)> = BTreeMap::new();
        for (_, verdict) in chosen.claims.iter().filter(|(_, verdict)| verdict.class.is_deletable()) {
            let Some(need) = chosen.permit.lacks(verdict).first().copied() else { continue };
            let (count, sets) = left.entry(need).or_default();
            *count += 1;
            sets.extend(verdict.set.as_deref());
        }
        let hint = |(need, (count, sets)): (Need, (usize, BTreeSet<&str>))| {
            let more = if sets.len() > 5 { ", …" } else { "" };
            let sets = sets.into_iter().take(5).collect::<Vec<_>>().join(", ");
            format!("to delete {} of {sets}{more} too, give {}", claims(count), flag(need))
        };
        left.into_iter().map(hint).collect()
    }

    /// The document, with the fate of each claim; to people everything has been said.
    pub(super) fn print(&self, output: &mut Output) -> Result<()> {
        let mut list = self.found.list();
        let outcomes = self.outcomes.borrow();
        for claim in &mut list.items {
            claim.deletion = outcomes.get(&claim.uid).cloned();
        }
        match output.format() {
            Format::Json | Format::Yaml => view::print(output, &list, view::View { namespaces: true }),
            Format::Name => {
                list.items.retain(|claim| {
                    let outcome = claim.deletion.as_ref().map(|deletion| deletion.outcome);
                    matches!(outcome, Some(Outcome::Deleted | Outcome::Terminating | Outcome::WouldDelete))
                });
                view::print(output, &list, view::View { namespaces: true })
            }
            Format::Table | Format::Wide => Ok(()),
        }
    }

    /// The last word: how many, and the exit code.
    pub(super) fn finish(&self, targets: &[Candidate], output: &mut Output) -> Result<Exit> {
        self.print(output)?;
        let count = |outcome| self.targets_that(targets, outcome).len();
        let all = [
            (Outcome::Deleted, "deleted"),
            (Outcome::WouldDelete, "would be deleted"),
            (Outcome::Terminating, "still going"),
            (Outcome::Changed, "kept, because they changed meanwhile"),
            (Outcome::Failed, "could not be deleted"),
        ];
        let parts = all.into_iter().filter(|(outcome, _)| count(*outcome) > 0);
        let parts: Vec<String> = parts.map(|(outcome, what)| format!("{} {what}", count(outcome))).collect();
        let summary = format!("of {}: {}", claims(targets.len()), parts.join(", "));
        self.how_to_get_back(targets, output);
        let (failed, changed) = (count(Outcome::Failed), count(Outcome::Changed) + self.raced.borrow().len());
        // Who does not wait is not told that it takes long.
        let going = if self.args.wait { count(Outcome::Terminating) } else { 0 };
        let kind = match (failed, going, changed) {
            (0, 0, 0) => {
                output.note(&summary);
                self.left().iter().for_each(|hint| output.hint(hint));
                return Ok(Exit::Done);
            }
            (0, _, 0) => Kind::TimedOut,
            (0, 0, _) => Kind::Conflict,
            _ => Kind::Failed,
        };
        let hints = self.troubles(targets, going > 0).into_iter().chain(self.hints.borrow().clone());
        Err(hints.fold(Error::new(kind, summary), Error::hint))
    }

    /// What went otherwise than was asked for, claims with the same words together.
    fn troubles(&self, targets: &[Candidate], waited: bool) -> Vec<String> {
        let outcomes = self.outcomes.borrow();
        let mut said: Vec<(&str, Vec<String>)> = Vec::new();
        for target in targets {
            let Some(view) = outcomes.get(&target.claim.uid) else { continue };
            let bad = matches!(view.outcome, Outcome::Failed | Outcome::Changed);
            if bad || waited && view.outcome == Outcome::Terminating {
                match said.iter_mut().find(|(message, _)| *message == view.message) {
                    Some((_, names)) => names.push(self.called(target)),
                    None => said.push((&view.message, vec![self.called(target)])),
                }
            }
        }
        let lines = said.into_iter().map(|(message, names)| format!("{}: {message}", names.join(", ")));
        let raced = self.raced.borrow();
        let raced = raced.iter().map(|raced| {
            format!("wanted again in the moment of its deletion: {raced}, which begins with a new one")
        });
        lines.chain(raced).collect()
    }

    /// With `--retain-volumes` the data is still there.
    fn how_to_get_back(&self, targets: &[Candidate], output: &mut Output) {
        let retained = self.retained.borrow();
        let deleted = self.targets_that(targets, Outcome::Deleted);
        let volumes: Vec<&str> =
            deleted.iter().filter_map(|target| retained.get(&target.claim.uid)).map(String::as_str).collect();
        let Some(first) = volumes.first() else { return };
        output.note(&format!("kept as Released, with their data: volumes {}", volumes.join(", ")));
        output.hint(&format!(
            "to use one again, free it for a claim of the same name, then scale up: kubectl patch pv {first} --type=json -p \
             '[{{\"op\":\"remove\",\"path\":\"/spec/claimRef/uid\"}},{{\"op\":\"remove\",\"path\":\"/spec/claimRef/resourceVersion\"}}]'"
        ));
    }

    /// What has been done by the time of Ctrl-C.
    pub(super) fn interrupted(&self, targets: &[Candidate]) -> Error {
        let named = |outcome| {
            let of = self.targets_that(targets, outcome);
            of.iter().map(|target| self.called(target)).collect::<Vec<_>>()
        };
        let deleted = named(Outcome::Deleted);
        let what = format!("interrupted; {} of {} deleted", deleted.len(), claims(targets.len()));
        let all = [
            ("deleted", deleted),
            ("accepted by the server, and still going", named(Outcome::Terminating)),
            ("asked for or refused: look whether they are there", named(Outcome::Failed)),
            ("not deleted, because they changed meanwhile", named(Outcome::Changed)),
        ];
        let mut error = Error::interrupted(what);
        for (what, names) in all.into_iter().filter(|(_, names)| !names.is_empty()) {
            error = error.hint(format!("{what}: {}", names.join(", ")));
        }
        match named(Outcome::NotTried).len() {
            0 => error,
            rest => error.hint(format!("{} not deleted: the same command goes on", claims(rest))),
        }
    }
}
