//! `--watch`: every change, until nobody wants to know any more.

use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::Pod;
use serde_json::json;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use test_cluster::story::env;
use test_cluster::*;

#[test]
fn each_change_is_a_line_and_nothing_is_said_twice() {
    let ns = Namespace::new("lines");
    ns.apply(set("web").replicas(2));
    ns.wait_rolled_out("web");
    let mut watch = ns.spawn(&["status", "web", "--watch"]);
    assert!(watch.line().ends_with("web: Complete 2/2 available, 2/2 updated"));
    ns.apply(set("web").replicas(2).image("example/app:2"));
    ns.wait_rolled_out("web");
    watch.line_with("web: Complete 2/2 available, 2/2 updated");
    watch.interrupt();
    let run = watch.end().code(130);
    for pod in ["web-0", "web-1"] {
        // Gone or Terminating, made again, and available.
        let lines: Vec<&str> = run.stdout.lines().filter(|line| line.contains(&format!("{pod}: "))).collect();
        assert!(lines.iter().any(|line| line.contains("at web-")), "{pod} got a new revision: {run}");
        assert!(lines.last().is_some_and(|line| line.ends_with("available")), "{pod}: {run}");
    }
    let lines: Vec<&str> =
        run.stdout.lines().map(|line| line.split_once(' ').unwrap_or_default().1).collect();
    assert!(lines.windows(2).all(|two| two[0] != two[1]), "said twice: {run}");
    assert!(!run.stdout.contains('\u{1b}'), "{run}");
}

#[test]
fn a_quiet_set_is_quiet() {
    let ns = Namespace::new("quiet");
    ns.apply(set("web").behaviour(Behaviour::CrashLoop));
    ns.wait_until("web-0 crash loops", || ns.waiting_reason("web-0", "app").is_some());
    let mut watch = ns.spawn(&["status", "web", "--watch", "--stuck-after", "0s"]);
    watch.line_with("CrashLoop web-0");
    let restarts = || ns.container("web-0", "app").map_or(0, |status| status.restart_count);
    let before = restarts();
    ns.wait_until("it restarted twice", || restarts() >= before + 2);
    watch.interrupt();
    let run = watch.end().code(130);
    let lines = run.stdout.lines().filter(|line| line.contains("web: ")).count();
    assert!(lines <= 2, "nothing has changed, only times and counts: {run}");
}

#[test]
fn interrupted_it_ends_with_130_and_says_that_nothing_was_written() {
    let ns = Namespace::new("ctrl-c");
    ns.apply(set("web"));
    ns.wait_rolled_out("web");
    for signal in [nix::sys::signal::Signal::SIGINT, nix::sys::signal::Signal::SIGTERM] {
        let mut watch = ns.spawn(&["status", "web", "--watch"]);
        watch.line_with("web: ");
        let began = Instant::now();
        watch.signal(signal);
        let run = watch.end().code(130);
        assert!(began.elapsed() < Duration::from_secs(2), "{run}");
        assert_eq!(run.stderr, "note: interrupted; nothing was written to the cluster\n");
    }
    let wait = ns.spawn(&["status", "web", "--wait=held", "--stuck-after", "1h"]);
    drop(wait);
}

/// `kubectl stateful status --watch | head -1`.
#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let ns = Namespace::new("head");
    ns.apply(set("web"));
    ns.wait_rolled_out("web");
    for format in ["table", "json"] {
        let program = std::env::var_os(env::BIN).expect("the plugin");
        let mut child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "--"])
            .arg(program)
            .args(["status", "web", "--watch", "-o", format, "-n", ns.name()])
            .env("KUBECONFIG", &cluster().kubeconfig)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        stdout.read_line(&mut line).expect("a line");
        drop(stdout);
        // What it wants to say next has no reader.
        ns.delete::<Pod>("web-0");
        let mut code = None;
        ns.wait_until("it has ended", || {
            code = child.try_wait().expect("a child");
            code.is_some()
        });
        let mut stderr = String::new();
        child.stderr.take().expect("a pipe").read_to_string(&mut stderr).expect("text");
        assert_eq!((code.and_then(|code| code.code()), stderr.as_str()), (Some(0), ""), "{format}");
        ns.wait_rolled_out("web");
    }
}

#[test]
fn an_overview_is_watched_too_with_sets_that_come_and_go() {
    let ns = Namespace::new("overview");
    ns.apply(set("web"));
    ns.wait_rolled_out("web");
    let mut watch = ns.spawn(&["status", "--watch"]);
    watch.line_with("web: Complete 1/1");
    ns.apply(set("db").replicas(2));
    watch.line_with("db: Complete 2/2");
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 0}}));
    watch.line_with("web: ScaledToZero");
    ns.delete::<StatefulSet>("web");
    watch.line_with("web: deleted");
    watch.interrupt();
    let _ = watch.end().code(130);
}

#[test]
fn documents_are_written_one_after_another_and_each_is_whole() {
    let ns = Namespace::new("stream");
    ns.apply(set("web"));
    ns.wait_rolled_out("web");
    let mut watch = ns.spawn(&["status", "web", "--watch", "-o", "json"]);
    watch.line_with("\"notes\"");
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 2}}));
    ns.wait_rolled_out("web");
    watch.line_with("\"replicas\": 2");
    watch.line_with("\"notes\"");
    watch.interrupt();
    let run = watch.end().code(130);
    let documents: Vec<serde_json::Value> = serde_json::Deserializer::from_str(&run.stdout)
        .into_iter()
        .collect::<Result<_, _>>()
        .unwrap_or_else(|error| panic!("not a stream of JSON ({error}): {run}"));
    assert!(documents.len() >= 2, "{run}");
    assert!(documents.iter().all(|document| document["kind"] == "StatusList"), "{run}");
}

#[test]
fn through_real_kubectl_it_is_the_same() {
    let ns = Namespace::new("kubectl-watch");
    ns.apply(set("web"));
    ns.wait_rolled_out("web");
    let mut watch = ns.spawn_kubectl(&["stateful", "status", "web", "--watch"]);
    watch.line_with("web: Complete 1/1");
    watch.interrupt();
    let run = watch.end();
    assert_eq!(run.code, 130, "{run}");
}

/// A pod of the same name, revision and state is yet another pod, though nobody saw the first one go.
#[test]
fn a_pod_that_is_replaced_unseen_is_told() {
    let ns = Namespace::new("replaced");
    ns.apply(set("web"));
    ns.wait_rolled_out("web");
    let mut watch = ns.spawn(&["status", "web", "--watch"]);
    watch.line_with("web: Complete 1/1");
    let uid = || ns.pod("web-0").and_then(|pod| pod.metadata.uid);
    let first = uid();
    watch.halt();
    ns.delete::<Pod>("web-0");
    ns.wait_until("web-0 is another pod", || uid() != first && ns.is_ready("web-0"));
    ns.wait_rolled_out("web");
    watch.signal(nix::sys::signal::Signal::SIGCONT);
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 2}}));
    watch.line_with("web: Complete 2/2");
    watch.interrupt();
    let run = watch.end().code(130);
    assert!(run.stdout.contains(" web-0: "), "{run}");
}
