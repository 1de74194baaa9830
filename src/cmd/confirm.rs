//! Asking a person.

use std::io::{BufRead as _, IsTerminal as _};

use crate::render::Output;

/// What a person says to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// `y` or `yes`.
    Yes,
    /// Anything else.
    No,
    /// There is no terminal, so nobody is asked.
    Nobody,
}

/// Asks on a terminal; anything but a yes is a no.
pub(super) fn ask(question: &str, output: &mut Output) -> Answer {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Answer::Nobody;
    }
    output.ask(&format!("{question} [y/N] "));
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    if read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes") { Answer::Yes } else { Answer::No }
}
