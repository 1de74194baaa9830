//! A file that grows, line by line.

use anyhow::{Context, Result};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Reads what has been added since the last time. A line counts once its end is there.
#[derive(Debug)]
pub(in crate::prove) struct Tail {
    path: PathBuf,
    offset: u64,
    rest: String,
}

impl Tail {
    /// From the beginning of a file.
    pub(in crate::prove) fn from_start(path: &Path) -> Self {
        Self { path: path.to_owned(), offset: 0, rest: String::new() }
    }

    /// The lines that are new.
    pub(in crate::prove) fn lines(&mut self) -> Result<Vec<String>> {
        let open = || -> std::io::Result<Vec<u8>> {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(self.offset))?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = open().with_context(|| format!("failed to read {}", self.path.display()))?;
        self.offset += bytes.len() as u64;
        self.rest.push_str(&String::from_utf8_lossy(&bytes));
        let Some(end) = self.rest.rfind('\n') else { return Ok(Vec::new()) };
        let rest = self.rest.split_off(end + 1);
        let whole = std::mem::replace(&mut self.rest, rest);
        Ok(whole.lines().map(str::to_owned).collect())
    }
}
