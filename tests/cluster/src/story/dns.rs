//! A DNS server of a cluster, as a process of this machine: CoreDNS with the Corefile that most clusters have. Simulated
//! nodes run no pods in which one could be.

use super::wait::{PATIENCE, wait_until};
use super::{ClusterHandle, Tunnel, cluster};
use crate::boot::halt;
use crate::client::block_on;
use crate::interrupt::Interrupt;
use crate::parts;
use kubectl_stateful::cluster::Connection;
use kubectl_stateful::cluster::dns::{
    Address, Choice, DnsServer, Question, RecordKind, ResponseCode, servers,
};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use socket2::{Domain, Socket, Type};
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// What the server keeps of its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DnsCache {
    /// `cache 30`, as most clusters have it.
    Usual,
    /// `cache 30`, but nothing of the cluster's own zone.
    NotOfCluster,
    /// Nothing.
    Off,
}

/// Describes a DNS server as kubeadm installs it: zone `cluster.local`, records that live 30 s, and a cache.
#[must_use]
pub fn dns() -> DnsBuilder {
    DnsBuilder {
        zone: "cluster.local".to_owned(),
        ttl: 30,
        cache: DnsCache::Usual,
        reverse: true,
        server: None,
    }
}

/// A DNS server to be started.
#[derive(Clone, Debug)]
pub struct DnsBuilder {
    zone: String,
    ttl: u32,
    cache: DnsCache,
    reverse: bool,
    server: Option<String>,
}

impl DnsBuilder {
    /// The cluster's domain.
    #[must_use]
    pub fn zone(self, zone: &str) -> Self {
        Self { zone: zone.to_owned(), ..self }
    }

    /// For how many seconds a record may be cached.
    #[must_use]
    pub fn ttl(self, ttl: u32) -> Self {
        Self { ttl, ..self }
    }

    /// What the server itself keeps.
    #[must_use]
    pub fn cache(self, cache: DnsCache) -> Self {
        Self { cache, ..self }
    }

    /// Addresses have no names.
    #[must_use]
    pub fn without_reverse(self) -> Self {
        Self { reverse: false, ..self }
    }

    /// It reaches the API server through this only.
    #[must_use]
    pub fn through(self, tunnel: &Tunnel) -> Self {
        Self { server: Some(tunnel.server()), ..self }
    }

    /// Starts it for the cluster that all tests share, and returns when it knows the cluster's Services.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(self) -> Dns {
        self.start_for(cluster())
    }

    /// Starts it for another cluster.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start_for(self, cluster: &ClusterHandle) -> Dns {
        let dir = TempDir::new().expect("a directory");
        let held = [held_port(), held_port()];
        let [port, plain] = held.each_ref().map(port_of);
        let kubeconfig = self.kubeconfig(cluster, &dir);
        let block = |port, cache| self.block(&kubeconfig, port, cache);
        let corefile = [block(port, self.cache), block(plain, DnsCache::Off)];
        std::fs::write(dir.path().join("Corefile"), corefile.concat()).expect("a Corefile");
        let connection = cluster.connection();
        let dns = Dns { child: spawn(&dir), dir, port, plain, _held: held, connection };
        dns.wait_known(&format!("kubernetes.default.svc.{}", self.zone));
        dns
    }

    fn kubeconfig(&self, cluster: &ClusterHandle, dir: &TempDir) -> PathBuf {
        let Some(server) = &self.server else { return cluster.kubeconfig.clone() };
        let text = std::fs::read_to_string(&cluster.kubeconfig).expect("a kubeconfig file");
        let path = dir.path().join("kubeconfig");
        std::fs::write(&path, text.replace(&cluster.state.server, server)).expect("a kubeconfig file");
        path
    }

    fn block(&self, kubeconfig: &Path, port: u16, cache: DnsCache) -> String {
        let Self { zone, ttl, .. } = self;
        let reverse = if self.reverse { " in-addr.arpa ip6.arpa" } else { "" };
        let cache = match cache {
            DnsCache::Usual => "cache 30".to_owned(),
            DnsCache::NotOfCluster => {
                format!("cache 30 {{\n        disable success {zone}\n        disable denial {zone}\n    }}")
            }
            DnsCache::Off => String::new(),
        };
        let kubeconfig = kubeconfig.display();
        format!(
            ".:{port} {{
    errors
    kubernetes {zone}{reverse} {{
        kubeconfig {kubeconfig}
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl {ttl}
    }}
    {cache}
    loadbalance
}}
"
        )
    }
}

