//! A running cluster: a directory, certificates, processes, and an end that leaves nothing behind.

mod certs;
mod files;
mod frozen;
mod keeper;
mod objects;
mod ports;
mod programs;
mod ready;
pub(crate) mod stat;
mod state;
mod volumes;

use crate::interrupt::Interrupt;
use crate::parts::Parts;
use crate::story::ClusterHandle;
use crate::{cache, client, note, real};
use anyhow::{Context, Result};
use keeper::Keeper;
use ports::Ports;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use files::{USERS, kubeconfig};
pub use frozen::{Frozen, halt};
pub use keeper::stop;
pub use objects::{KUBELET_LABEL, KUBELET_RUNNING};
pub(crate) use programs::Program;
pub use state::{Owner, Process, State, sweep};

/// The name, in the state file, of the process that runs only the StatefulSet controller.
pub const STATEFULSET_CONTROLLER: &str = "statefulset-controller";

/// The name, in the state file, of the process of all other controllers.
pub const OTHER_CONTROLLERS: &str = "kube-controller-manager";

/// The name, in the state file, of the simulator of kubelets.
pub const KUBELETS: &str = "kwok";

/// The name, in the state file, of the scheduler.
pub const SCHEDULER: &str = "kube-scheduler";

/// What may differ from one cluster to the next.
#[derive(Clone, Debug)]
pub struct Options {
    /// Feature gates of the API server and of both controller managers, like `MaxUnavailableStatefulSet=true`.
    pub feature_gates: Vec<String>,
    /// How many healthy simulated nodes.
    pub nodes: usize,
    /// The API server keeps a record of every write ([`Cluster::audit_log`]), and the StatefulSet controller says
    /// what it does ([`Cluster::statefulset_log`]).
    pub recorded: bool,
    /// Lives on after this process (`cargo cluster up`), in exactly this directory.
    pub detached: Option<PathBuf>,
    /// Where the API server listens.
    pub address: Ipv4Addr,
    /// The names of real nodes: their kubelets get a token each.
    pub kubelets: Vec<String>,
    /// Services may have IPv6 addresses too. Simulated pods have none, unless a test writes them.
    pub dual_stack: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            feature_gates: Vec::new(),
            nodes: 3,
            recorded: false,
            detached: None,
            address: Ipv4Addr::LOCALHOST,
            kubelets: Vec::new(),
            dual_stack: false,
        }
    }
}

/// A running cluster. Dropping it ends its processes and removes its directory, unless it is detached.
#[derive(Debug)]
pub struct Cluster {
    dir: PathBuf,
    state: State,
    keeper: Keeper,
    /// How to start the StatefulSet controller again.
    statefulset: Option<Program>,
    detached: bool,
}

impl Cluster {
    /// Boots a cluster and returns when pods can be scheduled, in less than ten seconds.
    ///
    /// # Errors
    /// When a process ends early or does not become ready in a minute (its log's last lines are in the error),
    /// or when interrupted.
    pub fn boot(parts: &Parts, options: &Options, interrupt: &Interrupt) -> Result<Self> {
        match Self::try_boot(parts, options, interrupt) {
            // Ports are free when chosen, but only taken a moment later.
            Err(error) if format!("{error:#}").contains("address already in use") => {
                note("a port was taken by somebody else; booting once more");
                Self::try_boot(parts, options, interrupt)
            }
            result => result,
        }
    }

    fn try_boot(parts: &Parts, options: &Options, interrupt: &Interrupt) -> Result<Self> {
        let started = Instant::now();
        let dir = match &options.detached {
            Some(dir) => {
                cache::make_private(dir)?;
                dir.clone()
            }
            None => tempfile::Builder::new().prefix("test-").tempdir_in(cache::run_dir()?)?.keep(),
        };
        let mut cluster = Self {
            state: State::new(&dir, options.detached.is_none())?,
            keeper: Keeper::start(options.detached.is_some()),
            statefulset: None,
            detached: false,
            dir,
        };
        cluster.start(parts, options, interrupt)?;
        cluster.detached = options.detached.is_some();
        cluster.state.boot_millis = u64::try_from(started.elapsed().as_millis())?;
        cluster.state.write(&cluster.dir)?;
        Ok(cluster)
    }

