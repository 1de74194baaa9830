//! What is wrong with a pod, as its kubelet tells it. Each set has two ordinals: the second one waits for the first.

use crate::view::{Status, ask, ask_until_roots};
use crate::world::{AT_ONCE, NEW, break_pod, rolled_out};
use test_cluster::*;

/// A new set whose first pod never gets well: what `status` says of it with no patience at all.
fn broken(name: &str, behaviour: Behaviour, reason: &str) -> (Namespace, Status) {
    let ns = Namespace::new(name);
    ns.apply(set("web").replicas(2).behaviour(behaviour));
    let root = format!("{reason}@0");
    let status = ask_until_roots(&ns, AT_ONCE, "Stuck", &[&root]);
    assert!(!status.passes());
    assert_eq!(status.command(), None, "there is no earlier revision to go to");
    assert_eq!(status.moves(), ["Wait web-0"]);
    assert_eq!(status.of(0), [root.as_str()]);
    assert_eq!(status.of(1), [format!("LowerOrdinalNotReady <- {root}")]);
    (ns, status)
}

#[test]
fn an_image_that_cannot_be_pulled_is_named() {
    let (_ns, status) = broken("image", Behaviour::ImagePullError, "ImagePull");
    let words = status.words();
    assert!(words.contains("example/app:1") && words.contains("Back-off pulling image"), "{words}");
    assert_eq!(status.ordinal(0)["status"], "ImagePullBackOff");
}

#[test]
fn a_crash_loop_is_told_with_its_exit_code_and_where_its_log_is() {
    let (ns, status) = broken("crash", Behaviour::CrashLoop, "CrashLoop");
    let words = status.words();
    let log = format!("kubectl logs web-0 -n {} -c app --previous", ns.name());
    assert!(words.contains("exit code 1") && words.contains(&log), "{words}");
    assert!(status.ordinal(0)["restarts"].as_u64() > Some(0), "{status}");
}

#[test]
fn a_container_killed_for_its_memory_is_told_from_a_crash() {
    let (_ns, status) = broken("oom", Behaviour::Oom, "OutOfMemory");
    let words = status.words();
    assert!(words.contains("137") && words.contains("memory"), "{words}");
}

#[test]
fn a_failing_probe_is_told_in_the_kubelets_words() {
    let (_ns, status) = broken("probe", Behaviour::ProbeFailing, "ProbeFailing");
    let words = status.words();
    assert!(words.contains("Readiness probe failed: HTTP probe failed with statuscode: 503"), "{words}");
}

#[test]
fn a_missing_secret_is_told_in_the_kubelets_words() {
    let (_ns, status) = broken("config", Behaviour::ContainerConfig, "ContainerConfig");
    let words = status.words();
    assert!(words.contains("secret \"credentials\" not found"), "{words}");
}

#[test]
fn a_failing_init_container_is_told_from_a_crash_loop() {
    let (_ns, status) = broken("init", Behaviour::InitFailing, "InitContainer");
    let words = status.words();
    assert!(words.contains("init container init") && words.contains("-c init"), "{words}");
    assert_eq!(status.ordinal(0)["status"], "Init:CrashLoopBackOff");
}

#[test]
fn a_pod_that_runs_and_is_not_ready_for_no_known_reason_is_starting() {
    let ns = Namespace::new("never");
    ns.apply(set("web").replicas(2).behaviour(Behaviour::NeverReady));
    ns.wait_until("web-0 runs", || ns.container("web-0", "app").is_some_and(|app| app.started == Some(true)));
    let status = ask(&ns, AT_ONCE);
    assert_eq!((status.state(), status.roots()), ("Stuck", vec!["Starting@0".to_owned()]), "{status}");
    assert_eq!(status.of(1), ["LowerOrdinalNotReady <- Starting@0"]);
    assert!(status.words().contains("waiting for container app"), "{status}");
    // It may well be a slow start.
    let status = ask(&ns, &[]);
    assert_eq!((status.state(), status.passes()), ("Progressing", true));
}

#[test]
fn a_fresh_crash_loop_is_given_time_to_pass() {
    let ns = Namespace::new("patience");
    ns.apply(set("web").replicas(2).behaviour(Behaviour::CrashLoop));
    let status = ask_until_roots(&ns, &[], "Progressing", &["CrashLoop@0"]);
    assert!(status.passes());
    assert_eq!(status.of(1), ["LowerOrdinalNotReady <- CrashLoop@0"]);
    // The same moment, judged without patience.
    let _ = ask_until_roots(&ns, AT_ONCE, "Stuck", &["CrashLoop@0"]);
}

#[test]
fn a_fresh_crash_loop_of_one_pod_does_not_degrade_a_set_yet() {
    let ns = rolled_out("patient", 2);
    break_pod(&ns, "web-0");
    let status = ask_until_roots(&ns, &[], "Progressing", &["CrashLoop@0"]);
    assert!(status.passes());
}

#[test]
fn parallel_pods_are_each_told_by_themselves() {
    let ns = Namespace::new("parallel");
    ns.apply(set("web").replicas(3).parallel());
    ns.wait_rolled_out("web");
    break_pod(&ns, "web-0");
    break_pod(&ns, "web-2");
    let status = ask_until_roots(&ns, AT_ONCE, "Degraded", &["CrashLoop@2", "CrashLoop@0"]);
    assert_eq!((status.of(0), status.of(1)), (vec!["CrashLoop@0".to_owned()], Vec::new()));
    // Nothing keeps a Parallel set from replacing them.
    ns.apply(set("web").replicas(3).parallel().image(NEW));
    let _ = ask_until_roots(&ns, &[], "Complete", &[]);
}

#[test]
fn a_pod_that_recovers_is_no_cause_any_more() {
    let ns = rolled_out("recovers", 2);
    break_pod(&ns, "web-1");
    let _ = ask_until_roots(&ns, AT_ONCE, "Degraded", &["CrashLoop@1"]);
    ns.behave("web-1", Behaviour::Healthy);
    ns.wait_until("web-1 is ready", || ns.is_ready("web-1"));
    let status = ask_until_roots(&ns, AT_ONCE, "Complete", &[]);
    assert!(status.ordinal(1)["restarts"].as_u64() > Some(0), "its restarts are still told: {status}");
}
