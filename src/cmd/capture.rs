//! `capture`: one file with everything that the analysis reads.

use super::selection::Selection;
use super::{Context, Exit};
use crate::cluster::Connection;
use crate::cluster::gather::{self, Reader};
use crate::dump;
use crate::error::{Error, Result};
use crate::render::{Format, Output};

/// Arguments of `capture`.
#[derive(Clone, Debug, clap::Args)]
pub struct CaptureArgs {
    #[command(flatten)]
    selection: Selection,
}

/// Writes a List of whole objects to stdout, secrets and values of environment variables left out.
///
/// # Errors
/// Sets or pods that cannot be read.
pub async fn run(args: CaptureArgs, context: &Context, output: &mut Output) -> Result<Exit> {
    if context.from.is_some() {
        return Err(Error::usage("capture reads a cluster; --from reads what it has written"));
    }
    if matches!(output.format(), Format::Wide | Format::Name) {
        return Err(Error::usage("capture writes YAML, or JSON with -o json"));
    }
    let names = args.selection.names()?;
    let connection = Connection::connect(&context.connection).await?;
    let reader = Reader::new(&connection);
    let namespace = connection.namespace();
    let read = if names.is_empty() {
        let scope = (!args.selection.all_namespaces).then_some(namespace);
        gather::overview(&reader, scope, args.selection.selector.as_deref()).await
    } else {
        gather::named(&reader, namespace, &names).await
    };
    let objects = match read {
        Ok(objects) => objects,
        Err(error) => return Err(gather::explain_missing(&reader, namespace, error).await),
    };
    let captured = gather::capture(&reader, &objects).await?;
    let complete = gather::RESOURCES.iter().map(|resource| resource.plural);
    let complete: Vec<&str> = complete.filter(|plural| !captured.refused.contains(plural)).collect();
    let document = dump::document(captured.items, &complete, &captured.elections, reader.now());
    let text = match output.format() {
        Format::Json => crate::render::document::json(&document)?,
        _ => crate::render::document::yaml(&document)?,
    };
    output.data(&text)?;
    reader.into_notes().iter().for_each(|note| output.note(note));
    Ok(Exit::Done)
}
