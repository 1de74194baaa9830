//! The two streams: data to stdout, everything else to stderr.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use super::progress::Progress;
use super::{ColorChoice, Format, Page, Span, Style, clean, document, span};
use crate::error::{Error, Result};

/// How the program prints.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct OutputFlags {
    /// How the answer is printed
    #[arg(
        short,
        long,
        global = true,
        value_enum,
        default_value_t,
        hide_default_value = true,
        value_name = "FORMAT"
    )]
    pub output: Format,

    /// Leave out the line of column names
    #[arg(long, global = true)]
    pub no_headers: bool,

    /// When colours are used
    #[arg(long, global = true, value_enum, default_value_t, hide_default_value = true, value_name = "WHEN")]
    pub color: ColorChoice,
}

/// Where the program's words go.
pub struct Output {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    flags: OutputFlags,
    terminal: bool,
    colors: (bool, bool),
    /// Lines on the terminal that the next page replaces.
    drawn: usize,
    /// Whether stderr is a terminal.
    watched: bool,
    /// What changes in place there.
    live: Option<Progress>,
}

impl Output {
    /// The process's own streams.
    pub fn stdio(flags: OutputFlags) -> Self {
        let variable = |name: &str| std::env::var(name).ok();
        let terminal = io::stdout().is_terminal();
        let colors = (
            flags.color.colors(terminal, variable),
            flags.color.colors(io::stderr().is_terminal(), variable),
        );
        let (out, err) = (Box::new(io::stdout()), Box::new(io::stderr()));
        let watched = io::stderr().is_terminal();
        Self { out, err, flags, terminal, colors, drawn: 0, watched, live: None }
    }

    /// What the user asked for.
    pub fn format(&self) -> Format {
        self.flags.output
    }

    /// Whether column names are printed.
    pub fn headers(&self) -> bool {
        !self.flags.no_headers
    }

    /// Whether stdout is a terminal: only there is anything redrawn.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Prints a document as JSON or YAML.
    pub fn document<T: Serialize>(&mut self, value: &T) -> Result<()> {
        let text =
            if self.format() == Format::Yaml { document::yaml(value)? } else { document::json(value)? };
        self.data(&text)
    }

    /// Prints a page.
    pub fn page(&mut self, page: &Page) -> Result<()> {
        self.data(&page.text(self.colors.0, self.width()))
    }

    /// Prints a page in place of the one that [`Output::redraw`] printed last. On something else than a terminal
    /// it is printed below.
    pub fn redraw(&mut self, page: &Page) -> Result<()> {
        if !self.terminal {
            return self.page(page);
        }
        let up = if self.drawn > 0 { format!("\u{1b}[{}A\r\u{1b}[J", self.drawn) } else { String::new() };
        let (width, height) = terminal_size();
        let text = page.text(self.colors.0, Some(width));
        // What has scrolled out of the screen cannot be replaced: keep the top of the page in sight.
        let lines: Vec<&str> = text.lines().take(height.saturating_sub(1)).collect();
        self.drawn = lines.len();
        self.data(&format!("{up}{}\n", lines.join("\n")))
    }

    /// Writes data to stdout. A reader that has gone away ends the program quietly.
    pub fn data(&mut self, text: &str) -> Result<()> {
        let written = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
        match written {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Error::closed_pipe()),
            Err(error) => Err(Error::failed(format!("cannot write to stdout: {error}"))),
        }
    }

    /// Prints one line of data.
    pub fn line(&mut self, text: &str) -> Result<()> {
        self.data(&format!("{}\n", clean(text)))
    }

    /// Whether the answer is a document for programs.
    pub fn is_document(&self) -> bool {
        matches!(self.format(), Format::Json | Format::Yaml)
    }

    /// Shows lines that change in place, where somebody watches; none takes them away. Everything that is said goes
    /// above them.
    pub fn live(&mut self, lines: &[Vec<Span>]) {
        if lines.is_empty() || !self.watched {
            self.live = None;
            return;
        }
        let room = terminal_size().1.saturating_sub(2).max(1);
        let shown = &lines[..lines.len().min(room)];
        self.live.get_or_insert_with(Progress::new).show(shown, self.colors.1);
    }

    /// Asks a person, and leaves the cursor behind the question.
    pub fn ask(&mut self, question: &str) {
        // Nobody is left to ask when stderr is gone.
        let _ = self.err.write_all(clean(question).as_bytes()).and_then(|()| self.err.flush());
    }

    /// Prints how far something has come, to stderr.
    pub fn progress(&mut self, text: &str) {
        self.say(Style::Dim, "", text);
    }

    /// Prints an error.
    pub fn error(&mut self, message: &str) {
        self.say(Style::Bad, "error: ", message);
    }

    /// Prints what to do next.
    pub fn hint(&mut self, message: &str) {
        self.say(Style::Command, "hint: ", message);
    }

    /// Prints what could not be read, or what a reader should know.
    pub fn note(&mut self, message: &str) {
        self.say(Style::Attention, "note: ", message);
    }

    /// Prints a warning of the API server.
    pub fn warning(&mut self, message: &str) {
        self.say(Style::Attention, "Warning: ", message);
    }

    fn say(&mut self, style: Style, label: &str, message: &str) {
        let mut page = Page::default();
        page.line(vec![span(style, label), span(Style::Plain, clean(message))]);
        let text = page.text(self.colors.1, None);
        if let Some(live) = &self.live {
            return live.print(&text);
        }
        // Nobody is left to tell when stderr is gone.
        let _ = self.err.write_all(text.as_bytes());
    }

    fn width(&self) -> Option<usize> {
        self.terminal.then(|| terminal_size().0)
    }
}

/// Columns and rows of the terminal; 80 by 24 where it does not say.
fn terminal_size() -> (usize, usize) {
    terminal_size::terminal_size()
        .map_or((80, 24), |(width, height)| (usize::from(width.0).max(20), usize::from(height.0).max(5)))
}
