//! Deleting a pod by force: what is said before, the last look, the record, the deletion, and what follows.

use std::cell::Cell;

use super::args::ForceDeleteArgs;
use super::follow::follow;
use super::look::{Look, Looker};
use super::record::record;
use super::{say_notes, to_attest};
use crate::cluster::{ApiError, Connection, Mode, Reason};
use crate::cmd::Exit;
use crate::cmd::dry_run::DryRun;
use crate::domain::force_delete::Verdict;
use crate::error::{Error, Kind, Result};
use crate::render::{Format, Output, force_delete as view};
use crate::report::List;
use crate::report::force_delete::{KIND, ReplacementView, VerdictView};
use crate::wire::{self, Object as _};

/// How far a run has come, for whoever interrupts it.
#[derive(Clone, Copy)]
enum Stage {
    Looking,
    Recording,
    Asked,
    Deleted,
}

/// Deletes the pod if the verdict permits it, and follows its replacement.
///
/// # Errors
/// A deletion that failed (1) or that the server refused because the pod had changed (5).
pub(super) async fn run(
    args: &ForceDeleteArgs,
    connection: &Connection,
    looker: &Looker<'_>,
    look: Look,
    output: &mut Output,
) -> Result<Exit> {
    let stage = Cell::new(Stage::Looking);
    let name = look.facts.pod.pod.name.clone();
    let run = Run { args, connection, looker, stage: &stage };
    tokio::select! {
        done = run.carry_out(look, output) => done,
        stopped = crate::cmd::interrupt::signal() => Err(match stage.get() {
            Stage::Looking => stopped,
            Stage::Recording => Error::interrupted(format!(
                "interrupted; the event that records the attestation may have been written, {name} was not deleted"
            )),
            Stage::Asked => Error::interrupted(format!(
                "interrupted; the deletion of {name} had been sent, whether it was carried out is not known"
            )),
            Stage::Deleted => Error::interrupted(format!(
                "interrupted; {name} has been deleted, and its replacement was not waited for"
            )),
        }),
    }
}

struct Run<'a> {
    args: &'a ForceDeleteArgs,
    connection: &'a Connection,
    looker: &'a Looker<'a>,
    stage: &'a Cell<Stage>,
}

/// What a deletion has come to.
enum Deleted {
    Yes,
    /// It had gone before.
    Gone,
}

