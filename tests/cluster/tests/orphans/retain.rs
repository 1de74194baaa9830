//! `--retain-volumes`: the claim goes, the data stays, and comes back.

use crate::said::{expect, outcomes};
use crate::scene::{left_behind, orphans, scaled_down, volume, volume_of, web};
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use test_cluster::*;

fn phase(name: &str) -> String {
    volume(name).and_then(|volume| volume.status?.phase).unwrap_or_default()
}

fn policy(name: &str) -> String {
    volume(name).and_then(|volume| volume.spec?.persistent_volume_reclaim_policy).unwrap_or_default()
}

/// The command in the hint on how to get a volume back.
fn command(run: &Run) -> &str {
    let at = run.stderr.find("kubectl patch pv ").unwrap_or_else(|| panic!("no command in {run}"));
    run.stderr[at..].lines().next().expect("a line")
}

#[test]
fn a_retained_volume_comes_back_with_the_printed_command() {
    let ns = scaled_down("retain");
    let [first, second] = ["data-web-1", "data-web-2"].map(|name| volume_of(&ns, name).expect("a volume"));
    let (run, document) = orphans(&ns, &["--delete", "--yes", "--retain-volumes"]);
    assert_eq!(run.code, 0, "{run}");
    let expected = [("data-web-1", "Deleted"), ("data-web-2", "Deleted")];
    assert_eq!(outcomes(&document), expect(expected), "{run}");
    assert!(run.stderr.contains("their volumes are set to Retain first and stay"), "{run}");
    assert_eq!(ns.claims(), ["data-web-0"]);
    for name in [&first, &second] {
        ns.wait_until("the volume is released", || phase(name) == "Released");
        assert_eq!(policy(name), "Retain");
        assert!(run.stderr.contains(name.as_str()), "{run}");
    }

    let line = command(&run);
    assert!(line.contains(&first), "{run}");
    let _ = ns.shell(line).ok();
    ns.wait_until("the volume is free", || phase(&first) == "Available");
    ns.apply(web(2));
    ns.wait_rolled_out("web");
    assert_eq!(volume_of(&ns, "data-web-1"), Some(first.clone()), "web-1 has its old data");
    assert_eq!((phase(&first), phase(&second)), ("Bound".to_owned(), "Released".to_owned()));
    // They outlive the namespace, so that nothing else tidies them up.
    for name in [first, second] {
        let _ = ns.kubectl(&["delete", "pv", &name, "--wait=false"]).ok();
    }
}

#[test]
fn the_printed_command_works_at_once() {
    let ns = left_behind("retain-at-once");
    let old = volume_of(&ns, "data-web-1").expect("a volume");
    ns.delete::<PersistentVolumeClaim>("data-web-2");
    ns.wait_until("data-web-2 is gone", || ns.claims() == ["data-web-0", "data-web-1"]);
    let run = ns.plugin(&["orphans", "--delete", "--yes", "--retain-volumes"]).ok();
    let _ = ns.shell(command(&run)).ok();
    ns.apply(web(2));
    ns.wait_rolled_out("web");
    assert_eq!(volume_of(&ns, "data-web-1"), Some(old.clone()), "after {run}");
    let _ = ns.kubectl(&["delete", "pv", &old, "--wait=false"]).ok();
}

#[test]
fn without_it_the_volume_goes() {
    let ns = left_behind("retain-not");
    let old = volume_of(&ns, "data-web-1").expect("a volume");
    let run = ns.plugin(&["orphans", "--delete", "--yes"]).ok();
    assert!(!run.stderr.contains("kubectl patch pv"), "{run}");
    ns.wait_until("the volume is gone", || volume(&old).is_none());
}
