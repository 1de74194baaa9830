//! Wrong usage: exit code 2, what is wrong, and what would be right.

use insta::assert_snapshot;

use crate::plugin::{Answer, plugin};

fn refused(line: &str) -> Answer {
    let answer = plugin().line(line).run();
    assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{line}: {answer}");
    answer
}

#[test]
fn an_unknown_flag_and_one_that_was_mistyped() {
    assert_snapshot!("unknown-flag", refused("status web --frobnicate"));
    assert_snapshot!("mistyped-flag", refused("status web --wathc"));
}

#[test]
fn an_unknown_command() {
    assert_snapshot!("unknown-command", refused("statsu web"));
}

#[test]
fn nothing_at_all_shows_the_help() {
    let answer = plugin().run();
    assert_eq!(answer.code, 2, "{answer}");
    assert_snapshot!("nothing", answer);
}

#[test]
fn a_duration_that_is_none() {
    for bad in ["soon", "5x", "-1s", ""] {
        let answer = plugin().args(["status", "web", "--wait", &format!("--timeout={bad}")]).run();
        assert_eq!(answer.code, 2, "{bad:?}: {answer}");
    }
    assert_snapshot!("bad-duration", refused("status web --wait --timeout soon"));
    assert_snapshot!("bad-stuck-after", refused("status web --stuck-after 1day"));
}

#[test]
fn a_name_of_something_else() {
    assert_snapshot!("pod-as-name", refused("status pod/web-0"));
    assert_snapshot!("deployment-as-name", refused("status deployment/web"));
    assert_snapshot!("kind-without-name", refused("status sts/"));
    assert_snapshot!("name-with-slashes", refused("status sts/web/scale"));
    assert_snapshot!("upper-case-name", refused("status Web"));
}

/// kubectl takes `get sts web`; whoever types the same here should be told.
#[test]
fn a_kind_in_front_of_the_name() {
    let answer = plugin().line("status --from held-canary/state.yaml sts web").run();
    assert_ne!(answer.code, 0, "{answer}");
    assert_snapshot!("kind-and-name", answer);
}

#[test]
fn names_together_with_what_selects_many() {
    assert_snapshot!("name-with-all-namespaces", refused("status web -A"));
    assert_snapshot!("name-with-selector", refused("status web -l app=web"));
}

#[test]
fn files_do_not_change() {
    assert_snapshot!("watch-files", refused("status web --watch --from held-canary/state.yaml"));
    assert_snapshot!("wait-files", refused("status web --wait --from held-canary/state.yaml"));
    assert_snapshot!("capture-files", refused("capture web --from held-canary/state.yaml"));
}

#[test]
fn a_timeout_without_a_wait() {
    assert_snapshot!("timeout-without-wait", refused("status web --timeout 5s"));
}

#[test]
fn values_that_do_not_exist() {
    assert_snapshot!("bad-format", refused("status -o xml"));
    assert_snapshot!("bad-color", refused("status --color sometimes"));
    assert_snapshot!("bad-goal", refused("status web --wait=done"));
}

/// Not wrong at all, though `--wait web` looks as if `web` were the goal.
#[test]
fn the_name_may_stand_behind_wait() {
    let answer = plugin().line("status --wait web --from held-canary/state.yaml").run().code(2);
    assert!(answer.stderr.contains("--watch and --wait need a cluster"), "{answer}");
}

#[test]
fn global_flags_stand_anywhere() {
    let before = plugin().line("-o name --from held-canary/state.yaml status web").run().code(0);
    let after = plugin().line("status web -o name --from held-canary/state.yaml").run().code(0);
    assert_eq!(before.stdout, after.stdout);
}

/// `--resume` goes on with the gates of the plan, and going back has none.
#[test]
fn what_has_no_gates_of_its_own_takes_none() {
    for act in ["--resume", "--abort"] {
        for gate in ["--soak 1s", "--max-restarts 1", "--check true", "--on-failure abort"] {
            let answer = refused(&format!("canary web {act} {gate}"));
            let flag = gate.split(' ').next().unwrap();
            assert!(answer.stderr.contains(flag) && answer.stderr.contains(act), "{answer}");
        }
    }
}