/// A running DNS server. Dropping it kills it.
pub struct Dns {
    child: Child,
    dir: TempDir,
    port: u16,
    /// Where it has no cache.
    plain: u16,
    /// Both ports are nobody else's as long as this lives.
    _held: [Socket; 2],
    connection: Connection,
}

impl Dns {
    /// Where it listens: for `--dns-server`.
    #[must_use]
    pub fn address(&self) -> String {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)).to_string()
    }

    /// The plugin's own way to it.
    ///
    /// # Panics
    /// Never: an address is always a server.
    #[must_use]
    pub fn server(&self) -> DnsServer {
        self.server_at(self.port)
    }

    fn server_at(&self, port: u16) -> DnsServer {
        let address = Address { host: Ipv4Addr::LOCALHOST.to_string(), port };
        let found = block_on(servers(&self.connection, &Choice::Address(address))).expect("one server");
        found.into_iter().next().expect("one server")
    }

    /// The plugin's own way to the cluster.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Waits until it knows a name. Its cache is asked late, and in an entry from which no member is answered; still, it
    /// may have to wait until that entry ends.
    ///
    /// # Panics
    /// At the deadline.
    pub fn wait_known(&self, name: &str) {
        for server in [self.server_at(self.plain), self.server()] {
            let known = || {
                let answer = block_on(server.ask_one(Question::unnoticed(name, RecordKind::A)));
                answer.is_ok_and(|answer| answer.code == ResponseCode::NoError)
            };
            wait_until(&format!("DNS knows {name}"), 2 * PATIENCE, known, || self.log());
        }
    }

    /// It stands still: it takes connections, and answers nothing.
    ///
    /// # Panics
    /// When it has ended.
    pub fn stop(&self) {
        halt(self.child.id()).expect("a running DNS server");
    }

    /// It goes on.
    ///
    /// # Panics
    /// When it has ended.
    pub fn go_on(&self) {
        let pid = i32::try_from(self.child.id()).expect("a process id");
        kill(Pid::from_raw(pid), Signal::SIGCONT).expect("a running DNS server");
    }

    /// Ends it at once: nothing listens there any more.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Starts it anew after [`Self::kill`], at the same address and with an empty cache.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&mut self) {
        self.child = spawn(&self.dir);
    }

    /// What it has said.
    fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Dns {
    fn drop(&mut self) {
        self.kill();
    }
}

/// It dies with the thread of the test that starts it.
fn spawn(dir: &TempDir) -> Child {
    let coredns = parts::coredns(&Interrupt::never()).unwrap_or_else(|error| panic!("no CoreDNS: {error:#}"));
    let log = File::create(dir.path().join("log")).expect("a log");
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(coredns).arg("-conf").arg(dir.path().join("Corefile"));
    command.stdin(Stdio::null()).stdout(log.try_clone().expect("a log")).stderr(log);
    command.spawn().expect("setpriv (install util-linux)")
}

/// A port that is nobody else's. CoreDNS takes its port also where another CoreDNS has it (SO_REUSEPORT), and the kernel
/// then gives each of them a share of the questions: a socket that does not listen keeps others away.
fn held_port() -> Socket {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_reuse_port(true).expect("a port that CoreDNS can take too");
    socket.bind(&SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)).into()).expect("a free port");
    socket
}

fn port_of(socket: &Socket) -> u16 {
    let address = socket.local_addr().ok().and_then(|address| address.as_socket());
    address.expect("its address").port()
}
