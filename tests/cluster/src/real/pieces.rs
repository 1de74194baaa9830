//! What a machine must have for real nodes.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where distributions put the network plugins.
const CNI_DIRS: [&str; 3] = ["/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni"];
/// The network plugins the nodes use.
const CNI_PLUGINS: [&str; 3] = ["bridge", "host-local", "loopback"];
/// Programs found in PATH, and the Debian package of each.
const PROGRAMS: [(&str, &str); 6] = [
    ("ip", "iproute2"),
    ("mount", "mount"),
    ("nsenter", "util-linux"),
    ("runc", "runc"),
    ("setpriv", "util-linux"),
    ("unshare", "util-linux"),
];
/// The statically linked busybox.
const BUSYBOX: &str = "/bin/busybox";

/// Installed programs.
#[derive(Clone, Debug)]
pub(crate) struct Pieces {
    pub(crate) runc: PathBuf,
    pub(crate) busybox: PathBuf,
    /// The directory of the network plugins.
    pub(crate) cni: PathBuf,
}

impl Pieces {
    /// Finds them.
    ///
    /// # Errors
    /// All that is missing, each with the Debian package that brings it.
    pub(crate) fn find() -> Result<Self, Vec<String>> {
        let mut missing = Vec::new();
        if !nix::unistd::geteuid().is_root() {
            missing.push("root".to_owned());
        } else if !can_make_namespaces() {
            missing.push("the right to make kernel namespaces".to_owned());
        }
        for (program, package) in PROGRAMS {
            if in_path(program).is_none() {
                missing.push(format!("{program} ({package})"));
            }
        }
        let cni = CNI_DIRS.map(PathBuf::from).into_iter().find(|dir| has_plugins(dir));
        if cni.is_none() {
            missing.push(
                "the network plugins bridge, host-local, loopback (containernetworking-plugins)".to_owned(),
            );
        }
        if !is_static(Path::new(BUSYBOX)) {
            missing.push("a static busybox (busybox-static)".to_owned());
        }
        match (in_path("runc"), cni) {
            (Some(runc), Some(cni)) if missing.is_empty() => Ok(Self { runc, busybox: BUSYBOX.into(), cni }),
            _ => Err(missing),
        }
    }
}

/// What real nodes need and this machine does not have, in one line; none when they can be made.
#[must_use]
pub fn missing() -> Option<String> {
    let missing = Pieces::find().err()?;
    Some(format!("real nodes need {} (as root: .ci/packages)", missing.join(", ")))
}

/// Root inside of a container often may not.
fn can_make_namespaces() -> bool {
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "--net", "--pid", "--fork", "--mount-proc", "true"]);
    unshare.stdin(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn in_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(program)).find(|path| path.is_file())
}

fn has_plugins(dir: &Path) -> bool {
    CNI_PLUGINS.iter().all(|plugin| dir.join(plugin).is_file())
}

/// A dynamically linked program names its interpreter; it would not start in an image that holds nothing else.
fn is_static(program: &Path) -> bool {
    std::fs::read(program).is_ok_and(|bytes| {
        let name = b"/ld-linux";
        bytes.starts_with(b"\x7fELF")
            && !bytes[..bytes.len().min(4096)].windows(name.len()).any(|at| at == name)
    })
}
