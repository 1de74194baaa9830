//! `capture`: one file with everything that the analysis reads.

use super::selection::Selection;
use super::{Context, Exit};
use crate::error::{Error, Result};
use crate::render::Output;

/// Arguments of `capture`.
#[derive(Clone, Debug, clap::Args)]
pub struct CaptureArgs {
    #[command(flatten)]
    selection: Selection,
}

/// Writes the file to stdout.
///
/// # Errors
/// Sets or pods that cannot be read.
pub async fn run(args: CaptureArgs, context: &Context, output: &mut Output) -> Result<Exit> {
    let _ = (args.selection.names()?, context, output);
    Err(Error::failed("not there yet"))
}
