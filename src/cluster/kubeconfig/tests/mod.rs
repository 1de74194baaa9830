//! Kubeconfigs, as kubectl reads them.

mod files;
mod flags;
mod outside;
mod unusable;

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::super::{Surroundings, find};
use super::Target;
use crate::cluster::ConnectionFlags;
use crate::error::Error;

/// A folder of kubeconfigs, and the surroundings in which they are read.
struct Case {
    folder: TempDir,
    surroundings: Surroundings,
    flags: ConnectionFlags,
}

impl Case {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let surroundings = Surroundings {
            home: Some(folder.path().join("home")),
            service_account: folder.path().join("account"),
            ..Surroundings::default()
        };
        Self { folder, surroundings, flags: ConnectionFlags::default() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and returns its path.
    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path
    }

    fn env(mut self, paths: &[&str]) -> Self {
        let paths: Vec<_> = paths.iter().map(|name| self.path(name)).collect();
        self.surroundings.kubeconfig = Some(std::env::join_paths(paths).expect("paths"));
        self
    }

    fn flags(mut self, set: impl FnOnce(&mut ConnectionFlags)) -> Self {
        set(&mut self.flags);
        self
    }

    fn find(&self) -> Target {
        find(&self.flags, &self.surroundings).unwrap_or_else(|error| panic!("{error}"))
    }

    fn error(&self) -> Error {
        find(&self.flags, &self.surroundings).expect_err("an error")
    }
}

/// A whole kubeconfig with one cluster, user and context of the same name.
fn config(name: &str, current: &str) -> String {
    format!(
        "current-context: {current:?}
clusters: [{{name: {name}, cluster: {{server: 'https://{name}:6443'}}}}]
users: [{{name: {name}, user: {{token: {name}-token}}}}]
contexts: [{{name: {name}, context: {{cluster: {name}, user: {name}, namespace: {name}-ns}}}}]
"
    )
}

fn server(target: &Target) -> String {
    target.server.to_string()
}
