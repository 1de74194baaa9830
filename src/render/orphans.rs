//! How claims look to people.

use std::collections::BTreeMap;

use super::{Format, Output, Page, Row, Style, clean, span};
use crate::domain::orphans::{Class, OnDelete, Reason, Size};
use crate::domain::time::human;
use crate::error::Result;
use crate::report::List;
use crate::report::orphans::ClaimView;

/// How the list is laid out.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Whether claims of several namespaces are shown.
    pub namespaces: bool,
}

/// Prints claims in the format that was asked for.
pub fn print(output: &mut Output, list: &List<ClaimView>, view: View) -> Result<()> {
    match output.format() {
        Format::Json | Format::Yaml => output.document(list),
        Format::Name => {
            let name = |claim: &ClaimView| format!("persistentvolumeclaim/{}\n", clean(&claim.name));
            output.data(&list.items.iter().map(name).collect::<String>())
        }
        Format::Table | Format::Wide => {
            let wide = output.format() == Format::Wide;
            let page = page(&list.items, view, wide, output.headers());
            output.page(&page)
        }
    }
}

/// One line a claim, then what they come to.
fn page(claims: &[ClaimView], view: View, wide: bool, headers: bool) -> Page {
    let mut page = Page::default();
    let mut names =
        vec!["CLAIM", "CLASS", "SET", "ORDINAL", "AGE", "SIZE", "STORAGECLASS", "ON DELETE", "WHY"];
    if view.namespaces {
        names.insert(0, "NAMESPACE");
    }
    if wide {
        let at = names.len() - 1;
        names.splice(at..at, ["VOLUME", "RECLAIM", "LAST USE"]);
    }
    let rows = claims.iter().map(|claim| row(claim, view, wide)).collect();
    let spare: &[&str] = if wide { &[] } else { &["STORAGECLASS", "AGE", "ORDINAL", "SET"] };
    let position = |name: &&str| names.iter().position(|other| other == name);
    let spare: Vec<usize> = spare.iter().filter_map(position).collect();
    page.table(headers.then_some(names.as_slice()), rows, &spare);
    page.blank();
    if !wide {
        reasons(&mut page, claims);
    }
    totals(&mut page, claims);
    warnings(&mut page, claims);
    page
}

fn row(claim: &ClaimView, view: View, wide: bool) -> Row {
    let plain = |text: &str| span(Style::Plain, text);
    let or = |text: &Option<String>, none: &str| plain(text.as_deref().unwrap_or(none));
    let mut row = Vec::new();
    if view.namespaces {
        row.push(plain(&claim.namespace));
    }
    row.push(plain(&claim.name));
    row.push(span(style(claim.class), format!("{:?}", claim.class)));
    row.push(or(&claim.set, "-"));
    row.push(plain(&claim.ordinal.map_or_else(|| "-".to_owned(), |ordinal| ordinal.to_string())));
    row.push(plain(&age(claim)));
    row.push(or(&claim.capacity, "-"));
    row.push(or(&claim.storage_class, "<default>"));
    row.push(on_delete(claim));
    if wide {
        row.push(or(&claim.volume, "<none>"));
        row.push(or(&claim.reclaim_policy, "<unknown>"));
        row.push(or(&claim.last_used, "<unknown>"));
    }
    let why = if wide { claim.evidence.join("; ") } else { format!("{:?}", claim.reason) };
    row.push(plain(&why));
    row
}

fn age(claim: &ClaimView) -> String {
    let seconds = claim.age_seconds.map(jiff::SignedDuration::from_secs);
    seconds.map_or_else(|| "<unknown>".to_owned(), human)
}

fn on_delete(claim: &ClaimView) -> super::Span {
    match (claim.on_delete, &claim.volume) {
        (_, None) => span(Style::Plain, "no volume"),
        (OnDelete::DestroysData, _) => span(Style::Bad, "data lost"),
        (OnDelete::KeepsVolume, _) => span(Style::Good, "volume kept"),
        (OnDelete::Unknown, _) => span(Style::Attention, "unknown"),
    }
}

fn style(class: Class) -> Style {
    match class {
        Class::Orphaned => Style::Attention,
        Class::Reserved | Class::Unclear | Class::Unknown => Style::Plain,
        _ => Style::Dim,
    }
}

/// So many reasons are explained; with `-o wide` the table explains each claim.
const EXPLAINED: usize = 10;

/// Each reason in a sentence, once for all claims that have it.
fn reasons(page: &mut Page, claims: &[ClaimView]) {
    let mut groups: Vec<&ClaimView> = Vec::new();
    // That a pod uses it needs no more words.
    for claim in claims.iter().filter(|claim| claim.reason != Reason::UsedByPod) {
        let is_known = groups.iter().any(|first| first.evidence.first() == claim.evidence.first());
        if groups.len() <= EXPLAINED && !is_known {
            groups.push(claim);
        }
    }
    for claim in groups.iter().take(EXPLAINED) {
        let why = claim.evidence.first().map(String::as_str).unwrap_or_default();
        let reason = span(style(claim.class), format!("{:?}", claim.reason));
        page.prose(2, vec![reason, span(Style::Plain, format!(": {why}"))]);
    }
    if groups.len() > EXPLAINED {
        page.prose(2, vec![span(Style::Dim, "and others: -o wide explains each claim")]);
    }
    page.blank();
}

/// How many there are of each class, and how large they are, by storage class.
fn totals(page: &mut Page, claims: &[ClaimView]) {
    let mut classes: BTreeMap<Class, Vec<&ClaimView>> = BTreeMap::new();
    claims.iter().for_each(|claim| classes.entry(claim.class).or_default().push(claim));
    for (class, claims) in classes {
        let count = claims.len();
        let plural = if count == 1 { "claim" } else { "claims" };
        let mut by_storage: BTreeMap<&str, Vec<Size>> = BTreeMap::new();
        for claim in &claims {
            let size = claim.capacity.as_deref().and_then(Size::parse).unwrap_or_default();
            by_storage.entry(claim.storage_class.as_deref().unwrap_or("<default>")).or_default().push(size);
        }
        let total: Size = by_storage.values().flatten().copied().sum();
        let parts: Vec<String> = by_storage
            .into_iter()
            .map(|(name, sizes)| format!("{} {name}", sizes.into_iter().sum::<Size>()))
            .collect();
        let text = format!(": {count} {plural}, {total} ({})", parts.join(", "));
        page.prose(2, vec![span(style(class), format!("{class:?}")), span(Style::Plain, text)]);
    }
}

/// What a person must know before doing anything about them.
fn warnings(page: &mut Page, claims: &[ClaimView]) {
    let again = claims.iter().filter(|claim| matches!(claim.class, Class::Orphaned | Class::Reserved));
    if let Some(oldest) = again.filter_map(|claim| claim.age_seconds).max() {
        let age = human(jiff::SignedDuration::from_secs(oldest));
        let text = format!(
            "A set that is scaled up, or made again, uses these claims again, with the data that is on them (up to {age} old)."
        );
        page.prose(0, vec![span(Style::Attention, text)]);
    }
}
