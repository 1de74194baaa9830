//! `--delete` that deletes nothing: unconfirmed, tried out, or without anything to do.

use crate::deleting::mixed;
use crate::said::{expect, item, items, outcomes, text};
use crate::scene::{assert_all, claim, orphans, versions, volume, volume_of};
use serde_json::json;
use test_cluster::*;

#[test]
fn nobody_is_asked_without_a_terminal() {
    let ns = mixed("del-unasked");
    let before = versions(&ns);
    let (run, document) = orphans(&ns, &["--delete"]);
    assert_eq!(run.code, 7, "{run}");
    assert!(run.stderr.contains("error: not confirmed: none of 1 claim was deleted"), "{run}");
    assert!(run.stderr.contains("hint: --yes deletes without asking"), "{run}");
    assert!(items(&document).iter().all(|item| item["deletion"].is_null()), "{run}");
    let table = ns.plugin(&["orphans", "--delete"]).code(7);
    assert!(table.stdout.contains("data-web-1") && table.stdout.contains("data lost"), "{table}");
    assert_eq!(ns.plugin(&["orphans", "--delete", "-o", "name"]).code(7).stdout, "");
    assert_eq!(versions(&ns), before);
}

#[test]
fn a_dry_run_writes_nothing() {
    let ns = mixed("del-dry");
    let old = volume_of(&ns, "data-web-1").expect("a volume");
    let before = (versions(&ns), volume(&old));
    for place in ["client", "server"] {
        let dry_run = format!("--dry-run={place}");
        for more in [&[][..], &["--yes", "--retain-volumes"]] {
            let (run, document) = orphans(&ns, &[&["--delete", &dry_run], more].concat());
            assert_eq!(run.code, 0, "{run}");
            assert_eq!(outcomes(&document)["data-web-1"], "WouldDelete", "{run}");
            assert!(run.stderr.contains("of 1 claim: 1 would be deleted"), "{run}");
        }
        let names = ns.plugin(&["orphans", "--delete", &dry_run, "-o", "name"]).ok();
        assert_eq!(names.stdout, "persistentvolumeclaim/data-web-1\n");
    }
    assert_eq!((versions(&ns), volume(&old)), before);
}

#[test]
fn nothing_to_delete_is_no_failure_unless_a_set_was_named() {
    let ns = Namespace::new("del-nothing");
    ns.apply(set("paused").replicas(0).claims("data"));
    ns.apply(claim("data-paused-0", &json!({"app": "paused"})));
    let (run, document) = orphans(&ns, &["--delete", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.stderr.contains("note: nothing was deleted: no claim here is a proven orphan"), "{run}");
    assert_eq!(outcomes(&document), expect([("data-paused-0", "null")]), "{run}");
    let (run, document) = orphans(&ns, &["paused", "--delete", "--yes"]);
    assert_eq!(run.code, 7, "{run}");
    assert!(run.stderr.contains("error: nothing was deleted of paused"), "{run}");
    assert!(run.stderr.contains("give --include-reserved"), "{run}");
    assert_eq!(text(&item(&document, "data-paused-0")["needs"]), "override", "{run}");
    assert_all(&ns, [("data-paused-0", "Reserved SetPaused")]);
}
