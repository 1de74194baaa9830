//! `leader`: who leads.

mod follow;

use super::selection::Selection;
use super::{Context, Exit};
use crate::cluster::Connection;
use crate::cluster::gather::{self, Reader, Wanted};
use crate::domain::leader::{Reason, Source};
use crate::dump;
use crate::error::{Error, Kind, Result};
use crate::render::{Format, Output, leader as view};
use crate::report::List;
use crate::report::leader::{HintView, KIND, LeaderView};
use crate::snapshot::Objects;
use crate::snapshot::leader::Electorate;
use crate::wire::{self, Object as _};

/// Arguments of `leader`.
#[derive(Clone, Debug, clap::Args)]
pub struct LeaderArgs {
    #[command(flatten)]
    selection: Selection,

    /// Only this election, where a set has several that have nothing to do with each other: the name of a Lease,
    /// Endpoints or ConfigMap (web, or lease/web), or a label
    #[arg(long, value_name = "NAME")]
    election: Option<String>,

    /// End with code 8 where nobody leads, or several do
    #[arg(long, conflicts_with = "watch")]
    exit_code: bool,

    /// Go on and print a line when who leads changes, with how long nobody did
    #[arg(short, long)]
    watch: bool,
}

impl LeaderArgs {
    fn wanted<'a>(&'a self, names: &'a [String], namespace: &'a str) -> Wanted<'a> {
        if names.is_empty() {
            let namespace = (!self.selection.all_namespaces).then_some(namespace);
            Wanted::All(namespace, self.selection.selector.as_deref())
        } else {
            Wanted::Named(namespace, names)
        }
    }
}

/// What was read, and where.
struct Found {
    objects: Objects,
    notes: Vec<String>,
    /// What to say where there is no set.
    place: String,
    /// Whether it was read from files.
    files: bool,
}

/// Prints who leads.
///
/// # Errors
/// Sets that cannot be read or do not exist; with `--exit-code` also where nothing is known.
pub async fn run(args: LeaderArgs, context: &Context, output: &mut Output) -> Result<Exit> {
    let names = args.selection.names()?;
    if args.watch {
        if context.from.is_some() {
            return Err(Error::usage("--watch needs a cluster: files do not change"));
        }
        return follow::run(&args, &names, context, output).await;
    }
    let found = match &context.from {
        Some(path) => files(path, &args, &names, context)?,
        None => live(&args, &names, context, output).await?,
    };
    let detail = !names.is_empty() || context.from.is_some() && found.objects.sets.len() == 1;
    let (list, without) = judge(&found, &args, &names, detail);
    show(&args, &found, &list, detail, output)?;
    if without > 0 && !output.is_document() {
        output.note(&without_election(without, &found.objects));
    }
    if args.exit_code { answer(&list, &found.objects) } else { Ok(Exit::Done) }
}

/// Judges the sets in the order in which they were named. An overview leaves those out that have no election, and counts
/// them.
fn judge(found: &Found, args: &LeaderArgs, names: &[String], detail: bool) -> (List<LeaderView>, usize) {
    let electorate = Electorate::new(&found.objects);
    let sets = found.objects.sets.iter().filter(|set| names.is_empty() || names.contains(&set.meta().name));
    let mut items: Vec<LeaderView> =
        sets.map(|set| LeaderView::of(&electorate.facts(set), args.election.as_deref())).collect();
    if found.files {
        // Of a right that is missing files know nothing.
        items.iter_mut().filter(|set| set.reason == Reason::Unread).for_each(|set| {
            let command = format!("kubectl stateful capture {} -n {} > state.yaml", set.set, set.namespace);
            set.action = Some(HintView { command, effect: "captures all that says who leads".to_owned() });
        });
    }
    let all = items.len();
    items.retain(|set| detail || !set.leaders.is_empty());
    items.sort_by_key(|set| names.iter().position(|name| *name == set.set));
    let without = all - items.len();
    (List::new(KIND, items, found.notes.clone()), without)
}

