//! How verdicts look to people.

use super::{Format, Output, Page, Row, Style, clean, span};
use crate::domain::force_delete::Verdict;
use crate::error::Result;
use crate::report::List;
use crate::report::force_delete::{EvidenceView, VerdictView};

/// Prints the verdict on one pod, with all that it rests on, in the format that was asked for.
pub fn print(output: &mut Output, list: &List<VerdictView>) -> Result<()> {
    match output.format() {
        Format::Table | Format::Wide => {
            let mut page = Page::default();
            list.items.iter().for_each(|verdict| detail(&mut page, verdict));
            output.page(&page)
        }
        _ => other(output, list),
    }
}

/// Prints the verdicts on the pods of a node, one line each.
pub fn print_all(output: &mut Output, list: &List<VerdictView>) -> Result<()> {
    match output.format() {
        Format::Table | Format::Wide => {
            let page = overview(&list.items, output.headers());
            output.page(&page)
        }
        _ => other(output, list),
    }
}

fn other(output: &mut Output, list: &List<VerdictView>) -> Result<()> {
    if output.is_document() {
        return output.document(list);
    }
    let name = |verdict: &VerdictView| format!("pod/{}\n", clean(&verdict.pod));
    output.data(&list.items.iter().map(name).collect::<String>())
}

fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Safe => Style::Good,
        Verdict::Unneeded => Style::Plain,
        Verdict::NeedsAttestation => Style::Attention,
        Verdict::Unsafe | Verdict::Useless | Verdict::Refused => Style::Bad,
    }
}

fn detail(page: &mut Page, verdict: &VerdictView) {
    page.prose(
        0,
        vec![
            span(Style::Bold, &verdict.pod),
            span(Style::Plain, ": "),
            span(style(verdict.verdict), verdict.verdict.as_str()),
            span(Style::Plain, format!(" ({:?}): {}", verdict.reason, verdict.message)),
        ],
    );
    section(page, "Evidence");
    let time = |line: &EvidenceView| {
        let read = line.read_at.split_once('T').map_or(line.read_at.as_str(), |(_, time)| time);
        format!("{}Z", read.split(['.', 'Z']).next().unwrap_or(read))
    };
    for line in &verdict.evidence {
        page.prose(
            2,
            vec![
                span(Style::Dim, format!("{} ", time(line))),
                span(Style::Bold, &line.looked_at),
                span(Style::Plain, format!(": {}", line.says)),
            ],
        );
    }
    section(page, "With the pod gone");
    page.prose(2, vec![span(Style::Plain, &verdict.next)]);
    page.prose(2, vec![span(Style::Bold, "Storage fence: "), span(Style::Plain, &verdict.fence.message)]);
    for warning in &verdict.warnings {
        page.prose(2, vec![span(Style::Attention, "Warning: "), span(Style::Plain, warning)]);
    }
    section(page, "Safer");
    page.prose(2, vec![span(Style::Plain, &verdict.safer_way.effect)]);
    // A command is never wrapped: it is there to be copied.
    page.line(vec![span(Style::Plain, "    "), span(Style::Command, &verdict.safer_way.command)]);
}

fn section(page: &mut Page, name: &str) {
    page.blank();
    page.line(vec![span(Style::Bold, name)]);
}

fn overview(verdicts: &[VerdictView], headers: bool) -> Page {
    let mut page = Page::default();
    let names = ["NAMESPACE", "POD", "SET", "VERDICT", "REASON"];
    let row = |verdict: &VerdictView| -> Row {
        vec![
            span(Style::Plain, &verdict.namespace),
            span(Style::Bold, &verdict.pod),
            span(Style::Plain, verdict.set.as_deref().unwrap_or("-")),
            span(style(verdict.verdict), verdict.verdict.as_str()),
            span(Style::Plain, format!("{:?}", verdict.reason)),
        ]
    };
    page.table(headers.then_some(names.as_slice()), verdicts.iter().map(row).collect(), &[2]);
    for group in verdicts.chunk_by(|a, b| a.reason == b.reason) {
        let Some(first) = group.first() else { continue };
        page.blank();
        page.prose(
            0,
            vec![
                span(style(first.verdict), format!("{:?}", first.reason)),
                span(Style::Plain, format!(": {}", first.message)),
            ],
        );
        page.prose(2, vec![span(Style::Bold, "Safer: "), span(Style::Plain, &first.safer_way.effect)]);
        page.line(vec![span(Style::Plain, "    "), span(Style::Command, &first.safer_way.command)]);
    }
    page
}
