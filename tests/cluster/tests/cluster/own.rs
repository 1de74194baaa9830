//! A cluster of a test's own, for what would disturb the others.

use k8s_openapi::api::core::v1::Pod;
use serde_json::json;
use test_cluster::boot::{Options, STATEFULSET_CONTROLLER};
use test_cluster::*;

#[test]
fn the_statefulset_controller_alone_can_be_stopped_and_the_cluster_ends_with_the_test() {
    let options =
        Options { feature_gates: vec!["MaxUnavailableStatefulSet=true".into()], ..Options::default() };
    let own = own_cluster(&options);
    let handle = own.handle().expect("its handle");
    let ns = Namespace::on(&handle, "own");
    ns.apply(set("web").replicas(2).max_unavailable(2));
    ns.wait_rolled_out("web");

    let stopped = own.freeze(&[STATEFULSET_CONTROLLER]).expect("it can be stopped");
    ns.delete::<Pod>("web-1");
    ns.wait_until("web-1 is gone", || ns.pod("web-1").is_none());
    // The other controllers go on: a namespace gets its service account.
    let other = Namespace::on(&handle, "other");
    other.apply(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "lonely"},
        "spec": {"containers": [{"name": "app", "image": "example/app:1"}]},
    }));
    other.wait_until("a pod of nobody is ready", || other.is_ready("lonely"));
    assert!(ns.pod("web-1").is_none(), "nobody makes it again");
    drop(stopped);
    ns.wait_until("web-1 is ready", || ns.is_ready("web-1"));

    let dir = own.dir().to_owned();
    let pids: Vec<_> = own.state().processes.clone();
    drop((ns, other, own));
    assert!(!dir.exists() && !pids.iter().any(|process| process.is_ours(&dir)));
}
