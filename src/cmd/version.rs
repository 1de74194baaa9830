//! `version`.

use super::Exit;
use crate::error::Result;
use crate::render::Output;

/// Prints the version.
///
/// # Errors
/// A stdout that cannot be written.
pub fn run(output: &mut Output) -> Result<Exit> {
    output.data(concat!("kubectl-stateful ", env!("CARGO_PKG_VERSION"), "\n"))?;
    Ok(Exit::Done)
}
