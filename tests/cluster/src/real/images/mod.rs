//! Container images made on the spot: one layer of a few static programs.

pub(super) mod standard;

use anyhow::{Context, Result};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::path::{Path, PathBuf};
use tar::{Builder, EntryType, Header};

/// What the names of these images begin with: a host that does not exist, so that nothing can be pulled by mistake.
const PREFIX: &str = "kubectl-stateful.test/";

/// An image to be made.
#[derive(Debug)]
pub struct Image {
    name: String,
    entries: Vec<(String, Entry)>,
    entrypoint: Vec<String>,
}

#[derive(Debug)]
enum Entry {
    Directory(u32),
    File(PathBuf, u32),
    Link(String),
}

impl Image {
    /// An empty image; `name` is like `app:1`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), entries: Vec::new(), entrypoint: Vec::new() }
    }

    /// The name by which pods ask for an image of this module.
    #[must_use]
    pub fn reference(name: &str) -> String {
        format!("{PREFIX}{name}")
    }

    /// Puts a file of this machine in it, at an absolute path. It should be statically linked.
    #[must_use]
    pub fn file(mut self, path: &str, source: &Path, mode: u32) -> Self {
        self.entries.push((path.to_owned(), Entry::File(source.to_owned(), mode)));
        self
    }

    /// Puts a symbolic link in it.
    #[must_use]
    pub fn link(mut self, path: &str, target: &str) -> Self {
        self.entries.push((path.to_owned(), Entry::Link(target.to_owned())));
        self
    }

    /// Puts an empty directory in it.
    #[must_use]
    pub fn directory(mut self, path: &str, mode: u32) -> Self {
        self.entries.push((path.to_owned(), Entry::Directory(mode)));
        self
    }

    /// What a container runs that names no command.
    #[must_use]
    pub fn entrypoint(mut self, command: &[&str]) -> Self {
        self.entrypoint = command.iter().map(|&word| word.to_owned()).collect();
        self
    }

    /// Writes it as an archive that container runtimes import.
    ///
    /// # Errors
    /// When a file cannot be read or the archive not be written.
    pub fn write(&self, archive: &Path) -> Result<()> {
        let layer = self.layer().with_context(|| format!("failed to make image {}", self.name))?;
        let config = json!({
            "architecture": if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" },
            "os": "linux",
            "config": {"Entrypoint": self.entrypoint, "Env": ["PATH=/bin"]},
            "rootfs": {"type": "layers", "diff_ids": [format!("sha256:{}", hex(&layer))]},
        })
        .to_string();
        let config_name = format!("{}.json", hex(config.as_bytes()));
        let manifest = json!([{
            "Config": config_name, "RepoTags": [Self::reference(&self.name)], "Layers": ["layer.tar"],
        }]);
        let mut tar = Builder::new(File::create(archive)?);
        add(&mut tar, &config_name, 0o644, config.as_bytes())?;
        add(&mut tar, "layer.tar", 0o644, &layer)?;
        add(&mut tar, "manifest.json", 0o644, manifest.to_string().as_bytes())?;
        tar.finish()?;
        Ok(())
    }

    fn layer(&self) -> Result<Vec<u8>> {
        let mut tar = Builder::new(Vec::new());
        for (path, entry) in &self.entries {
            let path = path.trim_start_matches('/');
            match entry {
                Entry::Directory(mode) => {
                    let mut header = header(EntryType::Directory, *mode, 0);
                    tar.append_data(&mut header, path, std::io::empty())?;
                }
                Entry::File(source, mode) => {
                    let bytes = std::fs::read(source)
                        .with_context(|| format!("failed to read {}", source.display()))?;
                    add(&mut tar, path, *mode, &bytes)?;
                }
                Entry::Link(target) => {
                    tar.append_link(&mut header(EntryType::Symlink, 0o777, 0), path, target)?;
                }
            }
        }
        Ok(tar.into_inner()?)
    }
}

fn add<W: std::io::Write>(tar: &mut Builder<W>, path: &str, mode: u32, bytes: &[u8]) -> Result<()> {
    let mut header = header(EntryType::Regular, mode, u64::try_from(bytes.len())?);
    Ok(tar.append_data(&mut header, path, bytes)?)
}

fn header(kind: EntryType, mode: u32, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size);
    header
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
