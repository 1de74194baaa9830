//! Each gate, and what becomes of a step where it does not hold.

use crate::scene::*;
use jiff::{SignedDuration, Timestamp};
use std::path::PathBuf;
use test_cluster::*;

const STEP: [&str; 3] = ["--step", "--image", "example/app:2"];

/// The gates of a document that do not hold, by name.
fn open(item: &serde_json::Value) -> Vec<String> {
    let gates = item["gates"].as_array().cloned().unwrap_or_default();
    let open = gates.iter().filter(|gate| gate["ok"] != true);
    open.map(|gate| gate["name"].as_str().unwrap_or_default().to_owned()).collect()
}

fn message(item: &serde_json::Value) -> &str {
    item["message"].as_str().unwrap_or_default()
}

fn is_crashing(ns: &Namespace, pod: &str) -> bool {
    ns.waiting_reason(pod, "app").as_deref() == Some("CrashLoopBackOff")
}

#[test]
fn a_template_that_crashes_fails_its_step_and_no_pod_below_is_touched() {
    let ns = whole("crash", web());
    let below = uids(&ns, ["web-0", "web-1"]);
    let patch = template(web().behaviour(Behaviour::CrashLoop));
    let run = canary(&ns, &["--steps", "1,100%", "--patch", path(&patch), "-o", "json"]).code(4);
    let item = item(&run);
    assert_eq!(item["phase"], "Failed", "{run}");
    assert_eq!(item["ordinalsPending"], serde_json::json!([0, 1]), "{run}");
    assert!(message(&item).contains("web-2 has restarted"), "{run}");
    assert!(message(&item).contains("CrashLoop"), "{run}");
    assert!(run.stderr.contains("error: the canary of web failed: web-2 has restarted"), "{run}");
    assert!(run.stderr.contains("--abort goes back"), "{run}");
    assert_eq!((uids(&ns, ["web-0", "web-1"]), partition(&ns)), (below, Some(2)));
    // It is still so for whoever looks later.
    let shown = canary(&ns, &[]).ok();
    assert!(shown.stdout.contains("web: Failed"), "{shown}");
}

#[test]
fn an_image_that_cannot_be_pulled_is_given_up_when_patience_ends() {
    let ns = whole("pull", web());
    let patch = template(web().behaviour(Behaviour::ImagePullError));
    let args = ["--step", "--patch", path(&patch), "--stuck-after", "20s", "-o", "json"];
    let run = canary(&ns, &args).code(4);
    let item = item(&run);
    assert_eq!((&item["phase"], open(&item)), (&"Failed".into(), vec!["Ready".to_owned()]), "{run}");
    assert!(message(&item).contains("ImagePull: "), "{run}");
}

#[test]
fn a_pod_that_never_gets_ready_ends_with_3_when_the_time_is_up() {
    let ns = whole("never", web());
    let patch = template(web().behaviour(Behaviour::NeverReady));
    let args = ["--step", "--patch", path(&patch), "--timeout", "12s", "-o", "json"];
    let run = canary(&ns, &args).code(3);
    let item = item(&run);
    assert_eq!((&item["phase"], open(&item)), (&"Running".into(), vec!["Ready".to_owned()]), "{run}");
    assert!(
        run.stderr.contains("error: --timeout is over") && run.stderr.contains("--resume goes on"),
        "{run}"
    );
    // And it does come true.
    ns.behave("web-2", Behaviour::Healthy);
    let run = canary(&ns, &["--resume"]).ok();
    assert!(run.stdout.contains("web: Held"), "{run}");
}

#[test]
fn a_pod_that_restarts_while_it_soaks_fails_its_step() {
    let ns = whole("soak", web());
    let run = soaking(&ns, &["-o", "json"]);
    ns.behave("web-2", Behaviour::CrashLoop);
    let run = run.end().code(4);
    let item = item(&run);
    assert_eq!((&item["phase"], &open(&item)[0]), (&"Failed".into(), &"Restarts".to_owned()), "{run}");
    assert!(message(&item).contains("web-2 has restarted once (0 allowed)"), "{run}");
}

