//! A command that runs while the test watches.

use super::Run;
use super::wait::PATIENCE;
use crate::boot::halt;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

/// A running command. Dropping it kills it.
#[derive(Debug)]
pub struct Running {
    command: String,
    child: Child,
    stdout: Stream,
    stderr: Stream,
    /// How much of stdout [`Self::line`] has handed out, in bytes.
    read: usize,
}

impl Running {
    pub(super) fn start(mut command: Command, name: String) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("failed to start `{name}`: {error}"));
        let stdout = Stream::read(child.stdout.take().expect("stdout is piped"));
        let stderr = Stream::read(child.stderr.take().expect("stderr is piped"));
        Self { command: name, child, stdout, stderr, read: 0 }
    }

    /// The next line of stdout, without its end.
    ///
    /// # Panics
    /// When none comes in 30 s, or stdout ends.
    pub fn line(&mut self) -> String {
        let from = self.read;
        let text = self.stdout.wait(|text| text[from..].contains('\n'));
        let Some((line, _)) = text[from..].split_once('\n') else {
            panic!("no further line from {}", self.so_far());
        };
        self.read += line.len() + 1;
        line.to_owned()
    }

    /// Reads on to the first line of stdout that contains `text`.
    ///
    /// # Panics
    /// When none comes in 30 s, or stdout ends.
    pub fn line_with(&mut self, text: &str) -> String {
        loop {
            let line = self.line();
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Waits until stderr contains `text`.
    ///
    /// # Panics
    /// When it does not in 30 s, or stderr ends.
    pub fn stderr_with(&self, text: &str) {
        let stderr = self.stderr.wait(|stderr| stderr.contains(text));
        assert!(stderr.contains(text), "no {text:?} on stderr of {}", self.so_far());
    }

    /// Whether it has ended by itself: it says nothing any more.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.stdout.lock().ended && self.stderr.lock().ended
    }

    /// Sends it SIGINT, as Ctrl-C does.
    pub fn interrupt(&self) {
        self.signal(Signal::SIGINT);
    }

    /// Lets it stand still (SIGSTOP) until it is sent SIGCONT.
    ///
    /// # Panics
    /// When it has ended.
    pub fn halt(&self) {
        halt(self.child.id()).expect("it runs");
    }

    /// Sends it a signal.
    ///
    /// # Panics
    /// When it has been waited for already, which takes a bug here.
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).expect("a process id");
        kill(Pid::from_raw(pid), signal).expect("a child that was not waited for can be signalled");
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it has not ended after 30 s; it is killed then.
    #[must_use]
    pub fn end(mut self) -> Run {
        self.stdout.wait(|_| false);
        self.stderr.wait(|_| false);
        // Both streams have ended, so it is about to end; or the time is up.
        let deadline = Instant::now() + std::time::Duration::from_secs(2);
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default());
                return Run { code, ..self.so_far() };
            }
            assert!(
                Instant::now() < deadline,
                "still running after {} s: {}",
                PATIENCE.as_secs(),
                self.so_far()
            );
            thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    fn so_far(&self) -> Run {
        let (stdout, stderr) = (self.stdout.lock().text.clone(), self.stderr.lock().text.clone());
        Run { command: self.command.clone(), code: -1, stdout, stderr }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Debug, Default)]
struct Text {
    text: String,
    ended: bool,
}

/// What a thread has read so far.
#[derive(Clone, Debug, Default)]
struct Stream(Arc<(Mutex<Text>, Condvar)>);

impl Stream {
    fn read(mut from: impl Read + Send + 'static) -> Self {
        let stream = Self::default();
        let ours = stream.clone();
        thread::spawn(move || {
            let mut pending = Vec::new();
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = from.read(&mut buffer) {
                pending.extend(&buffer[..count]);
                // A character may be cut in two by a read; its first half waits for the second.
                let whole = pending.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
                let whole = if pending.len() - whole > 3 { pending.len() } else { whole };
                let text: Vec<u8> = pending.drain(..whole).collect();
                ours.lock().text.push_str(&String::from_utf8_lossy(&text));
                ours.0.1.notify_all();
            }
            ours.lock().ended = true;
            ours.0.1.notify_all();
        });
        stream
    }

    /// The text once it is enough, has ended, or the time is up.
    fn wait(&self, enough: impl Fn(&str) -> bool) -> String {
        let guard = self.lock();
        let (guard, _) = self
            .0
            .1
            .wait_timeout_while(guard, PATIENCE, |text| !text.ended && !enough(&text.text))
            .unwrap_or_else(PoisonError::into_inner);
        guard.text.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Text> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
