//! How `status` looks to people.

mod detail;
mod overview;

use jiff::Timestamp;

use super::{Format, Output, Page, Style, clean};
use crate::domain::Revision;
use crate::domain::state::State;
use crate::error::Result;
use crate::report::List;
use crate::report::status::SetStatus;

/// What the reader asked for.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Sets were named: one line an ordinal, and why nothing moves. Else one line a set.
    pub detail: bool,
    /// Sets come from more than one namespace.
    pub namespaces: bool,
    /// The moment of the snapshot, for ages.
    pub now: Timestamp,
}

/// Prints statuses in the format that was asked for.
pub fn print(output: &mut Output, list: &List<SetStatus>, view: View) -> Result<()> {
    match output.format() {
        Format::Json | Format::Yaml => output.document(list),
        Format::Name => output.data(&names(list)),
        Format::Table | Format::Wide => {
            let page = page(list, view, output.format() == Format::Wide, output.headers());
            output.page(&page)
        }
    }
}

/// The page for people.
pub fn page(list: &List<SetStatus>, view: View, wide: bool, headers: bool) -> Page {
    let mut page = Page::default();
    if view.detail {
        for (number, status) in list.items.iter().enumerate() {
            if number > 0 {
                page.blank();
            }
            detail::draw(&mut page, status, view, wide, headers);
        }
    } else {
        overview::draw(&mut page, &list.items, view, wide, headers);
    }
    page
}

fn names(list: &List<SetStatus>) -> String {
    list.items.iter().map(|status| format!("statefulset.apps/{}\n", clean(&status.name))).collect()
}

fn style(state: State) -> Style {
    match state {
        State::Complete | State::Held | State::ScaledToZero => Style::Good,
        State::Progressing | State::Unobserved | State::Deleting => Style::Attention,
        State::Stuck | State::Degraded | State::AwaitingDelete => Style::Bad,
    }
}

/// How long ago an RFC 3339 time was.
fn age(now: Timestamp, created: Option<&str>) -> String {
    let created = created.and_then(|text| text.parse::<Timestamp>().ok());
    created.map_or_else(|| "<unknown>".to_owned(), |created| crate::domain::time::ago(now, created))
}

/// The end of a revision's name tells revisions apart; the set's name before it does not.
fn short<'a>(status: &SetStatus, revision: &'a Revision) -> &'a str {
    let name = revision.as_str();
    name.strip_prefix(&status.name).and_then(|rest| rest.strip_prefix('-')).unwrap_or(name)
}
