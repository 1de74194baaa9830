//! A run, from its Lease to its last word.

use tokio::time::Instant;

use super::args::{Events, Wish};
use super::drive::Drive;
use super::plan::{Plan, plan};
use super::tell::Tell;
use super::words::{announce, finish, nothing, say_ended, say_refused, show_end};
use super::write::Written;
use super::{CanaryArgs, lead};
use crate::cluster::gather::{self, Reader};
use crate::cluster::live::{Live, Scope};
use crate::cluster::{Connection, Mode};
use crate::cmd::confirm::{Answer, ask};
use crate::cmd::dry_run::DryRun;
use crate::cmd::{Context, Exit, interrupt};
use crate::domain::canary::{Begun, Change, End, Phase, Record, patch};
use crate::error::{Error, Kind, Result};
use crate::render::{Format, Output};
use crate::report::canary::Standpoint;

pub(super) async fn run(
    args: &CanaryArgs,
    wish: &Wish,
    context: &Context,
    output: &mut Output,
) -> Result<Exit> {
    let name = args.name()?;
    if args.events.is_some() && output.format() == Format::Yaml {
        return Err(Error::usage("--events json and -o yaml cannot both be written to stdout")
            .hint("take -o json: the document then follows the events"));
    }
    let connection = Connection::connect(&context.connection).await?;
    let namespace = connection.namespace().to_owned();
    let scope = Scope::Named { namespace: namespace.clone(), names: vec![name.clone()] };
    let started = tokio::select! {
        started = Live::start(connection.clone(), scope) => started,
        stopped = interrupt::signal() => return Err(stopped),
    };
    let live = match started {
        Ok(live) => live,
        Err(error) => return Err(gather::explain_missing(&Reader::new(&connection), &namespace, error).await),
    };
    let tell = Tell::new(&namespace, &name, args.events == Some(Events::Json));
    let mut drive = Drive::new(&connection, live, tell);
    drive.identity = lead::identity();
    drive.patience = args.patience();
    drive.deadline = args.timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    if args.dry_run.is_some() {
        // Nothing is written, so nobody is in the way of anybody.
        return tokio::select! {
            done = work(args, wish, &mut drive, output) => done,
            stopped = interrupt::signal() => Err(stopped),
        };
    }
    let identity = drive.identity.clone();
    let taken = tokio::select! {
        taken = lead::take(&connection, &namespace, &name, &identity, args.lease, output) => taken,
        stopped = interrupt::signal() => return Err(stopped),
    };
    let holding = taken.map_err(|error| conflict(&mut drive, error, output))?;
    drive.holding = Some(&holding);
    let done = tokio::select! {
        done = work(args, wish, &mut drive, output) => Ok(done),
        lost = holding.keep() => Err(lead::lost(&namespace, &name, &lost)),
        stopped = interrupt::signal() => Ok(Err(stopped)),
    };
    let done = match done {
        Ok(Err(error)) if error.kind() == Kind::Interrupted => Err(interrupted(&mut drive)),
        Ok(done) => done,
        Err(lost) => Err(conflict(&mut drive, lost, output)),
    };
    output.live(&[]);
    if let Err(error) = holding.release().await {
        output.note(&format!("the Lease could not be released and runs out by itself: {}", error.sentence()));
    }
    done
}

/// An error that no document was printed for; one is printed where somebody else is in the way.
fn conflict(drive: &mut Drive<'_>, error: Error, output: &mut Output) -> Error {
    match error.kind() {
        Kind::Conflict => say_ended(drive.known().as_ref(), error, output),
        _ => error,
    }
}

async fn work(args: &CanaryArgs, wish: &Wish, drive: &mut Drive<'_>, output: &mut Output) -> Result<Exit> {
    let mut resumed_from = None;
    for _ in 0..5 {
        let plan = plan(args, wish, drive, output).await?;
        let change = match &plan.begun {
            Begun::Nothing(what) => return nothing(args, &plan.set, what, output),
            Begun::Resume(change) => {
                resumed_from = Record::of(&plan.set).ok().flatten().map(|record| record.runner);
                change
            }
            Begun::Write(change) => change,
        };
        announce(&plan, change, output);
        if let Some(how) = args.dry_run {
            return dry_run(drive, &plan, change, how, output).await;
        }
        confirm(args, output).map_err(|error| say_refused(&plan.set, error, output))?;
        let written = drive.write(&plan.set, change, plan.template.clone()).await;
        match written.map_err(|error| conflict(drive, error, output))? {
            Written::Outdated => output.note("the set has changed meanwhile; looking again"),
            Written::Done(record) => {
                drive.tell.written(&plan.set, &record, output)?;
                if !args.wait {
                    let set = drive.current(output).await?;
                    let at = Standpoint { record: Some(&record), ..Standpoint::default() };
                    return show_end(args, &set, &at, output).map(|()| Exit::Done);
                }
                let ended = drive.run(output).await;
                output.live(&[]);
                let ended = ended.map_err(|error| conflict(drive, error, output))?;
                let whole = match &ended.end {
                    // Who it was; the conflict itself is known without.
                    End::Conflict(_) => drive.connection.whole_set(&drive.namespace, &drive.name).await.ok(),
                    _ => None,
                };
                return finish(args, wish, &ended, whole.as_ref(), &drive.identity, resumed_from, output);
            }
        }
    }
    let fast = format!("{} changes too fast to begin anything; nothing was written", drive.name);
    Err(conflict(drive, Error::new(Kind::Conflict, fast), output))
}

/// On a terminal a person is asked; elsewhere the flag that was given is the answer.
fn confirm(args: &CanaryArgs, output: &mut Output) -> Result<()> {
    if args.yes || ask("go on?", output) != Answer::No {
        return Ok(());
    }
    Err(Error::new(Kind::Unconfirmed, "not confirmed: nothing was written"))
}

/// Shows the write and what would come of it, and makes none.
async fn dry_run(
    drive: &mut Drive<'_>,
    plan: &Plan,
    change: &Change,
    how: DryRun,
    output: &mut Output,
) -> Result<Exit> {
    let (change, template) = drive.completed(change, plan.template.clone()).await?;
    let body = patch::json_patch(&plan.set, &change, template.as_ref());
    if how == DryRun::Server {
        drive.connection.patch_set(&drive.namespace, &drive.name, &body, Mode::DryRun).await?;
    }
    output.document(&body)?;
    let how = if how == DryRun::Server { "the server accepts it" } else { "the server was not asked" };
    output.note(&format!("dry run: nothing was written; {how}"));
    Ok(Exit::Done)
}

/// What is under way on the cluster when a person interrupts.
fn interrupted(drive: &mut Drive<'_>) -> Error {
    let found = drive.known();
    let record = found.as_ref().and_then(|set| Record::of(set).ok().flatten());
    let Some(record) = record.filter(|record| record.runner == drive.identity) else {
        return Error::interrupted("interrupted; nothing was written to the cluster");
    };
    let what = match record.phase {
        Phase::Aborting => "the way back stands still".to_owned(),
        _ => format!(
            "step {} of {}, partition {} holds the rest",
            record.step + 1,
            record.steps.len(),
            record.partition()
        ),
    };
    Error::interrupted(format!("interrupted; the canary of {} stays where it is: {what}", drive.name)).hint(
        format!(
            "kubectl stateful canary {} -n {} --resume goes on; --abort goes back",
            drive.name, drive.namespace
        ),
    )
}
