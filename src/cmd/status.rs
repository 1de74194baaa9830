//! `status`: where sets stand, and why they do not move.

use jiff::{SignedDuration, Timestamp};

use super::selection::Selection;
use super::{Context, Exit};
use crate::cluster::gather::{self, Reader};
use crate::cluster::{Connection, parse_duration};
use crate::domain::cause::Patience;
use crate::domain::state::State;
use crate::dump;
use crate::error::{Error, Kind, Result};
use crate::render::{Format, Output, status as view};
use crate::report::List;
use crate::report::status::{KIND, SetStatus};
use crate::snapshot::{Index, Objects};
use crate::wire::Object as _;

/// Arguments of `status`.
#[derive(Clone, Debug, clap::Args)]
pub struct StatusArgs {
    #[command(flatten)]
    selection: Selection,

    /// Turn the state into the exit code: 0 in order, 3 under way, 4 will not go on until somebody acts
    #[arg(long)]
    exit_code: bool,

    /// How long crash loops, image pulls, probes and scheduling are given to come right by themselves before the
    /// set counts as stuck; without it each cause has its own patience (docs/stuck.md)
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    stuck_after: Option<std::time::Duration>,
}

/// Prints where sets stand.
///
/// # Errors
/// Sets that cannot be read or do not exist.
pub async fn run(args: StatusArgs, context: &Context, output: &mut Output) -> Result<Exit> {
    let names = args.selection.names()?;
    let patience = Patience {
        stuck_after: args.stuck_after.map(|after| SignedDuration::try_from(after).unwrap_or(SignedDuration::MAX)),
    };
    let (objects, notes) = match &context.from {
        Some(path) => {
            let dump = dump::load(path)?;
            (chosen(dump.objects, &names, &args.selection, context)?, dump.notes)
        }
        None => live(&names, &args.selection, context, output).await?,
    };
    let list = judge(&objects, patience, notes);
    let detail = !names.is_empty() || context.from.is_some() && list.items.len() == 1;
    print(output, &list, detail, args.selection.all_namespaces, objects.now)?;
    Ok(if args.exit_code { answer(&list) } else { Exit::Done })
}

async fn live(names: &[String], selection: &Selection, context: &Context, output: &mut Output) -> Result<(Objects, Vec<String>)> {
    let connection = Connection::connect(&context.connection).await?;
    let reader = Reader::new(&connection);
    let namespace = connection.namespace();
    let read = if names.is_empty() {
        let namespace = (!selection.all_namespaces).then_some(namespace);
        gather::overview(&reader, namespace, selection.selector.as_deref()).await
    } else {
        gather::named(&reader, namespace, names).await
    };
    let objects = read?;
    for warning in connection.take_warnings() {
        output.warning(&warning);
    }
    Ok((objects, reader.into_notes()))
}

/// The sets of a dump that were asked for.
fn chosen(mut objects: Objects, names: &[String], selection: &Selection, context: &Context) -> Result<Objects> {
    if selection.selector.is_some() {
        return Err(Error::usage("--selector works on a cluster only, not with --from"));
    }
    if let Some(namespace) = &context.connection.namespace {
        objects.sets.retain(|set| set.meta().namespace == *namespace);
    }
    for name in names {
        if !objects.sets.iter().any(|set| set.meta().name == *name) {
            let all: Vec<&str> = objects.sets.iter().map(|set| set.meta().name.as_str()).collect();
            return Err(Error::failed(format!("the files hold no StatefulSet {name}")).hint(format!("they hold {}", all.join(", "))));
        }
    }
    if !names.is_empty() {
        objects.sets.retain(|set| names.contains(&set.meta().name));
    }
    Ok(objects)
}

fn judge(objects: &Objects, patience: Patience, notes: Vec<String>) -> List<SetStatus> {
    let index = Index::new(objects);
    let items = objects.sets.iter().map(|set| SetStatus::of(&index.set(set), patience)).collect();
    List::new(KIND, items, notes)
}

fn print(output: &mut Output, list: &List<SetStatus>, detail: bool, all: bool, now: Timestamp) -> Result<()> {
    let several = list.items.windows(2).any(|two| two[0].namespace != two[1].namespace);
    view::print(output, list, view::View { detail, namespaces: all || several, now })?;
    if matches!(output.format(), Format::Table | Format::Wide) {
        list.notes.iter().for_each(|note| output.note(note));
    }
    Ok(())
}

/// The exit code that a state stands for; of several sets the worst.
fn answer(list: &List<SetStatus>) -> Exit {
    let code = |status: &SetStatus| match status.state {
        State::Complete | State::Held | State::ScaledToZero => None,
        State::Progressing | State::Unobserved => Some(Kind::TimedOut),
        State::Stuck | State::Degraded | State::AwaitingDelete | State::Deleting => Some(Kind::Stuck),
    };
    let worst = list.items.iter().filter_map(code).max_by_key(|kind| kind.exit_code());
    worst.map_or(Exit::Done, Exit::Answer)
}
