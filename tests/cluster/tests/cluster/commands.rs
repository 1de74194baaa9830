//! Commands that end, and commands that run while the test watches.

use test_cluster::*;

#[test]
fn the_plugin_runs_by_itself_and_through_kubectl() {
    let ns = Namespace::new("plugin");
    let direct = ns.plugin(&["--help"]).ok();
    let through = ns.kubectl(&["stateful", "--help"]).ok();
    assert_eq!(direct.stdout, through.stdout);
}

#[test]
fn kubectl_is_of_the_servers_version() {
    let ns = Namespace::new("version");
    let version = ns.kubectl(&["version"]).ok().stdout;
    let lines = version.matches(parts::KUBERNETES_VERSION).count();
    assert_eq!(lines, 2, "client and server: {version}");
}

#[test]
fn a_running_command_is_read_line_by_line_and_interrupted() {
    let ns = Namespace::new("running");
    let mut watch = ns.spawn_kubectl(&["get", "pods", "--watch", "--no-headers"]);
    ns.apply(set("web"));
    assert!(watch.line().starts_with("web-0"));
    watch.line_with("Running");
    watch.interrupt();
    let run = watch.end();
    // kubectl takes an interrupted watch for a failed one.
    assert_eq!(run.code, 1, "{run}");
    assert!(run.stdout.contains("ContainerCreating"), "all of it was kept: {run}");
}

#[test]
fn a_dropped_command_is_killed() {
    let ns = Namespace::new("dropped");
    let marker = format!("--field-selector=metadata.name={}", ns.name());
    let watch = ns.spawn_kubectl(&["get", "pods", "--watch", &marker]);
    let runs = || {
        std::fs::read_dir("/proc").expect("/proc").flatten().any(|entry| {
            let cmdline = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&cmdline).contains(&marker)
        })
    };
    ns.wait_until("it runs", runs);
    drop(watch);
    assert!(!runs());
}
