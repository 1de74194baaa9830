//! What a run says before its first write, and at its end.

use serde_json::Value;

use super::CanaryArgs;
use super::args::Wish;
use super::drive::Ended;
use super::plan::Plan;
use crate::cluster::FIELD_MANAGER;
use crate::cmd::Exit;
use crate::domain::Set;
use crate::domain::canary::aim::NoPlan;
use crate::domain::canary::{Change, End, Partition, Phase, Pin, Pinned, Record, Refusal, patch, preview};
use crate::domain::ordinal::listed;
use crate::domain::ownership::{self, Field};
use crate::error::{Error, Kind, Result};
use crate::render::{Output, canary as view};
use crate::report::List;
use crate::report::canary::{CanaryView, KIND, Standpoint};
use crate::wire;

/// A refusal, as an error.
pub(super) fn explain(set: &Set, whole: &Value, refusal: Refusal, output: &mut Output) -> Error {
    let error = match refusal {
        Refusal::NoPlan(NoPlan::Falling { before, after }) => {
            return Error::usage(format!("--steps must rise: {after} ordinals come after {before}"));
        }
        Refusal::NoPlan(NoPlan::Beyond(percent)) => {
            return Error::usage(format!("--steps: {percent}% is more than all"));
        }
        Refusal::Unsafe { why, instead } => Error::new(Kind::Refused, why).hint(instead),
        Refusal::Unreadable(why) => Error::new(
            Kind::Refused,
            format!(
                "the record of a canary in the annotation {} of {} cannot be read: {why}",
                patch::ANNOTATION,
                set.name
            ),
        )
        .hint("another version may have written it: use that one")
        .hint(format!(
            "or end that canary where it stands: kubectl annotate statefulset {} -n {} {}-",
            set.name,
            set.namespace,
            patch::ANNOTATION
        )),
        Refusal::Conflict(pinned) => {
            let first = pinned.iter().map(|pinned| pinned.message.clone()).collect::<Vec<_>>().join("; ");
            let error = Error::new(
                Kind::Conflict,
                format!("the canary of {} was changed by somebody else: {first}", set.name),
            );
            let error = with_writers(error, whole, &pinned)
                .hint("a new command with --take-over goes on from what there is now");
            let end = End::Conflict(pinned);
            let at = Standpoint { end: Some(&end), ..Standpoint::default() };
            return say_refused_at(set, at, error, output);
        }
    };
    say_refused(set, error, output)
}

/// Says who wrote what was changed.
fn with_writers(error: Error, whole: &Value, pinned: &[Pinned]) -> Error {
    let ownership = crate::snapshot::ownership(&wire::managed_fields(whole));
    pinned.iter().fold(error, |error, pinned| {
        let writer = field(pinned.pin).and_then(|field| {
            let writer = ownership.last_writer(field, Some(FIELD_MANAGER))?;
            Some(format!("{} was last written by {}", field.path(), ownership::who(writer)))
        });
        writer.into_iter().fold(error, Error::hint)
    })
}

fn field(pin: Pin) -> Option<Field> {
    match pin {
        Pin::Set => None,
        Pin::Replicas => Some(Field::Replicas),
        Pin::Start => Some(Field::Ordinals),
        Pin::Template => Some(Field::Template),
        Pin::Partition => Some(Field::Partition),
        Pin::Strategy => Some(Field::Strategy),
    }
}

/// Documents are printed also where something was refused.
pub(super) fn say_refused(set: &Set, error: Error, output: &mut Output) -> Error {
    say_refused_at(set, Standpoint::default(), error, output)
}

fn say_refused_at(set: &Set, at: Standpoint<'_>, error: Error, output: &mut Output) -> Error {
    if !output.is_document() {
        return error;
    }
    let record = Record::of(set).ok().flatten();
    let at = Standpoint { record: record.as_ref(), ..at };
    let mut view = CanaryView::of(set, &at);
    error.message().clone_into(&mut view.message);
    match view::print(output, &List::new(KIND, vec![view], Vec::new())) {
        Ok(()) => error,
        Err(closed) => closed,
    }
}

/// The same for what ends a run from outside, before it is known where the set stands; it may be gone.
pub(super) fn say_ended(set: Option<&Set>, error: Error, output: &mut Output) -> Error {
    match set {
        Some(set) => say_refused(set, error, output),
        None if output.is_document() => {
            let nothing = List::<CanaryView>::new(KIND, Vec::new(), vec![error.message().to_owned()]);
            view::print(output, &nothing).err().unwrap_or(error)
        }
        None => error,
    }
}

