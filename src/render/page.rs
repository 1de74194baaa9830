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

/// Lines of text and tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Line(Line),
    Table(Table),
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
        self.parts.push(Part::Line(Line { indent: 0, spans, wrap: false }));
    }

    /// Prose, wrapped to the terminal's width with all its lines indented alike.
    pub fn prose(&mut self, indent: usize, spans: Vec<Span>) {
        self.parts.push(Part::Line(Line { indent, spans, wrap: true }));
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.line(Vec::new());
    }

    /// Rows in aligned columns. On a terminal that is too narrow, the columns `spare` give way, the first of them
    /// first.
    pub fn table(&mut self, header: Option<&[&str]>, rows: Vec<Row>, spare: &[usize]) {
        let header = header.map(|names| names.iter().map(|name| span(Style::Plain, name)).collect::<Row>());
        let rows = header.into_iter().chain(rows).collect();
        self.parts.push(Part::Table(Table { rows, spare: spare.to_vec() }));
    }

    /// The text; wrapped where a width is given.
    pub fn text(&self, colors: bool, width: Option<usize>) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Line(line) => line.write(&mut text, colors, width),
                Part::Table(table) => {
                    table.lines(width).into_iter().for_each(|spans| {
                        Line { indent: 0, spans, wrap: false }.write(&mut text, colors, None);
                    });
                }
            }
        }
        text
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Table {
    rows: Vec<Row>,
    spare: Vec<usize>,
}

/// Between two columns, as kubectl has it.
const GAP: usize = 3;

impl Table {
    /// The lines, in as many columns as fit; the last column is not padded.
    fn lines(&self, width: Option<usize>) -> Vec<Vec<Span>> {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widest = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.text.width())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..count).map(widest).collect();
        let mut columns: Vec<usize> = (0..count).collect();
        for spare in &self.spare {
            let needed: usize = columns.iter().map(|column| widths[*column] + GAP).sum();
            if width.is_none_or(|width| needed <= width + GAP) {
                break;
            }
            columns.retain(|column| column != spare);
        }
        self.rows.iter().map(|row| aligned(row, &columns, &widths)).collect()
    }
}

fn aligned(row: &Row, columns: &[usize], widths: &[usize]) -> Vec<Span> {
    let mut spans = Vec::with_capacity(columns.len() * 2);
    for column in columns {
        let Some(cell) = row.get(*column) else { continue };
        spans.push(cell.clone());
        let gap = widths[*column].saturating_sub(cell.text.width()) + GAP;
        spans.push(Span { text: " ".repeat(gap), style: Style::Plain });
    }
    spans.pop();
    spans
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
        page.table(Some(&["NAME", "STATE"]), vec![row("web", "Complete"), row("queue-日本", "Held")], &[]);
        assert_eq!(page.text(false, None), "NAME         STATE\nweb          Complete\nqueue-日本   Held\n");
    }

    #[test]
    fn on_a_narrow_terminal_spare_columns_give_way_in_their_order() {
        let mut page = Page::default();
        let cells = ["web-0", "Running", "5m", "CrashLoop"].map(|text| span(Style::Plain, text));
        page.table(None, vec![cells.to_vec()], &[3, 2]);
        assert_eq!(page.text(false, None), "web-0   Running   5m   CrashLoop\n");
        assert_eq!(page.text(false, Some(32)), "web-0   Running   5m   CrashLoop\n");
        assert_eq!(page.text(false, Some(31)), "web-0   Running   5m\n");
        assert_eq!(page.text(false, Some(16)), "web-0   Running\n");
        assert_eq!(page.text(false, Some(5)), "web-0   Running\n");
    }

    #[test]
    fn prose_wraps_at_the_width_and_keeps_its_indent() {
        let mut page = Page::default();
        page.prose(2, vec![span(Style::Bold, "one two "), span(Style::Plain, "three four")]);
        assert_eq!(page.text(false, Some(12)), "  one two\n  three four\n");
        assert_eq!(page.text(false, None), "  one two three four\n");
    }

    #[test]
    fn a_long_word_is_never_cut() {
        let mut page = Page::default();
        page.prose(2, vec![span(Style::Plain, "see kubectl-rollout-undo-statefulset now")]);
        assert_eq!(page.text(false, Some(12)), "  see\n  kubectl-rollout-undo-statefulset\n  now\n");
    }
}
