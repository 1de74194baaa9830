//! `force-delete`: whether a pod may be deleted by force, and deleting it where that is safe or attested.

mod args;
mod delete;
mod files;
mod follow;
mod look;
mod node;
mod record;

use super::{Context, Exit};
use crate::cluster::Connection;
use crate::cluster::gather::Reader;
use crate::domain::force_delete::{Judgement, Verdict};
use crate::domain::time::human;
use crate::error::{Error, Kind, Result};
use crate::render::{Output, force_delete as view};
use crate::report::List;
use crate::report::force_delete::{KIND, VerdictView};

pub use args::ForceDeleteArgs;
use args::Subject;
use look::{Look, Looker, Waited};

/// Shows verdicts, and deletes a pod where that was asked for and the verdict permits it.
///
/// # Errors
/// A pod that does not exist or cannot be read (1), wrong usage (2), a verdict that was waited for and did not come (3), a
/// pod that changed in the last moment (5).
pub async fn run(args: ForceDeleteArgs, context: &Context, output: &mut Output) -> Result<Exit> {
    let subject = args.subject()?;
    let earlier = args.earlier.as_deref().map(files::captured).transpose()?;
    if let Some(path) = &context.from {
        return files::run(&args, &subject, path, earlier.as_ref(), context, output);
    }
    let connection = Connection::connect(&context.connection).await?;
    let looker = Looker::new(&connection, earlier.as_ref());
    match subject {
        Subject::Pod(pod) => one(&args, &connection, &looker, &pod, output).await,
        Subject::Node(node) => {
            let namespace = context.connection.namespace.as_deref().filter(|_| !args.all_namespaces);
            node::run(&args, &looker, &node, namespace, output).await
        }
    }
}

async fn one(
    args: &ForceDeleteArgs,
    connection: &Connection,
    looker: &Looker<'_>,
    pod: &str,
    output: &mut Output,
) -> Result<Exit> {
    let waited = async {
        if args.wait_safe {
            return looker.until_safe(pod, args.timeout, output).await;
        }
        looker.look(pod, output).await.map(Waited::Reached)
    };
    let waited = tokio::select! {
        waited = waited => waited?,
        // Nothing has been written yet.
        stopped = super::interrupt::signal() => return Err(stopped),
    };
    connection.take_warnings().iter().for_each(|warning| output.warning(warning));
    let look = match waited {
        Waited::Reached(look) => look,
        Waited::TimedOut(look) => {
            print(&look, looker, output)?;
            return Err(timed_out(args, &look));
        }
    };
    if args.deletes() {
        return delete::run(args, connection, looker, look, output).await;
    }
    print(&look, looker, output)?;
    match look.judged.verdict {
        Verdict::Safe => output.hint(&format!("{} --yes deletes it", command(&look))),
        Verdict::NeedsAttestation => output.hint(&to_attest(&look)),
        _ => {}
    }
    Ok(args.answer(look.judged.verdict))
}

fn print(look: &Look, looker: &Looker<'_>, output: &mut Output) -> Result<()> {
    let list = List::new(KIND, vec![VerdictView::of(&look.facts, &look.judged)], looker.notes());
    view::print(output, &list)?;
    say_notes(output, &list.notes);
    Ok(())
}

fn timed_out(args: &ForceDeleteArgs, look: &Look) -> Error {
    let Judgement { verdict, reason, safer, .. } = &look.judged;
    let waited = human(jiff::SignedDuration::try_from(args.timeout).unwrap_or_default());
    let pod = &look.facts.pod.pod.name;
    let message = format!("after {waited} {pod} still is {} ({reason:?})", verdict.as_str());
    Error::new(Kind::TimedOut, message).hint(format!("{}: {}", safer.effect, safer.command))
}

/// The same command once more.
fn command(look: &Look) -> String {
    let pod = &look.facts.pod;
    format!("kubectl stateful force-delete {} -n {}", pod.pod.name, pod.namespace)
}

fn to_attest(look: &Look) -> String {
    format!("if you know that its processes have ended: {} --attest \"how you know\"", command(look))
}

fn say_notes(output: &mut Output, notes: &[String]) {
    if !output.is_document() {
        notes.iter().for_each(|note| output.note(note));
    }
}

impl ForceDeleteArgs {
    /// The exit code that a verdict stands for: what was waited for is reached.
    fn answer(&self, verdict: Verdict) -> Exit {
        if self.wait_safe && verdict == Verdict::Unneeded { Exit::Done } else { answer(verdict) }
    }
}

/// The exit code that a verdict stands for.
fn answer(verdict: Verdict) -> Exit {
    match verdict {
        Verdict::Safe => Exit::Done,
        Verdict::NeedsAttestation => Exit::Answer(Kind::Unconfirmed),
        Verdict::Unsafe | Verdict::Refused | Verdict::Useless | Verdict::Unneeded => {
            Exit::Answer(Kind::Refused)
        }
    }
}

/// The notes of all readings, each once.
fn notes_of(reader: Reader<'_>, notes: &mut Vec<String>) {
    let new: Vec<String> = reader.into_notes().into_iter().filter(|note| !notes.contains(note)).collect();
    notes.extend(new);
}
