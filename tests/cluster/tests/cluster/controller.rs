//! The real controller is at work, in a process of its own.

use k8s_openapi::api::core::v1::{Pod, Service};
use test_cluster::boot::STATEFULSET_CONTROLLER;
use test_cluster::*;

#[test]
fn a_partition_holds_back_pods_below_it() {
    let ns = Namespace::new("partition");
    ns.apply(set("web").replicas(2));
    ns.wait_rolled_out("web");
    ns.apply(set("web").replicas(2).partition(1).image("example/app:2"));
    let image = |pod| ns.pod(pod).and_then(|pod| pod.spec?.containers.into_iter().next()?.image);
    ns.wait_until("web-1 is new", || {
        ns.is_ready("web-1") && image("web-1").as_deref() == Some("example/app:2")
    });
    assert_eq!(image("web-0").as_deref(), Some("example/app:1"));
}

#[test]
fn an_ondelete_set_updates_a_pod_when_it_is_deleted() {
    let ns = Namespace::new("on-delete");
    ns.apply(set("web").on_delete());
    ns.wait_rolled_out("web");
    ns.apply(set("web").on_delete().image("example/app:2"));
    let status = || ns.statefulset("web").status.unwrap_or_default();
    ns.wait_until("the controller saw it", || status().update_revision != status().current_revision);
    ns.delete::<Pod>("web-0");
    ns.wait_until("web-0 is new", || {
        let image = ns.pod("web-0").and_then(|pod| pod.spec?.containers.into_iter().next()?.image);
        image.as_deref() == Some("example/app:2")
    });
}

#[test]
fn ordinals_may_start_anywhere() {
    let ns = Namespace::new("start");
    ns.apply(set("web").replicas(2).start(5).parallel());
    ns.wait_rolled_out("web");
    assert!(ns.is_ready("web-5") && ns.is_ready("web-6") && ns.pod("web-0").is_none());
}

#[test]
fn a_strategy_without_parameters_stays_without() {
    let ns = Namespace::new("null");
    ns.apply(set("web").rolling_update_null());
    let strategy = ns.statefulset("web").spec.and_then(|spec| spec.update_strategy).expect("a strategy");
    assert_eq!((strategy.type_.as_deref(), strategy.rolling_update), (Some("RollingUpdate"), None));
}

#[test]
fn a_set_brings_its_service_unless_told_otherwise() {
    let ns = Namespace::new("service");
    ns.apply(set("web"));
    ns.apply(set("bare").service(None));
    assert!(ns.get::<Service>("web").is_some());
    assert!(ns.get::<Service>("bare").is_none());
    assert_eq!(ns.statefulset("bare").spec.and_then(|spec| spec.service_name).unwrap_or_default(), "");
}

#[test]
fn the_statefulset_controller_has_a_process_of_its_own() {
    let pid = cluster().state.pid(STATEFULSET_CONTROLLER).expect("its process id is known");
    let cmdline = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).expect("it runs");
    assert!(cmdline.contains("--controllers=statefulset"), "{cmdline}");
}
