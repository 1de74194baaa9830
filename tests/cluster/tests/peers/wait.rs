//! `--wait`: until all sources agree, and not longer than that can come true.

use crate::scene::{address_of, group, headless, plain, web};
use k8s_openapi::api::core::v1::Pod;
use serde_json::json;
use std::time::{Duration, Instant};
use test_cluster::*;

fn wait(ns: &Namespace, args: &[&str]) -> Running {
    ns.spawn(&[&["peers", "web", "--wait", "--dns-server", &plain().address()], args].concat())
}

#[test]
fn a_group_that_is_in_order_is_not_waited_for() {
    let ns = group("at-once", 2);
    let began = Instant::now();
    let run = wait(&ns, &[]).end().ok();
    assert!(run.stdout.starts_with("web: all sources agree on 2 members\n"), "{run}");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[test]
fn a_group_is_waited_for_while_it_comes_up() {
    let ns = Namespace::new("comes-up");
    ns.apply(headless(&json!({})));
    ns.apply(web(2).behaviour(Behaviour::SlowReady).delay("2s"));
    let run = wait(&ns, &["-o", "json"]).end().ok();
    let said = crate::said::Said::of(run);
    assert_eq!(said.item()["agree"], true, "{said}");
    assert!(said.run.stderr.contains("web-1"), "progress is told: {said}");
}

#[test]
fn a_service_that_comes_a_moment_later_is_not_hopeless() {
    let ns = Namespace::new("later");
    ns.apply(web(2));
    ns.wait_rolled_out("web");
    let running = wait(&ns, &[]);
    running.stderr_with("web: the sources do not agree yet: ServiceMissing: ");
    ns.apply(headless(&json!({})));
    let run = running.end().ok();
    assert!(run.stdout.starts_with("web: all sources agree"), "{run}");
}

#[test]
fn what_cannot_come_true_by_itself_ends_within_seconds() {
    let ns = Namespace::new("hopeless");
    ns.apply(web(2));
    ns.wait_rolled_out("web");
    let began = Instant::now();
    let run = wait(&ns, &["--timeout", "5m"]).end().code(4);
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}: {run}", began.elapsed());
    assert!(
        run.stderr.contains(
            "error: the sources will not agree on the members of web by themselves: ServiceMissing: "
        ),
        "{run}"
    );
    assert!(run.stderr.contains("hint: ") && run.stderr.contains("kubectl create -f -"), "{run}");
    assert!(run.stdout.contains("ServiceMissing"), "what is known is printed: {run}");
}

#[test]
fn time_that_is_up_is_another_code_than_what_cannot_come_true() {
    let ns = group("slow", 2);
    ns.behave("web-1", Behaviour::NeverReady);
    ns.wait_until("web-1 is not Ready", || !ns.is_ready("web-1"));
    let began = Instant::now();
    let run = wait(&ns, &["--timeout", "3s"]).end().code(3);
    assert!(began.elapsed() >= Duration::from_secs(3), "{:?}", began.elapsed());
    assert!(
        run.stderr.contains("error: the sources do not agree on the members of web after 3s: NotReady: "),
        "{run}"
    );
    assert!(run.stderr.contains("hint: "), "{run}");
    let run = wait(&ns, &["--timeout", "2s", "-o", "json"]).end().code(3);
    let said = crate::said::Said::of(run);
    assert_eq!(said.reasons(), ["NotReady@1"], "the document is printed all the same");
}

#[test]
fn a_wait_without_dns_needs_no_dns_server() {
    let ns = group("wait-no-dns", 2);
    ns.delete::<Pod>("web-1");
    let run = ns.plugin(&["peers", "web", "--wait", "--no-dns"]).ok();
    assert!(run.stdout.starts_with("web: all sources agree"), "{run}");
}

#[test]
fn a_list_that_is_waited_for_holds_all_members() {
    let ns = Namespace::new("wait-list");
    ns.apply(headless(&json!({})));
    ns.apply(web(3).behaviour(Behaviour::SlowReady).delay("1s"));
    let run = wait(&ns, &["--format", "{pod} {address}"]).end().ok();
    let expected: Vec<String> = ["web-0", "web-1", "web-2"]
        .map(|pod| format!("{pod} {}\n", address_of(&ns, pod).expect("an address")))
        .into();
    assert_eq!(run.stdout, expected.concat(), "{run}");
}

#[test]
fn a_set_that_is_deleted_while_it_is_waited_for_is_an_error() {
    let ns = group("wait-gone", 1);
    ns.behave("web-0", Behaviour::NeverReady);
    ns.wait_until("web-0 is not Ready", || !ns.is_ready("web-0"));
    let running = wait(&ns, &[]);
    running.stderr_with("web: the sources do not agree yet: NotReady: the pod is not Ready");
    let _ = ns.kubectl(&["delete", "statefulset", "web"]).ok();
    let run = running.end().code(1);
    assert!(run.stderr.contains("was deleted meanwhile"), "{run}");
}
