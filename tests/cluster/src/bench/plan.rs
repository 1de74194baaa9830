//! Requests for the bare client.

use super::Bench;
use super::contest::Entrant;
use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::{Value, json};
use std::path::PathBuf;

/// What the path of a next page has more than that of the first.
const CONTINUE: &str = "&continue=";

/// So many requests of a wave are listed.
const SHOWN: usize = 16;

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

    /// The same requests, but the bare client finds out by itself where a next page begins: the token that the plugin
    /// was given is worth nothing after some minutes.
    pub(super) fn follow_pages(&self) -> Self {
        let is_next_page = |ask: &Ask| ask.path.contains(CONTINUE);
        let goes_on = |ask: &Ask| {
            let next = format!("{}{CONTINUE}", ask.path);
            self.0.iter().flatten().any(|other| other.path.starts_with(&next))
        };
        let first = |ask: &Ask| Ask { all_pages: goes_on(ask), ..ask.clone() };
        let waves =
            self.0.iter().map(|wave| wave.iter().filter(|ask| !is_next_page(ask)).map(first).collect());
        Self(waves.filter(|wave: &Vec<Ask>| !wave.is_empty()).collect())
    }

    /// The requests as a list, for readers: of many alike in a wave the first.
    pub(super) fn markdown(&self) -> String {
        let lines = self.0.iter().zip(1..).flat_map(|(wave, number)| {
            let mut paths: Vec<String> = wave.iter().map(|ask| readable(&ask.path)).collect();
            paths.sort();
            let more = paths.len().saturating_sub(SHOWN);
            let more = (more > 0).then(|| format!("- wave {number}: and {more} more\n"));
            let shown = paths.into_iter().take(SHOWN).map(move |path| format!("- wave {number}: `{path}`\n"));
            shown.chain(more)
        });
        lines.collect()
    }
}

/// Without escapes that readers do not need, and without the token that says where a next page begins.
fn readable(path: &str) -> String {
    let path = path.split_once(CONTINUE).map_or(path.to_owned(), |(path, _)| format!("{path}{CONTINUE}…"));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(path: &str, all_pages: bool) -> Ask {
        Ask { path: path.to_owned(), accept: "application/json".to_owned(), all_pages }
    }

    #[test]
    fn next_pages_are_followed_and_not_asked_for_with_old_tokens() {
        let recorded = Waves(vec![
            vec![ask("/pods?limit=2", false), ask("/claims?limit=2", false)],
            vec![ask("/claims?limit=2&continue=abc", false)],
            vec![ask("/claims?limit=2&continue=def", false)],
            vec![ask("/volumes", false)],
        ]);
        let wanted = Waves(vec![
            vec![ask("/pods?limit=2", false), ask("/claims?limit=2", true)],
            vec![ask("/volumes", false)],
        ]);
        assert_eq!(recorded.follow_pages(), wanted);
    }
}
