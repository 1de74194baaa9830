//! `--wait`: ends when it has come true, and as soon as it cannot come true by itself.

use crate::answer::{document, image, quota, text, trap};
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::Pod;
use serde_json::json;
use std::time::{Duration, Instant};
use test_cluster::*;

/// How soon a wait that is lost has to end.
const SOON: Duration = Duration::from_secs(2);

#[test]
fn a_rollout_that_finishes_ends_the_wait_with_0() {
    let ns = Namespace::new("done");
    ns.apply(set("web").replicas(3));
    ns.wait_rolled_out("web");
    ns.apply(set("web").replicas(3).image("example/app:2"));
    let run = ns.plugin(&["status", "web", "--wait"]).ok();
    assert!(run.stdout.starts_with("web: Complete"), "{run}");
    for pod in ["web-0", "web-1", "web-2"] {
        assert_eq!(image(&ns, pod), "example/app:2", "it ended too early: {run}");
    }
    assert!(!run.stderr.contains("error"), "{run}");
    // Nothing is left to wait for.
    let _ = ns.plugin(&["status", "web", "--wait=complete", "--timeout=5s"]).ok();
    let run = ns.plugin(&["status", "web", "--wait", "-o", "json"]).ok();
    assert_eq!(document(&run)["items"][0]["state"], "Complete");
}

#[test]
fn a_set_that_was_just_applied_is_waited_for_through_real_kubectl() {
    let ns = Namespace::new("through-kubectl");
    ns.apply(set("web").replicas(2).behaviour(Behaviour::SlowReady).delay("1s"));
    let run = ns.kubectl(&["stateful", "status", "web", "--wait"]).ok();
    assert!(run.stdout.starts_with("web: Complete"), "{run}");
    assert!(ns.is_ready("web-0") && ns.is_ready("web-1"), "{run}");
    let lost = ns.kubectl(&["stateful", "status", "web", "--wait=held"]);
    assert_eq!(lost.code, 4, "kubectl hands the exit code on: {lost}");
}

/// The trap of kubernetes/kubernetes#67250 closes when the template is repaired: from then on the controller waits
/// for a pod that nobody will repair.
#[test]
fn a_wait_ends_soon_after_the_trap_closes() {
    let ns = Namespace::new("trap");
    let web = || set("web").replicas(3);
    ns.apply(web());
    ns.wait_rolled_out("web");
    ns.apply(web().image("example/app:2").behaviour(Behaviour::CrashLoop));
    let wait = ns.spawn(&["status", "web", "--wait", "--stuck-after", "1h"]);
    ns.wait_until("web-2 crash loops", || {
        ns.waiting_reason("web-2", "app").as_deref() == Some("CrashLoopBackOff")
    });
    wait.stderr_with("CrashLoop");
    let closed = Instant::now();
    ns.apply(web().image("example/app:3").behaviour(Behaviour::Healthy));
    let run = wait.end().code(4);
    let took = closed.elapsed();
    assert!(took < SOON, "{took:?} after the trap closed: {run}");
    assert!(run.stderr.contains("error: web will not finish by itself: Stuck"), "{run}");
    let hint = run.stderr.lines().find_map(|line| line.strip_prefix("hint: ")).unwrap_or_default();
    assert!(hint.contains(&format!("kubectl delete pod web-2 -n {}", ns.name())), "{run}");
    // And it is true.
    let _ = ns.kubectl(&["delete", "pod", "web-2"]).ok();
    let run = ns.plugin(&["status", "web", "--wait"]).ok();
    assert_eq!(image(&ns, "web-0"), "example/app:3", "{run}");
}

