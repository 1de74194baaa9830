//! Which DNS server to ask.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// Which DNS servers to ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// Those that clusters usually have.
    #[default]
    Usual,
    /// The pods that this Service selects.
    Service {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
    /// This one, without the cluster's help.
    Address(Address),
}

/// Where a DNS server listens: `10.96.0.10`, `[fd00::a]:5353`, `dns.example.org:53`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// An address or a host name.
    pub host: String,
    /// The TCP port.
    pub port: u16,
}

/// DNS over TCP (RFC 1035 §4.2.2).
pub(super) const PORT: u16 = 53;

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self { host: address.to_string(), port: PORT });
        }
        let wrong = || format!("{text:?} is not ADDR or ADDR:PORT, such as 10.96.0.10 or [fd00::a]:53");
        let read = match text.strip_prefix('[') {
            Some(rest) => rest.split_once(']').filter(|(host, _)| host.parse::<Ipv6Addr>().is_ok()),
            None => {
                Some(text.split_at(text.find(':').unwrap_or(text.len()))).filter(|(host, _)| is_host(host))
            }
        };
        let (host, rest) = read.ok_or_else(wrong)?;
        let port = match rest.strip_prefix(':') {
            Some(port) => port.parse().ok().filter(|port| *port > 0),
            None => Some(PORT).filter(|_| rest.is_empty()),
        };
        Ok(Self { host: host.to_owned(), port: port.ok_or_else(wrong)? })
    }
}

fn is_host(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_have_a_port() {
        let cases = [
            ("10.96.0.10", "10.96.0.10:53"),
            ("10.96.0.10:5353", "10.96.0.10:5353"),
            ("fd00::a", "[fd00::a]:53"),
            ("[fd00::a]", "[fd00::a]:53"),
            ("[fd00::a]:5353", "[fd00::a]:5353"),
            ("dns.example.org", "dns.example.org:53"),
            ("localhost:1053", "localhost:1053"),
        ];
        for (text, shown) in cases {
            assert_eq!(
                text.parse::<Address>().map(|address| address.to_string()),
                Ok(shown.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            ":53",
            "host:",
            "host:x",
            "host:0",
            "host:65536",
            "[fd00::a",
            "fd00::a]:53",
            "[x]:53",
            "a b",
            "a/b",
        ] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
