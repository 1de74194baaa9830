//! One test for each behaviour of a simulated pod, on the status the API server has.

use k8s_openapi::api::core::v1::{Event, Pod, PodCondition};
use serde_json::json;
use std::time::Duration;
use test_cluster::*;

fn condition(ns: &Namespace, pod: &str, type_: &str) -> PodCondition {
    let conditions = ns.pod(pod).and_then(|pod| pod.status?.conditions).unwrap_or_default();
    conditions.into_iter().find(|condition| condition.type_ == type_).expect("the condition is there")
}

fn phase(ns: &Namespace, pod: &str) -> String {
    ns.pod(pod).and_then(|pod| pod.status?.phase).unwrap_or_default()
}

/// Waits for a Warning event of a pod and returns its message.
fn warning(ns: &Namespace, pod: &str, reason: &str) -> String {
    let find = || {
        ns.list::<Event>().into_iter().find(|event| {
            event.involved_object.name.as_deref() == Some(pod)
                && event.type_.as_deref() == Some("Warning")
                && event.reason.as_deref() == Some(reason)
        })
    };
    ns.wait_until(&format!("{pod} has an event {reason}"), || find().is_some());
    find().and_then(|event| event.message).unwrap_or_default()
}

fn name_and_uid(ns: &Namespace, pod: &str) -> String {
    let uid = ns.pod(pod).and_then(|pod| pod.metadata.uid).unwrap_or_default();
    format!("{pod}_{}({uid})", ns.name())
}

#[test]
fn a_healthy_set_rolls_out() {
    let ns = Namespace::new("healthy");
    ns.apply(set("web").replicas(3).claims("data"));
    ns.wait_rolled_out("web");
    assert_eq!(ns.claims(), ["data-web-0", "data-web-1", "data-web-2"]);
    assert_eq!(condition(&ns, "web-2", "Ready").status, "True");
    assert_eq!(condition(&ns, "web-2", "Ready").reason, None);
    ns.apply(set("web").replicas(3).claims("data").image("example/app:2"));
    ns.wait_rolled_out("web");
}

#[test]
fn a_never_ready_pod_runs_and_is_not_ready() {
    let ns = Namespace::new("never-ready");
    ns.apply(set("web").behaviour(Behaviour::NeverReady).container("sidecar"));
    ns.wait_until("web-0 runs", || phase(&ns, "web-0") == "Running");
    let app = ns.container("web-0", "app").expect("a status");
    assert!(app.started == Some(true) && !app.ready && app.restart_count == 0);
    assert!(ns.container("web-0", "sidecar").expect("a status").ready);
    let ready = condition(&ns, "web-0", "Ready");
    assert_eq!(ready.reason.as_deref(), Some("ContainersNotReady"));
    assert_eq!(ready.message.as_deref(), Some("containers with unready status: [app]"));
    assert!(!ns.list::<Event>().iter().any(|event| event.type_.as_deref() == Some("Warning")));
}

#[test]
fn a_crash_looping_pod_says_so_and_counts_restarts() {
    let ns = Namespace::new("crash-loop");
    ns.apply(set("web").behaviour(Behaviour::CrashLoop).container("sidecar"));
    let reason = || ns.waiting_reason("web-0", "app");
    ns.wait_until("web-0 is crash looping", || reason().as_deref() == Some("CrashLoopBackOff"));
    let app = ns.container("web-0", "app").expect("a status");
    let message = app.state.and_then(|state| state.waiting?.message).expect("a message");
    let who = name_and_uid(&ns, "web-0");
    assert_eq!(message, format!("back-off 5m0s restarting failed container=app pod={who}"));
    let last = app.last_state.and_then(|state| state.terminated).expect("a last state");
    assert_eq!((last.exit_code, last.reason.as_deref()), (1, Some("Error")));
    assert_eq!(phase(&ns, "web-0"), "Running");
    assert!(ns.container("web-0", "sidecar").expect("a status").ready);
    assert_eq!(
        warning(&ns, "web-0", "BackOff"),
        format!("Back-off restarting failed container app in pod {who}")
    );
    let since = condition(&ns, "web-0", "Ready").last_transition_time;
    ns.wait_until("it restarted again", || {
        ns.container("web-0", "app").is_some_and(|app| app.restart_count > 1)
    });
    assert_eq!(condition(&ns, "web-0", "Ready").last_transition_time, since, "it was not Ready in between");
}

#[test]
fn a_pod_without_memory_was_killed_for_it() {
    let ns = Namespace::new("oom");
    ns.apply(set("web").behaviour(Behaviour::Oom));
    let last = || ns.container("web-0", "app")?.last_state?.terminated;
    ns.wait_until("web-0 was killed", || last().is_some());
    let last = last().expect("a last state");
    assert_eq!((last.exit_code, last.reason.as_deref()), (137, Some("OOMKilled")));
    assert_eq!(ns.waiting_reason("web-0", "app").as_deref(), Some("CrashLoopBackOff"));
}