#[test]
fn restarts_that_are_allowed_only_begin_the_soak_anew() {
    let ns = whole("restarts", web());
    let run = start(&ns, &[&STEP[..], &["--soak", "6s", "--max-restarts", "5", "-o", "json"]].concat());
    run.stderr_with(SOAKS);
    ns.behave("web-2", Behaviour::CrashLoop);
    ns.wait_until("web-2 crashes", || is_crashing(&ns, "web-2"));
    ns.behave("web-2", Behaviour::Healthy);
    ns.wait_until("web-2 is Ready again", || ns.is_ready("web-2"));
    let ready = Timestamp::now();
    let run = run.end().ok();
    let soaked = Timestamp::now().duration_since(ready);
    assert_eq!(item(&run)["phase"], "Held", "{run}");
    assert!(run.stdout.contains("web-2 has restarted") && run.stdout.contains("(5 allowed)"), "{run}");
    // It was Ready a little earlier than it was seen here.
    assert!(soaked > SignedDuration::from_millis(5_500), "{soaked:#}: {run}");
}

#[test]
fn another_ordinal_that_crashes_fails_the_step_before_any_pod_is_replaced() {
    let ns = whole("other", web());
    ns.behave("web-0", Behaviour::CrashLoop);
    ns.wait_until("web-0 crashes", || is_crashing(&ns, "web-0"));
    let all = ["web-0", "web-1", "web-2"];
    let before = uids(&ns, all);
    let run = canary(&ns, &[&STEP[..], &["--stuck-after", "2s", "-o", "json"]].concat()).code(4);
    let item = item(&run);
    assert!(message(&item).contains("web-0 is broken") && message(&item).contains("exit code 1"), "{run}");
    assert!(!run.stderr.contains("patch statefulset"), "that would let the new revision go: {run}");
    assert!(open(&item).contains(&"Available".to_owned()), "{run}");
    assert_eq!(uids(&ns, all), before);
}

#[test]
fn another_ordinal_that_only_starts_is_waited_for() {
    let ns = whole("starts", web());
    ns.behave("web-0", Behaviour::NeverReady);
    ns.wait_until("web-0 is not Ready", || !ns.is_ready("web-0"));
    let run = start(&ns, &STEP);
    ns.wait_until("the partition is written", || partition(&ns) == Some(2));
    assert_eq!(image(&ns, "web-2"), "example/app:1");
    ns.behave("web-0", Behaviour::Healthy);
    let run = run.end().ok();
    let at = |text: &str| run.stderr.find(text).unwrap_or_else(|| panic!("no {text:?} in {run}"));
    assert!(at("web-0 is Ready") < at("web-2 created"), "{run}");
    assert!(run.stdout.contains("web: Held"), "{run}");
}

#[test]
fn a_check_that_fails_is_heard_and_fails_the_step() {
    let ns = whole("check", web());
    let command = "env | grep ^STATEFUL_; echo and this >&2; exit 3";
    let run = canary(&ns, &[&STEP[..], &["--check", command, "-o", "json"]].concat()).code(4);
    let item = item(&run);
    let revision = item["toRevision"].as_str().expect("a revision");
    for line in [
        &format!("STATEFUL_NAMESPACE={}", ns.name()),
        "STATEFUL_SET=web",
        "STATEFUL_POD=web-2",
        "STATEFUL_PODS=web-2",
        "STATEFUL_ORDINAL=2",
        "STATEFUL_STEP=1",
        &format!("STATEFUL_REVISION={revision}"),
        "and this",
    ] {
        assert!(run.stderr.contains(&format!("check | {line}\n")), "{line}: {run}");
    }
    assert_eq!((&item["phase"], open(&item)), (&"Failed".into(), vec!["Check".to_owned()]), "{run}");
    assert!(run.stderr.contains("error: the canary of web failed: the check ended with code 3"), "{run}");
    assert_eq!(partition(&ns), Some(2));
}