#[test]
fn patience_runs_out_when_it_was_said_to() {
    let ns = Namespace::new("patience");
    let applied = Instant::now();
    ns.apply(set("web").behaviour(Behaviour::ImagePullError));
    let wait = ns.spawn(&["status", "web", "--wait", "--stuck-after", "3s"]);
    ns.wait_until("the image cannot be pulled", || {
        ns.waiting_reason("web-0", "app").is_some_and(|reason| reason.contains("Image"))
    });
    let began = Instant::now();
    let run = wait.end().code(4);
    let took = began.elapsed();
    let waited = applied.elapsed();
    assert!(waited > Duration::from_secs(3), "too early, {waited:?} after the set was made: {run}");
    assert!(took < Duration::from_secs(3) + SOON, "too late, after {took:?}: {run}");
    assert!(
        run.stderr.contains("error: web will not finish by itself") && run.stderr.contains("image"),
        "{run}"
    );
}

#[test]
fn no_patience_at_all_ends_the_wait_at_the_first_crash_loop() {
    let ns = Namespace::new("impatient");
    ns.apply(set("web").behaviour(Behaviour::CrashLoop));
    let wait = ns.spawn(&["status", "web", "--wait=ready", "--stuck-after", "0s"]);
    ns.wait_until("web-0 crash loops", || {
        ns.waiting_reason("web-0", "app").as_deref() == Some("CrashLoopBackOff")
    });
    let began = Instant::now();
    let run = wait.end().code(4);
    assert!(began.elapsed() < SOON, "{:?}: {run}", began.elapsed());
}

#[test]
fn a_refused_pod_ends_the_wait() {
    let ns = Namespace::new("refused");
    ns.apply(quota());
    ns.apply(set("web").replicas(3));
    let run = ns.plugin(&["status", "web", "--wait", "--stuck-after", "6s"]).code(4);
    assert!(run.stderr.contains("exceeded quota"), "the server's own words: {run}");
}

#[test]
fn pods_that_wait_for_their_deletion_end_the_wait() {
    let ns = Namespace::new("on-delete");
    let web = || set("web").replicas(2).on_delete();
    ns.apply(web());
    ns.wait_rolled_out("web");
    ns.apply(web().image("example/app:2"));
    for wait in ["--wait", "--wait=complete"] {
        let run = ns.plugin(&["status", "web", wait]).code(4);
        assert!(
            run.stderr.contains("AwaitingDelete") && run.stderr.contains("kubectl delete pod web-1"),
            "{run}"
        );
    }
    let _ = ns.plugin(&["status", "web", "--wait=ready"]).ok();
}

#[test]
fn a_partition_settles_a_wait_and_ends_one_for_completion() {
    let ns = Namespace::new("held");
    let web = || set("web").replicas(3).partition(2);
    ns.apply(web());
    ns.wait_rolled_out("web");
    ns.apply(web().image("example/app:2"));
    let run = ns.plugin(&["status", "web", "--wait"]).ok();
    assert!(run.stdout.starts_with("web: Held"), "{run}");
    assert_eq!(image(&ns, "web-2"), "example/app:2", "{run}");
    let _ = ns.plugin(&["status", "web", "--wait=held"]).ok();
    let _ = ns.plugin(&["status", "web", "--wait=ready"]).ok();
    let run = ns.plugin(&["status", "web", "--wait=complete"]).code(4);
    assert!(run.stderr.contains("Held") && run.stderr.contains("hint: "), "{run}");
    assert!(run.stderr.contains("\"partition\":0"), "the hint says what would complete it: {run}");
    // Somebody promotes while a script waits.
    let hint = run.stderr.lines().find_map(|line| line.split_once("kubectl ")).unwrap_or_default().1;
    let args: Vec<String> = hint.split(' ').map(|word| word.trim_matches('\'').to_owned()).collect();
    let _ = ns.kubectl(&args.iter().map(String::as_str).collect::<Vec<_>>()).ok();
    let _ = ns.plugin(&["status", "web", "--wait=complete"]).ok();
    let run = ns.plugin(&["status", "web", "--wait=held"]).code(4);
    assert!(run.stderr.contains("Complete"), "{run}");
}

