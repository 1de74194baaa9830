//! Deleting with the rights of a plain user of a namespace.

use crate::objects::serve;
use crate::rights::{notes, orphans_as, user};
use crate::said::{classes, expect, item, items, outcomes, text};
use crate::scene::{left_behind, versions};
use serde_json::json;
use test_cluster::*;

const DOWN: &str = "Orphaned ScaledDown";

/// Every claim that is listed takes an attestation.
fn assert_attestation(ns: &Namespace, user: &User<'_>, on_delete: &str, unread: &[&str]) {
    let (run, document) = orphans_as(ns, user, &[]);
    let expected = expect([("data-web-1", DOWN), ("data-web-2", DOWN)]);
    assert_eq!((run.code, classes(&document)), (0, expected), "{run}");
    for found in items(&document) {
        let said = json!([found["deletable"], found["needs"], found["onDelete"]]);
        assert_eq!(said, json!([false, "attestation", on_delete]), "{run}");
        let line = format!("not readable: {}", unread.join(", "));
        assert_eq!(text(&found["evidence"][2]), line, "{run}");
    }
    let notes = notes(&document);
    for kind in unread {
        assert!(notes.iter().any(|note| note.contains(kind) && note.contains("--attest")), "{kind}: {run}");
    }
}

#[test]
fn a_plain_user_of_a_namespace_must_attest() {
    let ns = left_behind("plain");
    let user = user(&ns, "user-a", &["horizontalpodautoscalers"]);
    let unread = ["horizontalpodautoscalers", "volumeattachments", "persistentvolumes"];
    assert_attestation(&ns, &user, "Unknown", &unread);
    let before = versions(&ns);
    for args in [&["web", "--delete", "--yes"][..], &["web", "--delete", "--yes", "--include-reserved"]] {
        let (run, _) = orphans_as(&ns, &user, args);
        assert_eq!(run.code, 7, "{run}");
        assert!(run.stderr.contains("hint: to delete 2 claims of web too, give --attest TEXT"), "{run}");
    }
    let (run, _) = orphans_as(&ns, &user, &["--delete", "--yes"]);
    assert_eq!(run.code, 0, "without a name there may be nothing to do: {run}");
    assert!(run.stderr.contains("give --attest TEXT"), "{run}");
    assert_eq!(versions(&ns), before);

    let (run, document) =
        orphans_as(&ns, &user, &["web", "--delete", "--yes", "--attest", "no autoscaler, detached"]);
    assert_eq!(run.code, 0, "{run}");
    let expected = expect([("data-web-1", "Deleted"), ("data-web-2", "Deleted")]);
    assert_eq!(outcomes(&document), expected, "{run}");
    assert_eq!(ns.claims(), ["data-web-0"]);
}

#[test]
fn each_of_what_only_helps_takes_an_attestation() {
    for (name, kind) in
        [("user-b", "horizontalpodautoscalers"), ("user-c", "scaledobjects"), ("user-d", "volumesnapshots")]
    {
        let ns = left_behind("plain-each");
        // What is not served takes no right.
        serve(&ns, "keda.sh/v1alpha1", "ScaledObject");
        serve(&ns, "snapshot.storage.k8s.io/v1", "VolumeSnapshot");
        let user = user(&ns, name, &[kind]);
        let (run, document) = orphans_as(&ns, &user, &[]);
        let found = item(&document, "data-web-1");
        let said = json!([found["class"], found["deletable"], found["needs"]]);
        assert_eq!(said, json!(["Orphaned", false, "attestation"]), "without {kind}: {run}");
        assert!(text(&found["evidence"][2]).contains(kind), "{run}");
    }
}

#[test]
fn with_the_volumes_in_sight_nothing_is_to_be_attested() {
    let ns = left_behind("plain-volumes");
    // No other test uses this user.
    let user = user(&ns, "user-e", &[]).and_in_cluster(&[
        ("", "persistentvolumes", &["get", "list"]),
        ("storage.k8s.io", "volumeattachments", &["list"]),
    ]);
    user.wait_can("list", "persistentvolumes");
    user.wait_can("list", "volumeattachments.storage.k8s.io");
    let (run, document) = orphans_as(&ns, &user, &[]);
    assert_eq!(document["notes"], json!([]), "{run}");
    for found in items(&document) {
        let said = json!([found["deletable"], found["needs"], found["onDelete"]]);
        assert_eq!(said, json!([true, null, "DestroysData"]), "{run}");
    }
    // Retaining takes a right that this user does not have.
    let (run, document) = orphans_as(&ns, &user, &["--delete", "--yes", "--retain-volumes"]);
    assert_eq!(run.code, 1, "{run}");
    let expected = expect([("data-web-1", "Failed"), ("data-web-2", "Failed")]);
    assert_eq!(outcomes(&document), expected, "{run}");
    assert!(run.stderr.contains("its volume could not be set to Retain: not allowed to patch"), "{run}");
    assert_eq!(ns.claims(), ["data-web-0", "data-web-1", "data-web-2"], "what cannot be kept stays");
}

#[test]
fn what_cannot_be_seen_cannot_be_retained() {
    let ns = left_behind("plain-retain");
    let user = user(&ns, "user-a", &[]);
    let (run, document) =
        orphans_as(&ns, &user, &["--delete", "--yes", "--retain-volumes", "--attest", "detached"]);
    assert_eq!(run.code, 1, "{run}");
    let expected = expect([("data-web-1", "Failed"), ("data-web-2", "Failed")]);
    assert_eq!(outcomes(&document), expected, "{run}");
    assert!(run.stderr.contains("could not be read, so it cannot be kept"), "{run}");
    assert_eq!(ns.claims().len(), 3);
}

#[test]
fn what_could_not_be_read_is_said_once() {
    let ns = left_behind("plain-notes");
    let user = user(&ns, "user-b", &[]);
    let (run, document) = orphans_as(&ns, &user, &["--delete", "--yes", "--attest", "detached"]);
    let volumes = notes(&document).into_iter().filter(|note| note.contains("persistentvolumes"));
    assert_eq!(volumes.count(), 1, "one note, however many volumes and looks: {run}");
}

#[test]
fn no_loss_of_data_is_claimed_that_is_not_known() {
    let ns = left_behind("plain-loss");
    let user = user(&ns, "user-c", &[]);
    let (run, _) = orphans_as(&ns, &user, &["--delete", "--dry-run=client", "--attest", "detached"]);
    assert!(run.stderr.contains("deletes 2 claims (2Mi)"), "{run}");
    assert!(!run.stderr.contains("the data of 2 goes with them, for ever"), "{run}");
}