#[test]
fn a_missing_image_keeps_a_pod_pending() {
    let ns = Namespace::new("image");
    ns.apply(set("web").image("example/app:nope").behaviour(Behaviour::ImagePullError));
    let reason = || ns.waiting_reason("web-0", "app");
    ns.wait_until("web-0 waits for its image", || reason().as_deref() == Some("ImagePullBackOff"));
    let app = ns.container("web-0", "app").expect("a status");
    let message = app.state.and_then(|state| state.waiting?.message).expect("a message");
    assert!(message.starts_with("Back-off pulling image \"example/app:nope\": ErrImagePull: "), "{message}");
    assert_eq!(phase(&ns, "web-0"), "Pending");
    assert!(!warning(&ns, "web-0", "Failed").is_empty());
}

#[test]
fn a_slow_pod_is_ready_after_its_delay() {
    let ns = Namespace::new("slow");
    ns.apply(set("web").behaviour(Behaviour::SlowReady).delay("2s"));
    ns.wait_until("web-0 runs", || phase(&ns, "web-0") == "Running");
    assert!(!ns.is_ready("web-0"));
    ns.wait_until("web-0 is ready", || ns.is_ready("web-0"));
}

#[test]
fn a_pod_can_stop_being_ready() {
    let ns = Namespace::new("unready");
    ns.apply(set("web").behaviour(Behaviour::UnreadyLater).delay("1s"));
    ns.wait_until("web-0 is ready", || ns.is_ready("web-0"));
    ns.wait_until("web-0 is unready", || !ns.is_ready("web-0"));
    assert_eq!(phase(&ns, "web-0"), "Running");
    assert_eq!(condition(&ns, "web-0", "Ready").reason.as_deref(), Some("ContainersNotReady"));
}

#[test]
fn a_failing_probe_is_told_in_events() {
    let ns = Namespace::new("probe");
    ns.apply(set("web").behaviour(Behaviour::ProbeFailing));
    let message = warning(&ns, "web-0", "Unhealthy");
    assert_eq!(message, "Readiness probe failed: HTTP probe failed with statuscode: 503");
    assert!(!ns.is_ready("web-0"));
    let count = || ns.list::<Event>().into_iter().filter_map(|event| event.count).max();
    ns.wait_until("it failed again", || count() > Some(1));
}

#[test]
fn a_pod_stuck_in_terminating_goes_only_by_force_or_when_freed() {
    let ns = Namespace::new("stuck");
    ns.apply(set("web").replicas(2).parallel().behaviour(Behaviour::StuckTerminating));
    ns.wait_rolled_out("web");
    let uid = |pod| ns.pod(pod).and_then(|pod| pod.metadata.uid);
    let (first, second) = (uid("web-0"), uid("web-1"));
    ns.delete::<Pod>("web-0");
    ns.delete::<Pod>("web-1");
    assert!(ns.is_terminating("web-0") && ns.is_terminating("web-1"));
    let _ = ns.kubectl(&["delete", "pod", "web-1", "--grace-period=0", "--force"]).ok();
    ns.wait_until("web-1 is another pod", || uid("web-1").is_some() && uid("web-1") != second);
    assert!(ns.is_terminating("web-0"), "nobody freed it");
    ns.behave("web-0", Behaviour::Healthy);
    ns.wait_until("web-0 is another pod", || uid("web-0").is_some() && uid("web-0") != first);
}

#[test]
fn a_finalizer_holds_a_deleted_pod() {
    let ns = Namespace::new("finalizer");
    ns.apply(set("web"));
    ns.wait_rolled_out("web");
    ns.patch::<Pod>("web-0", &json!({"metadata": {"finalizers": ["example.com/hold"]}}));
    let uid = ns.pod("web-0").and_then(|pod| pod.metadata.uid);
    ns.delete::<Pod>("web-0");
    assert!(ns.is_terminating("web-0"));
    ns.patch::<Pod>("web-0", &json!({"metadata": {"finalizers": null}}));
    ns.wait_until("web-0 is another pod", || {
        ns.is_ready("web-0") && ns.pod("web-0").and_then(|pod| pod.metadata.uid) != uid
    });
}

