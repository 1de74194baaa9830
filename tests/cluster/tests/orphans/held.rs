//! `--delete` of claims that do not go at once.

use crate::said::{expect, item, outcomes, text};
use crate::scene::{left_behind, orphans};
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use serde_json::{Value, json};
use test_cluster::*;

const FOREIGN: &str = "example.com/backup";

fn finalizers(ns: &Namespace, claim: &str, list: &Value) {
    ns.patch::<PersistentVolumeClaim>(claim, &json!({"metadata": {"finalizers": list}}));
}

fn is_going(ns: &Namespace, claim: &str) -> bool {
    ns.get::<PersistentVolumeClaim>(claim).is_some_and(|claim| claim.metadata.deletion_timestamp.is_some())
}

#[test]
fn a_claim_that_a_finalizer_holds_is_said_to_be_going() {
    let ns = left_behind("held");
    finalizers(&ns, "data-web-1", &json!([FOREIGN]));
    let (run, document) = orphans(&ns, &["--delete", "--yes", "--timeout", "3s"]);
    assert_eq!(run.code, 3, "{run}");
    let expected = [("data-web-1", "Terminating"), ("data-web-2", "Deleted")];
    assert_eq!(outcomes(&document), expect(expected), "{run}");
    let message = text(&item(&document, "data-web-1")["deletion"]["message"]);
    assert_eq!(message, format!("held by {FOREIGN}, until whoever set it takes it off"));
    assert!(run.stderr.contains("error: of 2 claims: 1 deleted, 1 still going"), "{run}");
    assert!(run.stderr.contains(&format!("hint: data-web-1: held by {FOREIGN}")), "{run}");
    assert!(is_going(&ns, "data-web-1"));
    assert_eq!(ns.claims(), ["data-web-0", "data-web-1"], "no finalizer is taken off: {run}");
    finalizers(&ns, "data-web-1", &json!([]));
    ns.wait_until("it is gone", || ns.claims() == ["data-web-0"]);
}

#[test]
fn a_wait_ends_when_the_last_finalizer_is_taken_off() {
    let ns = left_behind("held-while");
    finalizers(&ns, "data-web-1", &json!([FOREIGN]));
    let running = ns.spawn(&["orphans", "--delete", "--yes", "-o", "json"]);
    running.stderr_with("data-web-2: deleted");
    ns.wait_until("the deletion is asked for", || is_going(&ns, "data-web-1"));
    finalizers(&ns, "data-web-1", &json!([]));
    let run = running.end().ok();
    let expected = [("data-web-1", "Deleted"), ("data-web-2", "Deleted")];
    assert_eq!(outcomes(&crate::said::document(&run)), expect(expected), "{run}");
    assert_eq!(ns.claims(), ["data-web-0"]);
}

#[test]
fn who_does_not_wait_is_told_that_it_goes() {
    let ns = left_behind("held-unwaited");
    ["data-web-1", "data-web-2"].iter().for_each(|name| finalizers(&ns, name, &json!([FOREIGN])));
    let (run, document) = orphans(&ns, &["--delete", "--yes", "--wait=false"]);
    assert_eq!(run.code, 0, "{run}");
    let expected = [("data-web-1", "Terminating"), ("data-web-2", "Terminating")];
    assert_eq!(outcomes(&document), expect(expected), "{run}");
    assert!(run.stderr.contains("of 2 claims: 2 still going"), "{run}");
    let line = format!("data-web-1: its deletion is accepted; held by {FOREIGN}");
    assert!(run.stderr.contains(&line), "{run}");
    let (again, listed) = orphans(&ns, &[]);
    assert_eq!(listed["items"], json!([]), "{again}");
    ["data-web-1", "data-web-2"].iter().for_each(|name| finalizers(&ns, name, &json!([])));
}

#[test]
fn an_interrupted_wait_says_what_was_deleted() {
    let ns = left_behind("held-interrupted");
    finalizers(&ns, "data-web-1", &json!([FOREIGN]));
    let running = ns.spawn(&["orphans", "--delete", "--yes", "-o", "json"]);
    running.stderr_with("data-web-2: deleted");
    ns.wait_until("the deletion is asked for", || is_going(&ns, "data-web-1"));
    running.interrupt();
    let run = running.end().code(130);
    let expected = [("data-web-1", "Terminating"), ("data-web-2", "Deleted")];
    assert_eq!(outcomes(&crate::said::document(&run)), expect(expected), "{run}");
    assert!(run.stderr.contains("note: interrupted; "), "{run}");
    assert!(!run.stderr.contains("0 claims not deleted"), "{run}");
    finalizers(&ns, "data-web-1", &json!([]));
}
