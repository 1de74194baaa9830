//! What is in a namespace, for the message of a test that waited in vain.

use super::Namespace;
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{ContainerState, Event, PersistentVolumeClaim, Pod};
use std::fmt::Write;

/// How many of the latest events are shown.
const EVENTS: usize = 20;

pub(super) fn all(namespace: &Namespace) -> String {
    let mut text = format!("namespace {}:\n", namespace.name);
    // Writing to a String does not fail.
    let _ = write(namespace, &mut text);
    text
}

fn write(namespace: &Namespace, text: &mut String) -> std::fmt::Result {
    for set in namespace.list::<StatefulSet>() {
        let status = serde_json::to_string(&set.status).unwrap_or_default();
        writeln!(text, "  set {}: {status}", set.metadata.name.unwrap_or_default())?;
    }
    for pod in namespace.list::<Pod>() {
        writeln!(text, "  {}", line(&pod))?;
    }
    for claim in namespace.list::<PersistentVolumeClaim>() {
        let phase = claim.status.and_then(|status| status.phase).unwrap_or_default();
        writeln!(text, "  claim {}: {phase}", claim.metadata.name.unwrap_or_default())?;
    }
    let mut events = namespace.list::<Event>();
    events.sort_by_key(|event| event.last_timestamp.clone().map(|time| time.0));
    for event in events.iter().rev().take(EVENTS).rev() {
        let [reason, message] =
            [&event.reason, &event.message].map(|text| text.as_deref().unwrap_or_default());
        writeln!(
            text,
            "  event {}: {reason}: {message}",
            event.involved_object.name.as_deref().unwrap_or("?")
        )?;
    }
    Ok(())
}

fn line(pod: &Pod) -> String {
    let status = pod.status.clone().unwrap_or_default();
    let mut line = format!("pod {}:", pod.metadata.name.as_deref().unwrap_or_default());
    let mut word = |word: &str| {
        line.push(' ');
        line.push_str(word);
    };
    word(status.phase.as_deref().unwrap_or("?"));
    if pod.metadata.deletion_timestamp.is_some() {
        word("Terminating");
    }
    for condition in status.conditions.unwrap_or_default() {
        word(&format!("{}={}", condition.type_, condition.status));
    }
    for container in status.container_statuses.unwrap_or_default() {
        let state = match container.state.unwrap_or_default() {
            ContainerState { waiting: Some(waiting), .. } => waiting.reason.unwrap_or_default(),
            ContainerState { terminated: Some(end), .. } => format!("exit {}", end.exit_code),
            ContainerState { running: Some(_), .. } => "running".to_owned(),
            _ => "?".to_owned(),
        };
        word(&format!("{}:{state}", container.name));
    }
    line
}
