//! What reaches a terminal: colours when asked for, nothing that steers it, and a quiet end when nobody reads on.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::fixture::objects;
use crate::plugin::{Answer, plugin};

/// ESC, BEL, CR, backspace, DEL, a C1 control (CSI in one character), and what turns the direction of text.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\rOK\u{8}\u{7f}\u{9b}31m\u{202e}dab\u{2066}\u{200b}";

fn hostile_objects() -> Vec<Value> {
    let mut all = objects("crash-loop-new-revision");
    for object in &mut all {
        match object["kind"].as_str() {
            Some("Event") => object["message"] = json!(format!("Back-off {HOSTILE}")),
            Some("Pod") => {
                let waiting = object.pointer_mut("/status/containerStatuses/0/state/waiting");
                if let Some(waiting) = waiting {
                    waiting["message"] = json!(format!("back-off {HOSTILE}"));
                }
                let ended = object.pointer_mut("/status/containerStatuses/0/lastState/terminated");
                if let Some(ended) = ended {
                    ended["message"] = json!(HOSTILE);
                    ended["reason"] = json!(format!("Error{HOSTILE}"));
                }
                object["spec"]["nodeName"] = json!(format!("node{HOSTILE}"));
            }
            _ => {}
        }
    }
    all
}

fn status(objects: &[Value], more: &str) -> Answer {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": objects});
    plugin().line(&format!("status --from - {more}")).stdin(list.to_string()).run()
}

fn is_hostile(char: char) -> bool {
    let turns = matches!(char, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || char.is_control() && char != '\n'
}

fn assert_harmless(answer: &Answer) {
    for (name, text) in [("stdout", &answer.stdout), ("stderr", &answer.stderr)] {
        let found: Vec<char> = text.chars().filter(|char| is_hostile(*char)).collect();
        assert!(found.is_empty(), "{found:?} on {name} of {answer:?}");
    }
}

#[test]
fn nothing_in_messages_and_events_steers_a_terminal() {
    let objects = hostile_objects();
    for more in ["web", "web -o wide", "", "-o wide", "-o name"] {
        let answer = status(&objects, more);
        assert_harmless(&answer);
    }
    assert_snapshot!("hostile", status(&objects, "web -o wide"));
}

#[test]
fn nothing_in_names_steers_a_terminal() {
    let mut objects = objects("crash-loop-new-revision");
    objects.retain(|object| object["kind"] == "StatefulSet");
    objects[0]["metadata"]["name"] = json!(format!("web{HOSTILE}"));
    objects[0]["metadata"]["namespace"] = json!(format!("demo{HOSTILE}"));
    let mut second = objects[0].clone();
    second["metadata"]["uid"] = json!("another");
    second["metadata"]["namespace"] = json!("demo");
    objects.push(second);
    for more in ["", "-o wide", "-o name", "-A", "other"] {
        assert_harmless(&status(&objects, more));
    }
}

#[test]
fn documents_keep_what_the_cluster_said() {
    let objects = hostile_objects();
    let json = status(&objects, "web -o json").code(0);
    assert!(json.json().to_string().contains(&json!(HOSTILE).to_string()[1..20]), "{json}");
    let yaml = status(&objects, "web -o yaml").code(0);
    assert_eq!(crate::fixture::yaml(&yaml.stdout), json.json());
    let raw: Vec<char> = yaml.stdout.chars().filter(|char| char.is_control() && *char != '\n').collect();
    assert!(raw.is_empty(), "YAML has to escape control characters: {raw:?}");
    let raw: Vec<char> =
        json.stdout.chars().filter(|char| char.is_ascii_control() && !"\n\u{7f}".contains(*char)).collect();
    assert!(raw.is_empty(), "JSON has to escape control characters: {raw:?}");
}

#[test]
fn errors_do_not_steer_a_terminal_either() {
    assert_harmless(&plugin().args(["status", "--from", "held-canary/state.yaml", HOSTILE]).run());
    assert_harmless(&plugin().args(["status", "--from", HOSTILE]).run());
}

#[test]
fn colours_only_when_asked_for() {
    let run = |more: &str| plugin().line(&format!("status --from stuck-rollout/state.yaml {more}"));
    let plain = run("").run().stdout;
    assert!(!plain.contains('\u{1b}'), "stdout is not a terminal: {plain}");
    let colored = run("--color always").run();
    assert_snapshot!("colors", colored.stdout.replace('\u{1b}', "ESC"));
    let stripped = strip(&colored.stdout);
    assert_eq!(stripped, plain, "colours change nothing else");
    assert_eq!(run("").env("CLICOLOR_FORCE", "1").run().stdout, colored.stdout);
    for quiet in [
        run("--color never").env("CLICOLOR_FORCE", "1"),
        run("").env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1"),
        run("--color auto").env("NO_COLOR", "1"),
        run("").env("CLICOLOR_FORCE", "0"),
    ] {
        assert_eq!(quiet.run().stdout, plain);
    }
    let document = run("--color always -o json").run();
    assert!(!document.stdout.contains('\u{1b}'), "documents have no colours: {document}");
}

/// Removes what sets colours.
fn strip(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + part.split_once('m').map_or(part, |(_, rest)| rest))
}

#[test]
fn a_narrow_window_is_of_no_account_where_there_is_no_terminal() {
    let run =
        |columns: &str| plugin().line("status --from quota/state.yaml").env("COLUMNS", columns).run().stdout;
    assert_eq!(run("20"), run("200"));
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let set = objects("held-canary").remove(0);
    let many: Vec<Value> = (0..3000)
        .map(|number| {
            let mut set = set.clone();
            set["metadata"]["name"] = json!(format!("web-{number}"));
            set["metadata"]["uid"] = json!(format!("uid-{number}"));
            // Files without any pod say nothing of a set that has some.
            set["status"]["replicas"] = json!(0);
            set
        })
        .collect();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": many}).to_string();
    for format in ["", "-o wide", "-o json", "-o yaml", "-o name"] {
        let run = || plugin().line(&format!("status --from - {format}")).stdin(list.as_str());
        let whole = run().run().code(0);
        assert!(format == "-o name" || whole.stdout.len() > 100_000, "more than a pipe holds");
        let cut = run().run_for_one_line();
        assert_eq!(cut.code, 0, "{format}: {cut}");
        assert!(!cut.stderr.contains("error") && !cut.stderr.contains("panic"), "{format}: {cut}");
    }
}