#[test]
fn a_check_runs_after_each_step_and_lets_it_pass() {
    let ns = whole("checks", web());
    let command = "echo step $STATEFUL_STEP from $STATEFUL_POD: $STATEFUL_PODS";
    let plan = ["--steps", "1,2,100%", "--image", "example/app:2", "--check", command];
    let run = canary(&ns, &plan).ok();
    let said: Vec<&str> =
        run.stderr.lines().filter_map(|line| line.split_once("check | ")).map(|it| it.1).collect();
    let expected = [
        "step 1 from web-2: web-2",
        "step 2 from web-1: web-1 web-2",
        "step 3 from web-0: web-0 web-1 web-2",
    ];
    assert_eq!(said, expected, "{run}");
    assert!(run.stdout.contains("web: Promoted"), "{run}");
}

/// Whether a process is there and has not ended.
fn lives(pid: &str) -> bool {
    std::fs::read(PathBuf::from("/proc").join(pid).join("cmdline")).is_ok_and(|line| !line.is_empty())
}

#[test]
fn a_check_that_hangs_is_ended_with_all_that_it_has_started() {
    let ns = whole("hangs", web());
    let limit = ["--check", "sleep 1000 & echo child $!; wait", "--check-timeout", "2s"];
    let run = start(&ns, &[&STEP[..], &limit].concat());
    run.stderr_with("check | child ");
    let run = run.end().code(4);
    assert!(run.stderr.contains("the check did not end within 2 s"), "{run}");
    let child = run.stderr.lines().find_map(|line| line.split_once("check | child ")).expect("a child").1;
    assert!(child.parse::<u32>().is_ok(), "{run}");
    ns.wait_until("what the check has started is gone", || !lives(child));
}

#[test]
fn a_check_is_ended_with_its_run() {
    let ns = whole("ended", web());
    let run = start(&ns, &[&STEP[..], &["--check", "sleep 1000 & echo child $!; wait"]].concat());
    run.stderr_with("check | child ");
    run.interrupt();
    let run = run.end().code(130);
    let child = run.stderr.lines().find_map(|line| line.split_once("check | child ")).expect("a child").1;
    ns.wait_until("what the check has started is gone", || !lives(child));
}

#[test]
fn a_failed_gate_can_take_all_pods_back() {
    let ns = whole("back", web());
    let below = uids(&ns, ["web-0", "web-1"]);
    let patch = template(web().image("example/app:2").behaviour(Behaviour::CrashLoop));
    let args = ["--step", "--patch", path(&patch), "--on-failure", "abort", "-o", "json"];
    let run = canary(&ns, &args).code(4);
    assert_eq!(item(&run)["phase"], "Aborted", "{run}");
    assert!(run.stderr.contains("web-2 has restarted") && run.stderr.contains("was taken back"), "{run}");
    assert_eq!((image(&ns, "web-2").as_str(), partition(&ns)), ("example/app:1", Some(0)));
    assert!(ns.is_ready("web-2"), "{run}");
    assert_eq!(uids(&ns, ["web-0", "web-1"]), below);
}

#[test]
fn min_ready_seconds_hold_where_they_are_longer_than_the_soak() {
    let ns = whole("min-ready", set("web").replicas(2).parallel().min_ready_seconds(4));
    let run = canary(&ns, &[&STEP[..], &["--soak", "1s"]].concat()).ok();
    let ended = Timestamp::now();
    let conditions = ns.pod("web-1").and_then(|pod| pod.status?.conditions).unwrap_or_default();
    let ready = conditions.into_iter().find(|condition| condition.type_ == "Ready");
    let since = ready.and_then(|ready| ready.last_transition_time).expect("a time").0;
    let soaked = ended.duration_since(since);
    assert!(soaked >= SignedDuration::from_secs(4), "{soaked:#}: {run}");
}
