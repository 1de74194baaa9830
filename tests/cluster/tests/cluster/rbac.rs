//! Users with few rights.

use test_cluster::*;

#[test]
fn a_user_may_do_what_was_granted_and_nothing_else() {
    let ns = Namespace::new("rbac");
    ns.apply(set("web"));
    let user = ns.as_user("user-a", &[("apps", "statefulsets", &["get", "list"])]);
    user.wait_can("get", "statefulsets.apps");
    let _ = user.kubectl(&["get", "statefulset", "web"]).ok();
    let refused = user.kubectl(&["get", "pods"]).code(1);
    assert!(refused.stderr.contains("User \"user-a\" cannot list resource \"pods\""), "{refused}");
}

#[test]
fn a_grant_in_one_namespace_is_none_in_another() {
    let (here, there) = (Namespace::new("here"), Namespace::new("there"));
    here.as_user("user-b", &[("", "pods", &["list"])]).wait_can("list", "pods");
    let refused = there.as_user("user-b", &[]).kubectl(&["get", "pods"]).code(1);
    assert!(refused.stderr.contains("forbidden"), "{refused}");
}

#[test]
fn a_user_can_be_given_rights_on_nodes() {
    let ns = Namespace::new("nodes");
    let user = ns.as_user("user-e", &[]).and_in_cluster(&[("", "nodes", &["get", "list"])]);
    user.wait_can("list", "nodes");
    let shown = user.kubectl(&["get", "nodes", "-o", "name"]).ok();
    assert!(shown.stdout.contains("node/node-0"), "{shown}");
}
