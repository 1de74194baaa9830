//! A run of a canary that is killed before or after any of its requests, and is resumed by the same command, ends as
//! one that was not disturbed, and no pod is restarted more often. Run with `cargo cluster test`.
//!
//! In a program of its own, because its many runs side by side would slow others down.

use k8s_openapi::api::apps::v1::StatefulSet;
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::sync::Mutex;
use test_cluster::*;

/// Short, so that the next run does not wait for long; what resumes has the usual one.
const LEASE: &str = "--lease=2s";
/// How many runs at once.
const SIDE_BY_SIDE: usize = 6;

/// A command, and what was there before it.
#[derive(Clone, Copy)]
struct Scene {
    name: &'static str,
    set: fn() -> SetBuilder,
    /// What is done beforehand, undisturbed.
    before: Option<&'static [&'static str]>,
    command: &'static [&'static str],
}

const PLAN: Scene = Scene {
    name: "plan",
    set: || set("web").replicas(3),
    before: None,
    command: &["canary", "web", "--steps=1,100%", "--image=example/app:2"],
};
const ON_DELETE: Scene = Scene { name: "on-delete", set: || set("web").replicas(3).on_delete(), ..PLAN };
const ABORT: Scene = Scene {
    name: "abort",
    before: Some(&["canary", "web", "--step=2", "--image=example/app:2"]),
    command: &["canary", "web", "--abort"],
    ..PLAN
};

/// How a set ends.
#[derive(Clone, Debug, PartialEq)]
struct End {
    strategy: Value,
    template: Value,
    revisions: Vec<String>,
    phase: Value,
    /// All pods that were created and their revisions, sorted: the order of two side by side is not told.
    created: Vec<(String, String)>,
}

impl Scene {
    fn prepare(&self) -> Namespace {
        let ns = Namespace::new(self.name);
        ns.apply((self.set)());
        ns.wait_rolled_out("web");
        if let Some(before) = self.before {
            let _ = ns.plugin(before).ok();
        }
        ns
    }

    /// Runs without disturbance; also says what it asked for.
    fn undisturbed(&self) -> (End, Vec<Call>) {
        let (ns, history) = self.begin();
        let relay = Relay::new(ns.name(), None);
        let server = relay.server();
        let mut line = self.command.to_vec();
        line.extend([LEASE, "--server", &server]);
        let _ = ns.plugin(&line).ok();
        (end(&ns, &history.end(&ns)), relay.seen())
    }

    fn begin(&self) -> (Namespace, History) {
        let ns = self.prepare();
        let history = History::begin(&ns);
        (ns, history)
    }

    /// Runs until it stops, is killed there, and runs again. Whether it came to that request: some reads are made only
    /// where a pod is just then missing, which is a matter of time.
    fn killed_at(&self, stop: &Stop, expected: &End) -> Result<bool, String> {
        let (ns, history) = self.begin();
        let relay = Relay::new(ns.name(), Some(stop.clone()));
        let server = relay.server();
        let mut line = self.command.to_vec();
        line.extend([LEASE, "--server", &server]);
        let run = ns.spawn(&line);
        ns.wait_until(&format!("the run stops at {stop:?}"), || relay.has_stopped() || run.is_silent());
        let met = relay.has_stopped();
        if met {
            run.signal(Signal::SIGKILL);
        }
        let killed = run.end().code(if met { 137 } else { 0 });
        drop(relay);
        let resumed = ns.plugin(self.command);
        if resumed.code != 0 {
            return Err(format!("killed at {stop:?}: {killed}\nresumed: {resumed}"));
        }
        let end = end(&ns, &history.end(&ns));
        if end != *expected {
            return Err(format!("killed at {stop:?}: {end:?}\n{killed}\nresumed: {resumed}"));
        }
        Ok(met)
    }
}

fn end(ns: &Namespace, story: &Happened) -> End {
    let set = ns.get::<StatefulSet>("web").expect("the set");
    let annotations = set.metadata.annotations.unwrap_or_default();
    let record: Value = serde_json::from_str(&annotations["kubectl-stateful/canary"]).expect("a record");
    let spec = set.spec.expect("a spec");
    let revision = |number: i32| {
        let labels = ns.pod(&format!("web-{number}")).and_then(|pod| pod.metadata.labels).unwrap_or_default();
        labels.get("controller-revision-hash").cloned().unwrap_or_default()
    };
    let mut created = story.created.clone();
    created.sort();
    End {
        strategy: json!(spec.update_strategy),
        template: json!(spec.template),
        revisions: (0..spec.replicas.unwrap_or_default()).map(revision).collect(),
        phase: record["phase"].clone(),
        created,
    }
}

/// Every write, every distinct read and watch, and one renewal of the Lease, before and after.
fn points(calls: &[Call]) -> Vec<Stop> {
    let renews = |call: &Call| call.what.contains("renew");
    let chosen = calls.iter().filter(|call| call.nth == 0 || call.writes() && !renews(call));
    chosen
        .flat_map(|call| [When::Before, When::After].map(|when| Stop { call: call.clone(), when }))
        .collect()
}

fn everywhere(scene: Scene, wanted: fn(&Stop) -> bool) {
    let (expected, calls) = scene.undisturbed();
    let points: Vec<Stop> = points(&calls).into_iter().filter(wanted).collect();
    assert!(points.len() >= 8, "{calls:?}");
    let all = points.len();
    let left = Mutex::new(points.into_iter());
    let (failures, missed) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                while let Some(stop) = { left.lock().expect("the rest").next() } {
                    match scene.killed_at(&stop, &expected) {
                        Ok(true) => {}
                        Ok(false) => missed.lock().expect("those not met").push(stop),
                        Err(failure) => failures.lock().expect("failures").push(failure),
                    }
                }
            });
        }
    });
    let (failures, missed) =
        (failures.into_inner().expect("failures"), missed.into_inner().expect("those not met"));
    // All that matters in every run was met: nothing but a few reads of single pods may be missing.
    assert!(
        missed.iter().all(|stop| stop.call.what.starts_with("GET ") && stop.call.what.contains("/pods/")),
        "{missed:?}"
    );
    assert!(missed.len() * 4 < all, "{missed:?}");
    assert!(
        failures.is_empty(),
        "expected {expected:?}, but {} differ:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn a_plan_killed_at_any_request_ends_the_same() {
    everywhere(PLAN, |_| true);
}

#[test]
fn an_on_delete_plan_killed_at_any_write_ends_the_same() {
    everywhere(ON_DELETE, |stop| stop.call.writes());
}

#[test]
fn an_abort_killed_at_any_write_ends_the_same() {
    everywhere(ABORT, |stop| stop.call.writes());
}
