//! What `peers` says of files.

use insta::assert_snapshot;
use serde_json::Value;

use crate::fixture;
use crate::plugin::{Answer, plugin};

fn peers(scenario: &str, more: &str) -> Answer {
    plugin().line(&format!("peers --from {scenario}/state.yaml {more}")).run()
}

/// What is printed of files that come from a pipe.
fn piped(files: &str, more: &str) -> Answer {
    plugin().line(&format!("peers --from - {more}")).stdin(files).run()
}

#[test]
fn members_that_are_published_are_shown_with_what_files_cannot_say() {
    assert_snapshot!("table", peers("group", "web"));
    assert_snapshot!("wide", peers("group", "web -o wide"));
    assert_snapshot!("json", peers("group", "sts/web -o json"));
    assert_eq!(peers("group", "web -o name").code(0).stdout, "pod/web-0\npod/web-1\npod/web-2\n");
    assert_eq!(
        peers("group", "web --no-headers")
            .code(0)
            .stdout
            .lines()
            .filter(|line| line.contains("ORDINAL"))
            .count(),
        0
    );
}

#[test]
fn a_group_that_does_not_form_is_explained() {
    assert_snapshot!("group-not-forming", peers("group-not-forming", "web"));
    assert_snapshot!("group-not-forming-json", peers("group-not-forming", "web -o json"));
}

#[test]
fn the_yaml_document_is_the_json_document() {
    for scenario in ["group", "group-not-forming", "complete"] {
        let json = peers(scenario, "web -o json").code(0).json();
        assert_eq!(fixture::yaml(&peers(scenario, "web -o yaml").code(0).stdout), json, "{scenario}");
    }
}

#[test]
fn whether_the_sources_agree_is_the_exit_code_when_asked_for() {
    assert_snapshot!("exit-unknown", peers("group", "web --exit-code").code(1));
    assert_snapshot!("exit-agree", peers("group", "web --exit-code --no-dns").code(0));
    for more in ["", "--no-dns"] {
        let answer = peers("group-not-forming", &format!("web --exit-code {more}")).code(8);
        assert_eq!(
            answer.stdout,
            peers("group-not-forming", &format!("web {more}")).code(0).stdout,
            "{more}"
        );
    }
    // Slices that no file holds are no agreement.
    assert_eq!(peers("complete", "web --exit-code --no-dns").code, 1);
}

#[test]
fn an_old_capture_without_endpoint_slices_says_so() {
    assert_snapshot!("without-slices", peers("complete", "web"));
    let item = peers("complete", "web -o json").code(0).json()["items"][0].clone();
    assert_eq!(item["peers"][0]["endpoint"], Value::Null);
    assert_eq!(item["agree"], false);
}

#[test]
fn a_name_that_the_files_do_not_hold_is_told_from_those_they_do() {
    assert_snapshot!("unknown-name", peers("group", "wbe"));
    assert_snapshot!("unknown-namespace", peers("group", "web -n shop"));
}

#[test]
fn a_set_of_that_name_in_two_namespaces_has_to_be_named() {
    let files =
        [fixture::renamed("group", "web", "demo"), fixture::renamed("group", "web", "shop")].join("---\n");
    assert_snapshot!("two-namespaces", piped(&files, "web"));
    let namespace = |answer: Answer| answer.code(0).json()["items"][0]["namespace"].clone();
    assert_eq!(namespace(piped(&files, "web -n shop -o json")), "shop");
    assert_eq!(
        piped(&files, "web -n shop --no-dns --exit-code").code,
        0,
        "others' endpoints are not counted"
    );
}

#[test]
fn a_zone_can_be_given() {
    let names = peers("group", "web --zone example.org. -o wide").code(0).stdout;
    assert!(names.contains("web-0.web.demo.svc.example.org\n"), "{names}");
}

#[test]
fn files_are_not_compared_with_the_dns_of_a_cluster() {
    for flags in ["--dns-server 127.0.0.1", "--dns-service kube-system/kube-dns", "--dns-service nowhere"] {
        assert_eq!(peers("group", &format!("web {flags}")).code, 2, "{flags}");
    }
    assert_snapshot!("dns-of-files", peers("group", "web --dns-server 127.0.0.1"));
}

#[test]
fn wrong_usage_is_told_before_anything_is_asked() {
    assert_snapshot!("service-without-namespace", plugin().line("peers web --dns-service kube-dns").run());
    for line in [
        "peers",
        "peers web db",
        "peers pod/web-0",
        "peers web --dns-service /kube-dns",
        "peers web --dns-service kube-system/",
        "peers web --dns-server 127.0.0.1 --dns-service a/b",
        "peers web --no-dns --dns-server 127.0.0.1",
        "peers web --timeout 3s",
    ] {
        let answer = plugin().line(line).run();
        assert_eq!(answer.code, 2, "{line}: {answer}");
    }
}
