//! Deleted sets whose names are alike.

use crate::said::{classes, expect, items};
use crate::scene::{claim, delete_set, orphans};
use serde_json::json;
use test_cluster::*;

#[test]
fn a_deleted_set_is_found_by_its_name_also_where_a_shorter_name_lives() {
    let ns = Namespace::new("sel-lives");
    ns.apply(set("db").replicas(1).claims("data"));
    ns.wait_rolled_out("db");
    ns.apply(claim("data-my-db-0", &json!({"app": "my-db"})));
    let (run, document) = orphans(&ns, &["my-db"]);
    assert_eq!(items(&document).len(), 1, "its labels spell out my-db: {run}");
}

#[test]
fn a_longer_name_that_labels_spell_out_is_not_taken_for_a_shorter_one() {
    let ns = Namespace::new("sel-shorter");
    // Two deleted sets: `my-db`, whose claims say so, and `db`.
    ns.apply(claim("data-my-db-0", &json!({"app": "my-db"})));
    ns.apply(claim("data-db-0", &json!({"app": "db"})));
    let (run, document) = orphans(&ns, &["db", "--delete", "--yes"]);
    assert_eq!(classes(&document), expect([("data-db-0", "Orphaned SetGone")]), "{run}");
    assert_eq!(ns.claims(), ["data-my-db-0"], "claims of my-db are not deleted as those of db: {run}");
}

#[test]
fn names_that_several_deleted_sets_could_have_given_name_them_all() {
    let ns = Namespace::new("sel-collide");
    ns.apply(set("web").replicas(1).claims("data-web"));
    ns.wait_rolled_out("web");
    ns.apply(set("web-web").replicas(2).claims("data"));
    ns.wait_rolled_out("web-web");
    delete_set(&ns, "web");
    delete_set(&ns, "web-web");
    let set_gone = "Orphaned SetGone";
    let (run, document) = orphans(&ns, &[]);
    assert_eq!(
        classes(&document),
        expect([("data-web-web-0", set_gone), ("data-web-web-1", set_gone)]),
        "{run}"
    );
    for name in ["web-web", "web"] {
        let run = ns.plugin(&["orphans", name, "-o", "json"]).ok();
        assert!(run.stdout.contains("or web") || run.stdout.contains("or web-web"), "both are named: {run}");
    }
    assert_eq!(ns.claims().len(), 2);
}
