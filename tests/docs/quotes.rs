//! A block that begins with ```yaml file=PATH holds that very file.

use std::collections::BTreeSet;
use std::path::Path;

use super::{hold, pages, root};

#[test]
fn quoted_files_are_the_files() {
    let quoted: BTreeSet<String> = pages().iter().flat_map(|page| check(page)).collect();
    let canary = ["docs/examples/canary-github-actions.yml", "docs/examples/canary-job.yaml"];
    assert_eq!(quoted, canary.map(str::to_owned).into(), "has the form of the blocks changed?");
}

/// Holds the quotations of a page; the files that it quotes.
fn check(page: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(page).unwrap();
    let mut expected = String::new();
    let mut quoted = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        expected.push_str(line);
        expected.push('\n');
        let Some(file) = line.strip_prefix("```yaml file=") else { continue };
        expected.push_str(&std::fs::read_to_string(root().join(file)).unwrap());
        quoted.push(file.to_owned());
        while lines.peek().is_some_and(|line| *line != "```") {
            lines.next();
        }
    }
    if !quoted.is_empty() {
        hold(page, &expected);
    }
    quoted
}
