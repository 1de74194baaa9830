//! Who runs a canary: one at a time, and whoever comes after one that is gone.

use crate::scene::*;
use k8s_openapi::api::coordination::v1::Lease;
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use test_cluster::*;

const STEP: [&str; 3] = ["--step", "--image", "example/app:2"];
/// A Lease that runs out soon.
const BRIEF: [&str; 2] = ["--lease", "2s"];

/// A runner that soaks for some seconds, and its name.
fn runner(ns: &Namespace, soak: &str) -> (Running, String) {
    let running = start(ns, &[&STEP[..], &BRIEF, &["--soak", soak]].concat());
    running.stderr_with(SOAKS);
    (running, holder(ns).expect("a holder"))
}

#[test]
fn of_two_the_second_is_refused_and_told_who_runs_it() {
    let ns = whole("two", web());
    let (first, name) = runner(&ns, "60s");
    let before = written(&ns);
    for args in [&STEP[..], &["--abort"]] {
        let run = canary(&ns, &[args, &BRIEF, &["-o", "json"]].concat()).code(5);
        assert!(run.stderr.contains(&format!("error: the canary of web is run by {name}")), "{run}");
        assert_eq!(item(&run)["phase"], "Running", "{run}");
    }
    let waiting = start(&ns, &["--abort"]);
    waiting.stderr_with(&format!("held by {name}"));
    waiting.interrupt();
    let run = waiting.end().code(130);
    assert!(run.stderr.contains("interrupted; nothing was written"), "{run}");
    let shown = canary(&ns, &["-o", "json"]).ok();
    assert_eq!((&item(&shown)["phase"], &item(&shown)["runner"]), (&"Soaking".into(), &name.as_str().into()));
    assert_eq!(written(&ns), before);
    first.interrupt();
    let _ = first.end().code(130);
}

/// Kills a runner while it soaks and lets another one go on.
fn after_a_death(name: &str, args: &[&str]) -> (Namespace, Run) {
    let ns = whole(name, web());
    let (first, killed) = runner(&ns, "5s");
    first.signal(Signal::SIGKILL);
    let _ = first.end().code(137);
    assert_eq!(holder(&ns), Some(killed.clone()), "it could not release its Lease");
    let run = canary(&ns, &[args, &BRIEF, &["-o", "json"]].concat()).ok();
    assert!(run.stderr.contains(&format!("held by {killed}")), "{run}");
    if args != ["--abort"] {
        assert_eq!(item(&run)["resumedFrom"], killed.as_str(), "{run}");
    }
    (ns, run)
}

#[test]
fn the_same_command_goes_on_after_a_runner_that_was_killed() {
    let (ns, run) = after_a_death("again", &[&STEP[..], &["--soak", "5s"]].concat());
    assert_eq!(item(&run)["phase"], "Held", "{run}");
    assert_eq!(
        (image(&ns, "web-2").as_str(), image(&ns, "web-1").as_str()),
        ("example/app:2", "example/app:1")
    );
    assert_eq!(holder(&ns), None);
}

#[test]
fn resume_goes_on_after_a_runner_that_was_killed() {
    let (_, run) = after_a_death("resume", &["--resume"]);
    assert_eq!(item(&run)["phase"], "Held", "{run}");
}

#[test]
fn abort_goes_back_after_a_runner_that_was_killed() {
    let (ns, run) = after_a_death("abort", &["--abort"]);
    assert_eq!(item(&run)["phase"], "Aborted", "{run}");
    assert_eq!(image(&ns, "web-2"), "example/app:1");
}

#[test]
fn the_same_command_with_another_soak_goes_on_by_the_new_one() {
    let ns = whole("hurry", web());
    let (first, _) = runner(&ns, "60s");
    first.interrupt();
    let _ = first.end().code(130);
    let run = canary(&ns, &[&STEP[..], &["--soak", "1s"]].concat()).ok();
    assert!(run.stdout.contains("web: Held"), "{run}");
}

#[test]
fn an_interrupt_says_what_is_under_way_and_frees_the_lease() {
    let ns = whole("interrupt", web());
    let run = soaking(&ns, &[]);
    run.interrupt();
    let run = run.end().code(130);
    assert_eq!(holder(&ns), None, "{run}");
    assert!(ns.get::<Lease>("kubectl-stateful-canary-web").is_some());
    assert!(run.stderr.contains("interrupted; the canary of web stays where it is: step 1 of 1"), "{run}");
    assert!(run.stderr.contains("--resume goes on"), "{run}");
    let shown = canary(&ns, &[]).ok();
    assert!(shown.stderr.contains("nobody runs this canary now: --resume goes on"), "{shown}");
    assert_eq!((partition(&ns), image(&ns, "web-1").as_str()), (Some(2), "example/app:1"));
}

#[test]
fn a_runner_that_sleeps_too_long_and_wakes_up_writes_nothing_any_more() {
    let ns = whole("sleeper", web());
    let (sleeper, name) = runner(&ns, "5s");
    sleeper.halt();
    let run = canary(&ns, &[&["--resume"], &BRIEF[..], &["-o", "json"]].concat()).ok();
    assert_eq!((&item(&run)["phase"], &item(&run)["resumedFrom"]), (&"Held".into(), &name.as_str().into()));
    let before = version(&ns);
    sleeper.signal(Signal::SIGCONT);
    let run = sleeper.end().code(5);
    assert!(run.stderr.contains("error: ") && run.stderr.contains("taken"), "{run}");
    assert_eq!(version(&ns), before, "{run}");
    assert_eq!(holder(&ns), None, "{run}");
}

