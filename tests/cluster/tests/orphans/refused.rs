//! `--delete` where the server refuses some of it, or the cluster changes meanwhile.

use crate::objects::nobody_deletes;
use crate::said::{expect, item, outcomes, text};
use crate::scene::{left_behind, orphans, volume, volume_of};
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use serde_json::json;
use test_cluster::*;

fn keep(ns: &Namespace, claim: &str) {
    ns.patch::<PersistentVolumeClaim>(claim, &json!({"metadata": {"labels": {"keep": ""}}}));
}

#[test]
fn one_refusal_does_not_stop_the_others() {
    let ns = left_behind("refused");
    let _policy = nobody_deletes(&ns);
    keep(&ns, "data-web-1");
    let (run, document) = orphans(&ns, &["--delete", "--yes"]);
    assert_eq!(run.code, 1, "{run}");
    assert_eq!(ns.claims(), ["data-web-0", "data-web-1"], "{run}");
    let expected = [("data-web-1", "Failed"), ("data-web-2", "Deleted")];
    assert_eq!(outcomes(&document), expect(expected), "{run}");
    let message = text(&item(&document, "data-web-1")["deletion"]["message"]);
    assert!(message.contains("this claim is to be kept"), "the server's own words: {message}");
    assert!(run.stderr.contains("error: of 2 claims: 1 deleted, 1 could not be deleted"), "{run}");
    assert!(run.stderr.contains("hint: data-web-1: "), "{run}");
    assert!(!run.stderr.contains("interrupted"), "{run}");
    let names = ns.plugin(&["orphans", "--delete", "--yes", "-o", "name"]).code(1);
    assert_eq!(names.stdout, "", "nothing went: {names}");
    let dry = ns.plugin(&["orphans", "--delete", "--dry-run=server"]).code(1);
    assert!(dry.stderr.contains("this claim is to be kept"), "the server is asked: {dry}");
    let client = ns.plugin(&["orphans", "--delete", "--dry-run=client"]).ok();
    assert!(client.stderr.contains("1 would be deleted"), "{client}");
}

#[test]
fn a_volume_that_was_retained_for_nothing_is_reported() {
    let ns = left_behind("refused-retain");
    let _policy = nobody_deletes(&ns);
    keep(&ns, "data-web-1");
    let old = volume_of(&ns, "data-web-1").expect("a volume");
    let (run, document) = orphans(&ns, &["--delete", "--yes", "--retain-volumes"]);
    assert_eq!(run.code, 1, "{run}");
    let expected = [("data-web-1", "Failed"), ("data-web-2", "Deleted")];
    assert_eq!(outcomes(&document), expect(expected), "{run}");
    let policy = volume(&old).and_then(|volume| volume.spec?.persistent_volume_reclaim_policy);
    // Either it is put back, or it is said that the volume has another policy by now.
    let said = text(&item(&document, "data-web-1")["deletion"]["message"]).contains("Retain");
    assert!(policy.as_deref() == Some("Delete") || said, "{policy:?} of {old} after {run}");
}

#[test]
fn nothing_of_it_is_deleted_if_all_is_refused() {
    let ns = left_behind("refused-all");
    let _policy = nobody_deletes(&ns);
    keep(&ns, "data-web-1");
    keep(&ns, "data-web-2");
    let (run, document) = orphans(&ns, &["--delete", "--yes"]);
    assert_eq!(run.code, 1, "{run}");
    let expected = [("data-web-1", "Failed"), ("data-web-2", "Failed")];
    assert_eq!(outcomes(&document), expect(expected), "{run}");
    assert_eq!(ns.claims(), ["data-web-0", "data-web-1", "data-web-2"]);
    assert!(run.stderr.contains("error: of 2 claims: 2 could not be deleted"), "{run}");
}