    fn start(&mut self, parts: &Parts, options: &Options, interrupt: &Interrupt) -> Result<()> {
        // Known to `down` and to sweepers before the first process runs.
        self.state.real = !options.kubelets.is_empty();
        self.state.write(&self.dir)?;
        let ports = Ports::hold(options.address)?;
        files::write(&self.dir, options, ports.api, &mut self.state)?;
        let dir = self.dir.clone();
        let plan = programs::Plan { dir: &dir, parts, options, api: ports.api, etcd: ports.etcd };
        let (api_port, peer) = (ports.api, ports.peer);
        drop(ports);
        self.spawn("etcd", &plan.etcd(peer))?;
        self.spawn("kube-apiserver", &plan.api_server())?;
        let client = client::connect(&self.kubeconfig())?;
        let deadline = Instant::now() + Duration::from_secs(60);
        let wait = ready::Wait { deadline, interrupt, keeper: &self.keeper, dir: &dir };
        wait.listening(SocketAddrV4::new(options.address, api_port))?;
        wait.api_ready(&client)?;
        self.spawn(KUBELETS, &plan.kwok())?;
        self.spawn(OTHER_CONTROLLERS, &plan.controller_manager())?;
        let statefulset = plan.statefulset_controller();
        self.spawn(STATEFULSET_CONTROLLER, &statefulset)?;
        self.statefulset = Some(statefulset);
        self.spawn(SCHEDULER, &plan.scheduler())?;
        let wait = ready::Wait { deadline, interrupt, keeper: &self.keeper, dir: &dir };
        wait.until("the first objects", || client::block_on(objects::create(&client, options.nodes)))?;
        wait.until("the nodes", || client::block_on(objects::nodes_ready(&client, options.nodes)))
    }

    /// Starts one more program that ends with this cluster; its log is `logs/<name>.log`.
    pub(crate) fn spawn(&mut self, name: &str, program: &Program) -> Result<()> {
        let log = self.log(name);
        let pid =
            self.keeper.spawn(name, program, &log).with_context(|| format!("failed to start {name}"))?;
        self.state.processes.push(Process { name: name.to_owned(), pid });
        self.state.write(&self.dir)
    }

    /// Ends one process at once, and forgets it.
    pub(crate) fn kill(&mut self, name: &str) -> Result<()> {
        self.keeper.kill(name);
        self.state.processes.retain(|process| process.name != name);
        self.state.write(&self.dir)
    }

    fn log(&self, name: &str) -> PathBuf {
        self.dir.join("logs").join(format!("{name}.log"))
    }

    /// Ends the StatefulSet controller at once, in the middle of whatever it does. Nothing else stops.
    ///
    /// # Errors
    /// When the state file cannot be written.
    pub fn kill_statefulset_controller(&mut self) -> Result<()> {
        self.kill(STATEFULSET_CONTROLLER)
    }

    /// Starts it again, with a new log. It reads everything there is before it does anything.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start_statefulset_controller(&mut self) -> Result<()> {
        let program = self.statefulset.take().context("the cluster has not been booted")?;
        let started = self.spawn(STATEFULSET_CONTROLLER, &program);
        self.statefulset = Some(program);
        started
    }

    /// What the StatefulSet controller has said since it was last started.
    #[must_use]
    pub fn statefulset_log(&self) -> PathBuf {
        self.log(STATEFULSET_CONTROLLER)
    }

    /// The API server's record of all writes, a JSON document a line; only with [`Options::recorded`].
    #[must_use]
    pub fn audit_log(&self) -> PathBuf {
        self.log("audit")
    }

    /// Lets processes stand still until what is returned is dropped.
    ///
    /// # Errors
    /// When one of them does not run.
    pub fn freeze(&self, names: &[&str]) -> Result<Frozen> {
        Frozen::stop(&self.state, names)
    }

    /// The directory of this cluster: kubeconfig, certificates, state file, `logs/`.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// An administrator's kubeconfig file.
    #[must_use]
    pub fn kubeconfig(&self) -> PathBuf {
        self.dir.join("kubeconfig")
    }

    /// This cluster, for the namespaces of a test.
    ///
    /// # Errors
    /// When its kubeconfig file is gone.
    pub fn handle(&self) -> Result<Arc<ClusterHandle>> {
        ClusterHandle::of(&self.kubeconfig())
    }

    /// What the state file says: processes, tokens, boot time.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.detached {
            return;
        }
        volumes::remove(&self.kubeconfig());
        real::end_nodes(&self.dir, &self.state, &real::NODES);
        self.keeper.stop();
        // An error here has nobody to go to, and the next `cargo cluster` sweeps what is left.
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// Ends the cluster of a directory by its state file: for `cargo cluster down`.
///
/// # Errors
/// When the directory cannot be removed.
pub fn end(dir: &Path) -> Result<()> {
    if let Some(state) = State::read(dir) {
        if state.running(dir) {
            volumes::remove(&dir.join("kubeconfig"));
        }
        real::end_nodes(dir, &state, &real::NODES);
        stop(dir, &state.processes);
        real::clean_after(&state);
    }
    match std::fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("failed to remove {}", dir.display()))
        }
        _ => Ok(()),
    }
}
