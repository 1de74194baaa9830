//! Where a canary stands, without touching anything.

use super::CanaryArgs;
use super::lead::lease_name;
use crate::cluster::Connection;
use crate::cluster::gather::{self, Reader};
use crate::cmd::{Context, Exit};
use crate::domain::Set;
use crate::domain::canary::{Decision, Record, Situation, decide, preview};
use crate::domain::cause::diagnose;
use crate::domain::known::Known;
use crate::domain::lease::Lease;
use crate::domain::model::next_moves;
use crate::domain::state::judge;
use crate::dump;
use crate::error::{Error, Result};
use crate::render::{Output, canary as view};
use crate::report::List;
use crate::report::canary::{CanaryView, KIND, Standpoint};
use crate::snapshot::{Index, Objects, lease};
use crate::wire;

pub(super) async fn run(args: &CanaryArgs, context: &Context, output: &mut Output) -> Result<Exit> {
    let name = args.name()?;
    let (objects, mut notes, lease) = match &context.from {
        Some(path) => {
            let dump = dump::load(path)?;
            (dump.objects, dump.notes, Known::Unknown)
        }
        None => live(&name, context, output).await?,
    };
    let index = Index::new(&objects);
    let found = objects.sets.iter().find(|set| wire::Object::meta(*set).name == name);
    let Some(found) = found else {
        return Err(Error::failed(format!("the files hold no StatefulSet {name}")));
    };
    let set = index.set(found);
    let record = Record::of(&set).unwrap_or_else(|why| {
        notes.push(format!("the record of a canary in the set's annotation cannot be read: {why}"));
        None
    });
    let runner = lease.get().and_then(Option::as_ref).filter(|lease| !lease.is_free(set.now));
    let left_alone = lease.get().is_some() && runner.is_none();
    if left_alone && record.as_ref().is_some_and(|record| record.phase.is_under_way()) {
        notes.push("nobody runs this canary now: --resume goes on, --abort goes back".to_owned());
    }
    let view = describe(args, &set, record.as_ref(), runner);
    let list = List::new(KIND, vec![view], notes);
    view::print(output, &list)?;
    if !output.is_document() {
        list.notes.iter().for_each(|note| output.note(note));
    }
    Ok(Exit::Done)
}

fn describe(args: &CanaryArgs, set: &Set, record: Option<&Record>, runner: Option<&Lease>) -> CanaryView {
    let next = preview::next(set, record);
    let runner = runner.and_then(|lease| lease.holder.clone());
    let mut at = Standpoint { record, next, runner, ..Standpoint::default() };
    let Some(record) = record else { return CanaryView::of(set, &at) };
    let moves = next_moves(set);
    let diagnosis = diagnose(set, &moves, args.patience());
    let state = judge(set, &moves, &diagnosis);
    let situation = Situation { set, diagnosis: &diagnosis, state, record, check: None, late: false };
    let (decision, gates) = decide(&situation);
    at.gates = Some(&gates);
    if let Decision::End(end) = &decision {
        at.end = Some(end);
        return CanaryView::of(set, &at);
    }
    CanaryView::of(set, &at)
}

type Read = (Objects, Vec<String>, Known<Option<Lease>>);

async fn live(name: &str, context: &Context, output: &mut Output) -> Result<Read> {
    let connection = Connection::connect(&context.connection).await?;
    let reader = Reader::new(&connection);
    let namespace = connection.namespace();
    let names = [name.to_owned()];
    let lease_name = lease_name(name);
    let held = async { connection.find::<wire::Lease>(Some(namespace), &lease_name).await };
    let (read, held) = futures::future::join(gather::named(&reader, namespace, &names), held).await;
    let objects = match read {
        Ok(objects) => objects,
        Err(error) => return Err(gather::explain_missing(&reader, namespace, error).await),
    };
    connection.take_warnings().iter().for_each(|warning| output.warning(warning));
    let mut notes = reader.into_notes();
    let held = match held {
        Ok(held) => Known::Known(held.as_ref().map(lease)),
        Err(error) => {
            notes.push(format!("{}: whether somebody runs the canary is not known", error.sentence()));
            Known::Unknown
        }
    };
    Ok((objects, notes, held))
}
