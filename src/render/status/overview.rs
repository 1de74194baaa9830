//! One line a set.

use super::{View, age, short, style};
use crate::render::{Page, Row, Style, span};
use crate::report::status::SetStatus;

/// Draws one line a set.
pub(super) fn draw(page: &mut Page, items: &[SetStatus], view: View, wide: bool, headers: bool) {
    let mut names = vec!["NAME", "STATE", "AVAILABLE", "UPDATED", "AGE", "WHY"];
    if view.namespaces {
        names.insert(0, "NAMESPACE");
    }
    if wide {
        let at = names.len() - 1;
        names.splice(at..at, ["STRATEGY", "PARTITION", "POLICY", "CURRENT", "UPDATE"]);
    }
    let rows = items.iter().map(|status| row(status, view, wide)).collect();
    let position = |name: &str| names.iter().position(|other| *other == name);
    // WHY is what one looks for, and who asks for a wide table gets all of it.
    let spare: &[&str] = if wide { &[] } else { &["AGE", "UPDATED"] };
    let spare: Vec<usize> = spare.iter().filter_map(|name| position(name)).collect();
    page.table(headers.then_some(names.as_slice()), rows, &spare);
}

fn row(status: &SetStatus, view: View, wide: bool) -> Row {
    let plain = |text: &str| span(Style::Plain, text);
    let mut row = Vec::new();
    if view.namespaces {
        row.push(plain(&status.namespace));
    }
    row.push(plain(&status.name));
    row.push(span(style(status.state), format!("{:?}", status.state)));
    row.push(plain(&format!("{}/{}", status.counts.available, status.replicas)));
    row.push(plain(&format!("{}/{}", status.counts.updated, status.replicas)));
    row.push(plain(&age(view.now, status.created.as_deref())));
    if wide {
        let revision = |revision: Option<&crate::domain::Revision>| {
            plain(revision.map_or("<none>", |revision| short(status, revision)))
        };
        row.push(plain(&status.strategy.r#type));
        row.push(plain(
            &status.strategy.partition.map_or_else(|| "<none>".to_owned(), |partition| partition.to_string()),
        ));
        row.push(plain(status.pod_management_policy));
        row.push(revision(status.current_revision.as_ref()));
        row.push(revision(status.update_revision.as_ref()));
    }
    row.push(plain(&why(status, wide)));
    row
}

/// The first root cause: its name and pod, or with `-o wide` the whole sentence.
fn why(status: &SetStatus, wide: bool) -> String {
    let Some(cause) = status.causes.first() else { return String::new() };
    if wide {
        return cause.message.clone();
    }
    let pod = cause.ordinal.map(|ordinal| format!(" {}-{ordinal}", status.name)).unwrap_or_default();
    let more = status.causes.len() - 1;
    let more = if more > 0 { format!(" (+{more})") } else { String::new() };
    format!("{:?}{pod}{more}", cause.reason)
}
