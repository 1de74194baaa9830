//! Deleting one claim.

use std::cell::RefCell;

use super::delete::Run;
use super::gone;
use super::look::{Look, look, wanted_again};
use crate::cluster::{ApiError, Mode, Reason};
use crate::domain::orphans::{Candidate, Evidence, OnDelete, Verdict, Volume};
use crate::error::Error;
use crate::render::Output;
use crate::report::orphans::Outcome;

/// So often a claim that changes under our hands is looked at again.
const LOOKS: usize = 3;

/// What the server says to a deletion.
pub(super) enum Deleted {
    /// It is gone.
    Gone,
    /// It is accepted; what holds it.
    Going(String),
    /// It was a dry run.
    Would,
}

impl Run<'_> {
    /// Looks at a claim, and deletes it if it still may go.
    pub(super) async fn delete_one(
        &self,
        target: &Candidate,
        evidence: &RefCell<Evidence>,
        said: &RefCell<&mut Output>,
    ) {
        for _ in 0..LOOKS {
            let (now, verdict) =
                match look(self.connection, evidence, target, &self.found.chosen.permit).await {
                    Ok(Look::Same(same)) => *same,
                    Ok(Look::Gone) => {
                        return self.ended(target, Outcome::Deleted, "somebody else has deleted it", said);
                    }
                    Ok(Look::Changed(why)) => return self.ended(target, Outcome::Changed, &why, said),
                    Err(error) => return self.failed(target, error, said),
                };
            if self.args.retain_volumes
                && let Err(why) = self.retain(&now, &verdict, evidence).await
            {
                return self.ended(target, Outcome::Failed, &why, said);
            }
            self.note_down(
                target,
                Outcome::Failed,
                "interrupted while the server was asked: it may be deleted",
            );
            let (outcome, message) = match self.delete_now(&now).await {
                Ok(Deleted::Would) => (Outcome::WouldDelete, "the server accepts it".to_owned()),
                Ok(Deleted::Gone) => (Outcome::Deleted, "deleted".to_owned()),
                Ok(Deleted::Going(held)) => (Outcome::Terminating, held),
                // It has changed since it was read: look again.
                Err(error) if error.reason == Reason::Conflict => continue,
                Err(error) => return self.failed(target, error, said),
            };
            self.ended(target, outcome, &message, said);
            if outcome != Outcome::WouldDelete
                && let Some(set) = wanted_again(self.connection, target).await
            {
                self.raced.borrow_mut().push(format!("{} by statefulset {set}", self.called(target)));
            }
            return;
        }
        self.ended(target, Outcome::Changed, "it changes faster than it can be looked at", said);
    }

    async fn delete_now(&self, target: &Candidate) -> Result<Deleted, ApiError> {
        let (namespace, claim) = (target.namespace.as_str(), &target.claim);
        let mode = self.mode();
        let answer = self
            .connection
            .delete_claim(namespace, &claim.name, &claim.uid, &target.resource_version, mode)
            .await;
        match answer {
            Ok(_) if mode == Mode::DryRun => Ok(Deleted::Would),
            // The claim itself comes back where something still holds it, else a status.
            Ok(answer) if answer["kind"] == "PersistentVolumeClaim" => {
                Ok(Deleted::Going(gone::held_by(&answer)))
            }
            Ok(_) => Ok(Deleted::Gone),
            Err(error) if error.is_not_found() => Ok(Deleted::Gone),
            // Nobody knows whether that has happened: read, compare, decide.
            Err(error) if error.is_transient() && mode == Mode::Real => {
                gone::after_all(self.connection, target, error).await
            }
            Err(error) => Err(error),
        }
    }

    fn mode(&self) -> Mode {
        if self.args.dry_run.is_some() { Mode::DryRun } else { Mode::Real }
    }

    /// Has the claim's volume stay.
    async fn retain(
        &self,
        target: &Candidate,
        verdict: &Verdict,
        evidence: &RefCell<Evidence>,
    ) -> Result<(), String> {
        let Some(name) = &target.claim.volume else { return Ok(()) };
        match verdict.on_delete {
            OnDelete::KeepsVolume => return Ok(()),
            OnDelete::Unknown => {
                return Err(format!("volume {name} could not be read, so it cannot be kept"));
            }
            OnDelete::DestroysData => {}
        }
        let policy =
            evidence.borrow().volume(name).and_then(|volume| Some(volume.as_ref()?.reclaim_policy.clone()));
        let policy = policy.unwrap_or_default();
        let kept = self.connection.retain_volume(name, &target.claim.uid, &policy, self.mode()).await;
        if let Err(error) = kept {
            let lost = if error.is_transient() { ", and whether that was done is not known" } else { "" };
            let why = format!("its volume could not be set to Retain{lost}: {}", error.sentence());
            self.keep_hints(error);
            return Err(why);
        }
        if self.mode() == Mode::Real {
            self.retained.borrow_mut().insert(target.claim.uid.clone(), name.clone());
            evidence.borrow_mut().add_volume(name, Some(Volume { reclaim_policy: "Retain".to_owned() }));
        }
        Ok(())
    }

    /// What helps against a refusal is said once, at the end.
    fn keep_hints(&self, error: ApiError) {
        self.hints.borrow_mut().extend(Error::from(error).hints().iter().cloned());
    }

    pub(super) fn failed(&self, target: &Candidate, error: ApiError, said: &RefCell<&mut Output>) {
        self.ended(target, Outcome::Failed, &error.sentence(), said);
        self.keep_hints(error);
    }

    fn ended(&self, target: &Candidate, outcome: Outcome, message: &str, said: &RefCell<&mut Output>) {
        let kept = self.retained.borrow().get(&target.claim.uid).cloned();
        let kept = kept.filter(|_| matches!(outcome, Outcome::Failed | Outcome::Changed));
        let kept = kept.map(|volume| format!("; its volume {volume} was set to Retain and stays so"));
        let message = &format!("{message}{}", kept.unwrap_or_default());
        self.note_down(target, outcome, message);
        if outcome == Outcome::Terminating && self.args.wait {
            return;
        }
        let name = self.called(target);
        let line = match outcome {
            Outcome::Deleted => format!("{name}: {message}"),
            Outcome::Terminating => format!("{name}: its deletion is accepted; {message}"),
            Outcome::WouldDelete => format!("{name} would be deleted: {message}"),
            Outcome::Changed => format!("{name} stays: {message}"),
            Outcome::Failed | Outcome::NotTried => format!("{name} could not be deleted: {message}"),
        };
        self.say(said, &line);
    }
}
