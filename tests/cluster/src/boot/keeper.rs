//! Starts processes so that they die with this one, and ends them.

use super::programs::Program;
use super::state::Process;
use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a process may take to end by itself. Nothing in a test cluster is worth more.
const GRACE: Duration = Duration::from_millis(500);

type Order = (Command, Sender<io::Result<Child>>);

/// Owns the processes of one cluster.
///
/// The kernel sends the parent-death signal when the *thread* that started a child ends. A test's thread ends
/// before its process does, so children are started by a thread that lives as long as the keeper.
#[derive(Debug)]
pub(super) struct Keeper {
    orders: Sender<Order>,
    children: Mutex<Vec<(String, Child)>>,
    detached: bool,
}

impl Keeper {
    pub(super) fn start(detached: bool) -> Self {
        let (orders, received): (Sender<Order>, Receiver<Order>) = channel();
        std::thread::spawn(move || {
            for (mut command, reply) in received {
                // The asker waits for this; if it is gone, so is the need for the child's handle.
                let _ = reply.send(command.spawn());
            }
        });
        Self { orders, children: Mutex::default(), detached }
    }

    /// Starts a program and returns its process id; setpriv and setsid become the program, so it stays true.
    pub(super) fn spawn(&self, name: &str, program: &Program, log: &Path) -> Result<u32> {
        let wrapper: &[&str] =
            if self.detached { &["setsid", "--"] } else { &["setpriv", "--pdeathsig", "KILL", "--"] };
        let mut command = Command::new(wrapper[0]);
        command
            .args(&wrapper[1..])
            .arg(&program.path)
            .args(&program.args)
            .stdin(Stdio::null())
            .stdout(File::create(log)?)
            .stderr(File::options().append(true).open(log)?);
        if !self.detached {
            // A Ctrl-C in the terminal is for us; we then end these in order.
            command.process_group(0);
        }
        if let Some(file) = &program.holds {
            command.stdin(file.try_clone()?);
        }
        let (reply, answer) = channel();
        self.orders.send((command, reply)).ok().context("the starter of processes is gone")?;
        let child =
            answer.recv()?.with_context(|| format!("failed to run {} (install util-linux)", wrapper[0]))?;
        let pid = child.id();
        self.children().push((name.to_owned(), child));
        Ok(pid)
    }

    /// Ends one process at once, and waits until it is gone.
    pub(super) fn kill(&self, name: &str) {
        let mut children = self.children();
        for (_, child) in children.iter_mut().filter(|(of, _)| of == name) {
            // It may have ended by itself; that is what is wanted.
            let _ = child.kill();
            let _ = child.wait();
        }
        children.retain(|(of, _)| of != name);
    }

    /// The first process that ended by itself.
    pub(super) fn ended(&self) -> Option<String> {
        self.children()
            .iter_mut()
            .find_map(|(name, child)| child.try_wait().ok().flatten().map(|_| name.clone()))
    }

    /// Ends all processes and waits for them.
    pub(super) fn stop(&self) {
        let mut children = std::mem::take(&mut *self.children());
        for (_, child) in &children {
            signal(child.id(), Signal::SIGTERM);
            // One that a test stopped would not notice.
            signal(child.id(), Signal::SIGCONT);
        }
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline {
            children.retain_mut(|(_, child)| matches!(child.try_wait(), Ok(None)));
            if children.is_empty() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        for (_, mut child) in children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    fn children(&self) -> std::sync::MutexGuard<'_, Vec<(String, Child)>> {
        self.children.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn signal(pid: u32, signal: Signal) {
    if let Ok(pid) = i32::try_from(pid) {
        // It may have ended meanwhile; that is what is wanted.
        let _ = kill(Pid::from_raw(pid), signal);
    }
}

/// Ends processes that are not our children, by their recorded ids, each only while it is still ours.
pub fn stop(dir: &Path, processes: &[Process]) {
    let ours = || processes.iter().filter(|process| process.is_ours(dir));
    for process in ours() {
        signal(process.pid, Signal::SIGTERM);
        signal(process.pid, Signal::SIGCONT);
    }
    let wait = |grace| {
        let deadline = Instant::now() + grace;
        while ours().next().is_some() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    wait(GRACE);
    for process in ours() {
        signal(process.pid, Signal::SIGKILL);
    }
    wait(GRACE);
}
