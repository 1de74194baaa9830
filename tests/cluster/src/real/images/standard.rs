//! The images that every real node has.

use super::Image;
use crate::parts::NodeParts;
use crate::real::pieces::Pieces;
use anyhow::Result;
use std::path::{Path, PathBuf};

/// The image of a pod's first process, which holds its namespaces.
pub(crate) const PAUSE: &str = "pause:1";
/// The image with a shell and small tools.
pub(crate) const BUSYBOX: &str = "busybox:1";
/// The image of the DNS server.
pub(crate) const COREDNS: &str = "coredns:1";

/// The tools of [`BUSYBOX`] that have names of their own; its shell knows all of them.
const TOOLS: [&str; 12] =
    ["cat", "date", "hostname", "httpd", "ls", "nc", "nslookup", "ps", "sh", "sleep", "test", "wget"];

/// Writes their archives.
pub(crate) fn write(dir: &Path, parts: &NodeParts, pieces: &Pieces) -> Result<Vec<PathBuf>> {
    let program = |name, path: &str, source| Image::new(name).file(path, source, 0o755).entrypoint(&[path]);
    let busybox = program(BUSYBOX, "/bin/busybox", &pieces.busybox).directory("/tmp", 0o1777);
    let link = |image: Image, tool: &&str| image.link(&format!("/bin/{tool}"), "busybox");
    let images = [
        program(PAUSE, "/pause", &parts.pause),
        TOOLS.iter().fold(busybox, link),
        program(COREDNS, "/coredns", &parts.coredns),
    ];
    let archive = |(number, image): (usize, &Image)| {
        let archive = dir.join(format!("{number}.tar"));
        image.write(&archive)?;
        Ok(archive)
    };
    images.iter().enumerate().map(archive).collect()
}
