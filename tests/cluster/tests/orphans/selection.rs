//! Which claims are looked at, and how a run ends that deletes nothing.

use crate::said::{classes, expect, items};
use crate::scene::{claim, left_behind, orphans, web};
use serde_json::json;
use test_cluster::*;

#[test]
fn all_namespaces_are_looked_at_each_by_itself() {
    let one = left_behind("sel-one");
    let two = Namespace::new("sel-two");
    // Its set is in the other namespace only.
    two.apply(claim("data-web-0", &json!({"app": "web"})));
    crate::scene::settle(&two);
    let (run, document) = orphans(&one, &["-A", "-l", "app=web"]);
    assert_eq!(run.code, 0, "{run}");
    let of = |ns: &Namespace| {
        let mut ours = document.clone();
        ours["items"].as_array_mut().expect("items").retain(|item| item["namespace"] == ns.name());
        classes(&ours)
    };
    let down = "Orphaned ScaledDown";
    assert_eq!(of(&one), expect([("data-web-1", down), ("data-web-2", down)]), "{run}");
    assert_eq!(of(&two), expect([("data-web-0", "Orphaned SetGone")]), "{run}");
    let table = one.plugin(&["orphans", "-A"]).ok();
    assert!(table.stdout.starts_with("NAMESPACE") && table.stdout.contains(two.name()), "{table}");
    let wrong = one.plugin(&["orphans", "web", "-A"]).code(2);
    assert!(wrong.stderr.contains("a set cannot be named across all namespaces"), "{wrong}");
}

#[test]
fn labels_select_claims() {
    let ns = left_behind("sel-labels");
    ns.apply(claim("data-gone-0", &json!({"app": "gone", "tier": "db"})));
    let gone = expect([("data-gone-0", "Orphaned SetGone")]);
    for selector in ["tier=db", "app!=web", "app in (gone,other)"] {
        let (run, document) = orphans(&ns, &["-l", selector]);
        assert_eq!((run.code, classes(&document)), (0, gone.clone()), "{run}");
    }
    let (_, both) = orphans(&ns, &["gone", "-l", "tier=db"]);
    assert_eq!(classes(&both), gone);
    let run = ns.plugin(&["orphans", "-l", "app=nobody"]).ok();
    assert_eq!(run.stdout, "", "{run}");
    assert!(
        run.stderr.contains("no claim in namespace") && run.stderr.contains("matching app=nobody"),
        "{run}"
    );
    // A selector that does not match the set's pods does not hide that they use a claim.
    let (_, document) = orphans(&ns, &["-l", "app=web", "--all"]);
    assert_eq!(classes(&document)["data-web-0"], "InUse UsedByPod");
}

#[test]
fn names_select_sets_that_live_and_sets_that_do_not() {
    let ns = left_behind("sel-names");
    ns.apply(claim("data-gone-0", &json!({"app": "gone"})));
    ns.apply(claim("data-gone-1", &json!({"app": "gone"})));
    let down = "Orphaned ScaledDown";
    let (_, web) = orphans(&ns, &["web"]);
    assert_eq!(classes(&web), expect([("data-web-1", down), ("data-web-2", down)]));
    let (_, all) = orphans(&ns, &["web", "--all"]);
    let used = ("data-web-0", "InUse UsedByPod");
    assert_eq!(classes(&all), expect([used, ("data-web-1", down), ("data-web-2", down)]));
    let (_, gone) = orphans(&ns, &["statefulset/gone"]);
    let set_gone = "Orphaned SetGone";
    assert_eq!(classes(&gone), expect([("data-gone-0", set_gone), ("data-gone-1", set_gone)]));
    let (_, both) = orphans(&ns, &["web", "gone"]);
    assert_eq!(items(&both).len(), 4, "{both:#}");
    let none = ns.plugin(&["orphans", "nobody"]).ok();
    assert_eq!(none.stdout, "");
    assert!(
        none.stderr.contains("5 claims in namespace") && none.stderr.contains("none of nobody"),
        "{none}"
    );
}

#[test]
fn claims_of_several_namespaces_are_deleted_at_once() {
    let [one, two] = ["sel-both", "sel-both"].map(Namespace::new);
    for ns in [&one, &two] {
        ns.apply(web(1));
        ns.wait_rolled_out("web");
        ns.apply(claim("data-web-1", &json!({"app": "web", "run": one.name()})));
        ns.apply(claim("data-web-2", &json!({"app": "web"})));
    }
    crate::scene::settle(&two);
    let selector = format!("run={}", one.name());
    let (run, document) = orphans(&one, &["-A", "-l", &selector, "--delete", "--yes"]);
    assert_eq!((run.code, items(&document).len()), (0, 2), "{run}");
    assert!(items(&document).iter().all(|item| item["deletion"]["outcome"] == "Deleted"), "{run}");
    for ns in [&one, &two] {
        assert_eq!(ns.claims(), ["data-web-0", "data-web-2"], "{run}");
    }
}

#[test]
fn the_exit_code_says_whether_there_are_findings() {
    let ns = Namespace::new("sel-code");
    for args in [&["orphans", "--exit-code"][..], &["orphans"]] {
        let empty = ns.plugin(args).ok();
        assert_eq!(empty.stdout, "");
        assert_eq!(empty.stderr, format!("note: no claim in namespace {}\n", ns.name()));
    }
    let (_, document) = orphans(&ns, &[]);
    assert_eq!((&document["items"], &document["notes"]), (&json!([]), &json!([])));
    assert_eq!(ns.plugin(&["orphans", "-o", "name"]).ok().stdout, "");

    ns.apply(web(1));
    ns.wait_rolled_out("web");
    let used = ns.plugin(&["orphans", "--exit-code"]).ok();
    assert!(used.stderr.contains("1 claim in namespace"), "{used}");
    let _ = ns.plugin(&["orphans", "--exit-code", "--all"]).ok();

    ns.apply(claim("data-web-1", &json!({"app": "web"})));
    let (run, document) = orphans(&ns, &["--exit-code"]);
    assert_eq!((run.code, classes(&document)), (8, expect([("data-web-1", "Orphaned ScaledDown")])), "{run}");
    assert_eq!(run.stderr, "", "{run}");
    let _ = ns.plugin(&["orphans", "--exit-code"]).code(8);
    let _ = ns.plugin(&["orphans", "--exit-code", "-l", "app=other"]).ok();
    let _ = ns.plugin(&["orphans"]).ok();
}
