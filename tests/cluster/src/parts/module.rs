//! One Go module: its `tool` directives name the programs to build, or it is a small program itself.

use crate::interrupt::Interrupt;
use crate::{cache, note};
use anyhow::{Context, Result, bail};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// A module as it is in this source tree. It is compiled in, so that a test finds its parts from anywhere.
pub(super) struct GoModule {
    name: &'static str,
    go_mod: &'static str,
    go_sum: &'static str,
    /// The program of a module that is one itself, named as the module; else it has no code.
    main: Option<&'static str>,
    link_flags: &'static str,
    /// Build tags.
    tags: &'static str,
    /// Programs whose import path makes for a name that says nothing: (built as, wanted).
    renames: &'static [(&'static str, &'static str)],
}

/// How the directory of a build at work is named.
const UNFINISHED: &str = ".building-";

/// Without the version flags the server calls itself v0.0.0, and clients that look at it go wrong.
const KUBERNETES_LINK_FLAGS: &str = "-s -w \
    -X k8s.io/component-base/version.gitVersion=v1.36.4 \
    -X k8s.io/component-base/version.gitMajor=1 \
    -X k8s.io/component-base/version.gitMinor=36 \
    -X k8s.io/component-base/version.gitTreeState=clean \
    -X k8s.io/client-go/pkg/version.gitVersion=v1.36.4 \
    -X k8s.io/client-go/pkg/version.gitMajor=1 \
    -X k8s.io/client-go/pkg/version.gitMinor=36 \
    -X k8s.io/client-go/pkg/version.gitTreeState=clean";

/// What most modules have in common.
const PLAIN: GoModule =
    GoModule { name: "", go_mod: "", go_sum: "", main: None, link_flags: "-s -w", tags: "", renames: &[] };

/// etcd, the control plane and kubectl.
pub(super) const KUBERNETES: GoModule = GoModule {
    name: "kubernetes",
    go_mod: include_str!("../../go/kubernetes/go.mod"),
    go_sum: include_str!("../../go/kubernetes/go.sum"),
    link_flags: KUBERNETES_LINK_FLAGS,
    renames: &[("server", "etcd")],
    ..PLAIN
};

/// The simulator of nodes.
pub(super) const KWOK: GoModule = GoModule {
    name: "kwok",
    go_mod: include_str!("../../go/kwok/go.mod"),
    go_sum: include_str!("../../go/kwok/go.sum"),
    ..PLAIN
};

/// The kubelet. A module of its own, so that who has no real nodes builds none.
pub(super) const NODE: GoModule = GoModule {
    name: "node",
    go_mod: include_str!("../../go/node/go.mod"),
    go_sum: include_str!("../../go/node/go.sum"),
    link_flags: KUBERNETES_LINK_FLAGS,
    ..PLAIN
};

/// The container runtime, what it starts for each pod, and its command line.
pub(super) const CONTAINERD: GoModule = GoModule {
    name: "containerd",
    go_mod: include_str!("../../go/containerd/go.mod"),
    go_sum: include_str!("../../go/containerd/go.sum"),
    ..PLAIN
};

/// The DNS server.
pub(super) const COREDNS: GoModule = GoModule {
    name: "coredns",
    go_mod: include_str!("../../go/coredns/go.mod"),
    go_sum: include_str!("../../go/coredns/go.sum"),
    main: Some(include_str!("../../go/coredns/main.go")),
    // Without it the linker keeps every method of every type.
    tags: "grpcnotrace",
    ..PLAIN
};

/// The first process of a node and of each of its pods.
pub(super) const PAUSE: GoModule = GoModule {
    name: "pause",
    go_mod: include_str!("../../go/pause/go.mod"),
    main: Some(include_str!("../../go/pause/main.go")),
    ..PLAIN
};

/// A member of a group that elects its leader.
pub(super) const ELECTOR: GoModule = GoModule {
    name: "elector",
    go_mod: include_str!("../../go/elector/go.mod"),
    go_sum: include_str!("../../go/elector/go.sum"),
    main: Some(include_str!("../../go/elector/main.go")),
    ..PLAIN
};

