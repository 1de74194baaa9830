//! Files that are not what they should be: one sentence, exit code 1, at once.

use std::fs;
use std::time::Duration;

use insta::assert_snapshot;
use tempfile::TempDir;

use crate::fixture::text;
use crate::plugin::{Answer, plugin};

/// Large, yet nothing that a user should wait for.
const LARGE: usize = 10 * 1024 * 1024;
const AT_ONCE: Duration = Duration::from_secs(2);

/// Valid YAML has to be read to its end. Without optimisations that takes twenty times as long.
const LARGE_AND_VALID: usize = if cfg!(debug_assertions) { LARGE / 20 } else { LARGE };

fn status_of(bytes: impl AsRef<[u8]>) -> Answer {
    let directory = TempDir::new().expect("a directory");
    fs::write(directory.path().join("state.yaml"), bytes).expect("a file");
    plugin().in_directory(directory.path()).line("status --from state.yaml").run()
}

/// Pseudo-random bytes, the same in every run.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// One sentence, and perhaps hints; nothing of the file's own content, which may be binary.
fn assert_is_short(answer: &Answer) {
    assert_eq!((answer.code, answer.stdout.as_str()), (1, ""), "{answer}");
    let lines: Vec<&str> = answer.stderr.lines().collect();
    let errors = lines.iter().filter(|line| line.starts_with("error: ")).count();
    let hints = lines.iter().filter(|line| line.starts_with("hint: ")).count();
    assert_eq!((errors, errors + hints), (1, lines.len()), "{answer}");
    assert!(answer.stderr.len() < 600, "{} bytes on stderr: {answer}", answer.stderr.len());
    assert!(answer.worked < AT_ONCE, "worked for {:?}: {answer}", answer.worked);
}

#[test]
fn random_bytes() {
    let answer = status_of(noise(LARGE));
    assert_is_short(&answer);
    assert_snapshot!("random-bytes", answer);
}

#[test]
fn random_letters_digits_and_line_breaks() {
    let alphabet = b"abcdefghijklmnopqrstuvwxyz 0123456789:-{}[]&*#'\"\n\n";
    let text: Vec<u8> =
        noise(LARGE).iter().map(|byte| alphabet[usize::from(*byte) % alphabet.len()]).collect();
    assert_is_short(&status_of(text));
}

#[test]
fn prose() {
    let answer = status_of("It was a dark and stormy night\n".repeat(LARGE / 31));
    assert_is_short(&answer);
    assert_snapshot!("prose", answer);
}

#[test]
fn a_log_file() {
    let line = "2026-11-21T17:05:10Z INFO [main] request: id=17 path=/healthz status=200\n";
    assert_is_short(&status_of(line.repeat(LARGE / line.len())));
}

#[test]
fn one_endless_line() {
    assert_is_short(&status_of("a".repeat(LARGE)));
}

#[test]
fn valid_yaml_without_any_object() {
    let keys = (0..LARGE_AND_VALID / 16).map(|key| format!("key-{key}: 1\n"));
    assert_is_short(&status_of(keys.collect::<String>()));
    assert_is_short(&status_of("- x\n".repeat(LARGE_AND_VALID / 4)));
}

#[test]
fn deep_nesting() {
    assert_is_short(&status_of("[".repeat(LARGE)));
    assert_is_short(&status_of("{\"a\":".repeat(LARGE / 5)));
    assert_is_short(&status_of("- ".repeat(LARGE / 2)));
}

/// "Billion laughs": a few lines that stand for more than any memory holds.
#[test]
fn aliases_that_explode() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    assert_is_short(&status_of(text));
}

#[test]
fn an_empty_file_and_one_of_blanks_and_comments() {
    assert_snapshot!("empty", status_of(""));
    assert_snapshot!("blanks", status_of(" \n\n\t\n"));
    assert_snapshot!("comments", status_of("# nothing\n---\n# here\n"));
}

#[test]
fn a_file_that_is_not_there() {
    assert_snapshot!("missing", plugin().line("status --from missing.yaml web").run());
}

#[test]
fn a_directory_without_any_file() {
    let directory = TempDir::new().expect("a directory");
    fs::create_dir(directory.path().join("dump")).expect("a directory");
    let run = || plugin().in_directory(directory.path()).line("status --from dump").run();
    assert_snapshot!("empty-directory", run());
    fs::write(directory.path().join("dump/notes.txt"), "kind: StatefulSet").expect("a file");
    assert_snapshot!("directory-without-yaml", run());
}

