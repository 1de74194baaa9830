//! Kinds that the cluster does not serve.

use crate::rights::{orphans_as, user};
use crate::said::items;
use crate::scene::{scale_down, web};
use serde_json::json;
use test_cluster::boot::Options;
use test_cluster::*;

/// The server refuses a user without rights before it says that there is no such kind. A cluster of its own, as other
/// tests have the shared one serve all kinds.
#[test]
fn a_kind_that_is_not_served_takes_neither_a_right_nor_an_attestation() {
    let own = own_cluster(&Options::default());
    let ns = Namespace::on(&own.handle().expect("its handle"), "unserved");
    scale_down(&ns, || web(1));
    let user = user(&ns, "user-e", &["scaledobjects", "volumesnapshots"]).and_in_cluster(&[
        ("", "persistentvolumes", &["get", "list"]),
        ("storage.k8s.io", "volumeattachments", &["list"]),
    ]);
    user.wait_can("list", "persistentvolumes");
    user.wait_can("list", "volumeattachments.storage.k8s.io");
    let (run, document) = orphans_as(&ns, &user, &[]);
    assert_eq!(items(&document).len(), 2, "{run}");
    for found in items(&document) {
        let said = json!([found["class"], found["deletable"], found["needs"]]);
        assert_eq!(said, json!(["Orphaned", true, null]), "{run}");
    }
    assert_eq!(document["notes"], json!([]), "{run}");
}
