//! Several kubeconfig files made one: the first that sets a thing wins.

use std::path::{Path, PathBuf};

use super::Surroundings;
use super::file::Kubeconfig;
use crate::error::{Error, Result};

/// What was read, and from where.
#[derive(Clone, Debug, Default)]
pub(super) struct Loaded {
    pub(super) config: Kubeconfig,
    /// Files that exist.
    pub(super) files: Vec<PathBuf>,
    /// Files that were looked for and do not exist.
    pub(super) missing: Vec<PathBuf>,
}

impl Loaded {
    /// Nothing was configured at all.
    pub(super) fn is_empty(&self) -> bool {
        let config = &self.config;
        config.clusters.is_empty()
            && config.users.is_empty()
            && config.contexts.is_empty()
            && config.current_context.is_empty()
    }
}

/// Reads `--kubeconfig`, else the files of `KUBECONFIG`, else the one in the home directory.
///
/// # Errors
/// The explicit file is missing; any file cannot be read or understood.
pub(super) fn load(explicit: Option<&Path>, surroundings: &Surroundings) -> Result<Loaded> {
    if let Some(path) = explicit.filter(|path| !path.as_os_str().is_empty()) {
        let config = Kubeconfig::read(path)?.ok_or_else(|| {
            Error::failed(format!("kubeconfig {} does not exist", path.display()))
                .hint("--kubeconfig names one file; without it kubectl's usual files are read")
        })?;
        return Ok(Loaded { config, files: vec![path.to_owned()], missing: Vec::new() });
    }
    let paths: Vec<PathBuf> = match &surroundings.kubeconfig {
        Some(list) => std::env::split_paths(list).filter(|path| !path.as_os_str().is_empty()).collect(),
        None => surroundings.home.iter().map(|home| home.join(".kube").join("config")).collect(),
    };
    let mut loaded = Loaded::default();
    for path in paths {
        match Kubeconfig::read(&path)? {
            Some(config) => {
                loaded.config.add(config);
                loaded.files.push(path);
            }
            None => loaded.missing.push(path),
        }
    }
    Ok(loaded)
}

impl Kubeconfig {
    /// Adds what `later` has and `self` does not. An entry is taken whole or not at all.
    fn add(&mut self, later: Self) {
        append(&mut self.clusters, later.clusters, |cluster| &cluster.name);
        append(&mut self.users, later.users, |user| &user.name);
        append(&mut self.contexts, later.contexts, |context| &context.name);
        if self.current_context.is_empty() {
            self.current_context = later.current_context;
        }
    }
}

fn append<T>(to: &mut Vec<T>, from: Vec<T>, name: impl Fn(&T) -> &str) {
    for entry in from {
        if !to.iter().any(|earlier| name(earlier) == name(&entry)) {
            to.push(entry);
        }
    }
}