#[test]
fn a_failing_init_container_keeps_a_pod_pending() {
    let ns = Namespace::new("init");
    ns.apply(set("web").behaviour(Behaviour::InitFailing));
    let reason = || ns.waiting_reason("web-0", "init");
    ns.wait_until("its init container crash loops", || reason().as_deref() == Some("CrashLoopBackOff"));
    assert_eq!(phase(&ns, "web-0"), "Pending");
    assert_eq!(ns.waiting_reason("web-0", "app").as_deref(), Some("PodInitializing"));
    let initialized = condition(&ns, "web-0", "Initialized");
    assert_eq!(initialized.message.as_deref(), Some("containers with incomplete status: [init]"));
    let shown = ns.kubectl(&["get", "pod", "web-0", "--no-headers"]).ok();
    assert!(shown.stdout.contains("Init:CrashLoopBackOff"), "{shown}");
}

#[test]
fn a_pod_with_init_containers_becomes_ready() {
    let ns = Namespace::new("init-well");
    ns.apply(set("web").init_container("init"));
    ns.wait_rolled_out("web");
    assert_eq!(condition(&ns, "web-0", "Initialized").status, "True");
    assert!(ns.container("web-0", "init").expect("a status").ready);
}

#[test]
fn a_missing_secret_keeps_a_pod_pending() {
    let ns = Namespace::new("config");
    ns.apply(set("web").behaviour(Behaviour::ContainerConfig));
    let reason = || ns.waiting_reason("web-0", "app");
    ns.wait_until("web-0 cannot be made", || reason().as_deref() == Some("CreateContainerConfigError"));
    let app = ns.container("web-0", "app").expect("a status");
    let message = app.state.and_then(|state| state.waiting?.message);
    assert_eq!(message.as_deref(), Some("secret \"credentials\" not found"));
    assert_eq!(warning(&ns, "web-0", "Failed"), "Error: secret \"credentials\" not found");
}

#[test]
fn a_failed_pod_is_made_again_by_the_controller() {
    let ns = Namespace::new("fails");
    ns.apply(set("web").behaviour(Behaviour::Fails));
    let uid = || ns.pod("web-0").and_then(|pod| pod.metadata.uid);
    ns.wait_until("web-0 is there", || uid().is_some());
    let first = uid();
    ns.wait_until("web-0 is another pod", || uid().is_some() && uid() != first);
}

#[test]
fn a_failed_pod_without_a_controller_stays_failed() {
    let ns = Namespace::new("failed");
    ns.apply(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "lonely", "annotations": {"kubectl-stateful.test/pod": "fails"}},
        "spec": {"containers": [{"name": "app", "image": "example/app:1"}]},
    }));
    ns.wait_until("it failed", || phase(&ns, "lonely") == "Failed");
    let app = ns.container("lonely", "app").expect("a status");
    assert_eq!(app.state.and_then(|state| Some(state.terminated?.exit_code)), Some(1));
    assert_eq!(condition(&ns, "lonely", "Ready").reason.as_deref(), Some("PodFailed"));
}

#[test]
fn a_status_made_by_hand_stays() {
    let ns = Namespace::new("by-hand");
    ns.apply(set("web").behaviour(Behaviour::ByHand));
    ns.wait_until("the kubelet saw web-0", || ns.waiting_reason("web-0", "app").is_some());
    ns.patch_status::<Pod>("web-0", &json!({"phase": "Unknown", "reason": "NodeLost"}));
    assert_eq!(phase(&ns, "web-0"), "Unknown");
}

#[test]
fn one_pod_of_a_healthy_set_can_be_made_to_misbehave_and_to_recover() {
    let ns = Namespace::new("one-of");
    ns.apply(set("web").replicas(2).parallel());
    ns.wait_rolled_out("web");
    ns.behave("web-1", Behaviour::CrashLoop);
    ns.wait_until("web-1 is crash looping", || {
        ns.waiting_reason("web-1", "app").as_deref() == Some("CrashLoopBackOff") && !ns.is_ready("web-1")
    });
    assert!(ns.is_ready("web-0"));
    ns.behave("web-1", Behaviour::Healthy);
    ns.wait_until("web-1 recovered", || ns.is_ready("web-1"));
    assert!(ns.container("web-1", "app").expect("a status").restart_count > 0, "restarts are not forgotten");
    ns.behave("web-1", Behaviour::NeverReady);
    ns.wait_until("web-1 is unready", || !ns.is_ready("web-1"));
}

#[test]
fn a_wait_in_vain_says_what_it_waited_for_and_what_there_is() {
    let ns = Namespace::new("in-vain");
    ns.apply(set("web").behaviour(Behaviour::NeverReady));
    ns.wait_until("web-0 runs", || phase(&ns, "web-0") == "Running");
    let wait = || ns.wait_for(Duration::from_millis(100), "the sun rises in the west", || false);
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(wait)).expect_err("a panic");
    let message = panic.downcast::<String>().expect("a message");
    assert!(message.contains("until the sun rises in the west"), "{message}");
    assert!(message.contains("pod web-0: Running") && message.contains("app:running"), "{message}");
}
