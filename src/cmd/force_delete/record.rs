//! The record of an attestation: an event of the set, with the text, the user and the evidence.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::look::Look;
use crate::cluster::{Connection, FIELD_MANAGER};
use crate::domain::Known;
use crate::error::{Error, Result};
use crate::render::Output;

/// Longer messages are cut by what shows events.
const LONGEST: usize = 1024;

/// Records it before anything is deleted.
///
/// # Errors
/// An event that cannot be written: then nothing is deleted.
pub(super) async fn record(
    connection: &Connection,
    look: &Look,
    text: &str,
    output: &mut Output,
) -> Result<()> {
    let user = match connection.who_am_i().await {
        Ok(user) if !user.is_empty() => user,
        // Old servers have no such review; the audit log knows the user in any case.
        _ => "a user whose name the server does not tell".to_owned(),
    };
    let namespace = &look.facts.pod.namespace;
    connection.record_event(namespace, &event(look, text, &user)).await.map_err(|error| {
        let hint = "an attestation is recorded as an event of the set: it takes the right to create events";
        Error::from(error).hint(hint).hint("nothing was deleted")
    })?;
    output.progress(&format!("recorded as an event of the set: {user} attests: {text}"));
    Ok(())
}

fn event(look: &Look, text: &str, user: &str) -> Value {
    let pod = &look.facts.pod;
    let name = &pod.pod.name;
    let evidence: Vec<String> = look
        .judged
        .evidence
        .iter()
        .map(|line| format!("{} {}: {}", seconds(line.read), line.at, line.says))
        .collect();
    let message = format!(
        "{user} attests that the processes of pod {name} (uid {}) have ended: {text}. So it is to be deleted by force; the verdict is {}: {}. {}",
        pod.pod.uid,
        look.judged.verdict.as_str(),
        look.judged.message,
        evidence.join("; "),
    );
    let set = match &look.facts.set {
        Known::Known(Some(set)) => (set.name.clone(), set.uid.clone()),
        _ => (pod.controller.as_ref().map(|owner| owner.name.clone()).unwrap_or_default(), String::new()),
    };
    let now = seconds(look.facts.now);
    json!({
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {
            "generateName": format!("{}.force-delete.", set.0),
            "namespace": pod.namespace,
            "annotations": {"kubectl-stateful/evidence": evidence.join("\n"), "kubectl-stateful/attested": text},
        },
        "involvedObject": {
            "apiVersion": "apps/v1", "kind": "StatefulSet", "namespace": pod.namespace, "name": set.0, "uid": set.1,
        },
        "related": {"apiVersion": "v1", "kind": "Pod", "namespace": pod.namespace, "name": name, "uid": pod.pod.uid},
        "type": "Warning",
        "reason": "ForceDeleteAttested",
        "action": "ForceDelete",
        "message": shortened(&message),
        "firstTimestamp": now,
        "lastTimestamp": now,
        "eventTime": micros(look.facts.now),
        "count": 1,
        "source": {"component": FIELD_MANAGER},
        "reportingComponent": FIELD_MANAGER,
        "reportingInstance": FIELD_MANAGER,
    })
}

/// As `Time` is written.
fn seconds(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// As `MicroTime` is written.
fn micros(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

fn shortened(message: &str) -> String {
    if message.len() <= LONGEST {
        return message.to_owned();
    }
    let mut end = LONGEST - "…".len();
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &message[..end])
}