/// Shows what is about to be written, and what will come of it.
pub(super) fn announce(plan: &Plan, change: &Change, output: &mut Output) {
    let (set, record) = (&plan.set, &change.record);
    let list = |ordinals: &[crate::domain::Ordinal]| listed(ordinals, |ordinal| set.pod_name(ordinal));
    let mut writes = Vec::new();
    writes.extend(plan.template.is_some().then(|| "a new pod template".to_owned()));
    writes.extend(change.template.as_ref().map(|revision| format!("the pod template of {revision}")));
    writes.extend(change.partition.map(|partition| match partition {
        Partition::At(partition) => format!("partition {partition} (was {})", set.spec.strategy.partition()),
        Partition::None => "no rollingUpdate, as before".to_owned(),
    }));
    writes.push("the canary's annotation".to_owned());
    output.progress(&format!("writes to statefulset {}: {}", set.name, writes.join(", ")));
    if record.phase == Phase::Aborting {
        let order = preview::back(set, &record.from);
        if !order.is_empty() {
            let who = if record.rolls_back.is_some() { "the controller replaces" } else { "deletes" };
            output.progress(&format!(
                "then {who}, one at a time, so that {} comes back: {}",
                record.from,
                list(&order)
            ));
        }
        return;
    }
    let said = preview::forward(set, &plan.to, record.partition());
    if !said.replaced.is_empty() {
        output.progress(&format!("replaces in this step, in this order: {}", list(&said.replaced)));
    }
    if record.updated() == record.replicas
        && !record.has_next()
        && record.steps.len() == 1
        && record.replicas == 1
    {
        output.note("the set has one replica: the canary is the whole set");
    }
    if record.updated() == 0 {
        output.note(&format!(
            "a partition of {} is not below {} replicas: no ordinal is updated",
            record.partition(),
            record.replicas
        ));
    }
}

pub(super) fn nothing(args: &CanaryArgs, set: &Set, what: &str, output: &mut Output) -> Result<Exit> {
    let record = Record::of(set).ok().flatten();
    let at = Standpoint { record: record.as_ref(), ..Standpoint::default() };
    show_end(args, set, &at, output)?;
    output.note(what);
    if let Some(stored) = earlier(set) {
        output.hint(&format!(
            "to roll back to an earlier revision: kubectl rollout undo statefulset/{} -n {} --to-revision={stored}",
            set.name, set.namespace
        ));
    }
    Ok(Exit::Done)
}

/// The number of the revision before the present one.
fn earlier(set: &Set) -> Option<i64> {
    let others = set.revisions.get()?.iter().filter(|stored| stored.name != set.update_revision);
    others.map(|stored| stored.number).max()
}

/// Shows where it stands; to people only where there are no events, which have said so.
pub(super) fn show_end(args: &CanaryArgs, set: &Set, at: &Standpoint<'_>, output: &mut Output) -> Result<()> {
    if args.events.is_some() && !output.is_document() {
        return Ok(());
    }
    view::print(output, &List::new(KIND, vec![CanaryView::of(set, at)], Vec::new()))
}

/// The last word, and the exit code.
pub(super) fn finish(
    args: &CanaryArgs,
    wish: &Wish,
    ended: &Ended,
    whole: Option<&Value>,
    identity: &str,
    resumed_from: Option<String>,
    output: &mut Output,
) -> Result<Exit> {
    let Ended { set, record, gates, end } = ended;
    let next = preview::next(set, Some(record));
    let at = Standpoint {
        record: Some(record),
        gates: Some(gates),
        end: Some(end),
        next,
        runner: matches!(end, End::Late).then(|| identity.to_owned()),
        resumed_from,
    };
    show_end(args, set, &at, output)?;
    let name = &set.name;
    let command = format!("kubectl stateful canary {name} -n {}", set.namespace);
    match end {
        End::Held | End::Promoted => Ok(Exit::Done),
        End::Aborted if *wish == Wish::Abort => Ok(Exit::Done),
        End::Aborted => Err(Error::new(
            Kind::Stuck,
            format!("a gate failed, and {name} was taken back to {}", record.from),
        )),
        End::Failed => {
            let why = gates.failed().map(|gate| gate.message.clone()).unwrap_or_default();
            let error = Error::new(Kind::Stuck, format!("the canary of {name} failed: {why}"));
            let abort = format!("{command} --abort");
            let other =
                gates.failed().and_then(|gate| gate.command.as_ref()).filter(|other| **other != abort);
            let error =
                other.into_iter().fold(error, |error, other| error.hint(format!("it would help: {other}")));
            Err(error.hint(format!("{command} --abort goes back; --resume checks the gates again")))
        }
        End::Late => Err(Error::new(
            Kind::TimedOut,
            format!("--timeout is over; no gate of the canary of {name} has failed"),
        )
        .hint(format!("{command} --resume goes on; --abort goes back"))),
        End::Conflict(pinned) => {
            let what = pinned.iter().map(|pinned| pinned.message.clone()).collect::<Vec<_>>().join("; ");
            let error = Error::new(Kind::Conflict, format!("somebody else has changed {name}: {what}"));
            let error = whole.into_iter().fold(error, |error, whole| with_writers(error, whole, pinned));
            Err(error.hint(format!("{command} shows where it stands; a new command goes on from there")))
        }
    }
}