fn show(
    args: &LeaderArgs,
    found: &Found,
    list: &List<LeaderView>,
    detail: bool,
    output: &mut Output,
) -> Result<()> {
    let several = list.items.windows(2).any(|two| two[0].namespace != two[1].namespace);
    let namespaces = args.selection.all_namespaces || several;
    let table = matches!(output.format(), Format::Table | Format::Wide);
    if found.objects.sets.is_empty() && !output.is_document() {
        output.note(&found.place);
    } else if !list.items.is_empty() || !table {
        view::print(output, list, view::View { detail, namespaces, now: found.objects.now })?;
    }
    if output.format() == Format::Name {
        for set in list.items.iter().filter(|set| set.leader.is_none()) {
            output.note(&format!("{}: {}", set.set, set.message));
        }
    }
    if !output.is_document() {
        list.notes.iter().for_each(|note| output.note(note));
    }
    Ok(())
}

fn without_election(count: usize, objects: &Objects) -> String {
    let sets = if count == 1 { "1 set".to_owned() } else { format!("{count} sets") };
    if objects.elections.unread().contains(&Source::Lease) {
        return format!("of {sets} it is not known whether anybody leads");
    }
    let has = if count == 1 { "has" } else { "have" };
    format!("{sets} {has} no election that shows: no Lease, annotation or label names one of its pods")
}

/// The exit code: 8 is a finding, and where none can be excluded for want of rights, nothing was found out.
fn answer(list: &List<LeaderView>, objects: &Objects) -> Result<Exit> {
    let is = |reason| move |set: &&LeaderView| set.reason == reason;
    let finding = |set: &LeaderView| !matches!(set.reason, Reason::Leads | Reason::Unread);
    if list.items.iter().any(finding) {
        return Ok(Exit::Answer(Kind::Findings));
    }
    if let Some(set) = list.items.iter().find(is(Reason::Unread)) {
        let error = Error::failed(format!("{}: {}", set.set, set.message));
        return Err(set.action.iter().fold(error, |error, action| error.hint(&action.command)));
    }
    if list.items.is_empty() && !objects.elections.unread().is_empty() {
        return Err(Error::failed("whether every set has a leader could not be found out: see the notes"));
    }
    Ok(Exit::Done)
}

async fn live(args: &LeaderArgs, names: &[String], context: &Context, output: &mut Output) -> Result<Found> {
    let connection = Connection::connect(&context.connection).await?;
    let (objects, notes) = read(&connection, args, names).await?;
    connection.take_warnings().iter().for_each(|warning| output.warning(warning));
    let place = nothing_found(args, connection.namespace());
    Ok(Found { objects, notes, place, files: false })
}

/// Reads all that says who leads, and what could not be read.
async fn read(
    connection: &Connection,
    args: &LeaderArgs,
    names: &[String],
) -> Result<(Objects, Vec<String>)> {
    let reader = Reader::new(connection);
    match gather::leaders(&reader, &args.wanted(names, connection.namespace())).await {
        Ok(objects) => {
            let mut notes = reader.into_notes();
            notes.extend(objects.elections.unreadable());
            Ok((objects, notes))
        }
        Err(error) => Err(gather::explain_missing(&reader, connection.namespace(), error).await),
    }
}

/// As kubectl says it, instead of column names over nothing.
fn nothing_found(args: &LeaderArgs, namespace: &str) -> String {
    let place = if args.selection.all_namespaces {
        "any namespace".to_owned()
    } else {
        format!("namespace {namespace}")
    };
    match &args.selection.selector {
        Some(selector) => format!("no StatefulSet in {place} matches {selector}"),
        None => format!("no StatefulSet in {place}"),
    }
}

fn files(path: &std::path::Path, args: &LeaderArgs, names: &[String], context: &Context) -> Result<Found> {
    let dump = dump::load(path)?;
    let mut objects = super::status::chosen(dump.objects, names, &args.selection, context)?;
    let mut notes = dump.notes;
    let unread = objects.elections.unread();
    if !unread.is_empty() {
        let unread: Vec<&str> = unread.into_iter().map(Source::resource).collect();
        notes.push(format!("the files do not hold {}: who leads may be written there", unread.join(", ")));
    }
    notes.extend(objects.elections.unreadable());
    objects.sets.retain(|set: &wire::StatefulSet| names.is_empty() || names.contains(&set.meta().name));
    Ok(Found { objects, notes, place: format!("no StatefulSet in {}", path.display()), files: true })
}
