//! What went wrong, which exit code that is, and what to do next.
//!
//! Every failure of the program is an [`Error`]: one sentence that names the object and what was tried, and
//! `hint:` lines. Its [`Kind`] is the only thing that decides the exit code.

use std::fmt;

use crate::render::Output;

/// The result of everything that can fail here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the program ends with something else than success. Scripts rely on the codes; docs/exit-codes.md
/// explains them to users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It could not be found out or done: unreachable, forbidden, not found, bad kubeconfig.
    Failed,
    /// Wrong usage.
    Usage,
    /// Timed out while it could still have come true.
    TimedOut,
    /// It will not come true unless somebody acts.
    Stuck,
    /// Somebody else changed it meanwhile; nothing of ours was written over theirs.
    Conflict,
    /// Refused as unsafe.
    Refused,
    /// A confirmation was not given.
    Unconfirmed,
    /// There are findings (`--exit-code`).
    Findings,
    /// The user pressed Ctrl-C, or the process was asked to end.
    Interrupted,
    /// Whoever read stdout has gone away: ends quietly, as `yes | head` does.
    ClosedPipe,
}

impl Kind {
    /// The process exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::TimedOut => 3,
            Self::Stuck => 4,
            Self::Conflict => 5,
            Self::Refused => 6,
            Self::Unconfirmed => 7,
            Self::Findings => 8,
            Self::Interrupted => 130,
            Self::ClosedPipe => 0,
        }
    }
}

/// A failure, ready to be shown to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    message: String,
    hints: Vec<String>,
}

impl Error {
    /// A failure with one sentence that names the object and what was tried.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new() }
    }

    /// [`Kind::Failed`]: it could not be found out or done.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Kind::Failed, message)
    }

    /// [`Kind::Usage`]: the command line is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// [`Kind::ClosedPipe`]: nobody reads on.
    pub fn closed_pipe() -> Self {
        Self::new(Kind::ClosedPipe, "stdout was closed")
    }

    /// [`Kind::Interrupted`]: the user wants it to end. `what` says what is under way on the cluster.
    pub fn interrupted(what: impl Into<String>) -> Self {
        Self::new(Kind::Interrupted, what)
    }

    /// Adds a line that says what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Decides the exit code.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The sentence, without hints.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The hints, in the order in which they are printed.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// Prints the failure to stderr: the one place that does.
    pub fn report(&self, output: &mut Output) {
        if self.kind == Kind::ClosedPipe {
            return;
        }
        match self.kind {
            Kind::Interrupted => output.note(&self.message),
            _ => output.error(&self.message),
        }
        for hint in &self.hints {
            output.hint(hint);
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