impl GoModule {
    /// The directory with this module's programs, built now if need be.
    pub(super) fn ensure(&self, go: &str, interrupt: &Interrupt) -> Result<PathBuf> {
        let dir = cache::dir()?.join(format!("{}-{}", self.name, self.key(go)));
        if dir.is_dir() {
            return Ok(dir);
        }
        let _lock = cache::lock("build")?;
        if !dir.is_dir() {
            self.build(&dir, interrupt).with_context(|| format!("failed to build {}", self.name))?;
        }
        Ok(dir)
    }

    /// Everything that changes the programs, hashed.
    fn key(&self, go: &str) -> String {
        let mut texts = vec![self.go_mod, self.go_sum, self.link_flags, go];
        texts.extend(self.main);
        texts.extend(Some(self.tags).filter(|tags| !tags.is_empty()));
        // FNV-1a: std's hasher may differ from one release of Rust to the next.
        let hash = texts
            .iter()
            .flat_map(|text| text.bytes().chain([0]))
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        format!("{hash:016x}")
    }

    /// Builds beside the wanted place and renames when whole, so that an interrupted build leaves nothing that
    /// looks finished.
    fn build(&self, dir: &Path, interrupt: &Interrupt) -> Result<()> {
        let started = Instant::now();
        let parent = dir.parent().context("a cache directory has a parent")?;
        remove_unfinished(parent)?;
        let work = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(parent)?;
        let (source, bin) = (work.path().join("source"), work.path().join("bin"));
        cache::make_private(&source)?;
        std::fs::write(source.join("go.mod"), self.go_mod)?;
        std::fs::write(source.join("go.sum"), self.go_sum)?;
        if let Some(main) = self.main {
            std::fs::write(source.join("main.go"), main)?;
        }
        note(&format!("building {} (once; minutes when Go's own cache is cold) …", self.name));
        let mut child = go()
            .args(["install", "-ldflags", self.link_flags, "-tags", self.tags])
            .arg(if self.main.is_some() { "." } else { "tool" })
            .current_dir(&source)
            .env("GOBIN", &bin)
            .env("GOFLAGS", "-trimpath -buildvcs=false -mod=readonly")
            .env("GOWORK", "off")
            .env("CGO_ENABLED", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .process_group(0)
            .spawn()
            .context("failed to start go through setpriv (install util-linux)")?;
        let status = interrupt.wait(&mut child)?;
        interrupt.check()?;
        if !status.success() {
            bail!("`go install` ended with {status}");
        }
        for (built, wanted) in self.renames {
            std::fs::rename(bin.join(built), bin.join(wanted))?;
        }
        std::fs::rename(&bin, dir)?;
        note(&format!("built {} in {:.0} s", self.name, started.elapsed().as_secs_f64()));
        Ok(())
    }
}

/// The version of the Go that is installed; downloading another one is not this tool's business.
pub(super) fn go_version() -> Result<String> {
    let missing = "install Go 1.26 or newer (the parts of the test cluster are built with it)";
    let output = Command::new("go")
        .env("GOTOOLCHAIN", "local")
        .args(["env", "GOVERSION"])
        .stdin(Stdio::null())
        .output()
        .context(missing)?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let minor = version
        .strip_prefix("go1.")
        .and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next())
        .and_then(|minor| minor.parse::<u32>().ok());
    match minor {
        Some(minor) if minor < 26 => bail!("{missing}; this is {version}"),
        _ if output.status.success() && !version.is_empty() => Ok(version),
        _ => bail!("{missing}; `go env GOVERSION` ended with {}", output.status),
    }
}

/// Go, which dies with us: a build that nobody waits for would only slow the machine.
fn go() -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--", "go"]).env("GOTOOLCHAIN", "local");
    command
}

/// What a killed build left. The caller holds the lock, so no other build is at work.
fn remove_unfinished(cache: &Path) -> Result<()> {
    for entry in std::fs::read_dir(cache)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}
