//! How leaders look to people.

use jiff::{SignedDuration, Timestamp};

use super::{Format, Output, Page, Row, Span, Style, clean, document, span};
use crate::domain::leader::Reason;
use crate::domain::time::{ago, human};
use crate::error::Result;
use crate::report::List;
use crate::report::leader::{ChangeView, ClaimView, LeaderView};

/// What the reader asked for.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Sets were named: every claim, and what to do next. Else one line a set.
    pub detail: bool,
    /// Sets come from more than one namespace.
    pub namespaces: bool,
    /// The moment of reading, for ages.
    pub now: Timestamp,
}

/// Prints who leads in the format that was asked for.
pub fn print(output: &mut Output, list: &List<LeaderView>, view: View) -> Result<()> {
    match output.format() {
        Format::Json | Format::Yaml => output.document(list),
        Format::Name => {
            let names = list.items.iter().filter_map(LeaderView::pod);
            output.data(&names.map(|pod| format!("pod/{}\n", clean(&pod))).collect::<String>())
        }
        Format::Table | Format::Wide => {
            let wide = output.format() == Format::Wide;
            let page = page(&list.items, view, wide, output.headers());
            output.page(&page)
        }
    }
}

/// Prints one change as a line: a sentence for people, a whole document for programs.
pub fn print_change(output: &mut Output, change: &List<ChangeView>, namespaces: bool) -> Result<()> {
    if output.is_document() {
        return output.data(&document::json_line(change)?);
    }
    change.items.iter().try_for_each(|change| match (output.format(), &change.pod) {
        (Format::Name, Some(pod)) => output.line(&format!("pod/{pod}")),
        (Format::Name, None) => Ok(()),
        _ => {
            let time = change.time.split_once('T').map_or(change.time.as_str(), |(_, time)| time);
            let time = time.split(['.', 'Z']).next().unwrap_or(time);
            let namespace = if namespaces { format!("{}/", change.namespace) } else { String::new() };
            output.line(&format!("{time}Z {namespace}{}: {}", change.set, change.message))
        }
    })
}

fn page(sets: &[LeaderView], view: View, wide: bool, headers: bool) -> Page {
    let mut page = Page::default();
    if !view.detail {
        overview(&mut page, sets, view, wide, headers);
        return page;
    }
    for (number, set) in sets.iter().enumerate() {
        if number > 0 {
            page.blank();
        }
        detail(&mut page, set, view, wide, headers);
    }
    page
}

fn style(reason: Reason) -> Style {
    match reason {
        Reason::Leads => Style::Good,
        Reason::UnknownHolder | Reason::Unread => Style::Attention,
        Reason::Conflict | Reason::Expired | Reason::Released | Reason::NoElection => Style::Bad,
    }
}

/// The answer, the claims, and what to do next.
fn detail(page: &mut Page, set: &LeaderView, view: View, wide: bool, headers: bool) {
    page.prose(
        0,
        vec![span(Style::Bold, &set.set), span(Style::Plain, ": "), span(style(set.reason), &set.message)],
    );
    if !set.leaders.is_empty() {
        page.blank();
        claims(page, &set.leaders, view.now, wide, headers);
    }
    if let Some(action) = &set.action {
        page.blank();
        page.line(vec![span(Style::Bold, "Next")]);
        page.prose(2, vec![span(Style::Plain, &action.effect)]);
        // A command is never wrapped: it is there to be copied.
        page.line(vec![span(Style::Plain, "    "), span(Style::Command, &action.command)]);
    }
}

fn claims(page: &mut Page, claims: &[ClaimView], now: Timestamp, wide: bool, headers: bool) {
    let mut names =
        vec!["SOURCE", "OBJECT", "ORDINAL", "POD", "SINCE", "RENEWED", "EXPIRES", "TRANSITIONS", "HOLDER"];
    if wide {
        names.push("KEY");
    }
    let rows = claims.iter().map(|claim| {
        let mut row = row(claim, now);
        if wide {
            row.push(plain(claim.key.as_deref().unwrap_or("-")));
        }
        row
    });
    // The object says of which kind it is, and the first line since when.
    let spare: &[&str] = if wide { &[] } else { &["TRANSITIONS", "SOURCE", "SINCE", "HOLDER", "RENEWED"] };
    let position = |name: &&str| names.iter().position(|other| other == name);
    let spare: Vec<usize> = spare.iter().filter_map(position).collect();
    page.table(headers.then_some(names.as_slice()), rows.collect(), &spare);
}

