//! What `leader` says about sets in files: `web` has a Lease, and an old record beside it; two pods of `db` are marked as the
//! leader; the Lease of `cache` has expired; `queue` elects nobody.

use insta::assert_snapshot;

use crate::fixture::{text, yaml};
use crate::plugin::{Answer, plugin};

fn leader(more: &str) -> Answer {
    plugin().line(&format!("leader --from leaders/state.yaml {more}")).run()
}

#[test]
fn each_claim_is_shown_with_who_holds_it_and_until_when() {
    assert_snapshot!("web", leader("web"));
    assert_snapshot!("wide", leader("web -o wide"));
    assert_snapshot!("json", leader("web -o json"));
}

#[test]
fn two_leaders_and_nobody_are_said_in_words_with_what_to_do() {
    assert_snapshot!("conflict", leader("db"));
    assert_snapshot!("expired", leader("cache"));
    assert_snapshot!("none", leader("queue"));
}

#[test]
fn an_overview_has_one_line_a_set_with_an_election() {
    assert_snapshot!("overview", leader(""));
    assert_snapshot!("overview-wide", leader("-A -o wide"));
    assert_snapshot!("overview-name", leader("-o name"));
}

#[test]
fn the_yaml_document_is_the_json_document() {
    assert_eq!(yaml(&leader("-o yaml").code(0).stdout), leader("-o json").code(0).json());
}

#[test]
fn whether_somebody_leads_can_be_the_exit_code() {
    for (name, code) in [("web", 0), ("db", 8), ("cache", 8), ("queue", 8), ("", 8)] {
        let answer = leader(&format!("{name} --exit-code"));
        assert_eq!(answer.code, code, "{name}: {answer}");
        assert_eq!(answer.stdout, leader(name).code(0).stdout, "{name}: the answer is the same");
    }
}

#[test]
fn one_election_can_be_asked_for() {
    assert_snapshot!("election", leader("web --election configmap/web"));
    assert_eq!(leader("db --election role --exit-code").code, 8);
    assert_snapshot!("election-unknown", leader("web --election other"));
}

/// Captures of earlier versions hold the Leases of nodes, and no others.
#[test]
fn files_that_do_not_hold_the_leases_say_nothing_about_nobody() {
    let answer = plugin().line("leader web --from complete/state.yaml --exit-code").run();
    assert_snapshot!("old-capture", answer);
    assert_eq!(answer.code, 1, "{answer}");
}

#[test]
fn what_cannot_be_asked_of_files_is_a_usage_error() {
    for more in ["web --watch", "-l app=web", "web --watch --exit-code"] {
        assert_eq!(leader(more).code, 2, "{more}");
    }
    assert_snapshot!("missing", leader("nobody"));
}

#[test]
fn the_record_of_an_election_may_be_anything() {
    let state = text("leaders");
    let broken =
        state.replace("\\\"leaseDurationSeconds\\\":15", "\\\"leaseDurationSeconds\\\":\\\"long\\\"");
    let broken = broken.replace("\"leaseDurationSeconds\":15", "\"leaseDurationSeconds\":\"long\"");
    assert_ne!(state, broken, "has the fixture no record?");
    let answer = plugin().line("leader web --from -").stdin(broken).run();
    assert_snapshot!("nonsense", answer);
}
