//! `peers`: who a member of the group would find, by every source at once.

mod args;
mod asks;
mod follow;

use super::{Context, Exit};
use crate::cluster::Connection;
use crate::cluster::gather::{self, Reader, Resolvers};
use crate::domain::Known;
use crate::domain::peers::seeds::{self, SeedError};
use crate::domain::peers::{Facts, Judgement, judge};
use crate::dump;
use crate::error::{Error, Kind, Result};
use crate::render::{Format as OutputFormat, Output, peers as view};
use crate::report::List;
use crate::report::peers::{KIND, PeersView};
use crate::snapshot::{Index, Objects};
use crate::wire::Object as _;

pub use args::PeersArgs;

/// Shows the members of a set by every source, and what keeps the sources from agreeing.
///
/// # Errors
/// A set that does not exist or cannot be read (1), wrong usage (2), with `--wait` time that is up (3) or sources that
/// cannot come to agree by themselves (4).
pub async fn run(args: PeersArgs, context: &Context, output: &mut Output) -> Result<Exit> {
    let name = args.name()?;
    if args.format.is_some() && output.format() != OutputFormat::Table {
        return Err(Error::usage(
            "--format and --output exclude each other: both say how the members are printed",
        ));
    }
    if args.follows() {
        if context.from.is_some() {
            return Err(Error::usage("files do not change: --watch and --wait need a cluster"));
        }
        return follow::run(&args, &name, context, output).await;
    }
    let read = match &context.from {
        Some(path) => files(&args, &name, path, context)?,
        None => live(&args, &name, context, output).await?,
    };
    read.print(&args, output)?;
    if args.format.is_some() || !output.is_document() {
        read.notes.iter().for_each(|note| output.note(note));
    }
    if args.exit_code { answer(&read) } else { Ok(Exit::Done) }
}

/// What was read and judged.
struct Read {
    facts: Facts,
    judged: Judgement,
    zone_source: String,
    notes: Vec<String>,
}

impl Read {
    fn new(facts: Facts, zone_source: String, notes: Vec<String>) -> Self {
        Self { judged: judge(&facts), facts, zone_source, notes }
    }

    /// All of it, or the list that was asked for.
    fn print(&self, args: &PeersArgs, output: &mut Output) -> Result<()> {
        let Some(format) = &args.format else {
            let view = PeersView::of(&self.facts, &self.judged, &self.zone_source);
            return view::print(output, &List::new(KIND, vec![view], self.notes.clone()));
        };
        let members =
            if args.expected { Ok(seeds::expected(&self.facts)) } else { seeds::live(&self.judged.peers) };
        let text = members.and_then(|members| seeds::text(format, &self.facts, &members, args.port.as_ref()));
        output.data(&text.map_err(|error| no_list(&error, &self.facts))?)
    }
}

async fn live(args: &PeersArgs, name: &str, context: &Context, output: &mut Output) -> Result<Read> {
    let choice = args.choice()?;
    let connection = Connection::connect(&context.connection).await?;
    let reader = Reader::new(&connection);
    let namespace = connection.namespace();
    let (objects, resolvers) = futures::future::join(
        gather::peers(&reader, namespace, name),
        Resolvers::find(&reader, choice.as_ref(), args.zone.as_deref()),
    )
    .await;
    let objects = match objects {
        Ok(objects) => objects,
        Err(error) => return Err(gather::explain_missing(&reader, namespace, error).await),
    };
    let mut facts = facts(&objects, namespace, name, &resolvers.zone)?;
    // What is only written down from the set needs no answers.
    if !args.expected {
        facts.dns = resolvers.ask_all(&reader, &facts).await;
    }
    connection.take_warnings().iter().for_each(|warning| output.warning(warning));
    Ok(Read::new(facts, resolvers.zone_source, reader.into_notes()))
}

fn files(args: &PeersArgs, name: &str, path: &std::path::Path, context: &Context) -> Result<Read> {
    if args.names_servers() {
        let message = "files are not compared with what a DNS server answers now";
        return Err(Error::usage(message).hint("leave out --dns-server and --dns-service, or --from"));
    }
    let dump = dump::load(path)?;
    let in_namespace = |set: &&crate::wire::StatefulSet| {
        context.connection.namespace.as_ref().is_none_or(|namespace| set.meta().namespace == *namespace)
    };
    let found: Vec<_> =
        dump.objects.sets.iter().filter(in_namespace).filter(|set| set.meta().name == name).collect();
    let set = match found.as_slice() {
        [set] => *set,
        [] => return Err(not_held(&dump.objects, name)),
        _ => {
            return Err(Error::failed(format!("the files hold StatefulSet {name} in several namespaces"))
                .hint("name one with -n"));
        }
    };
    let (zone, source) = match &args.zone {
        Some(zone) => (zone.trim_matches('.'), "--zone"),
        None => ("cluster.local", "assumed, as nearly all clusters have it"),
    };
    let mut notes = dump.notes;
    let dns = if args.leaves_dns_out() {
        Known::Known(Vec::new())
    } else {
        notes.push("files hold no answers of DNS: what members really resolve is not known".to_owned());
        Known::Unknown
    };
    let facts = Index::new(&dump.objects).peers(set, zone, dns);
    if facts.endpoints.get().is_none() {
        notes.push(format!("the files hold no EndpointSlices: {}", gather::SLICES));
    }
    if facts.service.get().is_none() {
        notes.push(format!("the files hold no Service {}: {}", facts.service_name, gather::SERVICE));
    }
    Ok(Read::new(facts, source.to_owned(), notes))
}

fn not_held(objects: &Objects, name: &str) -> Error {
    let held =
        objects.sets.iter().map(|set| format!("{} in namespace {}", set.meta().name, set.meta().namespace));
    let held: Vec<String> = held.collect();
    let held = if held.is_empty() { "none".to_owned() } else { held.join(", ") };
    Error::failed(format!("the files hold no StatefulSet {name}")).hint(format!("they hold {held}"))
}

/// What is compared, as far as the API server knows it.
fn facts(objects: &Objects, namespace: &str, name: &str, zone: &str) -> Result<Facts> {
    let gone = || Error::failed(format!("statefulset.apps {name:?} was deleted meanwhile"));
    let set = objects.sets.get(namespace, name).ok_or_else(gone)?;
    Ok(Index::new(objects).peers(set, zone, Known::Unknown))
}

fn no_list(error: &SeedError, facts: &Facts) -> Error {
    let message = format!("cannot list the members of {}: {error}", facts.set);
    let kind = match error {
        SeedError::WhichPort { .. } | SeedError::NoSuchPort { .. } | SeedError::PortUnused(_) => Kind::Usage,
        _ => Kind::Failed,
    };
    error.hints(facts).into_iter().fold(Error::new(kind, message), Error::hint)
}

/// The exit code that the answer stands for.
fn answer(read: &Read) -> Result<Exit> {
    if read.judged.disagree() {
        return Ok(Exit::Answer(Kind::Findings));
    }
    if read.judged.agree {
        return Ok(Exit::Done);
    }
    // The notes, which say what could not be read, have just been printed.
    let message = format!("whether the sources agree on the members of {} is not known", read.facts.set);
    Err(Error::failed(message))
}
