//! `status`: where sets stand, and why they do not move.

mod follow;

use clap::ValueEnum;
use jiff::Timestamp;

use super::selection::Selection;
use super::{Context, Exit};
use crate::cluster::gather::{self, Reader};
use crate::cluster::{Connection, parse_duration};
use crate::domain::cause::Patience;
use crate::domain::goal::Goal;
use crate::domain::state::State;
use crate::dump;
use crate::error::{Error, Kind, Result};
use crate::render::{Format, Output, status as view};
use crate::report::List;
use crate::report::status::{KIND, SetStatus};
use crate::snapshot::{Index, Objects};
use crate::wire::{self, Object as _};

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

    /// Go on and show every change, until interrupted
    #[arg(short, long)]
    watch: bool,

    /// Wait until everything that the partition allows is rolled out, or for what is named; ends early with code 4
    /// when it can no longer come true by itself
    #[arg(long, value_name = "FOR", value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "settled")]
    wait: Option<WaitFor>,

    /// How long to wait before giving up with code 3; without it there is no limit
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, requires = "wait")]
    timeout: Option<std::time::Duration>,
}

/// What `--wait` waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum WaitFor {
    /// Complete, or held by the partition
    Settled,
    /// Every ordinal at the newest revision
    Complete,
    /// Held by the partition
    Held,
    /// Every ordinal available, at whatever revision
    Ready,
}

impl StatusArgs {
    fn patience(&self) -> Patience {
        Patience::of(self.stuck_after)
    }

    fn goal(&self) -> Option<Goal> {
        self.wait.map(WaitFor::goal)
    }

    /// How the answer is laid out.
    fn view(&self, list: &List<SetStatus>, detail: bool, now: Timestamp) -> view::View {
        let several = list.items.windows(2).any(|two| two[0].namespace != two[1].namespace);
        view::View { detail, namespaces: self.selection.all_namespaces || several, now }
    }
}

/// Prints where sets stand.
///
/// # Errors
/// Sets that cannot be read or do not exist.
pub async fn run(args: StatusArgs, context: &Context, output: &mut Output) -> Result<Exit> {
    let names = args.selection.names()?;
    if args.watch || args.wait.is_some() {
        if context.from.is_some() {
            return Err(Error::usage("--watch and --wait need a cluster: files do not change"));
        }
        return follow::run(&args, names, context, output).await;
    }
    let (objects, notes, place) = match &context.from {
        Some(path) => {
            let dump = dump::load(path)?;
            (chosen(dump.objects, &names, &args.selection, context)?, dump.notes, path.display().to_string())
        }
        None => live(&names, &args.selection, context, output).await?,
    };
    let list = judge(&objects, &names, args.patience(), notes);
    let detail = !names.is_empty() || context.from.is_some() && list.items.len() == 1;
    if list.items.is_empty() && matches!(output.format(), Format::Table | Format::Wide | Format::Name) {
        output.note(&nothing_found(&place, &args.selection));
        return Ok(Exit::Done);
    }
    view::print(output, &list, args.view(&list, detail, objects.now))?;
    if matches!(output.format(), Format::Table | Format::Wide) {
        list.notes.iter().for_each(|note| output.note(note));
    }
    Ok(if args.exit_code { answer(&list) } else { Exit::Done })
}

async fn live(
    names: &[String],
    selection: &Selection,
    context: &Context,
    output: &mut Output,
) -> Result<(Objects, Vec<String>, String)> {
    let connection = Connection::connect(&context.connection).await?;
    let reader = Reader::new(&connection);
    let namespace = connection.namespace();
    let read = if names.is_empty() {
        let namespace = (!selection.all_namespaces).then_some(namespace);
        gather::overview(&reader, namespace, selection.selector.as_deref()).await
    } else {
        gather::named(&reader, namespace, names).await
    };
    let objects = match read {
        Ok(objects) => objects,
        Err(error) => return Err(gather::explain_missing(&reader, namespace, error).await),
    };
    for warning in connection.take_warnings() {
        output.warning(&warning);
    }
    Ok((objects, reader.into_notes(), format!("namespace {namespace}")))
}

/// As kubectl says it, instead of column names over nothing.
fn nothing_found(place: &str, selection: &Selection) -> String {
    let place = if selection.all_namespaces { "any namespace" } else { place };
    match &selection.selector {
        Some(selector) => format!("no StatefulSet in {place} matches {selector}"),
        None => format!("no StatefulSet in {place}"),
    }
}

/// The sets of a dump that were asked for.
pub(super) fn chosen(
    mut objects: Objects,
    names: &[String],
    selection: &Selection,
    context: &Context,
) -> Result<Objects> {
    if selection.selector.is_some() {
        return Err(Error::usage("--selector works on a cluster only, not with --from"));
    }
    let all = objects.sets.clone();
    let held = || all.iter().map(|set| format!("{} in namespace {}", set.meta().name, set.meta().namespace));
    let held = || held().collect::<Vec<_>>().join(", ");
    if let Some(namespace) = &context.connection.namespace {
        objects.sets.retain(|set| set.meta().namespace == *namespace);
        if objects.sets.is_empty() {
            let message = format!("the files hold no StatefulSet in namespace {namespace}");
            return Err(Error::failed(message).hint(format!("they hold {}", held())));
        }
    }
    for name in names {
        if !objects.sets.iter().any(|set| set.meta().name == *name) {
            let message = format!("the files hold no StatefulSet {name}");
            return Err(Error::failed(message).hint(format!("they hold {}", held())));
        }
    }
    Ok(objects)
}

/// Judges the sets, in the order in which they were named.
fn judge(objects: &Objects, names: &[String], patience: Patience, notes: Vec<String>) -> List<SetStatus> {
    let index = Index::new(objects);
    let named = |set: &&wire::StatefulSet| names.is_empty() || names.contains(&set.meta().name);
    let mut items: Vec<SetStatus> =
        objects.sets.iter().filter(named).map(|set| SetStatus::of(&index.set(set), patience)).collect();
    items.sort_by_key(|status| names.iter().position(|name| *name == status.name));
    List::new(KIND, items, notes)
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
