//! Runs the program in an environment that nobody's machine has a say in.

use std::fmt;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Nothing that these tests run may take longer; each says itself what it may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A run that is being prepared: in the directory of the fixtures, with an empty home, and no other variables.
pub(crate) fn plugin() -> Plugin {
    let home = TempDir::new().expect("a home directory");
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-stateful"));
    command.env_clear().env("HOME", home.path()).env("PATH", "/usr/bin:/bin");
    command.current_dir(crate::fixture::directory());
    Plugin { command, stdin: Vec::new(), home }
}

pub(crate) struct Plugin {
    command: Command,
    stdin: Vec<u8>,
    home: TempDir,
}

/// A run that has ended.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
    /// Time on a processor: what it took is more where many tests run at once.
    pub(crate) worked: Duration,
}

impl Plugin {
    pub(crate) fn args<'a>(mut self, args: impl IntoIterator<Item = &'a str>) -> Self {
        self.command.args(args);
        self
    }

    /// Arguments as they would be typed, without any quoting.
    pub(crate) fn line(self, line: &str) -> Self {
        self.args(line.split_whitespace())
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn stdin(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.stdin = text.into();
        self
    }

    /// Runs in another directory, so that paths in messages are short.
    pub(crate) fn in_directory(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// Puts a kubeconfig file where one is looked for without any flag.
    pub(crate) fn kubeconfig(self, text: &str) -> Self {
        let directory = self.home.path().join(".kube");
        std::fs::create_dir_all(&directory).expect("a directory");
        std::fs::write(directory.join("config"), text).expect("a kubeconfig file");
        self
    }

    /// Its home directory, for messages that name it.
    pub(crate) fn home(&self) -> PathBuf {
        self.home.path().to_owned()
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Answer {
        let began = Instant::now();
        let mut child = self.spawn();
        let stdout = collect(child.stdout.take().expect("a pipe"));
        let stderr = collect(child.stderr.take().expect("a pipe"));
        let (code, worked) = end(&mut child, began);
        let took = began.elapsed();
        let text = |collected: thread::JoinHandle<Vec<u8>>| {
            String::from_utf8(collected.join().expect("a reader")).expect("UTF-8, whatever came in")
        };
        Answer { code, stdout: text(stdout), stderr: text(stderr), took, worked }
    }

    /// Runs it, reads one line of its stdout and then closes the pipe, as `head -1` does.
    pub(crate) fn run_for_one_line(mut self) -> Answer {
        let began = Instant::now();
        let mut child = self.spawn();
        let mut stdout = child.stdout.take().expect("a pipe");
        let stderr = collect(child.stderr.take().expect("a pipe"));
        let (mut line, mut byte) = (Vec::new(), [0]);
        while let Ok(1) = stdout.read(&mut byte) {
            line.push(byte[0]);
            if byte[0] == b'\n' {
                break;
            }
        }
        drop(stdout);
        let (code, worked) = end(&mut child, began);
        let took = began.elapsed();
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Answer { code, stdout: text(line), stderr: text(stderr.join().expect("a reader")), took, worked }
    }

    fn spawn(&mut self) -> Child {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let text = std::mem::take(&mut self.stdin);
        // It may well end before it has read everything.
        thread::spawn(move || stdin.write_all(&text));
        child
    }
}

fn collect(mut from: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut all = Vec::new();
        from.read_to_end(&mut all).expect("a readable stream");
        all
    })
}

/// Its exit code and processor time; one that does not end is killed, and fails the test.
fn end(child: &mut Child, began: Instant) -> (i32, Duration) {
    let mut worked = Duration::ZERO;
    loop {
        worked = processor_time(child.id()).unwrap_or(worked);
        if let Some(status) = child.try_wait().expect("a child") {
            return (status.code().expect("no signal ended it"), worked);
        }
        if began.elapsed() > PATIENCE {
            let _ = child.kill();
            panic!("still running after {} s", PATIENCE.as_secs());
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Fields 14 and 15 of /proc/PID/stat, in hundredths of a second. The second field is the program's name in brackets.
fn processor_time(pid: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(10 * ticks))
}

impl Answer {
    /// Asserts its exit code.
    pub(crate) fn code(self, code: i32) -> Self {
        assert!(self.code == code, "expected exit code {code} of {self}");
        self
    }

    /// The document on stdout.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("no JSON ({error}): {self}"))
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, stdout, stderr, .. } = self;
        write!(f, "exit code {code}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }
}
