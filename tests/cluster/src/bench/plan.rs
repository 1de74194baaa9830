//! Requests for the bare client.

use super::Bench;
use super::contest::Entrant;
use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::{Value, json};
use std::path::PathBuf;

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Ask {
    pub(super) path: String,
    pub(super) accept: String,
    /// Whether the bare client follows the list to its end.
    pub(super) all_pages: bool,
}

/// Requests that go out together; the next wave waits for the answers of the last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Waves(pub(super) Vec<Vec<Ask>>);

impl Waves {
    /// `7 requests in 2 waves`
    pub(super) fn describe(&self) -> String {
        let requests: usize = self.0.iter().map(Vec::len).sum();
        let waves = self.0.len();
        format!("{requests} requests in {waves} wave{}", if waves == 1 { "" } else { "s" })
    }

    /// The same requests, each changed.
    pub(super) fn map(&self, change: impl Fn(&mut Ask)) -> Self {
        let mut waves = self.clone();
        waves.0.iter_mut().flatten().for_each(change);
        waves
    }

    /// The requests as a list, for readers.
    pub(super) fn markdown(&self) -> String {
        let lines = self.0.iter().zip(1..).flat_map(|(wave, number)| {
            let mut paths: Vec<String> = wave.iter().map(|ask| readable(&ask.path)).collect();
            paths.sort();
            paths.into_iter().map(move |path| format!("- wave {number}: `{path}`\n"))
        });
        lines.collect()
    }
}

/// Without escapes that readers do not need, and without the token that says where a next page begins.
fn readable(path: &str) -> String {
    let path =
        path.split_once("&continue=").map_or(path.to_owned(), |(path, _)| format!("{path}&continue=…"));
    [("%3D", "="), ("%2C", ","), ("%2F", "/")]
        .iter()
        .fold(path, |path, (escape, text)| path.replace(escape, text))
}

impl Bench<'_> {
    /// The bare client with these requests.
    pub(super) fn bare(&self, label: &str, waves: &Waves) -> Result<Entrant> {
        let plan = self.plan(waves)?;
        let plan = plan.to_str().context("the temporary directory's name is no text")?;
        Ok(Entrant::new(label, &self.programs.probe, &["requests", plan]))
    }

    /// A file that tells the bare client what to ask, and whom.
    pub(super) fn plan(&self, waves: &Waves) -> Result<PathBuf> {
        let kubeconfig: Value = serde_json::from_slice(&std::fs::read(&self.cluster.kubeconfig)?)
            .context("only a cluster that `cargo cluster` has booted can be measured")?;
        let token = kubeconfig.pointer("/users/0/user/token").context("no token in the kubeconfig file")?;
        let state = &self.cluster.state;
        let plan = json!({
            "address": state.server.trim_start_matches("https://"),
            "ca": state.ca,
            "token": token,
            "waves": waves.0,
        });
        let (file, path) = tempfile::Builder::new().suffix(".json").tempfile_in(self.dir.path())?.keep()?;
        serde_json::to_writer(file, &plan)?;
        Ok(path)
    }
}
