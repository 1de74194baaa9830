//! What is wrong with a pod itself.

use super::{Root, expect, message, proves};
use crate::domain::cause::Reason;
use crate::domain::pod::{ContainerKind, ContainerState, Ended};
use crate::domain::testing::{Story, ago, set};

fn one() -> Story {
    set("web").replicas(1)
}

fn root<'a>(name: &'a str, story: Story, roots: &'a str) -> Root<'a> {
    Root { name, story, roots, self_resolves: false, command: "" }
}

/// At the revision of a finished rollout no command of ours makes a broken container start.
#[test]
fn a_broken_container_at_the_finished_revision_is_named_and_has_no_action() {
    expect(&[
        root("image", one().image_pull(0, "A"), "ImagePull 0"),
        root("crash loop", one().crashing(0, "A"), "CrashLoop 0"),
        root("out of memory", one().oom(0, "A"), "OutOfMemory 0"),
        root("configuration", one().config_error(0, "A"), "ContainerConfig 0"),
        root("init container", one().init_failing(0, "A"), "InitContainer 0"),
        root("probe", one().probe_failing(0, "A"), "ProbeFailing 0"),
        root("starting for an hour", one().starting(0, "A"), "Starting 0"),
        root("running without a word", one().not_ready(0, "A"), "Starting 0"),
    ]);
}

#[test]
fn a_message_names_the_container_the_pod_and_the_servers_words() {
    for (story, reason, words) in [
        (one().image_pull(0, "A"), Reason::ImagePull, ["app", "web-0", "manifest unknown"]),
        (one().crashing(0, "A"), Reason::CrashLoop, ["app", "web-0", "exit code 1, 7 restarts"]),
        (one().oom(0, "A"), Reason::OutOfMemory, ["app", "web-0", "exit code 137 (SIGKILL, OOMKilled)"]),
        (
            one().config_error(0, "A"),
            Reason::ContainerConfig,
            ["app", "web-0", "configmap \"web\" not found"],
        ),
        (one().init_failing(0, "A"), Reason::InitContainer, ["init container init", "web-0", "4 restarts"]),
        (
            one().probe_failing(0, "A"),
            Reason::ProbeFailing,
            ["web-0", "for 60m", "Readiness probe failed: 503"],
        ),
    ] {
        let message = message(&story, reason);
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
    }
}

#[test]
fn a_crash_shows_where_its_log_and_its_last_words_are() {
    let story = one().crashing(0, "A").with(0, |pod| {
        let last = pod.containers[0].last.as_mut().unwrap();
        last.message = "no space left".to_owned();
    });
    assert!(proves(&story, "kubectl logs web-0 -n shop -c app --previous"));
    assert!(proves(&story, "its last words: no space left"));
    assert!(proves(&story, "last run ended with exit code 1, 20s ago"));
}

fn ended_once(story: Story, restarts: u32) -> Story {
    story.not_ready(0, "A").with(0, |pod| {
        let ended = Ended { exit_code: 3, reason: "Error".to_owned(), at: Some(ago(2)), ..Ended::default() };
        let app = &mut pod.containers[0];
        (app.state, app.restarts) = (ContainerState::Ended(ended), restarts);
    })
}

#[test]
fn a_container_that_ended_once_does_not_keep_ending() {
    let once = message(&ended_once(one(), 0), Reason::CrashLoop);
    assert!(
        once.contains("container app of web-0 has ended: exit code 3") && !once.contains("keeps"),
        "{once}"
    );
    assert!(proves(&ended_once(one(), 0), "kubectl logs web-0 -n shop -c app"));
    assert!(!proves(&ended_once(one(), 0), "--previous"));
    let again = message(&ended_once(one(), 2), Reason::CrashLoop);
    assert!(again.contains("keeps ending"), "{again}");
}

/// A container of a looping pod that has run for so many seconds; the kubelet last spoke of backing off 200 s ago.
fn between_crashes(seconds: i64) -> Story {
    let story =
        one().crashing(0, "A").event("Pod", "web-0", "BackOff", "Back-off restarting failed container", 200);
    story.with(0, |pod| pod.containers[0].state = ContainerState::Running(Some(ago(seconds))))
}

#[test]
fn a_moment_of_running_between_two_crashes_is_no_recovery() {
    assert_eq!(between_crashes(3).tell().roots(), "CrashLoop 0");
    assert_eq!(between_crashes(301).tell().roots(), "Starting 0");
    assert_eq!(between_crashes(3).events_unread().tell().roots(), "CrashLoop 0", "restarts must do");
}

/// A database that was restarted twice in its life, and replays its log after the third time, is slow, not broken.
#[test]
fn earlier_restarts_alone_make_no_crash_loop() {
    let story = one().crashing(0, "A").since(0, 100);
    let story = story.with(0, |pod| pod.containers[0].state = ContainerState::Running(Some(ago(100))));
    assert_eq!(story.tell().roots(), "Starting 0");
    assert!(story.tell().first().self_resolves);
}

#[test]
fn an_init_container_that_is_done_is_no_trouble_and_a_failing_sidecar_is() {
    let done = one().starting(0, "A").with(0, |pod| {
        let mut init = pod.containers[0].clone();
        (init.kind, init.state) = (ContainerKind::Init, ContainerState::Ended(Ended::default()));
        pod.containers.insert(0, init);
    });
    assert_eq!(done.tell().roots(), "Starting 0");
    let sidecar = one().crashing(0, "A").with(0, |pod| pod.containers[0].kind = ContainerKind::Sidecar);
    assert!(message(&sidecar, Reason::CrashLoop).starts_with("sidecar app of web-0"));
}

