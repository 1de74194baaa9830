//! Users who may read claims, but not delete or watch them.

use crate::rights::{RIGHTS, Right, orphans_as};
use crate::said::{expect, outcomes};
use crate::scene::{left_behind, versions};

/// The rights with other verbs on claims.
fn on_claims(verbs: &'static [&'static str]) -> Vec<Right> {
    let mut rights = RIGHTS.to_vec();
    rights[10].2 = verbs;
    rights
}

#[test]
fn without_the_right_to_delete_nothing_is_deleted() {
    let ns = left_behind("plain-delete");
    let user = ns.as_user("user-b", &on_claims(&["get", "list", "watch"]));
    user.wait_can("list", "persistentvolumeclaims");
    let before = versions(&ns);
    let attested = ["--delete", "--yes", "--attest", "detached"];
    let (run, document) = orphans_as(&ns, &user, &attested);
    assert_eq!(run.code, 1, "{run}");
    let expected = expect([("data-web-1", "Failed"), ("data-web-2", "Failed")]);
    assert_eq!(outcomes(&document), expected, "{run}");
    assert!(run.stderr.contains("not allowed to delete persistentvolumeclaims \"data-web-1\""), "{run}");
    assert!(run.stderr.contains("kubectl auth can-i delete persistentvolumeclaims"), "{run}");
    assert_eq!(versions(&ns), before);
}

#[test]
fn without_the_right_to_get_what_could_use_them_nothing_is_deleted() {
    let ns = left_behind("plain-get");
    for (at, name, what) in
        [(0, "user-d", "get statefulsets.apps \"web\""), (1, "user-a", "get pods \"web-1\"")]
    {
        let mut rights = RIGHTS.to_vec();
        rights[at].2 = &["list"];
        let user = ns.as_user(name, &rights);
        user.wait_can("list", "persistentvolumeclaims");
        let before = versions(&ns);
        let (run, document) = orphans_as(&ns, &user, &["--delete", "--yes", "--attest", "detached"]);
        assert_eq!(run.code, 1, "{run}");
        let expected = expect([("data-web-1", "Failed"), ("data-web-2", "Failed")]);
        assert_eq!(outcomes(&document), expected, "{run}");
        assert!(run.stderr.contains(&format!("not allowed to {what}")), "{run}");
        assert_eq!(versions(&ns), before);
    }
}

#[test]
fn without_the_right_to_watch_claims_still_go_and_are_seen_to_go() {
    let ns = left_behind("plain-watch");
    let user = ns.as_user("user-c", &on_claims(&["get", "list", "delete"]));
    user.wait_can("list", "persistentvolumeclaims");
    let (run, document) = orphans_as(&ns, &user, &["--delete", "--yes", "--attest", "detached"]);
    ns.wait_until("they are gone", || ns.claims() == ["data-web-0"]);
    let expected = expect([("data-web-1", "Deleted"), ("data-web-2", "Deleted")]);
    assert_eq!((run.code, outcomes(&document)), (0, expected), "{run}");
}
