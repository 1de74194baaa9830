//! A command that has ended, and the commands a test runs.

use super::{Running, env};
use std::ffi::OsString;
use std::fmt;
use std::path::Path;
use std::process::Command;

/// A command that has ended.
#[derive(Clone, Debug)]
pub struct Run {
    /// The program's name and its arguments, for messages.
    pub command: String,
    /// The exit code; 128 + N after signal N, as a shell has it.
    pub code: i32,
    /// All it printed on stdout.
    pub stdout: String,
    /// All it printed on stderr.
    pub stderr: String,
}

impl Run {
    /// Asserts that it succeeded.
    ///
    /// # Panics
    /// When the exit code is not 0, with all it printed.
    #[must_use]
    pub fn ok(self) -> Self {
        self.code(0)
    }

    /// Asserts its exit code.
    ///
    /// # Panics
    /// When it is another one, with all it printed.
    #[must_use]
    pub fn code(self, code: i32) -> Self {
        assert!(self.code == code, "expected exit code {code} of {self}");
        self
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { command, code, stdout, stderr } = self;
        write!(f, "`{command}`: exit code {code}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}

/// kubectl, with the plugin where kubectl looks for plugins.
pub(super) fn kubectl(kubeconfig: &Path, namespace: &str, args: &[&str]) -> Running {
    start(&env::kubectl(), kubeconfig, namespace, args)
}

/// The plugin's program.
pub(super) fn plugin(kubeconfig: &Path, namespace: &str, args: &[&str]) -> Running {
    start(&env::plugin(), kubeconfig, namespace, args)
}

/// A member of a group that elects its leader.
pub(super) fn elector(kubeconfig: &Path, args: &[&str]) -> Running {
    Running::start(command(&env::elector(), kubeconfig, args), format!("elector {}", args.join(" ")))
}

/// The namespace goes behind all other arguments, where kubectl takes it before and after a plugin's name, but
/// before `--`; and not to a command that names one itself.
fn start(program: &Path, kubeconfig: &Path, namespace: &str, args: &[&str]) -> Running {
    let end = args.iter().position(|arg| *arg == "--").unwrap_or(args.len());
    let (before, after) = args.split_at(end);
    let named = |arg: &&str| *arg == "-n" || arg.starts_with("--namespace") || *arg == "-A";
    let mut all: Vec<&str> = before.to_vec();
    if !before.iter().any(named) {
        all.extend(["-n", namespace]);
    }
    all.extend(after);
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    Running::start(command(program, kubeconfig, &all), format!("{name} {}", all.join(" ")))
}

/// A line as a person types it in a shell, word for word: no namespace is added.
pub(super) fn shell(kubeconfig: &Path, line: &str) -> Running {
    Running::start(command(Path::new("sh"), kubeconfig, &["-c", line]), line.to_owned())
}

/// Everything dies with the test that started it.
fn command(program: &Path, kubeconfig: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program).args(args);
    command.env("KUBECONFIG", kubeconfig).env("PATH", path());
    command
}

/// The directory of kubectl and the plugin first, also for a test that was not started by `cargo cluster test`.
fn path() -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let first = env::kubectl().parent().map(Path::to_owned);
    std::env::join_paths(first.into_iter().chain(std::env::split_paths(&path))).unwrap_or(path)
}
