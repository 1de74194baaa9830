//! Every ```console block whose command needs no cluster shows what that command prints.

use std::path::Path;
use std::process::Command;

use super::{hold, pages, root};

#[test]
fn output_in_the_documentation_is_what_the_program_prints() {
    let mut checked = 0;
    for page in pages() {
        checked += check(&page);
    }
    assert!(checked >= 5, "only {checked} blocks were found: has the form of the blocks changed?");
}

/// Runs the commands of a page and holds their output. How many there were.
fn check(page: &Path) -> usize {
    let text = std::fs::read_to_string(page).unwrap();
    let mut expected = String::new();
    let mut checked = 0;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        expected.push_str(line);
        expected.push('\n');
        let command = lines.peek().and_then(|next| next.strip_prefix("$ ")).filter(|_| line == "```console");
        let Some(arguments) = command.and_then(arguments) else { continue };
        checked += 1;
        expected.push_str(lines.next().unwrap());
        expected.push('\n');
        expected.push_str(&run(&arguments));
        while lines.peek().is_some_and(|line| *line != "```") {
            lines.next();
        }
    }
    hold(page, &expected);
    checked
}

/// The plugin's arguments, if the command is one that runs without a cluster.
fn arguments(command: &str) -> Option<Vec<String>> {
    let plugin = ["kubectl stateful ", "cargo run --release -- "]
        .iter()
        .find_map(|start| command.strip_prefix(start))?;
    let local = plugin.contains("--from ") || plugin.contains("--help") || plugin == "version";
    local.then(|| plugin.split_whitespace().map(str::to_owned).collect())
}

fn run(arguments: &[String]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kubectl-stateful"))
        .args(arguments)
        .current_dir(root())
        .env_clear()
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