impl Run<'_> {
    async fn carry_out(&self, look: Look, output: &mut Output) -> Result<Exit> {
        if !output.is_document() && output.format() != Format::Name {
            self.print(VerdictView::of(&look.facts, &look.judged), output)?;
        }
        if !self.permits(look.judged.verdict) {
            return self.refuse(&look, output);
        }
        let pod = &look.facts.pod.pod;
        let what = format!("pod {} (uid {}) by force", pod.name, pod.uid);
        if self.args.dry_run == Some(DryRun::Client) {
            output.progress(&format!("would delete {what}; the server was not asked"));
            return self.end(&look, output);
        }
        let last = match self.looker.again(&look, output).await {
            Ok(Some(last)) => last,
            Ok(None) => {
                output.note(&format!("{} has gone by itself meanwhile", pod.name));
                return self.end(&look, output);
            }
            Err(error) => {
                self.end(&look, output)?;
                return Err(Error::from(error).hint(format!("{} was not deleted", pod.name)));
            }
        };
        if !self.permits(last.judged.verdict) {
            output.note(&format!("at the last look it was no longer so: {}", last.judged.message));
            return self.refuse(&last, output);
        }
        let deleted = match self.write(&last, &what, output).await {
            Ok(deleted) => deleted,
            Err(error) => {
                self.end(&last, output)?;
                return Err(error);
            }
        };
        match deleted {
            Deleted::Gone => {
                output.note(&format!("{} has gone by itself meanwhile", pod.name));
                self.end(&last, output)
            }
            Deleted::Yes if self.args.dry_run.is_some() => {
                output.progress(&format!("the server would delete {what}"));
                self.end(&last, output)
            }
            Deleted::Yes => {
                self.stage.set(Stage::Deleted);
                let replacement = if self.args.wait {
                    follow(self.connection, &last.facts, self.args.timeout, output).await
                } else {
                    None
                };
                self.done(&last, replacement, output)
            }
        }
    }

    /// Records an attestation, and deletes.
    async fn write(&self, last: &Look, what: &str, output: &mut Output) -> Result<Deleted> {
        if self.args.dry_run.is_some() {
            output.progress(&format!("asking the server whether it would delete {what}"));
            return self.delete(last).await;
        }
        if let Some(text) = &self.args.attest {
            self.stage.set(Stage::Recording);
            record(self.connection, last, text, output).await?;
        }
        output.progress(&format!("deleting {what}, if it still is as it was read"));
        self.delete(last).await
    }

    /// Whether the flags given are enough for a verdict.
    fn permits(&self, verdict: Verdict) -> bool {
        match verdict {
            Verdict::Safe => true,
            Verdict::NeedsAttestation => self.args.attest.is_some(),
            Verdict::Unsafe | Verdict::Refused | Verdict::Useless | Verdict::Unneeded => false,
        }
    }

    fn refuse(&self, look: &Look, output: &mut Output) -> Result<Exit> {
        let name = &look.facts.pod.pod.name;
        self.end(look, output)?;
        if look.judged.verdict == Verdict::NeedsAttestation {
            output
                .note(&format!("{name} was not deleted: nothing here proves that its processes have ended"));
            output.hint(&to_attest(look));
        } else {
            let verdict = look.judged.verdict.as_str();
            output.note(&format!("{name} was not deleted: that would be {verdict}"));
            output.hint(&format!("{}: {}", look.judged.safer.effect, look.judged.safer.command));
        }
        Ok(self.args.answer(look.judged.verdict))
    }

    async fn delete(&self, look: &Look) -> Result<Deleted> {
        let pod = &look.facts.pod;
        let mode = if self.args.dry_run.is_some() { Mode::DryRun } else { Mode::Real };
        self.stage.set(Stage::Asked);
        let (namespace, name, uid) = (pod.namespace.as_str(), pod.pod.name.as_str(), pod.pod.uid.as_str());
        let answer =
            self.connection.force_delete_pod(namespace, name, uid, &pod.resource_version, mode).await;
        match answer {
            Ok(_) => Ok(Deleted::Yes),
            Err(error) if error.is_not_found() => Ok(Deleted::Gone),
            Err(error) if error.reason == Reason::Conflict => Err(Error::new(
                Kind::Conflict,
                format!("pod {name} has changed in the last moment, so the server has not deleted it"),
            )
            .hint("its kubelet may be back: look again before anything else")),
            Err(error) if error.is_transient() && mode == Mode::Real => self.after_all(look, error).await,
            Err(error) => Err(error.into()),
        }
    }

    /// Nobody knows whether a deletion without an answer has happened: read, compare, decide.
    async fn after_all(&self, look: &Look, error: ApiError) -> Result<Deleted> {
        let pod = &look.facts.pod;
        let read = self.connection.find::<wire::Pod>(Some(&pod.namespace), &pod.pod.name).await;
        match read {
            Ok(found) if found.as_ref().is_none_or(|found| found.meta().uid != pod.pod.uid) => {
                Ok(Deleted::Yes)
            }
            Ok(_) => {
                let name = &pod.pod.name;
                Err(Error::from(error).hint(format!("{name} was not deleted: it is still there, unchanged")))
            }
            Err(_) => {
                let name = &pod.pod.name;
                Err(Error::from(error).hint(format!("whether {name} was deleted is not known: look again")))
            }
        }
    }

    fn print(&self, view: VerdictView, output: &mut Output) -> Result<()> {
        let list = List::new(KIND, vec![view], self.looker.notes());
        view::print(output, &list)?;
        say_notes(output, &list.notes);
        Ok(())
    }

    /// The end of a run that has deleted nothing: the document, where one was asked for.
    fn end(&self, look: &Look, output: &mut Output) -> Result<Exit> {
        if output.is_document() {
            self.print(VerdictView::of(&look.facts, &look.judged), output)?;
        }
        Ok(Exit::Done)
    }

    fn done(&self, look: &Look, replacement: Option<ReplacementView>, output: &mut Output) -> Result<Exit> {
        let name = &look.facts.pod.pod.name;
        if output.is_document() {
            let view = VerdictView::of(&look.facts, &look.judged);
            self.print(VerdictView { deleted: true, replacement, ..view }, output)?;
        } else if output.format() == Format::Name {
            output.line(&format!("pod/{name}"))?;
        } else {
            output.line(&format!("pod \"{name}\" force deleted"))?;
        }
        Ok(Exit::Done)
    }
}
