//! The check command of a step.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;

use crate::domain::Set;
use crate::domain::canary::Record;
use crate::domain::canary::gates::Check;

/// Runs the check; `say` is told each line of its output. Dropped, it ends the command and all that it started.
pub(super) async fn run(set: &Set, record: &Record, mut say: impl FnMut(&str)) -> Check {
    let command = record.rules.check.clone().unwrap_or_default();
    let step = record.step;
    let mut child = match shell(set, record, &command).spawn() {
        Ok(child) => Group(child),
        Err(error) => return Check { step, failure: Some(format!("could not be started: {error}")) },
    };
    let (lines, mut heard) = mpsc::unbounded_channel();
    listen(child.0.stdout.take(), lines.clone());
    listen(child.0.stderr.take(), lines);
    let limit = Duration::from_secs(record.rules.check_seconds);
    let deadline = tokio::time::sleep(limit);
    tokio::pin!(deadline);
    let ended = loop {
        tokio::select! {
            biased;
            Some(line) = heard.recv() => say(&line),
            status = child.0.wait() => break Some(status),
            () = &mut deadline => break None,
        }
    };
    // What it wrote last may still be in the pipe; what it has left running may hold that open for ever.
    let rest = async {
        while let Some(line) = heard.recv().await {
            say(&line);
        }
    };
    if ended.is_some() {
        let _ = tokio::time::timeout(Duration::from_millis(500), rest).await;
    }
    let failure = match ended {
        None => Some(format!("did not end within {} s", limit.as_secs())),
        Some(Err(error)) => Some(format!("could not be waited for: {error}")),
        Some(Ok(status)) if status.success() => None,
        Some(Ok(status)) => Some(match status.code() {
            Some(code) => format!("ended with code {code}"),
            None => format!("was ended by {status}"),
        }),
    };
    Check { step, failure }
}

fn shell(set: &Set, record: &Record, command: &str) -> Command {
    let ordinals = record.ordinals(set);
    let pods: Vec<String> = ordinals.iter().map(|ordinal| set.pod_name(*ordinal)).collect();
    let lowest = ordinals.first().map(ToString::to_string).unwrap_or_default();
    let mut shell = Command::new("sh");
    shell.args(["-c", command]);
    shell.env("STATEFUL_NAMESPACE", &set.namespace);
    shell.env("STATEFUL_SET", &set.name);
    shell.env("STATEFUL_POD", pods.first().map(String::as_str).unwrap_or_default());
    shell.env("STATEFUL_PODS", pods.join(" "));
    shell.env("STATEFUL_ORDINAL", lowest);
    shell.env("STATEFUL_REVISION", set.update_revision.as_str());
    shell.env("STATEFUL_STEP", (record.step + 1).to_string());
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    shell.process_group(0).kill_on_drop(true);
    shell
}

fn listen(stream: Option<impl AsyncRead + Unpin + Send + 'static>, lines: mpsc::UnboundedSender<String>) {
    let Some(stream) = stream else { return };
    tokio::spawn(async move {
        let mut reader = BufReader::new(stream).split(b'\n');
        while let Ok(Some(line)) = reader.next_segment().await {
            if lines.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                return;
            }
        }
    });
}

/// A shell and all that it has started.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        let id = self.0.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        if let Some(group) = id {
            // It may have ended by itself.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}
