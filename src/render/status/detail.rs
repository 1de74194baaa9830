//! One set: a line an ordinal, then why nothing moves and what would free it.

use jiff::SignedDuration;

use super::{View, age, short, style};
use crate::domain::Ordinal;
use crate::domain::cause::Reason;
use crate::domain::model::MoveKind;
use crate::domain::time::human;
use crate::render::{Page, Row, Style, span};
use crate::report::status::{CauseView, OrdinalView, SetStatus};

/// Draws one set.
pub(super) fn draw(page: &mut Page, status: &SetStatus, view: View, wide: bool, headers: bool) {
    heading(page, status, view);
    page.blank();
    ordinals(page, status, view, wide, headers);
    next(page, status);
    causes(page, status);
    warnings(page, status);
}

fn heading(page: &mut Page, status: &SetStatus, view: View) {
    let name =
        if view.namespaces { format!("{}/{}", status.namespace, status.name) } else { status.name.clone() };
    page.prose(
        0,
        vec![
            span(Style::Bold, name),
            span(Style::Plain, ": "),
            span(style(status.state), format!("{:?}", status.state)),
            span(Style::Plain, format!(" - {}", status.message)),
        ],
    );
    let Some(update) = &status.update_revision else { return };
    let counts = status.counts;
    let mut facts = vec![
        format!("{}/{} available", counts.available, status.replicas),
        format!("{}/{} updated", counts.updated, status.replicas),
    ];
    match &status.current_revision {
        Some(current) if current != update => {
            facts.push(format!("rollout {} -> {}", short(status, current), short(status, update)));
        }
        _ => facts.push(format!("revision {}", short(status, update))),
    }
    facts.push(format!("{}, {}", status.strategy.r#type, status.pod_management_policy));
    facts.extend(
        status
            .strategy
            .partition
            .filter(|partition| *partition > 0)
            .map(|partition| format!("partition {partition}")),
    );
    facts.extend(status.strategy.max_unavailable.as_ref().map(|amount| format!("maxUnavailable {amount}")));
    page.prose(0, vec![span(Style::Dim, facts.join(" | "))]);
}

fn ordinals(page: &mut Page, status: &SetStatus, view: View, wide: bool, headers: bool) {
    if status.ordinals.is_empty() {
        return;
    }
    let mut names = vec!["POD", "REVISION", "READY", "STATUS", "RESTARTS", "AGE", "WHY"];
    if wide {
        let at = names.len() - 1;
        names.splice(at..at, ["NODE", "CLAIMS"]);
    }
    let rows = status.ordinals.iter().rev().map(|ordinal| row(status, ordinal, view, wide)).collect();
    // What a narrow terminal does not show in the table stands below it.
    let position = |name: &str| names.iter().position(|other| *other == name);
    let spare: Vec<usize> = ["WHY", "AGE", "RESTARTS"].iter().filter_map(|name| position(name)).collect();
    page.table(headers.then_some(names.as_slice()), rows, &spare);
}

fn row(status: &SetStatus, ordinal: &OrdinalView, view: View, wide: bool) -> Row {
    let plain = |text: &str| span(Style::Plain, text);
    let (ready, ready_style) = match (ordinal.exists, ordinal.ready, ordinal.available) {
        (false, ..) => ("-", Style::Dim),
        (_, true, true) => ("yes", Style::Good),
        (_, true, false) => ("soon", Style::Attention),
        (_, false, _) => ("no", Style::Bad),
    };
    let mut row = vec![
        span(Style::Bold, &ordinal.pod),
        revision(status, ordinal),
        span(ready_style, ready),
        plain(&ordinal.status),
        plain(&if ordinal.exists { ordinal.restarts.to_string() } else { "-".to_owned() }),
        plain(&if ordinal.exists { age(view.now, ordinal.created.as_deref()) } else { "-".to_owned() }),
    ];
    if wide {
        row.push(plain(ordinal.node.as_deref().unwrap_or("<none>")));
        let claims = ordinal
            .claims
            .iter()
            .map(|claim| format!("{} ({})", claim.name, claim.phase.unwrap_or("unknown")));
        row.push(plain(&claims.collect::<Vec<_>>().join(", ")));
    }
    let causes = ordinal.causes.iter().map(|cause| format!("{:?}", cause.reason)).collect::<Vec<_>>();
    let out_of_range = if ordinal.in_range { None } else { Some("out of range".to_owned()) };
    row.push(plain(&out_of_range.into_iter().chain(causes).collect::<Vec<_>>().join(", ")));
    row
}

fn revision(status: &SetStatus, ordinal: &OrdinalView) -> crate::render::Span {
    let Some(revision) = &ordinal.revision else { return span(Style::Dim, "-") };
    let name = short(status, revision);
    let under_way = status.current_revision != status.update_revision;
    let mark = if Some(revision) == status.update_revision.as_ref() {
        if under_way { " (new)" } else { "" }
    } else if Some(revision) == status.current_revision.as_ref() {
        " (old)"
    } else {
        " (other)"
    };
    let style =
        if ordinal.at_expected_revision || !ordinal.in_range { Style::Plain } else { Style::Attention };
    span(style, format!("{name}{mark}"))
}

/// What the controller does next, where it does something or waits.
fn next(page: &mut Page, status: &SetStatus) {
    if status.next_move.kind == MoveKind::Nothing {
        return;
    }
    page.blank();
    page.line(vec![span(Style::Bold, "The controller's next move")]);
    let shown = 5;
    for step in status.next_moves.iter().take(shown) {
        page.prose(2, vec![span(Style::Plain, step.sentence())]);
    }
    let more = status.next_moves.len().saturating_sub(shown);
    if more > 0 {
        page.prose(2, vec![span(Style::Dim, format!("and {more} more at once"))]);
    }
}

fn causes(page: &mut Page, status: &SetStatus) {
    if status.causes.is_empty() {
        return;
    }
    page.blank();
    page.line(vec![span(Style::Bold, "Why")]);
    for cause in &status.causes {
        self::cause(page, status, cause);
    }
}

fn cause(page: &mut Page, status: &SetStatus, cause: &CauseView) {
    let style = if cause.self_resolves { Style::Attention } else { Style::Bad };
    page.prose(
        2,
        vec![span(style, format!("{:?}", cause.reason)), span(Style::Plain, format!(": {}", cause.message))],
    );
    for fact in &cause.evidence {
        page.prose(4, vec![span(Style::Dim, format!("- {fact}"))]);
    }
    let waiting = waiting(status, cause);
    if !waiting.is_empty() {
        page.prose(4, vec![span(Style::Dim, format!("- holds up: {waiting}"))]);
    }
    if let Some(action) = &cause.action {
        page.prose(4, vec![span(Style::Bold, "What frees it: "), span(Style::Plain, &action.effect)]);
        // A command is never wrapped: it is there to be copied.
        page.line(vec![span(Style::Plain, "      "), span(Style::Command, &action.command)]);
        page.prose(6, vec![span(Style::Dim, format!("risk: {}", action.risk))]);
    } else if cause.self_resolves {
        let until = cause.stuck_in_seconds.map(|seconds| human(SignedDuration::from_secs(seconds)));
        let until =
            until.map(|left| format!("; counts as stuck in {left} (--stuck-after)")).unwrap_or_default();
        page.prose(4, vec![span(Style::Dim, format!("can pass by itself{until}"))]);
    } else if let Some(todo) = todo(cause.reason) {
        page.prose(4, vec![span(Style::Bold, "What to do: "), span(Style::Plain, todo)]);
    }
}

/// Where no command of ours helps, what a person can do elsewhere.
fn todo(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::ImagePull => "push the image, or correct its name or the pull secret in the template",
        Reason::CrashLoop | Reason::InitContainer => {
            "its log says why it ends; then change the template, or what the container needs"
        }
        Reason::OutOfMemory => "raise its memory limit in the template, or find what uses the memory",
        Reason::ProbeFailing => "its log says what it waits for; or change the probe in the template",
        Reason::Starting => "its events and its log say what it waits for",
        Reason::ContainerConfig => "create what the template names, or correct the name in the template",
        Reason::Unschedulable => {
            "make room, add a node, or ask for less in the template (requests, selectors, affinity)"
        }
        Reason::VolumeNodeAffinity => "bring back a node in the place where the volume is",
        Reason::MultiAttach => {
            "make sure that nothing uses the volume on the other node; the cluster then detaches it"
        }
        Reason::NodeUnreachable => {
            "bring the node back, or prove that it is off; kubectl stateful force-delete says what is known of that"
        }
        Reason::StuckTerminating => {
            "look at its node's kubelet, or at the owner of the finalizer; kubectl stateful force-delete says whether its \
             processes may still run"
        }
        Reason::ClaimMissing => "create the claim that the template names",
        Reason::ClaimPending => "create the storage class or a volume, or see why the provisioner fails",
        Reason::ClaimLost => "restore the volume: without it the claim's data is gone",
        Reason::ClaimTerminating => {
            "see who still uses the claim, and what the owners of its finalizers wait for"
        }
        Reason::CreateRejected => {
            "change what refuses it; the controller tries again by itself, at the latest after 17 minutes"
        }
        _ => return None,
    })
}