#[test]
fn time_that_runs_out_while_it_could_still_come_true_is_3() {
    let ns = Namespace::new("timeout");
    ns.apply(set("web").replicas(2).behaviour(Behaviour::NeverReady));
    ns.wait_until("web-0 is there", || ns.pod("web-0").is_some());
    let began = Instant::now();
    let run = ns.plugin(&["status", "web", "--wait", "--timeout", "2s"]).code(3);
    let took = began.elapsed();
    assert!(took > Duration::from_secs(2) && took < Duration::from_secs(10), "{took:?}: {run}");
    assert!(run.stderr.contains("error: web is still Progressing after 2s"), "{run}");
    assert!(run.stdout.starts_with("web: Progressing"), "the last state is shown: {run}");
    let json = ns.plugin(&["status", "web", "--wait", "--timeout", "1s", "-o", "json"]).code(3);
    assert_eq!(document(&json)["items"][0]["state"], "Progressing");
}

#[test]
fn ready_does_not_ask_which_revision() {
    let ns = Namespace::new("ready");
    trap(&ns, || set("web").replicas(3));
    let run = ns.plugin(&["status", "web", "--wait=ready"]).code(4);
    assert!(run.stderr.contains("will not become ready by itself"), "{run}");
    // It comes right after all, and the controller goes on by itself.
    ns.behave("web-2", Behaviour::Healthy);
    ns.wait_until("the rollout goes on", || image(&ns, "web-2") == "example/app:3");
    // The moment when all are available is enough: the rollout may take the next pod away right after it.
    let run = ns.plugin(&["status", "web", "--wait=ready", "-o", "json"]).ok();
    assert_eq!(document(&run)["items"][0]["counts"]["available"], 3, "{run}");
}

#[test]
fn several_sets_are_waited_for_together_and_one_that_is_lost_ends_it() {
    let ns = Namespace::new("several");
    ns.apply(set("web").replicas(2));
    ns.apply(set("db").replicas(2).on_delete());
    let _ = ns.plugin(&["status", "web", "db", "--wait"]).ok();
    let _ = ns.plugin(&["status", "--wait"]).ok();
    ns.apply(set("db").replicas(2).on_delete().image("example/app:2"));
    ns.wait_until("the controller saw it", || {
        let status = ns.statefulset("db").status.unwrap_or_default();
        status.current_revision != status.update_revision
    });
    let run = ns.plugin(&["status", "--wait"]).code(4);
    assert!(run.stderr.contains("error: db will not finish"), "{run}");
}

#[test]
fn a_wait_for_nothing_does_not_last_for_ever() {
    let ns = Namespace::new("nothing");
    let run = ns.plugin(&["status", "--wait", "--timeout", "20s"]);
    // An empty namespace has nothing that could become ready; a script has to hear of it, one way or the other.
    assert!(run.code != 3 && !run.stderr.is_empty(), "{run}");
}

#[test]
fn a_set_that_is_scaled_to_nothing_is_settled() {
    let ns = Namespace::new("zero");
    ns.apply(set("web").replicas(2));
    ns.wait_rolled_out("web");
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 0}}));
    let run = ns.plugin(&["status", "web", "--wait"]).ok();
    assert!(run.stdout.starts_with("web: ScaledToZero"), "{run}");
    assert!(ns.list::<Pod>().is_empty(), "it ended while pods were left: {run}");
}

#[test]
fn the_exit_code_of_a_state_needs_no_wait() {
    let ns = Namespace::new("exit-code");
    ns.apply(set("web").replicas(2).behaviour(Behaviour::NeverReady));
    ns.wait_until("web-0 is there", || ns.pod("web-0").is_some());
    let under_way = ns.plugin(&["status", "web", "--exit-code"]);
    assert_eq!(under_way.code, 3, "{under_way}");
    let stuck = ns.plugin(&["status", "web", "--exit-code", "--stuck-after", "0s", "-o", "json"]).code(4);
    assert_eq!(text(&document(&stuck)["items"][0]["state"]), "Stuck");
}
