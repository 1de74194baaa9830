//! The only place that talks to the API.
//!
//! [`Connection::connect`] finds the cluster the way kubectl does (`kubeconfig`, flags, service account, `auth`
//! for credentials) and opens one HTTP/2 connection that all requests share (`transport`). On it:
//!
//! - [`Connection::get`], [`Connection::list`], [`Connection::list_fold`]: slim objects, in protobuf where the
//!   server speaks it, decoded item by item while the answer arrives;
//! - [`Connection::raw`]: whole objects as JSON, for captures; [`Connection::write`]: one call that changes
//!   something, never repeated;
//! - [`Connection::watch`]: the present state and then every change of it, through restarts of the server;
//! - [`dns`]: the cluster's own DNS, asked through a port-forward or by its address;
//! - [`Holding`]: a Lease, so that at most one program at a time does what it stands for.
//!
//! Failures are [`ApiError`]s: a [`Reason`] to match on, and a translation into the program's own
//! [`Error`](crate::error::Error) with hints. Nothing here prints.

mod apply;
mod auth;
mod backoff;
mod classify;
mod clock;
mod connection;
mod dial;
pub mod dns;
mod error;
mod flags;
mod follow;
pub mod gather;
mod io;
mod kubeconfig;
mod lease;
mod list;
mod list_json;
pub mod live;
mod path;
mod protobuf;
mod proxy;
mod request;
mod secret;
mod send;
mod status;
mod tls;
mod translate;
mod transport;
mod warnings;
mod watch;
mod watch_line;
mod websocket;

pub use apply::{FIELD_MANAGER, Mode};
pub use connection::Connection;
pub use error::{ApiError, Call, Reason, TlsFault, Unreachable};
pub use flags::{ConnectionFlags, parse_duration};
pub use lease::{Holding, Lost, Refusal};
pub use list::{List, Query};
pub use secret::Secret;
pub use watch::{Event, Watch};
