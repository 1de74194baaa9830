//! The verbs: one file each, read top to bottom: fetch, decide, render.

pub mod canary;
pub mod capture;
mod confirm;
mod dry_run;
pub mod force_delete;
pub mod interrupt;
pub mod leader;
pub mod orphans;
pub mod peers;
mod selection;
pub mod status;
pub mod version;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::cluster::ConnectionFlags;
use crate::error::Kind;

/// What every verb is told.
#[derive(Debug)]
pub struct Context {
    /// Which cluster.
    pub connection: ConnectionFlags,
    /// Files to read instead.
    pub from: Option<PathBuf>,
}

/// How a verb ends that did what it was asked for: with 0, or with a code that is its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or what was asked holds.
    Done,
    /// The answer is a code (`--exit-code`, `--wait`).
    Answer(Kind),
}

impl Exit {
    /// The process's exit code.
    pub fn code(self) -> ExitCode {
        match self {
            Self::Done => ExitCode::SUCCESS,
            Self::Answer(kind) => ExitCode::from(kind.exit_code()),
        }
    }
}
