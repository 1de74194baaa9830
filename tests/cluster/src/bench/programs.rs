//! What is measured, built for release.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use test_cluster::interrupt::Interrupt;
use test_cluster::parts::Parts;

/// The manifest of the measuring instruments.
const PROBE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bench/probe/Cargo.toml");

/// Built programs.
#[derive(Clone, Debug)]
pub(in super::super) struct Programs {
    pub(super) plugin: PathBuf,
    pub(super) kubectl: PathBuf,
    pub(super) probe: PathBuf,
    /// The plugin as users download it, if that was asked for.
    pub(super) dist: Option<PathBuf>,
}

/// Builds them.
pub(in super::super) fn build(parts: &Parts, dist: bool, interrupt: &Interrupt) -> Result<Programs> {
    let release = cargo(&["--package", "kubectl-stateful", "--release"], "kubectl-stateful", interrupt)?;
    let target =
        release.parent().and_then(Path::parent).context("the plugin is not in a target directory")?;
    let target = target.to_str().context("the target directory's name is no text")?;
    let place = ["--manifest-path", PROBE, "--target-dir", target];
    let probe = cargo(&[&["--release", "--locked"], &place[..]].concat(), "probe", interrupt)?;
    let dist = if dist {
        Some(cargo(&["--package", "kubectl-stateful", "--profile", "dist"], "kubectl-stateful", interrupt)?)
    } else {
        None
    };
    Ok(Programs { plugin: release, kubectl: parts.kubectl.clone(), probe, dist })
}

/// Builds one program and returns where cargo has put it: only cargo knows the target directory.
fn cargo(args: &[&str], name: &str, interrupt: &Interrupt) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--message-format=json-render-diagnostics"])
        .args(args)
        .stderr(Stdio::inherit())
        .output()
        .context("failed to start cargo")?;
    interrupt.check()?;
    if !output.status.success() {
        bail!("{name} does not compile");
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == name)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .with_context(|| format!("cargo built no {name}"))
}