#[test]
fn one_broken_file_among_good_ones_is_a_note() {
    let directory = TempDir::new().expect("a directory");
    fs::create_dir(directory.path().join("dump")).expect("a directory");
    fs::write(directory.path().join("dump/a.yaml"), "apiVersion: v1\nkind: [unclosed\n").expect("a file");
    fs::write(directory.path().join("dump/b.json"), noise(100)).expect("a file");
    fs::write(directory.path().join("dump/c.yaml"), "").expect("a file");
    fs::write(directory.path().join("dump/web.yaml"), text("held-canary")).expect("a file");
    let run = |more: &str| {
        plugin().in_directory(directory.path()).line(&format!("status --from dump {more}")).run()
    };
    assert_snapshot!("broken-among-good", run(""));
    let notes = run("-o json").json()["notes"].clone();
    assert_eq!(notes.as_array().map(Vec::len), Some(3), "{notes}");
}

#[test]
fn only_broken_files() {
    let directory = TempDir::new().expect("a directory");
    fs::create_dir(directory.path().join("dump")).expect("a directory");
    fs::write(directory.path().join("dump/a.yaml"), "apiVersion: v1\nkind: [unclosed\n").expect("a file");
    let answer = plugin().in_directory(directory.path()).line("status --from dump").run().code(1);
    assert!(answer.stderr.contains("dump/a.yaml"), "it says which file is broken: {answer}");
}

#[test]
fn an_object_of_the_wrong_shape_is_passed_over_with_a_note() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web-1, namespace: demo}\nspec: 12\n---\n";
    let text = format!("{pod}{}", text("held-canary"));
    assert_snapshot!("wrong-shape", plugin().line("status --from -").stdin(text).run());
}

#[test]
fn a_truncated_file() {
    let whole = text("held-canary");
    assert_is_short(&status_of(&whole[..whole.len() / 2 + 3]));
    let json = crate::fixture::yaml(&whole).to_string();
    let answer = status_of(&json[..json.len() / 2]);
    assert_is_short(&answer);
    assert_snapshot!("truncated-json", answer);
}

#[test]
fn files_without_any_statefulset() {
    assert_snapshot!("no-set", status_of("apiVersion: v1\nkind: Pod\nmetadata:\n  name: web-0\n"));
    assert_snapshot!("no-set-list", status_of(r#"{"apiVersion": "v1", "kind": "List", "items": []}"#));
    // kubectl writes nothing but a sentence to stderr then.
    assert_snapshot!("no-objects", status_of("No resources found in demo namespace.\n"));
}

/// `kubectl get statefulset web -o yaml | kubectl stateful status --from -`: the pods are not known, which is not the
/// same as not there.
#[test]
fn a_set_alone_is_not_said_to_have_no_pods() {
    let set = crate::fixture::objects("complete").remove(0).to_string();
    let answer = plugin().line("status --from - web").stdin(set).run();
    assert!(answer.stderr.to_lowercase().contains("pod"), "it says that the files hold no pods: {answer}");
    assert!(!answer.stdout.contains("creates web-0"), "nobody knows that: {answer}");
}

#[test]
fn a_name_that_the_files_do_not_hold() {
    assert_snapshot!("name-not-in-files", plugin().line("status --from held-canary/state.yaml wbe").run());
}

#[test]
fn a_namespace_that_the_files_do_not_hold() {
    let overview = plugin().line("status --from held-canary/state.yaml -n shop").run();
    assert!(
        overview.stderr.contains("shop"),
        "a line of column names over nothing says too little: {overview}"
    );
    let named = plugin().line("status --from held-canary/state.yaml web -n shop").run().code(1);
    assert!(named.stderr.contains("demo"), "it says where the set is: {named}");
}

#[test]
fn what_cannot_be_read_is_said_so() {
    let directory = TempDir::new().expect("a directory");
    let run =
        |from: &str| plugin().in_directory(directory.path()).line(&format!("status --from {from}")).run();
    std::os::unix::fs::symlink("loop.yaml", directory.path().join("loop.yaml")).expect("a link");
    assert_snapshot!("link-to-itself", run("loop.yaml"));
    assert_snapshot!("not-a-directory", plugin().line("status --from complete/state.yaml/x").run());
}