fn row(claim: &ClaimView, now: Timestamp) -> Row {
    let or = |text: Option<String>| plain(&text.unwrap_or_else(|| "-".to_owned()));
    let since = |time: &Option<String>| age(now, time.as_deref());
    vec![
        plain(&format!("{:?}", claim.source)),
        plain(&claim.object),
        or(claim.ordinal.map(|ordinal| ordinal.to_string())),
        pod(claim),
        or(since(&claim.acquired)),
        or(since(&claim.renewed).map(|age| format!("{age} ago"))),
        expiry(claim),
        or(claim.transitions.map(|count| count.to_string())),
        or(claim.holder.clone()),
    ]
}

/// Which pod a claim means, and how it fares.
fn pod(claim: &ClaimView) -> Span {
    match (claim.pod_ready, &claim.pod) {
        (_, None) => plain("-"),
        (Some(true), Some(_)) => span(Style::Good, "Ready"),
        (Some(false), Some(_)) => span(Style::Attention, "not Ready"),
        (None, Some(_)) => span(Style::Bad, "gone"),
    }
}

fn expiry(claim: &ClaimView) -> Span {
    if claim.holder.is_none() {
        return span(Style::Attention, "released");
    }
    let Some(seconds) = claim.expires_in_seconds else {
        return if claim.expired == Some(true) { span(Style::Bad, "expired") } else { plain("never") };
    };
    let length = human(SignedDuration::from_secs(seconds.abs()));
    if claim.counts { plain(&format!("in {length}")) } else { span(Style::Bad, format!("{length} ago")) }
}

/// One line a set.
fn overview(page: &mut Page, sets: &[LeaderView], view: View, wide: bool, headers: bool) {
    let mut names = vec!["SET", "LEADER", "STATE", "SINCE", "EXPIRES", "BY"];
    if view.namespaces {
        names.insert(0, "NAMESPACE");
    }
    if wide {
        names.push("WHY");
    }
    let rows = sets.iter().map(|set| line(set, view, wide)).collect();
    let spare: &[&str] = if wide { &[] } else { &["SINCE", "EXPIRES"] };
    let position = |name: &&str| names.iter().position(|other| other == name);
    let spare: Vec<usize> = spare.iter().filter_map(position).collect();
    page.table(headers.then_some(names.as_slice()), rows, &spare);
}

fn line(set: &LeaderView, view: View, wide: bool) -> Row {
    let leading = set.leaders.iter().find(|claim| claim.counts && claim.ordinal == set.leader);
    let leading = leading.filter(|_| set.leader.is_some());
    let or = |text: Option<String>| plain(&text.unwrap_or_else(|| "-".to_owned()));
    // A conflict is between claims that count; where none does, all are worth a look.
    let shown = set.leaders.iter().filter(|claim| claim.counts || set.leader.is_none() && !set.conflict);
    let by: Vec<String> = shown.map(|claim| by(claim, set.conflict)).collect();
    let mut row = Vec::new();
    if view.namespaces {
        row.push(plain(&set.namespace));
    }
    row.push(plain(&set.set));
    row.push(or(set.pod()));
    row.push(span(style(set.reason), format!("{:?}", set.reason)));
    row.push(or(leading.and_then(|claim| age(view.now, claim.acquired.as_deref()))));
    row.push(leading.map_or_else(|| plain("-"), expiry));
    row.push(plain(&by.join(", ")));
    if wide {
        row.push(plain(&set.message));
    }
    row
}

/// What says so, and in a conflict of whom.
fn by(claim: &ClaimView, conflict: bool) -> String {
    let origin = claim.key.as_ref().filter(|_| claim.expired.is_none()).unwrap_or(&claim.object);
    match &claim.pod {
        Some(pod) if conflict => format!("{origin} ({pod})"),
        _ => origin.clone(),
    }
}

fn plain(text: &str) -> Span {
    span(Style::Plain, text)
}

/// How long ago an RFC 3339 time was.
fn age(now: Timestamp, then: Option<&str>) -> Option<String> {
    Some(ago(now, then?.parse().ok()?))
}
