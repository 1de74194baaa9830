//! The command line of each program.

use super::Options;
use crate::parts::Parts;
use std::fs::File;
use std::path::{Path, PathBuf};

/// A program and its arguments. Each names the cluster's directory, by which its process is recognised.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    pub(crate) args: Vec<String>,
    /// A file it holds open for as long as it runs, as its standard input.
    pub(crate) holds: Option<File>,
}

/// Everything the command lines depend on.
pub(super) struct Plan<'a> {
    pub(super) dir: &'a Path,
    pub(super) parts: &'a Parts,
    pub(super) options: &'a Options,
    pub(super) api: u16,
    pub(super) etcd: u16,
}

impl Plan<'_> {
    fn program(&self, path: &Path, args: &[&str]) -> Program {
        let args = args.iter().map(|arg| arg.replace("DIR", &self.dir.to_string_lossy()));
        Program { path: path.to_owned(), args: args.collect(), holds: None }
    }

    pub(super) fn etcd(&self, peer: u16) -> Program {
        let (client, peer) = (format!("http://127.0.0.1:{}", self.etcd), format!("http://127.0.0.1:{peer}"));
        self.program(
            &self.parts.etcd,
            &[
                "--data-dir=DIR/etcd",
                &format!("--listen-client-urls={client}"),
                &format!("--advertise-client-urls={client}"),
                &format!("--listen-peer-urls={peer}"),
                &format!("--initial-advertise-peer-urls={peer}"),
                &format!("--initial-cluster=default={peer}"),
                // The data die with the cluster; waiting for the disk would only slow the tests.
                "--unsafe-no-fsync",
                "--quota-backend-bytes=8000000000",
            ],
        )
    }

    pub(super) fn api_server(&self) -> Program {
        let services = if self.options.dual_stack { "10.96.0.0/16,fd00:10:96::/112" } else { "10.96.0.0/16" };
        let mut program = self.program(
            &self.parts.kube_apiserver,
            &[
                &format!("--etcd-servers=http://127.0.0.1:{}", self.etcd),
                &format!("--secure-port={}", self.api),
                &format!("--bind-address={}", self.options.address),
                "--tls-cert-file=DIR/server.crt",
                "--tls-private-key-file=DIR/server.key",
                "--client-ca-file=DIR/ca.crt",
                "--token-auth-file=DIR/tokens.csv",
                "--authorization-mode=Node,RBAC",
                "--endpoint-reconciler-type=none",
                &format!("--service-cluster-ip-range={services}"),
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=DIR/service-account.pub",
                "--service-account-signing-key-file=DIR/service-account.key",
                "--allow-privileged=true",
                "--kubelet-client-certificate=DIR/kubelet-client.crt",
                "--kubelet-client-key=DIR/kubelet-client.key",
                "--kubelet-preferred-address-types=InternalIP",
                // Pods leave a dead node after seconds, not after five minutes.
                "--default-not-ready-toleration-seconds=5",
                "--default-unreachable-toleration-seconds=5",
                "--enable-priority-and-fairness=false",
                "--max-requests-inflight=0",
                "--max-mutating-requests-inflight=0",
                "--profiling=false",
            ],
        );
        self.add_gates(&mut program);
        if self.options.recorded {
            program.args.push(format!("--audit-policy-file={}", self.dir.join("audit.json").display()));
            program.args.push(format!("--audit-log-path={}", self.dir.join("logs/audit.log").display()));
            // In megabytes: the record stays one file.
            program.args.push("--audit-log-maxsize=100000".to_owned());
        }
        program
    }

    /// All controllers but the StatefulSet controller.
    pub(super) fn controller_manager(&self) -> Program {
        self.controllers(
            "--controllers=*,-statefulset",
            &[
                "--service-account-private-key-file=DIR/service-account.key",
                "--root-ca-file=DIR/ca.crt",
                "--enable-hostpath-provisioner=true",
                "--pvclaimbinder-sync-period=2s",
                "--node-monitor-period=1s",
                "--node-monitor-grace-period=8s",
                "--node-eviction-rate=10",
                "--secondary-node-eviction-rate=10",
                "--large-cluster-size-threshold=0",
            ],
        )
    }

    /// The StatefulSet controller alone, so that a test can stop it and nothing else.
    pub(super) fn statefulset_controller(&self) -> Program {
        // At this level it names each sync and what the sync waits for.
        let talk: &[&str] = if self.options.recorded { &["--vmodule=stateful_set*=4"] } else { &[] };
        self.controllers("--controllers=statefulset", talk)
    }

    fn controllers(&self, which: &str, more: &[&str]) -> Program {
        let common = [
            which,
            "--kubeconfig=DIR/kubeconfig",
            "--leader-elect=false",
            "--secure-port=0",
            "--kube-api-qps=500",
            "--kube-api-burst=1000",
            "--profiling=false",
        ];
        let mut program = self.program(&self.parts.kube_controller_manager, &[&common[..], more].concat());
        self.add_gates(&mut program);
        program
    }

    pub(super) fn scheduler(&self) -> Program {
        let args = [
            "--kubeconfig=DIR/kubeconfig",
            "--leader-elect=false",
            "--secure-port=0",
            "--kube-api-qps=500",
            "--kube-api-burst=1000",
            "--profiling=false",
        ];
        self.program(&self.parts.kube_scheduler, &args)
    }

    pub(super) fn kwok(&self) -> Program {
        let label = format!("{}={}", super::KUBELET_LABEL, super::KUBELET_RUNNING);
        self.program(
            &self.parts.kwok,
            &[
                "--kubeconfig=DIR/kubeconfig",
                "--config=DIR/stages.yaml",
                &format!("--manage-nodes-with-label-selector={label}"),
                "--node-lease-duration-seconds=4",
                "--cidr=10.32.0.0/16",
                // A kubelet's address where nothing answers, at once.
                "--node-ip=127.0.0.1",
            ],
        )
    }

    fn add_gates(&self, program: &mut Program) {
        if !self.options.feature_gates.is_empty() {
            program.args.push(format!("--feature-gates={}", self.options.feature_gates.join(",")));
        }
    }
}
