//! How soon a change is shown, counted from the moment at which its event reaches a client that does nothing else.

use super::Bench;
use super::plan::{Ask, Waves};
use super::stats::Stats;
use anyhow::{Context, Result};
use k8s_openapi::api::core::v1::Pod;
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};
use test_cluster::{Behaviour, Namespace, set};

const PATIENCE: Duration = Duration::from_secs(10);
/// What a change sets off, such as the set's own status, has passed after this.
const QUIET: Duration = Duration::from_millis(300);
/// Each watcher is started this often, in turns with the others.
const ROUNDS: usize = 3;

/// Who watches, and how its lines about the change begin.
struct Watcher<'a> {
    label: &'a str,
    program: &'a Path,
    args: Vec<&'a str>,
    shows: &'a str,
    goal: &'a str,
}

/// One pod of three turns Ready and back; the last one never is, so that `rollout status` does not end.
pub(super) fn measure(bench: &Bench) -> Result<String> {
    test_cluster::note("measuring reactions");
    let ns = Namespace::on(&bench.cluster, "bench-reaction");
    ns.apply(set("web").replicas(3).parallel().behaviour(Behaviour::ByHand));
    ns.wait_until("the pods are there", || ns.list::<Pod>().len() == 3);
    ns.wait_until("the pods are scheduled", || {
        ns.list::<Pod>()
            .iter()
            .all(|pod| pod.status.as_ref().is_some_and(|status| status.start_time.is_some()))
    });
    for (pod, ready) in [("web-0", true), ("web-1", false), ("web-2", false)] {
        turn(&ns, pod, ready);
    }
    let (plugin, kubectl) = (&bench.programs.plugin, &bench.programs.kubectl);
    let name = ns.name();
    let watchers = [
        Watcher {
            label: "`status web --watch`",
            program: plugin,
            args: vec!["status", "web", "--watch", "-n", name],
            shows: "web-1: ",
            goal: "≤ 40",
        },
        Watcher {
            label: "`kubectl get pods --watch`",
            program: kubectl,
            args: vec!["get", "pods", "--watch", "-n", name],
            shows: "web-1 ",
            goal: "",
        },
        Watcher {
            label: "`kubectl rollout status`, which hears of pods from the controller",
            program: kubectl,
            args: vec!["rollout", "status", "sts/web", "-n", name],
            shows: "Waiting for",
            goal: "",
        },
    ];
    let path = format!("/api/v1/namespaces/{name}/pods?watch=true&fieldSelector=metadata.name%3Dweb-1");
    let ask = Ask { path, accept: "application/json".to_owned(), all_pages: false };
    let plan = bench.plan(&Waves(vec![vec![ask]]))?;
    let plan = plan.to_str().context("the temporary directory's name is no text")?;
    let mut delays = vec![Vec::new(); watchers.len()];
    for _ in 0..ROUNDS {
        for (watcher, delays) in watchers.iter().zip(&mut delays) {
            let bare = Lines::of(bench, &bench.programs.probe, &["watch", plan])?;
            delays.extend(watcher.series(bench, &ns, &bare)?);
        }
    }
    let mut table = "### A pod turns Ready, or no longer is\n\n".to_owned();
    table.push_str("| | ms after the bare client | goal |\n|---|---|---|\n");
    for (watcher, delays) in watchers.iter().zip(delays) {
        let cell = delays.into_iter().collect::<Stats>().cell();
        table.push_str(&format!("| {} | {cell} | {} |\n", watcher.label, watcher.goal));
    }
    Ok(table)
}

impl Watcher<'_> {
    /// Some changes, and how many milliseconds after the bare client each was shown.
    fn series(&self, bench: &Bench, ns: &Namespace, bare: &Lines) -> Result<Vec<f64>> {
        let lines = Lines::of(bench, self.program, &self.args)?;
        lines.next("")?;
        let mut delays = Vec::new();
        for number in 0..bench.scale(10, 3) {
            thread::sleep(QUIET);
            bench.interrupt.check()?;
            bare.forget();
            lines.forget();
            let ready = number % 2 == 0;
            turn(ns, "web-1", ready);
            let came = bare.next(if ready { "web-1 True" } else { "web-1 False" })?;
            let shown = lines.next(self.shows)?;
            let delay = shown.saturating_duration_since(came).as_secs_f64();
            delays.push(1000.0 * (delay - came.saturating_duration_since(shown).as_secs_f64()));
        }
        turn(ns, "web-1", false);
        Ok(delays)
    }
}

/// Writes a pod's status as a kubelet would.
fn turn(ns: &Namespace, pod: &str, ready: bool) {
    let status = if ready { "True" } else { "False" };
    let conditions = ["Initialized", "ContainersReady", "Ready", "PodScheduled"].map(|kind| match kind {
        "Ready" | "ContainersReady" => json!({"type": kind, "status": status}),
        _ => json!({"type": kind, "status": "True"}),
    });
    let container = json!({
        "name": "app", "image": "example/app:1", "imageID": "", "ready": ready, "started": true,
        "restartCount": 0, "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}},
    });
    let status = json!({"phase": "Running", "conditions": conditions, "containerStatuses": [container]});
    ns.patch_status::<Pod>(pod, &status);
}

/// The lines of a running program, each with the moment at which it came.
struct Lines {
    child: Child,
    lines: Receiver<(Instant, String)>,
}

impl Lines {
    fn of(bench: &Bench, program: &Path, args: &[&str]) -> Result<Self> {
        let mut command = bench.command(program);
        command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().context("failed to start setpriv (install util-linux)")?;
        let stdout = BufReader::new(child.stdout.take().context("stdout is piped")?);
        let (send, lines) = channel();
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if send.send((Instant::now(), line)).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, lines })
    }

    /// When the next line came that begins so.
    fn next(&self, start: &str) -> Result<Instant> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let (came, line) = self
                .lines
                .recv_timeout(left)
                .with_context(|| format!("no line came that begins {start:?}"))?;
            let line = line
                .split_once(' ')
                .filter(|(clock, _)| clock.contains(':'))
                .map_or(&*line, |(_, rest)| rest);
            if line.starts_with(start) {
                return Ok(came);
            }
        }
    }

    /// Drops what has come so far.
    fn forget(&self) {
        while self.lines.try_recv().is_ok() {}
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
