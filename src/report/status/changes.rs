//! What is different from the status before: what a watch prints where nothing can be redrawn.

use std::collections::BTreeMap;

use super::{OrdinalView, SetStatus};
use crate::domain::Ordinal;

/// One line for each change, without the durations that change by themselves. The first status is a change as well.
pub fn changes(before: Option<&SetStatus>, after: &SetStatus) -> Vec<String> {
    let Some(before) = before else { return vec![summary(after)] };
    let mut lines = Vec::new();
    if before.uid != after.uid {
        lines.push(format!("{}: was deleted and is created again", after.name));
        lines.push(summary(after));
        return lines;
    }
    let old: BTreeMap<Ordinal, &OrdinalView> =
        before.ordinals.iter().map(|view| (view.ordinal, view)).collect();
    let new: BTreeMap<Ordinal, &OrdinalView> =
        after.ordinals.iter().map(|view| (view.ordinal, view)).collect();
    for (ordinal, view) in &new {
        lines.extend(pod_change(old.get(ordinal).copied(), view));
    }
    for view in old.iter().filter(|(ordinal, _)| !new.contains_key(ordinal)).map(|(_, view)| *view) {
        lines.extend(view.exists.then(|| format!("{}: gone", view.pod)));
    }
    if summary(before) != summary(after) {
        lines.push(summary(after));
    }
    lines
}

/// `web: Stuck 2/3 available, 1/3 updated; CrashLoop web-2`.
fn summary(status: &SetStatus) -> String {
    let counts = status.counts;
    let causes: Vec<String> = status
        .causes
        .iter()
        .map(|cause| match cause.ordinal {
            Some(ordinal) => format!("{:?} {}-{ordinal}", cause.reason, status.name),
            None => format!("{:?}", cause.reason),
        })
        .collect();
    let causes = if causes.is_empty() { String::new() } else { format!("; {}", causes.join(", ")) };
    format!(
        "{}: {:?} {}/{replicas} available, {}/{replicas} updated{causes}",
        status.name,
        status.state,
        counts.available,
        counts.updated,
        replicas = status.replicas
    )
}

/// `web-2: Pending -> Running, Ready, at 84f6`.
fn pod_change(before: Option<&OrdinalView>, after: &OrdinalView) -> Option<String> {
    let word = |view: &OrdinalView| if view.exists { view.status.clone() } else { "missing".to_owned() };
    let was = before.map_or_else(|| "missing".to_owned(), word);
    let is = word(after);
    let mut notes = Vec::new();
    if after.exists && before.is_none_or(|before| before.revision != after.revision) {
        notes.extend(after.revision.as_ref().map(|revision| format!("at {revision}")));
    }
    let replaced = before.is_some_and(|before| before.exists && after.exists && before.uid != after.uid);
    if replaced {
        notes.push("replaced by a new pod".to_owned());
    }
    let ready = |view: &OrdinalView| (view.ready, view.available);
    match (before.map_or((false, false), ready), ready(after)) {
        ((_, false), (_, true)) => notes.push("available".to_owned()),
        ((false, _), (true, _)) => notes.push("Ready".to_owned()),
        ((true, _), (false, _)) if after.exists => notes.push("not Ready any more".to_owned()),
        _ => {}
    }
    if was == is && notes.is_empty() {
        return None;
    }
    let step = if was == is { is } else { format!("{was} -> {is}") };
    let notes = if notes.is_empty() { String::new() } else { format!(", {}", notes.join(", ")) };
    Some(format!("{}: {step}{notes}", after.pod))
}
