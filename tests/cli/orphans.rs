//! What `orphans` says about claims in files.

use insta::assert_snapshot;

use crate::plugin::{Answer, plugin};

fn orphans(more: &str) -> Answer {
    plugin().line(&format!("orphans --from claims-left-behind/state.yaml {more}")).run()
}

#[test]
fn each_claim_has_its_class_and_its_evidence() {
    assert_snapshot!("table", orphans(""));
    assert_snapshot!("all", orphans("--all"));
    assert_snapshot!("wide", orphans("--all -o wide"));
    assert_snapshot!("json", orphans("-o json"));
}

#[test]
fn names_are_what_kubectl_takes() {
    assert_eq!(
        orphans("-o name").code(0).stdout,
        "persistentvolumeclaim/data-postgres-3\npersistentvolumeclaim/data-redis-0\npersistentvolumeclaim/data-redis-1\n"
    );
}

#[test]
fn only_claims_of_the_sets_that_were_named_are_shown() {
    assert_snapshot!("named", orphans("postgres"));
    assert_snapshot!("named-without-orphans", orphans("queue"));
    assert_snapshot!("named-unknown", orphans("postgers"));
}

#[test]
fn findings_can_be_the_exit_code() {
    assert_eq!(orphans("--exit-code").code, 8);
    assert_eq!(orphans("queue --exit-code").code, 0);
}

#[test]
fn what_could_use_a_claim_and_is_not_in_the_files_is_not_known() {
    let answer = plugin().line("orphans --from stuck-rollout/get.yaml --all").run();
    assert_snapshot!("files-of-kubectl", answer);
}

#[test]
fn from_files_nothing_is_deleted() {
    let answer = orphans("--delete --yes").code(2);
    assert!(answer.stderr.contains("--delete needs a cluster"), "{answer}");
    for flag in ["--include-reserved", "--attest why", "--retain-volumes", "--dry-run=client", "--yes"] {
        let answer = orphans(flag).code(2);
        assert!(answer.stderr.contains("--delete"), "{answer}");
    }
    assert!(orphans("--delete --attest=").code(2).stderr.contains("--attest takes what you know"));
}
