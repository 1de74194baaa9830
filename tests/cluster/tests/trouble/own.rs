//! A cluster of a test's own, whose API server can be killed, restarted and frozen.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use test_cluster::boot::{Cluster, Options, halt};
use test_cluster::*;

pub(crate) struct Own {
    // Dropped first: it asks the API server once more.
    cluster: Cluster,
    restarted: Vec<Restarted>,
    pid: Pid,
    command: Vec<String>,
    pub(crate) handle: Arc<ClusterHandle>,
}

/// An API server that this test has started again, and has to end.
struct Restarted(Child);

impl Drop for Restarted {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Own {
    pub(crate) fn boot() -> Self {
        let cluster = own_cluster(&Options::default());
        let pid = cluster.state().pid("kube-apiserver").expect("its process id");
        let command = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).expect("its command line");
        let command = command.split_terminator('\0').map(str::to_owned).collect();
        let handle = cluster.handle().expect("its handle");
        let pid = Pid::from_raw(pid.try_into().expect("a process id"));
        Self { cluster, restarted: Vec::new(), pid, command, handle }
    }

    fn signal(&self, signal: Signal) {
        kill(self.pid, signal).expect("the API server runs");
    }

    pub(crate) fn freeze_api_server(&self) {
        halt(self.pid.as_raw().unsigned_abs()).expect("the API server runs");
    }

    pub(crate) fn thaw_api_server(&self) {
        self.signal(Signal::SIGCONT);
    }

    /// As a crash or a killed machine ends it: no connection is closed in order.
    pub(crate) fn kill_api_server(&mut self) {
        self.signal(Signal::SIGKILL);
        if let Some(child) = self.restarted.last_mut() {
            let _ = child.0.wait();
        }
    }

    /// Starts it again, with the same data, and waits until it answers.
    pub(crate) fn restart_api_server(&mut self, ns: &Namespace) {
        let log =
            std::fs::File::create(self.cluster.dir().join("logs/kube-apiserver-again.log")).expect("a log");
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "--"])
            .args(&self.command)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the API server");
        self.pid = Pid::from_raw(child.id().try_into().expect("a process id"));
        self.restarted.push(Restarted(child));
        wait_until(
            "the API server is ready again",
            Duration::from_secs(60),
            || ns.kubectl(&["get", "--raw", "/readyz"]).code == 0,
            String::new,
        );
    }
}
