//! What a claim is: claims that nothing uses.

use crate::said::{classes, expect, item, text};
use crate::scene::{assert_all, claim, delete_set, left_behind, orphans, scaled_down, volume_of};
use serde_json::{Value, json};
use test_cluster::*;

#[test]
fn scaled_down_claims_are_orphans_and_all_is_said_of_them() {
    let ns = scaled_down("rows-down");
    let document = assert_all(
        &ns,
        [
            ("data-web-0", "InUse UsedByPod"),
            ("data-web-1", "Orphaned ScaledDown"),
            ("data-web-2", "Orphaned ScaledDown"),
        ],
    );
    let volume = volume_of(&ns, "data-web-1").expect("a volume");
    let mut found = item(&document, "data-web-1").clone();
    for key in ["uid", "evidence", "ageSeconds"] {
        found[key] = Value::Null;
    }
    let expected = json!({
        "namespace": ns.name(), "name": "data-web-1", "uid": null, "class": "Orphaned", "reason": "ScaledDown",
        "set": "web", "template": "data", "ordinal": 1, "evidence": null, "ageSeconds": null, "lastUsed": null,
        "capacity": "1Mi", "storageClass": "standard", "volume": volume, "reclaimPolicy": "Delete",
        "onDelete": "DestroysData", "deletable": true, "needs": null, "deletion": null,
    });
    assert_eq!(found, expected);
    assert_eq!(
        item(&document, "data-web-1")["evidence"],
        json!([
            "statefulset web asks for ordinal 0 only",
            "no pod uses it, and no workload's template names it",
            format!("volume {volume} is not attached; it is deleted with the claim, data and all"),
        ])
    );
    let used = item(&document, "data-web-0");
    assert_eq!((&used["deletable"], &used["needs"]), (&json!(false), &Value::Null));
    assert_eq!(used["evidence"], json!(["pod web-0 uses it"]));
    assert_eq!(document["notes"], json!([]), "an administrator may read everything");
}

#[test]
fn the_table_is_for_people() {
    let ns = left_behind("rows-table");
    let (_, _) = orphans(&ns, &[]);
    let run = ns.plugin(&["orphans"]).ok();
    assert_eq!(run.stderr, "", "{run}");
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(lines[0].starts_with("CLAIM") && lines[0].contains("ON DELETE"), "{run}");
    assert!(lines[1].starts_with("data-web-1") && lines[1].contains("data lost"), "{run}");
    assert!(lines[2].starts_with("data-web-2") && lines[2].contains("Orphaned"), "{run}");
    assert!(run.stdout.contains("Orphaned: 2 claims, 2Mi (2Mi standard)"), "{run}");
    assert!(run.stdout.contains("A set that is scaled up, or made again, uses these claims again"), "{run}");
    assert!(!run.stdout.contains("data-web-0"), "a claim in use is not listed: {run}");
    let wide = ns.plugin(&["orphans", "-o", "wide"]).ok();
    let volume = volume_of(&ns, "data-web-2").expect("a volume");
    assert!(wide.stdout.contains(&volume) && wide.stdout.contains("RECLAIM"), "{wide}");
    let names = ns.plugin(&["orphans", "-o", "name"]).ok();
    assert_eq!(names.stdout, "persistentvolumeclaim/data-web-1\npersistentvolumeclaim/data-web-2\n");
}

#[test]
fn claims_of_a_deleted_set_need_its_name() {
    let ns = left_behind("rows-gone");
    delete_set(&ns, "web");
    let all = ["data-web-0", "data-web-1", "data-web-2"].map(|name| (name, "Orphaned SetGone"));
    let document = assert_all(&ns, all);
    for (name, _) in all {
        let found = item(&document, name);
        assert_eq!((&found["set"], &found["template"]), (&json!("web"), &json!("data")), "{found}");
        assert_eq!((&found["deletable"], &found["needs"]), (&json!(false), &json!("setName")), "{found}");
    }
    assert!(text(&item(&document, "data-web-0")["evidence"][0]).starts_with("no statefulset web exists"));
    for name in ["web", "sts/web", "statefulset.apps/web"] {
        let (run, named) = orphans(&ns, &[name]);
        assert_eq!((run.code, classes(&named)), (0, expect(all)), "{run}");
        let found = item(&named, "data-web-2");
        assert_eq!((&found["deletable"], &found["needs"]), (&json!(true), &Value::Null), "{found}");
    }
}

#[test]
fn what_no_set_can_have_made_is_left_to_whoever_made_it() {
    let ns = Namespace::new("rows-foreign");
    ns.apply(claim("scratch", &json!({"app": "x"})));
    ns.apply(claim("disk-0", &json!({"app": "x"})));
    ns.apply(claim("data-web-01", &json!({"app": "x"})));
    ns.apply(claim("data-web-2147483648", &json!({"app": "x"})));
    ns.apply(claim("data-web-0", &json!({})));
    ns.apply(claim("data-web-1", &json!({"app": "x"})));
    let document = assert_all(
        &ns,
        [
            ("scratch", "Managed NotOfASet"),
            ("disk-0", "Managed NotOfASet"),
            ("data-web-01", "Managed NotOfASet"),
            ("data-web-2147483648", "Managed NotOfASet"),
            ("data-web-0", "Managed NotOfASet"),
            ("data-web-1", "Orphaned SetGone"),
        ],
    );
    let found = item(&document, "data-web-1");
    let none = json!([null, null, "KeepsVolume"]);
    assert_eq!(json!([found["volume"], found["reclaimPolicy"], found["onDelete"]]), none);
    let other = item(&document, "data-web-0");
    assert_eq!(json!([other["set"], other["template"], other["ordinal"]]), json!([null, null, null]));
}
