//! What the cluster's own DNS answers now, asked from outside of the cluster.
//!
//! - [`servers`]: the DNS servers there are, each behind a port-forward to its pod, or one by its address. Every
//!   replica has a cache of its own, so two of them may answer differently;
//! - [`DnsServer::ask`]: questions and answers, many at once over one TCP stream;
//! - [`zone`]: the cluster's domain, `cluster.local` in most.
//!
//! Messages are written and read here (`message`, RFC 1035): a resolver library costs more than these few kinds of
//! records are worth. Failures are [`DnsError`]s.

mod answer;
mod bytes;
mod choice;
mod conversation;
mod corefile;
mod error;
mod find;
mod forward;
mod message;
mod name;
mod objects;
mod ports;
mod question;
mod server;
mod zone;

#[cfg(test)]
mod conversation_tests;
#[cfg(test)]
mod message_tests;
#[cfg(test)]
mod testing;

pub use answer::{Answer, Data, Record, ResponseCode};
pub use choice::{Address, Choice};
pub use error::DnsError;
pub use find::servers;
pub use question::{CacheEntry, Own, Question, RecordKind};
pub use server::{DnsServer, Place};
pub use zone::{Zone, ZoneSource, zone};