#[test]
fn a_dry_run_writes_nothing_and_takes_no_lease() {
    let ns = whole("dry", web());
    let before = version(&ns);
    for (how, said) in [("client", "the server was not asked"), ("server", "the server accepts it")] {
        let run = canary(&ns, &[&STEP[..], &["--dry-run", how, "-o", "json"]].concat()).ok();
        assert!(run.stderr.contains(&format!("dry run: nothing was written; {said}")), "{run}");
        let body: Value = serde_json::from_str(&run.stdout).expect("a patch");
        let partition =
            json!({"op": "replace", "path": "/spec/updateStrategy/rollingUpdate/partition", "value": 2});
        assert!(body.as_array().is_some_and(|ops| ops.contains(&partition)), "{run}");
        assert_eq!(version(&ns), before, "{run}");
        assert!(ns.get::<Lease>("kubectl-stateful-canary-web").is_none(), "{run}");
    }
    // Also beside somebody who runs it.
    let run = soaking(&ns, &[]);
    let (before, name) = (written(&ns), holder(&ns));
    for how in ["client", "server"] {
        let _ = canary(&ns, &["--abort", "--dry-run", how]).ok();
    }
    assert_eq!((written(&ns), holder(&ns)), (before, name));
    run.interrupt();
    let _ = run.end().code(130);
}

#[test]
fn without_waiting_it_ends_after_the_write() {
    let ns = whole("no-wait", web());
    let patch = template(web().image("example/app:2").behaviour(Behaviour::NeverReady));
    let run = canary(&ns, &["--step", "--patch", path(&patch), "--wait=false", "-o", "json"]).ok();
    assert_eq!((&item(&run)["phase"], &item(&run)["partition"]), (&"Running".into(), &2.into()), "{run}");
    assert_eq!((partition(&ns), holder(&ns)), (Some(2), None));
    ns.wait_until("web-2 is the new one", || image(&ns, "web-2") == "example/app:2");
    ns.behave("web-2", Behaviour::Healthy);
    let run = canary(&ns, &["--resume"]).ok();
    assert!(run.stdout.contains("web: Held"), "{run}");
}

#[test]
fn whoever_may_only_read_is_told_which_right_is_missing() {
    let ns = whole("reader", web());
    let verbs: &[&str] = &["get", "list", "watch"];
    let all = [("apps", "*", verbs), ("", "*", verbs), ("coordination.k8s.io", "leases", verbs)];
    let reader = ns.as_user("user-a", &all);
    reader.wait_can("watch", "leases.coordination.k8s.io");
    let before = version(&ns);
    let args = [&["canary", "web"], &STEP[..]].concat();
    let run = reader.plugin(&args).code(1);
    assert!(run.stderr.contains("not allowed to patch statefulsets.apps \"web\""), "{run}");
    assert!(
        run.stderr.contains(&format!("kubectl auth can-i patch statefulsets.apps/web -n {}", ns.name())),
        "{run}"
    );
    // What only shows needs no more.
    let shown = reader.plugin(&["canary", "web"]).ok();
    assert!(shown.stdout.contains("web: None"), "{shown}");
    assert_eq!(version(&ns), before);
}

#[test]
fn events_are_one_object_a_line_in_the_order_in_which_things_happened() {
    let ns = whole("events", web());
    let both = canary(&ns, &["--promote", "--events", "json", "-o", "yaml"]).code(2);
    assert!(both.stderr.contains("cannot both be written to stdout"), "{both}");
    let args = ["--soak", "5s", "--check", "echo well", "--events", "json"];
    let run = canary(&ns, &[&STEP[..], &args].concat()).ok();
    let events: Vec<Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line:?} of {run}")))
        .collect();
    let fields = ["message", "name", "namespace", "ordinal", "pod", "revision", "step", "time", "type"];
    for event in &events {
        let names: Vec<&String> = event.as_object().expect("an object").keys().collect();
        assert_eq!(names, fields, "{run}");
        assert_eq!(
            (&event["namespace"], &event["name"], &event["step"]),
            (&ns.name().into(), &"web".into(), &1.into())
        );
    }
    let of = |name: &str| events.iter().position(|event| event["type"] == name);
    let order = [
        "StepStarted",
        "PodTerminating",
        "PodGone",
        "PodCreated",
        "PodReady",
        "Soaking",
        "CheckStarted",
        "CheckOutput",
        "GatesPassed",
        "Held",
    ];
    let places: Vec<usize> =
        order.iter().map(|name| of(name).unwrap_or_else(|| panic!("no {name} in {run}"))).collect();
    assert!(places.is_sorted(), "{places:?} of {run}");
    let times: Vec<&str> = events.iter().filter_map(|event| event["time"].as_str()).collect();
    assert!(times.is_sorted(), "{run}");
    let pods: Vec<&Value> = events.iter().map(|event| &event["ordinal"]).filter(|it| !it.is_null()).collect();
    assert!(pods.iter().all(|ordinal| **ordinal == 2), "{run}");
}
