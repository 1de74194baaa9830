//! How `canary` looks to people.

use super::{Format, Output, Page, Style, clean, span};
use crate::domain::canary::gates::Gate;
use crate::domain::canary::{Gates, Phase, Record, Standing};
use crate::domain::ordinal::listed;
use crate::domain::{Ordinal, Set};
use crate::error::Result;
use crate::report::List;
use crate::report::canary::{CanaryView, GateView, NextView, PhaseName};

/// Prints where a canary stands in the format that was asked for.
pub fn print(output: &mut Output, list: &List<CanaryView>) -> Result<()> {
    match output.format() {
        Format::Json | Format::Yaml => output.document(list),
        Format::Name => {
            let name = |view: &CanaryView| format!("statefulset.apps/{}\n", clean(&view.name));
            output.data(&list.items.iter().map(name).collect::<String>())
        }
        Format::Table | Format::Wide => output.page(&page(list)),
    }
}

/// The page for people.
fn page(list: &List<CanaryView>) -> Page {
    let mut page = Page::default();
    list.items.iter().for_each(|view| draw(&mut page, view));
    page
}

fn draw(page: &mut Page, view: &CanaryView) {
    let style = style(view.phase);
    page.prose(
        0,
        vec![
            span(Style::Bold, &view.name),
            span(Style::Plain, ": "),
            span(style, format!("{:?}", view.phase)),
            span(Style::Plain, format!(": {}", view.message)),
        ],
    );
    let mut rows = Vec::new();
    let mut fact = |name: &str, value: String| {
        rows.push(vec![span(Style::Dim, format!("  {name}")), span(Style::Plain, value)]);
    };
    let over = matches!(view.phase, PhaseName::Aborted | PhaseName::Promoted);
    if view.from_revision != view.to_revision && !over {
        let name = |revision: &Option<crate::domain::Revision>| {
            revision.as_ref().map_or_else(|| "(none yet)".to_owned(), |revision| revision.as_str().to_owned())
        };
        fact("revisions", format!("{} -> {}", name(&view.from_revision), name(&view.to_revision)));
        fact("updated", ordinals(&view.ordinals_updated));
        fact("pending", ordinals(&view.ordinals_pending));
    }
    fact("partition", view.partition.map_or_else(|| "none".to_owned(), |partition| partition.to_string()));
    if let (Some(current), false) = (view.current_step, over) {
        let steps = steps(view.steps.iter().map(|step| step.updated), current, ", ");
        fact("steps", format!("{steps} ordinals updated; [ ] is this step"));
    }
    if let Some(runner) = &view.runner {
        fact("runner", runner.clone());
    }
    let open: Vec<&GateView> = view.gates.iter().filter(|gate| gate.ok != Some(true)).collect();
    if !view.gates.is_empty() {
        let count = view.gates.len();
        rows.push(vec![
            span(Style::Dim, "  gates"),
            span(Style::Plain, format!("{} of {count} hold", count - open.len())),
        ]);
    }
    page.table(None, rows, &[]);
    if !open.is_empty() {
        page.blank();
        page.table(Some(&["GATE", "ORDINAL", "HOLDS", "WHY"]), open.into_iter().map(gate).collect(), &[]);
    }
    for gate in view.gates.iter().filter(|gate| gate.ok == Some(false)) {
        if let Some(command) = &gate.command {
            page.prose(2, vec![span(Style::Plain, "  would help: "), span(Style::Command, command)]);
        }
    }
    view.next.iter().for_each(|next| draw_next(page, next));
}

fn gate(gate: &GateView) -> Vec<super::Span> {
    let (word, style) = match gate.ok {
        Some(true) => ("yes", Style::Good),
        Some(false) => ("no", Style::Bad),
        None => ("not yet", Style::Attention),
    };
    let ordinal = gate.ordinal.map_or_else(|| "-".to_owned(), |ordinal| ordinal.to_string());
    vec![
        span(Style::Plain, format!("{:?}", gate.name)),
        span(Style::Plain, ordinal),
        span(style, word),
        span(Style::Plain, &gate.message),
    ]
}

fn draw_next(page: &mut Page, next: &NextView) {
    page.blank();
    page.line(vec![span(Style::Command, &next.command)]);
    let order = if next.replaces.is_empty() {
        "replaces no pod".to_owned()
    } else {
        format!("replaces, in this order: {}", ordinals(&next.replaces))
    };
    page.prose(2, vec![span(Style::Plain, format!("  {order}"))]);
    if !next.breaks_if_never_ready.is_empty() {
        let broken = ordinals(&next.breaks_if_never_ready);
        let stay = if next.breaks_if_never_ready.len() == 1 { "stays" } else { "stay" };
        let sentence =
            format!("  if the new revision never gets Ready: {broken} {stay} down, and {}", next.why);
        page.prose(2, vec![span(Style::Dim, sentence)]);
    }
}

fn ordinals(list: &[Ordinal]) -> String {
    if list.is_empty() {
        return "none".to_owned();
    }
    listed(list, |ordinal| ordinal.to_string())
}

fn style(phase: PhaseName) -> Style {
    match phase {
        PhaseName::None => Style::Plain,
        PhaseName::Held | PhaseName::Promoted | PhaseName::Aborted => Style::Good,
        PhaseName::Running | PhaseName::Soaking | PhaseName::Aborting => Style::Attention,
        PhaseName::Failed | PhaseName::Conflict => Style::Bad,
    }
}

/// The lines that change in place while a run is under way: the plan, and what each ordinal comes to. Those that are
/// not as they shall be come first, because a large set does not fit.
pub fn live(set: &Set, record: &Record, gates: &Gates) -> Vec<Vec<super::Span>> {
    let steps = steps(record.steps.iter().copied(), record.step, " > ");
    let plan = match record.phase {
        Phase::Aborting => format!("{}: going back to {}", set.name, record.from),
        _ => format!(
            "{}: step {} of {}, ordinals updated: {steps}",
            set.name,
            record.step + 1,
            record.steps.len()
        ),
    };
    let mut open = Vec::new();
    let mut settled = Vec::new();
    for ordinal in set.spec.range.iter().rev() {
        let of_ordinal = |gate: &&Gate| gate.ordinal == Some(ordinal) && gate.standing != Standing::Passed;
        let pod = set.pods.get(&ordinal);
        let at = pod.and_then(|pod| pod.revision.as_ref()).map_or("-", |revision| revision.as_str());
        let name = set.pod_name(ordinal);
        match gates.list.iter().find(of_ordinal) {
            Some(gate) => {
                let style = if gate.standing == Standing::Failed { Style::Bad } else { Style::Attention };
                open.push(vec![span(style, format!("  {at}  {}", gate.message))]);
            }
            None => settled.push(vec![span(Style::Good, format!("  {at}  {name} is in order"))]),
        }
    }
    let plan = vec![span(Style::Bold, plan)];
    [plan].into_iter().chain(open).chain(settled).collect()
}

/// How many ordinals are updated after each step; the current one stands in brackets.
fn steps(updated: impl Iterator<Item = u32>, current: usize, between: &str) -> String {
    let mark = |(number, updated): (usize, u32)| {
        if number == current { format!("[{updated}]") } else { updated.to_string() }
    };
    updated.enumerate().map(mark).collect::<Vec<_>>().join(between)
}