/// The other pods that this cause holds up.
fn waiting(status: &SetStatus, cause: &CauseView) -> String {
    let follows = |ordinal: &&OrdinalView| {
        ordinal.causes.iter().any(|other| {
            other
                .follows_from
                .as_ref()
                .is_some_and(|root| root.reason == cause.reason && root.ordinal == cause.ordinal)
        })
    };
    let pods: Vec<(Ordinal, &str)> = status
        .ordinals
        .iter()
        .rev()
        .filter(follows)
        .map(|ordinal| (ordinal.ordinal, ordinal.pod.as_str()))
        .collect();
    match pods.as_slice() {
        [(_, first), .., (_, last)] if pods.len() > 4 => format!("{first} … {last} ({} pods)", pods.len()),
        pods => pods.iter().map(|(_, pod)| *pod).collect::<Vec<_>>().join(", "),
    }
}

fn warnings(page: &mut Page, status: &SetStatus) {
    if status.warnings.is_empty() {
        return;
    }
    page.blank();
    page.line(vec![span(Style::Bold, "Warnings")]);
    for warning in &status.warnings {
        page.prose(
            2,
            vec![
                span(Style::Attention, format!("{:?}", warning.reason)),
                span(Style::Plain, format!(": {}", warning.message)),
            ],
        );
        if let Some(action) = &warning.action {
            page.line(vec![span(Style::Plain, "    "), span(Style::Command, action)]);
        }
    }
}
