//! Answers.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// What a server answered to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether the name is known.
    pub code: ResponseCode,
    /// The records of the answer section, in the server's order; kinds without a meaning here are left out.
    pub records: Vec<Record>,
    /// Whether the message was full before all records were in it: others may exist.
    pub truncated: bool,
    /// For how many seconds "there is none" may be cached, by the zone's SOA record where the answer has one
    /// (RFC 2308 §5: the lesser of its TTL and its minimum).
    pub negative_ttl: Option<u32>,
    /// From the writing of the question to the reading of the answer.
    pub took: Duration,
}

/// The code of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseCode {
    /// The name exists, though maybe without records of that kind.
    NoError,
    /// No such name.
    NxDomain,
    /// The server could not find out.
    ServFail,
    /// The server does not answer such questions.
    Refused,
    /// Any other, by its number (RFC 6895).
    Other(u8),
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The name it belongs to, in lower case and without a final dot.
    pub name: String,
    /// Seconds for which it may be cached from now on.
    pub ttl: u32,
    /// What it says.
    pub data: Data,
}

/// What a record says. Names are in lower case and without a final dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// An address, of either family.
    Address(IpAddr),
    /// A host and a port of a service.
    Srv {
        /// The lowest is to be tried first.
        priority: u16,
        /// How often among those of one priority.
        weight: u16,
        /// The port.
        port: u16,
        /// The host.
        target: String,
    },
    /// The name of an address.
    Ptr(String),
    /// Another name, where the answer is.
    Cname(String),
}

impl Answer {
    /// Its addresses.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.records.iter().filter_map(|record| match record.data {
            Data::Address(address) => Some(address),
            Data::Srv { .. } | Data::Ptr(_) | Data::Cname(_) => None,
        })
    }

    /// The shortest life of its records, in seconds.
    pub fn ttl(&self) -> Option<u32> {
        self.records.iter().map(|record| record.ttl).min()
    }
}

impl ResponseCode {
    /// The code of this number.
    pub(super) fn of(number: u8) -> Self {
        match number {
            0 => Self::NoError,
            2 => Self::ServFail,
            3 => Self::NxDomain,
            5 => Self::Refused,
            number => Self::Other(number),
        }
    }
}

impl fmt::Display for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoError => f.write_str("NOERROR"),
            Self::NxDomain => f.write_str("NXDOMAIN"),
            Self::ServFail => f.write_str("SERVFAIL"),
            Self::Refused => f.write_str("REFUSED"),
            Self::Other(number) => write!(f, "code {number}"),
        }
    }
}
