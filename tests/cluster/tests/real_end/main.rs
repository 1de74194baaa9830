//! The end of real nodes leaves nothing on the machine, however it comes. Run with `cargo cluster test`.
//!
//! In a program of its own, because there is one cluster with real nodes at a time.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use test_cluster::*;

/// Names the file in which the helper says that it has booted.
const READY: &str = "KUBECTL_STATEFUL_TEST_REAL_READY";

/// What is on the machine because of real nodes.
fn traces() -> Vec<String> {
    let mut found = Vec::new();
    let mut note_if = |is: bool, what: String| found.extend(is.then_some(what));
    for interface in ["kstateful0", "kstateful1", "kstateful2"] {
        note_if(Path::new("/sys/class/net").join(interface).exists(), interface.to_owned());
    }
    let mounts = std::fs::read_to_string("/proc/self/mounts").expect("the mounts");
    for point in mounts.lines().filter_map(|line| line.split(' ').nth(1)) {
        note_if(point.contains("kubectl-stateful") || point.contains("/run/netns/cni-"), point.to_owned());
        for node in real::NODES {
            let group = Path::new(point).join(format!("kubectl-stateful-{node}"));
            note_if(group.exists(), group.display().to_string());
        }
    }
    for process in std::fs::read_dir("/proc").expect("the processes").flatten() {
        let cmdline = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        let cmdline = String::from_utf8_lossy(&cmdline).replace('\0', " ");
        let of_node = real::NODES.iter().any(|node| cmdline.contains(&format!("/{node}")));
        note_if(of_node || cmdline.contains("containerd-shim"), cmdline);
    }
    for dir in ["/var/lib/kubelet", "/var/lib/cni", "/opt/cni/net.d", "/run/containerd"] {
        note_if(Path::new(dir).exists(), dir.to_owned());
    }
    found
}

#[test]
fn nothing_is_left_after_an_end_in_order_and_after_the_owner_was_killed() {
    {
        let Some(real) = real::turn() else { return };
        assert!(!traces().is_empty(), "it is seen while it is there");
        let ns = Namespace::on(real.handle(), "left");
        ns.apply(set("web").replicas(2).real().claims("data"));
        ns.wait_rolled_out("web");
        let dir = real.dir();
        drop((ns, real));
        assert!(!dir.exists());
    }
    assert_eq!(traces(), Vec::<String>::new());

    let dir = killed();
    // A bridge has no process, and control groups outlive theirs.
    let lives = |trace: &String| ["shim", "/real-"].iter().any(|of| trace.contains(of));
    wait_until(
        "its nodes are gone with it",
        std::time::Duration::from_secs(30),
        || !traces().iter().any(lives),
        || format!("{:?}", traces()),
    );
    swept(&dir);

    // The next run may come while they still die.
    let dir = killed();
    swept(&dir);
}

fn swept(dir: &Path) {
    boot::sweep().expect("the next run");
    assert!(!dir.exists());
    assert_eq!(traces(), Vec::<String>::new());
}

/// The directory of a cluster with real nodes and pods on them whose owner, another process, was killed.
fn killed() -> PathBuf {
    let ready = tempfile::NamedTempFile::new().expect("a file");
    let mut helper = Command::new(std::env::current_exe().expect("this program"));
    helper.args(["--ignored", "--exact", "helper_that_holds_real_nodes", "--nocapture"]);
    helper.env(READY, ready.path()).stdin(Stdio::null());
    let mut owner = helper.spawn().expect("a helper");
    let mut dir = String::new();
    wait_until(
        "the helper has booted",
        std::time::Duration::from_secs(120),
        || {
            dir = std::fs::read_to_string(ready.path()).expect("a file");
            dir.ends_with('\n')
        },
        String::new,
    );
    owner.kill().expect("the owner");
    owner.wait().expect("the owner");
    PathBuf::from(dir.trim_end())
}

#[test]
#[ignore = "a helper of the other test, which kills it"]
fn helper_that_holds_real_nodes() {
    let Some(ready) = std::env::var_os(READY) else { return };
    let real = real::turn().expect("the other test has had one");
    let ns = Namespace::on(real.handle(), "owned");
    ns.apply(set("web").replicas(2).real());
    ns.wait_rolled_out("web");
    std::fs::write(ready, format!("{}\n", real.dir().display())).expect("a file");
    loop {
        std::thread::park();
    }
}
