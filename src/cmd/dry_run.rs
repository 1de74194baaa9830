//! Trying out what would be written.

use clap::ValueEnum;

/// Where a dry run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DryRun {
    /// Nothing is sent that writes
    Client,
    /// The server validates it and keeps nothing
    Server,
}
