//! `--watch` beside electors: several sets, annotations, conflicts.

use crate::scene::{annotated, lease, rolled_out};
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{ConfigMap, Endpoints};
use serde_json::json;
use test_cluster::*;

#[test]
fn an_annotation_is_followed_and_a_conflict_is_said() {
    let ns = rolled_out("annotation");
    ns.apply(annotated("ConfigMap", "web", "web-0", 600));
    let mut watch = ns.spawn(&["leader", "web", "--watch"]);
    watch.line_with("web: web-0 leads since ");
    ns.apply(annotated("ConfigMap", "web", "web-1", 600));
    let line = watch.line_with("web: web-1 leads (configmap/web), at most ");
    assert!(
        line.ends_with(" ms after web-0, counted from its last renewal: its claim had not run out"),
        "{line}"
    );
    ns.apply(lease("web", "web-0", 600, 1));
    watch.line_with("web: TWO lead: web-0 by lease/web, web-1 by configmap/web");
    ns.delete::<ConfigMap>("web");
    watch.line_with("web: web-0 leads since ");
    ns.delete::<Lease>("web");
    watch.line_with("web: nobody leads: the claim of web-0 is gone (lease/web)");
}

/// Whoever looks while a group is set up looks before there is anything to see.
#[test]
fn an_election_by_annotation_that_begins_and_ends_while_it_is_watched_is_seen() {
    for kind in ["ConfigMap", "Endpoints"] {
        let ns = rolled_out("begins");
        ns.apply(json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": "web-election"}}));
        let mut watch = ns.spawn(&["leader", "web", "--watch"]);
        watch.line_with("web: nobody leads: no Lease, annotation or label names one of its pods");
        ns.apply(annotated(kind, "web-election", "web-1", 600));
        watch.line_with("web: web-1 leads since ");
        ns.apply(annotated(kind, "web-later", "web-0", 600));
        watch.line_with("web: TWO lead: ");
        let none = json!({"metadata": {"annotations": {"control-plane.alpha.kubernetes.io/leader": null}}});
        match kind {
            "ConfigMap" => ns.patch::<ConfigMap>("web-election", &none),
            _ => ns.patch::<Endpoints>("web-election", &none),
        };
        watch.line_with("web: web-0 leads since ");
    }
}

#[test]
fn all_sets_of_a_namespace_are_followed_and_those_without_election_are_not_mentioned() {
    let ns = rolled_out("several");
    ns.apply(set("quiet"));
    ns.apply(set("db"));
    ns.apply(lease("web", "web-0", 600, 1));
    let mut watch = ns.spawn(&["leader", "--watch"]);
    watch.line_with("web: web-0 leads since ");
    ns.apply(lease("db", "db-0", 600, 1));
    watch.line_with("db: db-0 leads since ");
    watch.interrupt();
    let run = watch.end().code(130);
    assert_eq!(run.stdout.lines().count(), 2, "{run}");
}

#[test]
fn a_named_set_that_is_deleted_ends_the_watch() {
    let ns = rolled_out("deleted");
    let mut watch = ns.spawn(&["leader", "web", "--watch"]);
    watch.line_with("web: nobody leads: no Lease, annotation or label names one of its pods");
    ns.delete::<StatefulSet>("web");
    let run = watch.end().code(1);
    assert!(run.stderr.contains("statefulset.apps \"web\" was deleted meanwhile"), "{run}");
}
