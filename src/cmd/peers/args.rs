//! What can be asked of `peers`.

use std::time::Duration;

use crate::cluster::dns::{Address, Choice};
use crate::cluster::parse_duration;
use crate::cmd::selection;
use crate::domain::peers::seeds::{self, Format};
use crate::error::{Error, Result};

/// Arguments of `peers`.
#[derive(Clone, Debug, clap::Args)]
pub struct PeersArgs {
    /// The set: web, sts/web, statefulset/web or statefulset.apps/web
    #[arg(value_name = "NAME")]
    name: String,

    /// Turn the answer into the exit code: 0 the sources agree, 8 they disagree, 1 not all could be asked
    #[arg(long)]
    pub(super) exit_code: bool,

    /// Go on and show every change in any source, and how long after a pod is Ready its name resolves
    #[arg(short, long)]
    pub(super) watch: bool,

    /// Wait until all sources agree; ends early with code 4 when they cannot come to agree by themselves
    #[arg(long)]
    pub(super) wait: bool,

    /// How long to wait before giving up with code 3; without it there is no limit
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, requires = "wait")]
    pub(super) timeout: Option<Duration>,

    /// Print the members that others find now, as configuration files take them: hosts, hostport, srv, env, zookeeper,
    /// etcd, kafka, cassandra, mongodb, elasticsearch, redis, postgres, … or a template such as '{pod} {fqdn} {port}'
    #[arg(long, value_name = "FORMAT", conflicts_with = "watch", help_heading = "Lists (docs/formats.md)")]
    pub(super) format: Option<Format>,

    /// Print all members that the set asks for, whether they exist or not
    #[arg(long, requires = "format", help_heading = "Lists (docs/formats.md)")]
    pub(super) expected: bool,

    /// The port of the members, by name or number
    #[arg(long, value_name = "PORT", requires = "format", help_heading = "Lists (docs/formats.md)")]
    pub(super) port: Option<seeds::Choice>,

    /// Ask the pods that this Service selects
    #[arg(long, value_name = "NAMESPACE/NAME", conflicts_with = "dns_server", help_heading = "DNS")]
    dns_service: Option<String>,

    /// Ask this DNS server, by TCP from here
    #[arg(long, value_name = "ADDR[:PORT]", help_heading = "DNS")]
    dns_server: Option<Address>,

    /// Leave DNS out: compare what the set should have with what EndpointSlices publish
    #[arg(long, conflicts_with_all = ["dns_service", "dns_server"], help_heading = "DNS")]
    no_dns: bool,

    /// What every name of the cluster ends in; without it, it is found out
    #[arg(long, value_name = "ZONE", help_heading = "DNS")]
    pub(super) zone: Option<String>,
}

impl PeersArgs {
    /// The bare name of the set.
    pub(super) fn name(&self) -> Result<String> {
        selection::one(&self.name)
    }

    /// Which DNS servers to ask; none where DNS is to be left alone.
    pub(super) fn choice(&self) -> Result<Option<Choice>> {
        if self.no_dns {
            return Ok(None);
        }
        if let Some(address) = &self.dns_server {
            return Ok(Some(Choice::Address(address.clone())));
        }
        let Some(service) = &self.dns_service else { return Ok(Some(Choice::Usual)) };
        match service.split_once('/') {
            Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() => {
                Ok(Some(Choice::Service { namespace: namespace.to_owned(), name: name.to_owned() }))
            }
            _ => Err(Error::usage(format!("--dns-service takes NAMESPACE/NAME, not {service:?}"))
                .hint("such as --dns-service kube-system/kube-dns")),
        }
    }

    /// Whether DNS servers are named.
    pub(super) fn names_servers(&self) -> bool {
        self.dns_server.is_some() || self.dns_service.is_some()
    }

    /// Whether to go on after the first look.
    pub(super) fn follows(&self) -> bool {
        self.watch || self.wait
    }

    /// Whether DNS was left out on purpose.
    pub(super) fn leaves_dns_out(&self) -> bool {
        self.no_dns
    }
}