#[test]
fn a_readiness_gate_that_is_not_met_is_named() {
    let story = one().ready(0, "A").with(0, |pod| {
        pod.ready.holds = false;
        pod.ready.reason = "ReadinessGatesNotReady".to_owned();
        pod.ready.message = "the status of pod readiness gate \"lb\" is not \"True\"".to_owned();
    });
    assert!(message(&story, Reason::ProbeFailing).contains("readiness gate \"lb\""));
}

/// The node controller marks the pods of a node that it has lost not Ready and leaves all else as it was.
#[test]
fn a_pod_marked_not_ready_whose_containers_were_ready_points_at_its_node() {
    let story = || one().pod(0, "A", |pod| pod.ready.holds = false);
    let text = message(&story().node_unread("n0"), Reason::ProbeFailing);
    assert!(text.contains("its node n0 may have stopped reporting") && !text.contains("gate"), "{text}");
    assert!(proves(&story().node("n0", "False", 600), "node n0: Ready=False: Kubelet"));
    assert_eq!(story().node("n0", "Unknown", 600).tell().roots(), "NodeUnreachable 0");
}

#[test]
fn a_pod_behind_scheduling_gates_is_not_said_to_fit_no_node() {
    let words = "Scheduling is blocked due to non-empty scheduling gates";
    let story =
        one().unscheduled(0, "A", words).with(0, |pod| pod.scheduled.reason = "SchedulingGated".to_owned());
    let text = message(&story, Reason::Unschedulable);
    assert!(text.starts_with("web-0 is held back by its scheduling gates"), "{text}");
}

#[test]
fn a_pod_that_is_ready_for_too_short_a_time_says_how_long_is_left() {
    let story = one().ready_for(0, "A", 4).min_ready(30);
    expect(&[Root {
        name: "young",
        story: story.clone(),
        roots: "MinReadySeconds 0",
        self_resolves: true,
        command: "",
    }]);
    assert!(message(&story, Reason::MinReadySeconds).ends_with("in 26s"));
}

#[test]
fn a_volume_that_cannot_be_attached_or_mounted_is_told_from_the_events() {
    let event =
        |reason: &str, words: &str| one().starting(0, "A").event("Pod", "web-0", reason, words, 3_000);
    let attach = "Multi-Attach error for volume \"pv\": Volume is already used by pod(s) other-0";
    let mount = "MountVolume.SetUp failed for volume \"tls\" : secret \"tls\" not found";
    expect(&[
        root("attached elsewhere", event("FailedAttachVolume", attach), "MultiAttach 0"),
        root("a secret is missing", event("FailedMount", mount), "ContainerConfig 0"),
        root("no sandbox", event("FailedCreatePodSandBox", "cni plugin not initialized"), "Starting 0"),
    ]);
    assert!(message(&event("FailedAttachVolume", attach), Reason::MultiAttach).contains("other-0"));
}

#[test]
fn events_of_an_earlier_pod_of_the_same_name_explain_nothing() {
    let mut story = one().probe_failing(0, "A").build();
    story.around.events.get_mut().unwrap()[0].uid = "an-earlier-one".to_owned();
    let moves = crate::domain::model::next_moves(&story);
    let diagnosis = crate::domain::cause::diagnose(&story, &moves, crate::domain::cause::Patience::default());
    assert_eq!(diagnosis.roots[0].reason, Reason::Starting);
}

#[test]
fn a_pod_no_node_fits_carries_the_schedulers_words_and_has_no_action() {
    let full = "0/3 nodes are available: 3 Insufficient memory.";
    let zone = "0/3 nodes are available: 3 node(s) had volume node affinity conflict.";
    expect(&[
        root("too large", one().unscheduled(0, "A", full), "Unschedulable 0"),
        root("its volume is elsewhere", one().unscheduled(0, "A", zone), "VolumeNodeAffinity 0"),
        root("nothing said for an hour", one().pending(0, "A"), "Starting 0"),
    ]);
    assert!(message(&one().unscheduled(0, "A", full), Reason::Unschedulable).contains("Insufficient memory"));
}

#[test]
fn an_autoscaler_that_brings_a_node_stands_in_the_evidence() {
    let story =
        one().unscheduled(0, "A", "0/3 nodes").event("Pod", "web-0", "TriggeredScaleUp", "pool 3->4", 9);
    assert!(proves(&story, "pool 3->4"));
}

#[test]
fn a_pod_that_has_ended_is_replaced_by_the_controller_itself() {
    let story = one().failed(0, "A");
    expect(&[Root {
        name: "in range",
        story: story.clone(),
        roots: "Starting 0",
        self_resolves: true,
        command: "",
    }]);
    assert!(message(&story, Reason::Starting).contains("Evicted"));
}

#[test]
fn without_the_right_to_read_events_the_status_alone_explains() {
    assert_eq!(one().crashing(0, "A").events_unread().tell().roots(), "CrashLoop 0");
    assert_eq!(one().probe_failing(0, "A").events_unread().tell().roots(), "Starting 0");
}

#[test]
fn an_available_pod_has_no_cause() {
    let told = one().ready(0, "A").tell();
    assert!(told.in_order(0) && told.diagnosis.roots.is_empty());
}
