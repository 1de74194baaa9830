//! Finds the files and reads their documents.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::parse::parse;
use crate::error::{Error, Result};

/// All documents below a path, and notes on files in a directory that could not be used.
pub(super) fn documents(path: &Path) -> Result<(Vec<Value>, Vec<String>)> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|error| Error::failed(format!("cannot read standard input: {error}")))?;
        return Ok((parse("standard input", &bytes)?, Vec::new()));
    }
    let about = fs::metadata(path).map_err(|error| cannot_read(path, &error))?;
    if !about.is_dir() {
        return Ok((file(path)?, Vec::new()));
    }
    let mut documents = Vec::new();
    let mut notes = Vec::new();
    let files = files(path)?;
    if files.is_empty() {
        return Err(Error::failed(format!("{} holds no .yaml, .yml or .json file", path.display())));
    }
    for path in files {
        match file(&path) {
            Ok(found) => documents.extend(found),
            // One broken file among hundreds must not hide the others.
            Err(error) => notes.push(format!("passed over: {}", error.message())),
        }
    }
    Ok((documents, notes))
}

fn file(path: &Path) -> Result<Vec<Value>> {
    let bytes = fs::read(path).map_err(|error| cannot_read(path, &error))?;
    parse(&path.display().to_string(), &bytes)
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Error {
    Error::failed(format!("cannot read {}: {error}", path.display()))
}

/// All YAML and JSON files below a directory, in a stable order. Links to directories are not followed.
fn files(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        let entries = fs::read_dir(&directory).map_err(|error| cannot_read(&directory, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| cannot_read(&directory, &error))?;
            let kind = entry.file_type().map_err(|error| cannot_read(&entry.path(), &error))?;
            let path = entry.path();
            let document =
                path.extension().is_some_and(|name| name == "yaml" || name == "yml" || name == "json");
            if kind.is_dir() {
                open.push(path);
            } else if document {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
