//! What `status` says about each state, in each format.

use insta::assert_snapshot;

use crate::fixture::{SCENARIOS, renamed, yaml};
use crate::plugin::{Answer, plugin};

fn status(scenario: &str, more: &str) -> Answer {
    plugin().line(&format!("status --from {scenario}/state.yaml {more}")).run()
}

/// One snapshot for each state: a name says which, as none is more important than the others.
fn each(format: &str, more: &str) {
    for (scenario, _) in SCENARIOS {
        assert_snapshot!(format!("{format}-{scenario}"), status(scenario, more));
    }
}

#[test]
fn a_table_shows_each_ordinal_and_why_nothing_moves() {
    each("table", "web");
}

#[test]
fn a_wide_table_adds_nodes_and_claims() {
    each("wide", "web -o wide");
}

#[test]
fn a_json_document_has_every_field() {
    each("json", "web -o json");
}

#[test]
fn the_yaml_document_is_the_json_document() {
    for (scenario, _) in SCENARIOS {
        let json = status(scenario, "-o json").code(0).json();
        let text = status(scenario, "-o yaml").code(0).stdout;
        assert_eq!(yaml(&text), json, "{scenario}");
    }
    assert_snapshot!("yaml-stuck-rollout", status("stuck-rollout", "web -o yaml"));
}

#[test]
fn names_are_what_kubectl_takes() {
    for (scenario, _) in SCENARIOS {
        assert_eq!(status(scenario, "-o name").code(0).stdout, "statefulset.apps/web\n", "{scenario}");
    }
}

#[test]
fn the_state_is_the_exit_code_when_asked_for() {
    for (scenario, code) in SCENARIOS {
        let _ = status(scenario, "").code(0);
        let answer = status(scenario, "--exit-code");
        assert_eq!(answer.code, code, "{scenario}: {answer}");
        assert_eq!(answer.stdout, status(scenario, "").stdout, "{scenario}: the answer is the same");
    }
}

#[test]
fn a_name_shows_the_same_as_the_only_set_of_the_files() {
    for name in ["web", "sts/web", "statefulset/web", "statefulset.apps/web", "statefulsets/web"] {
        assert_eq!(status("held-canary", name).stdout, status("held-canary", "").stdout, "{name}");
    }
}

#[test]
fn several_sets_are_one_line_each() {
    let files =
        [renamed("complete", "db", "demo"), renamed("crash-loop-new-revision", "web", "demo")].join("---\n");
    let run = |more: &str| plugin().line(&format!("status --from - {more}")).stdin(files.as_str()).run();
    assert_snapshot!("overview", run(""));
    assert_snapshot!("overview-wide", run("-o wide"));
    assert_snapshot!("overview-name", run("-o name"));
    // The worst counts.
    assert_eq!(run("--exit-code").code, 4);
    assert_snapshot!("overview-named", run("db web"));
}

#[test]
fn sets_of_several_namespaces_are_told_apart() {
    let files = [renamed("held-canary", "web", "demo"), renamed("quota", "web", "shop")].join("---\n");
    let run = |more: &str| plugin().line(&format!("status --from - {more}")).stdin(files.as_str()).run();
    assert_snapshot!("namespaces", run(""));
    assert_snapshot!("namespaces-one", run("-n shop"));
    let items = run("-o json").json()["items"].clone();
    assert_eq!(items.as_array().map(Vec::len), Some(2));
}

#[test]
fn column_names_can_be_left_out() {
    assert_snapshot!("no-headers", status("held-canary", "--no-headers"));
    let files = [renamed("complete", "db", "demo"), renamed("held-canary", "web", "demo")].join("---\n");
    assert_snapshot!(
        "no-headers-overview",
        plugin().line("status --from - --no-headers").stdin(files.as_str()).run()
    );
}

#[test]
fn crash_loops_are_given_the_time_that_the_user_gives() {
    let state = |more: &str| status("crash-loop-new-revision", more).json()["items"][0]["state"].clone();
    assert_eq!(state("-o json"), "Stuck");
    assert_eq!(state("-o json --stuck-after 1h"), "Progressing");
    assert_eq!(state("-o json --stuck-after=10"), "Stuck");
    let answer = status("crash-loop-new-revision", "--stuck-after 1h --exit-code");
    assert_snapshot!("stuck-after", answer.code(3));
}
