//! `orphans`: claims that nothing uses, and deleting those that are proven.

mod args;
mod delete;
mod gone;
mod look;
mod one;
mod select;
mod words;

use super::{Context, Exit};
use crate::cluster::Connection;
use crate::cluster::gather::{self, Reader, Scope};
use crate::domain::orphans::Source;
use crate::dump;
use crate::error::{Error, Kind, Result};
use crate::render::{Format, Output, orphans as view};
use crate::report::List;
use crate::report::orphans::{ClaimView, KIND};
use crate::snapshot::usage;

pub use args::OrphansArgs;
use select::Chosen;

/// Shows claims that nothing uses, and deletes them where that was asked for.
///
/// # Errors
/// Claims that cannot be read or deleted (1), wrong usage (2), claims that something uses by now (5), a confirmation
/// or attestation that was not given (7).
pub async fn run(args: OrphansArgs, context: &Context, output: &mut Output) -> Result<Exit> {
    let names = args.names()?;
    if context.from.is_some() && args.delete {
        return Err(Error::usage("--delete needs a cluster: from files nothing is deleted"));
    }
    let mut found = match &context.from {
        Some(path) => files(path, &args, &names, context)?,
        None => {
            let connection = Connection::connect(&context.connection).await?;
            let found = live(&connection, &args, &names).await?;
            connection.take_warnings().iter().for_each(|warning| output.warning(warning));
            if args.delete {
                return delete::run(&args, &connection, found, output).await;
            }
            found
        }
    };
    let list = List::new(KIND, found.chosen.take_views(), found.notes.clone());
    show(&args, &found, &list, output)?;
    let findings = list.items.iter().any(|claim| claim.class.is_listed());
    Ok(if args.exit_code && findings { Exit::Answer(Kind::Findings) } else { Exit::Done })
}

/// Prints the list; to people nothing but a sentence where it is empty.
fn show(args: &OrphansArgs, found: &Found, list: &List<ClaimView>, output: &mut Output) -> Result<()> {
    let table = matches!(output.format(), Format::Table | Format::Wide);
    if list.items.is_empty() && (table || output.format() == Format::Name) {
        output.note(&found.nothing());
        for (name, nearest) in found.chosen.unknown_names() {
            let nearest =
                if nearest.is_empty() { String::new() } else { format!(", but {}", nearest.join(", ")) };
            output.hint(&format!("there is no statefulset {name} either{nearest}"));
        }
    } else {
        view::print(output, list, view::View { namespaces: args.all_namespaces })?;
    }
    if !output.is_document() {
        list.notes.iter().for_each(|note| output.note(note));
    }
    Ok(())
}

/// What was read, and what was chosen of it.
struct Found {
    chosen: Chosen,
    /// How many claims there were to choose from.
    looked_at: usize,
    notes: Vec<String>,
    /// Where they were looked for.
    place: String,
}

impl Found {
    fn list(&self) -> List<ClaimView> {
        List::new(KIND, self.chosen.views(), self.notes.clone())
    }

    /// Adds what a later reading could not read; each is said once.
    fn add_notes(&mut self, notes: Vec<String>) {
        let new: Vec<String> = notes.into_iter().filter(|note| !self.notes.contains(note)).collect();
        self.notes.extend(new);
    }

    /// Why the list is empty: that nothing was found is said only where everything could be looked at.
    fn nothing(&self) -> String {
        let Self { looked_at, place, .. } = self;
        let of = self.chosen.sets_named();
        match looked_at {
            0 => format!("no claim in {place}"),
            1 => format!("1 claim in {place}, and none{of} that nothing uses"),
            some => format!("{some} claims in {place}, and none{of} that nothing uses"),
        }
    }
}

async fn live(connection: &Connection, args: &OrphansArgs, names: &[String]) -> Result<Found> {
    let reader = Reader::new(connection);
    let namespace = (!args.all_namespaces).then(|| connection.namespace());
    let labels = args.selector.as_deref();
    let scope = Scope { namespace, labels, sets: names, all: args.all, only: None };
    let usage = gather::claims(&reader, &scope).await?;
    let now = reader.now();
    let mut place = namespace.map_or_else(|| "any namespace".to_owned(), |name| format!("namespace {name}"));
    if let Some(labels) = labels {
        place.push_str(&format!(" matching {labels}"));
    }
    let chosen = Chosen::new(usage.candidates, usage.evidence, args.permit(names), args.all, now);
    Ok(Found { chosen, looked_at: usage.looked_at, notes: reader.into_notes(), place })
}

fn files(path: &std::path::Path, args: &OrphansArgs, names: &[String], context: &Context) -> Result<Found> {
    if args.selector.is_some() {
        return Err(Error::usage("--selector works on a cluster only, not with --from"));
    }
    let mut dump = dump::load(path)?;
    let now = dump.objects.now;
    if dump.objects.claims.get().is_none() {
        return Err(Error::failed(format!("{} holds no PersistentVolumeClaim", path.display())));
    }
    let (mut candidates, mut evidence) = usage::usage(&dump.objects);
    if let Some(namespace) = context.connection.namespace.as_ref().filter(|_| !args.all_namespaces) {
        candidates.retain(|candidate| candidate.namespace == *namespace);
    }
    names.iter().for_each(|name| evidence.name_set(name));
    let looked_at = candidates.len();
    let unread: Vec<&str> = evidence.unread().map(Source::name).collect();
    if !unread.is_empty() {
        dump.notes.push(format!(
            "the files do not say whether there are {}: what could use a claim may be missing",
            unread.join(", ")
        ));
    }
    let chosen = Chosen::new(candidates, evidence, args.permit(names), args.all, now);
    Ok(Found { chosen, looked_at, notes: dump.notes, place: path.display().to_string() })
}
