//! Free ports: the API server's where it is to listen, the others on the loopback address.

use anyhow::Result;
use std::net::{Ipv4Addr, TcpListener};

/// Three ports that are nobody else's while this is held; drop it just before the programs take them.
pub(super) struct Ports {
    pub(super) api: u16,
    pub(super) etcd: u16,
    pub(super) peer: u16,
    _held: [TcpListener; 3],
}

impl Ports {
    pub(super) fn hold(api: Ipv4Addr) -> Result<Self> {
        let free = |address| TcpListener::bind((address, 0));
        let held = [free(api)?, free(Ipv4Addr::LOCALHOST)?, free(Ipv4Addr::LOCALHOST)?];
        let [api, etcd, peer] = [held[0].local_addr()?, held[1].local_addr()?, held[2].local_addr()?];
        Ok(Self { api: api.port(), etcd: etcd.port(), peer: peer.port(), _held: held })
    }
}
