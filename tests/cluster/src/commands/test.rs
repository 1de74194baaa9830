//! `cargo cluster test`.

use anyhow::{Context, Result};
use std::ffi::OsString;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use test_cluster::boot::{Cluster, Options};
use test_cluster::interrupt::Interrupt;
use test_cluster::parts::{self, NodeParts, Parts};
use test_cluster::story::env;
use test_cluster::{cache, note, real};

/// Tests that use a cluster wait more than they compute, so many run at once on few cores.
const THREADS: &str = "16";

/// One after the other, not as a workspace: cargo then builds each with the features it has by itself, and does
/// not build their common dependencies anew for each change from one to the other. For the same reason this
/// package has a directory of its own in `target`, by a profile that differs from `dev` in its name only.
const PACKAGES: [&[&str]; 2] = [
    &["--package", "kubectl-stateful"],
    &["--package", "test-cluster", "--profile", "cluster", "--config", "profile.cluster.inherits='dev'"],
];

#[derive(clap::Args)]
pub(super) struct Args {
    /// Run only tests whose name contains this
    filter: Option<String>,
    /// Arguments for the test programs, like --nocapture
    #[arg(last = true)]
    libtest: Vec<String>,
}

pub(super) fn run(args: &Args, interrupt: &Interrupt) -> Result<ExitCode> {
    let started = Instant::now();
    let parts = Parts::ensure(interrupt)?;
    // Here, where a build may take minutes, and not in a test.
    parts::coredns(interrupt)?;
    if real::missing().is_none() {
        NodeParts::ensure(interrupt)?;
    }
    // Before the boot: a plugin that does not compile needs no cluster.
    let plugin = match build_plugin(interrupt)? {
        Ok(plugin) => plugin,
        Err(code) => return Ok(code),
    };
    let existing = std::env::var_os(env::KUBECONFIG).filter(|path| !path.is_empty()).map(PathBuf::from);
    let code = if let Some(kubeconfig) = existing {
        let dir = tempfile::tempdir().context("failed to make a directory for the plugin")?;
        Tests { kubeconfig: std::path::absolute(kubeconfig)?, bin: dir.path(), plugin, parts }
            .run(args, interrupt)?
    } else {
        let cluster = Cluster::boot(&parts, &Options::default(), interrupt)?;
        let seconds = Duration::from_millis(cluster.state().boot_millis).as_secs_f64();
        note(&format!("ready in {seconds:.1} s, in {}", cluster.dir().display()));
        let bin = cluster.dir().join("bin");
        cache::make_private(&bin)?;
        Tests { kubeconfig: cluster.kubeconfig(), bin: &bin, plugin, parts }.run(args, interrupt)?
    };
    note(&format!("all done in {:.0} s", started.elapsed().as_secs_f64()));
    Ok(code)
}

/// The plugin's program, or cargo's exit code.
fn build_plugin(interrupt: &Interrupt) -> Result<std::result::Result<PathBuf, ExitCode>> {
    let mut build = cargo();
    build.args(["build", "--quiet", "--package", "kubectl-stateful"]);
    build.arg("--message-format=json-render-diagnostics");
    let output = build.stderr(Stdio::inherit()).output().context("failed to start cargo")?;
    interrupt.check()?;
    if !output.status.success() {
        return Ok(Err(code(output.status.code())));
    }
    plugin_of(&String::from_utf8_lossy(&output.stdout)).context("cargo built no plugin").map(Ok)
}

/// One run of all tests.
struct Tests<'a> {
    kubeconfig: PathBuf,
    /// Where kubectl and the plugin are put to be found in PATH.
    bin: &'a Path,
    plugin: PathBuf,
    parts: Parts,
}

impl Tests<'_> {
    fn run(&self, args: &Args, interrupt: &Interrupt) -> Result<ExitCode> {
        symlink(&self.plugin, self.bin.join("kubectl-stateful"))?;
        symlink(&self.parts.kubectl, self.bin.join("kubectl"))?;
        let first_failure = self.run_packages(args, interrupt)?;
        self.tell_skipped();
        if interrupt.came() {
            return Ok(ExitCode::from(130));
        }
        Ok(first_failure.map_or(ExitCode::SUCCESS, code))
    }

    /// The first exit code that is not 0, of those packages that ran before an interrupt.
    fn run_packages(&self, args: &Args, interrupt: &Interrupt) -> Result<Option<Option<i32>>> {
        let mut first_failure = None;
        for package in PACKAGES {
            let code = self.run_package(package, args, interrupt)?;
            if interrupt.came() {
                break;
            }
            first_failure = first_failure.or((code != Some(0)).then_some(code));
        }
        Ok(first_failure)
    }

    /// Names and counts the tests that passed without doing anything, because this machine lacks something.
    fn tell_skipped(&self) {
        let skipped = std::fs::read_to_string(self.skipped()).unwrap_or_default();
        for line in skipped.lines() {
            note(line);
        }
        match skipped.lines().count() {
            0 => {}
            1 => note("1 test was skipped"),
            count => note(&format!("{count} tests were skipped")),
        }
    }

    /// Where tests say that they are skipped.
    fn skipped(&self) -> PathBuf {
        self.bin.join("skipped")
    }

    fn run_package(&self, package: &[&str], args: &Args, interrupt: &Interrupt) -> Result<Option<i32>> {
        // Cargo dies with us, and each test program with cargo.
        let mut test = Command::new("setpriv");
        test.args(["--pdeathsig", "KILL", "--"]).arg(cargo().get_program());
        test.args(["test", "--no-fail-fast"]).args(package).args(&args.filter).arg("--").args(&args.libtest);
        if std::env::var_os("RUST_TEST_THREADS").is_none() {
            test.env("RUST_TEST_THREADS", THREADS);
        }
        let mut child = test
            .env("PATH", path_with(self.bin)?)
            // kubectl's cache of what the API server serves, which is otherwise in the home directory.
            .env("KUBECACHEDIR", self.bin.join("kubectl-cache"))
            .env(env::KUBECONFIG, &self.kubeconfig)
            .env(env::BIN, &self.plugin)
            .env(env::KUBECTL, self.bin.join("kubectl"))
            .env(env::ELECTOR, &self.parts.elector)
            .env(env::SKIPPED, self.skipped())
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .context("failed to start cargo through setpriv (install util-linux)")?;
        Ok(interrupt.wait(&mut child)?.code())
    }
}

/// The cargo that runs us, so that a toolchain chosen with `cargo +…` is kept.
fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

/// The path of the plugin in cargo's messages: only cargo knows the target directory and profile.
fn plugin_of(messages: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == "kubectl-stateful")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

fn path_with(first: &Path) -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    Ok(std::env::join_paths(std::iter::once(first.to_owned()).chain(std::env::split_paths(&path)))?)
}

/// An exit code of a child as ours; a signal is 1.
fn code(code: Option<i32>) -> ExitCode {
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}
