//! Live lines at the foot of a terminal: they change in place, while what happens is printed above them.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Page, Span};

/// Live lines on stderr. Dropping it takes them away.
pub(super) struct Progress {
    all: MultiProgress,
    lines: Vec<ProgressBar>,
}

impl Progress {
    /// Nothing is shown yet.
    pub(super) fn new() -> Self {
        Self { all: MultiProgress::with_draw_target(ProgressDrawTarget::stderr()), lines: Vec::new() }
    }

    /// Shows these lines, each cut to the width of the terminal.
    pub(super) fn show(&mut self, lines: &[Vec<Span>], colors: bool) {
        while self.lines.len() > lines.len() {
            if let Some(line) = self.lines.pop() {
                self.all.remove(&line);
            }
        }
        while self.lines.len() < lines.len() {
            let style =
                ProgressStyle::with_template("{wide_msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
            self.lines.push(self.all.add(ProgressBar::no_length().with_style(style)));
        }
        for (line, spans) in self.lines.iter().zip(lines) {
            let mut page = Page::default();
            page.line(spans.clone());
            line.set_message(page.text(colors, None).trim_end().to_owned());
            line.tick();
        }
    }

    /// Prints a line above them.
    pub(super) fn print(&self, line: &str) {
        // Nobody is left to tell when stderr is gone.
        let _ = self.all.println(line.trim_end());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        // The same.
        let _ = self.all.clear();
    }
}
