//! Waiting for a boot: until a condition, never for a time.

use super::keeper::Keeper;
use crate::client::block_on;
use crate::interrupt::Interrupt;
use anyhow::{Result, bail};
use kube::Client;
use std::net::{SocketAddrV4, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

/// What ends a wait early.
pub(super) struct Wait<'a> {
    pub(super) deadline: Instant,
    pub(super) interrupt: &'a Interrupt,
    pub(super) keeper: &'a Keeper,
    pub(super) dir: &'a Path,
}

impl Wait<'_> {
    /// Until the API server accepts connections.
    pub(super) fn listening(&self, api: SocketAddrV4) -> Result<()> {
        self.until("the API server to listen", || Ok(TcpStream::connect(api).is_ok()))
    }

    /// Until the API server has created what it serves from the start, roles above all.
    pub(super) fn api_ready(&self, client: &Client) -> Result<()> {
        self.until("the API server", || {
            let request = http::Request::get("/readyz").body(Vec::new())?;
            Ok(block_on(client.request_text(request)).is_ok_and(|text| text == "ok"))
        })
    }

    /// Until the condition holds. An error is as good as "not yet", and part of the message at the deadline.
    pub(super) fn until(&self, what: &str, mut holds: impl FnMut() -> Result<bool>) -> Result<()> {
        loop {
            let failure = match holds() {
                Ok(true) => return Ok(()),
                Ok(false) => None,
                Err(error) => Some(error),
            };
            self.interrupt.check()?;
            if let Some(name) = self.keeper.ended() {
                bail!("{name} ended while waiting for {what}:\n{}", self.log_tail(&name));
            }
            if Instant::now() > self.deadline {
                let why = failure.map(|error| format!(": {error:#}")).unwrap_or_default();
                bail!("gave up waiting for {what}{why}\n{}", self.log_tail("kube-apiserver"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn log_tail(&self, name: &str) -> String {
        let log =
            std::fs::read_to_string(self.dir.join("logs").join(format!("{name}.log"))).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }
}
