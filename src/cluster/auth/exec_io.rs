//! Running a plugin, and what it says on stderr.
//!
//! kubectl hands its stderr to the plugin: some ask there to open a page in a browser, and wait. We keep the text
//! for the error, and pass it on live as soon as the plugin turns out to be waiting.

use std::io::Write;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::{ChildStderr, Command};

/// A plugin that says something and goes on for this long is waiting for the user.
const PATIENCE: Duration = Duration::from_millis(700);

/// A plugin that has ended.
pub(super) struct Finished {
    pub(super) status: ExitStatus,
    pub(super) stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// How much of `stderr` the user has seen already.
    seen: usize,
}

impl Finished {
    /// What it said last, on one line: programs put the reason at the end.
    pub(super) fn last_words(&self) -> String {
        let text = String::from_utf8_lossy(&self.stderr);
        let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines[lines.len().saturating_sub(3)..].join("; ")
    }

    /// The lines of stderr that have not been passed on.
    pub(super) fn unseen_lines(&self) -> Vec<String> {
        let text = String::from_utf8_lossy(&self.stderr[self.seen..]);
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }
}

/// Runs the command to its end. It has our stdin only where it is `interactive`.
pub(super) async fn run(mut command: Command, interactive: bool) -> std::io::Result<Finished> {
    command.stdin(if interactive { Stdio::inherit() } else { Stdio::null() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn()?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let (stdout, stderr) = tokio::join!(
        async {
            let mut bytes = Vec::new();
            match out {
                Some(mut out) => out.read_to_end(&mut bytes).await.map(|_| bytes),
                None => Ok(bytes),
            }
        },
        listen(err)
    );
    let (stderr, seen) = stderr?;
    Ok(Finished { status: child.wait().await?, stdout: stdout?, stderr, seen })
}

/// Reads stderr to its end, passing it on once the plugin is waiting.
async fn listen(pipe: Option<ChildStderr>) -> std::io::Result<(Vec<u8>, usize)> {
    let (mut heard, mut seen) = (Vec::new(), 0);
    let Some(mut pipe) = pipe else { return Ok((heard, seen)) };
    loop {
        let mut chunk = [0; 4096];
        let read = pipe.read(&mut chunk);
        let got = if heard.len() > seen {
            match tokio::time::timeout(PATIENCE, read).await {
                Ok(got) => got?,
                Err(_) => {
                    // The plugin's own words, as kubectl would let it write them itself.
                    let _ = std::io::stderr().write_all(&heard[seen..]);
                    seen = heard.len();
                    continue;
                }
            }
        } else {
            read.await?
        };
        if got == 0 {
            return Ok((heard, seen));
        }
        heard.extend_from_slice(&chunk[..got]);
    }
}
