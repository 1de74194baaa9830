//! A page of text for people: lines of styled spans, and tables aligned as kubectl aligns them.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::clean;

/// How a span looks, where colours are on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// As it is.
    #[default]
    Plain,
    /// Headings and names.
    Bold,
    /// What matters less.
    Dim,
    /// In order.
    Good,
    /// Under way, or to be looked at.
    Attention,
    /// Broken.
    Bad,
    /// Something to type.
    Command,
}

impl Style {
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Bold => "1",
            Self::Dim => "2",
            Self::Good => "32",
            Self::Attention => "33",
            Self::Bad => "31",
            Self::Command => "36",
        }
    }
}

/// A piece of a line. [`span`] is the only way to make one, and it cleans the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    text: String,
    style: Style,
}

/// A cleaned piece of text in a style.
pub fn span(style: Style, text: impl AsRef<str>) -> Span {
    Span { text: clean(text.as_ref()).into_owned(), style }
}

/// One row of a table.
pub type Row = Vec<Span>;

/// Lines of text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    /// Columns before the text, repeated where it is wrapped.
    indent: usize,
    spans: Vec<Span>,
    /// Tables are not wrapped, prose is.
    wrap: bool,
}

impl Page {
    /// A line that is never wrapped.
    pub fn line(&mut self, spans: Vec<Span>) {
        self.lines.push(Line { indent: 0, spans, wrap: false });
    }

    /// Prose, wrapped to the terminal's width with all its lines indented alike.
    pub fn prose(&mut self, indent: usize, spans: Vec<Span>) {
        self.lines.push(Line { indent, spans, wrap: true });
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.line(Vec::new());
    }

    /// Rows in aligned columns, three spaces apart; the last column is not padded.
    pub fn table(&mut self, header: Option<&[&str]>, rows: Vec<Row>) {
        let header = header.map(|names| names.iter().map(|name| span(Style::Plain, name)).collect::<Row>());
        let rows: Vec<Row> = header.into_iter().chain(rows).collect();
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.text.width()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in rows {
            let last = row.len().saturating_sub(1);
            let mut spans = Vec::with_capacity(row.len() * 2);
            for (column, cell) in row.into_iter().enumerate() {
                let gap = widths.get(column).copied().unwrap_or(0).saturating_sub(cell.text.width()) + 3;
                spans.push(cell);
                if column != last {
                    spans.push(Span { text: " ".repeat(gap), style: Style::Plain });
                }
            }
            self.line(spans);
        }
    }

    /// How many lines a terminal of that width shows.
    pub fn height(&self, width: usize) -> usize {
        let rows = |line: &str| line.width().div_ceil(width.max(1)).max(1);
        self.text(false, Some(width)).lines().map(rows).sum()
    }

    /// The text; wrapped where a width is given.
    pub fn text(&self, colors: bool, width: Option<usize>) -> String {
        let mut text = String::new();
        for line in &self.lines {
            line.write(&mut text, colors, width);
        }
        text
    }
}

impl Line {
    fn write(&self, text: &mut String, colors: bool, width: Option<usize>) {
        let limit = width.filter(|_| self.wrap).unwrap_or(usize::MAX);
        let mut column = self.indent;
        text.extend(std::iter::repeat_n(' ', self.indent));
        for span in &self.spans {
            let mut pending = String::new();
            for word in span.text.split_inclusive(' ') {
                if column + word.trim_end().width() > limit && column > self.indent {
                    paint(text, pending.trim_end(), span.style, colors);
                    pending.clear();
                    trim_line(text);
                    let _ = write!(text, "\n{}", " ".repeat(self.indent));
                    column = self.indent;
                }
                pending.push_str(word);
                column += word.width();
            }
            paint(text, &pending, span.style, colors);
        }
        trim_line(text);
        text.push('\n');
    }
}

fn paint(text: &mut String, words: &str, style: Style, colors: bool) {
    if !colors || style == Style::Plain || words.is_empty() {
        text.push_str(words);
    } else {
        let _ = write!(text, "\u{1b}[{}m{words}\u{1b}[0m", style.code());
    }
}

fn trim_line(text: &mut String) {
    text.truncate(text.trim_end_matches(' ').len());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut page = Page::default();
        let row = |a: &str, b: &str| vec![span(Style::Good, a), span(Style::Plain, b)];
        page.table(Some(&["NAME", "STATE"]), vec![row("web", "Complete"), row("queue-日本", "Held")]);
        assert_eq!(page.text(false, None), "NAME         STATE\nweb          Complete\nqueue-日本   Held\n");
    }

    #[test]
    fn prose_wraps_at_the_width_and_keeps_its_indent() {
        let mut page = Page::default();
        page.prose(2, vec![span(Style::Bold, "one two "), span(Style::Plain, "three four")]);
        assert_eq!(page.text(false, Some(12)), "  one two\n  three four\n");
        assert_eq!(page.text(false, None), "  one two three four\n");
        assert_eq!(page.height(12), 2);
    }

    #[test]
    fn a_long_word_is_never_cut() {
        let mut page = Page::default();
        page.prose(2, vec![span(Style::Plain, "see kubectl-rollout-undo-statefulset now")]);
        assert_eq!(page.text(false, Some(12)), "  see\n  kubectl-rollout-undo-statefulset\n  now\n");
    }
}
