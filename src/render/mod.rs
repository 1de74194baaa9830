//! The only place that prints.
//!
//! Data goes to stdout: documents as JSON or YAML ([`document`]), or a [`Page`] of text. Everything else goes to
//! stderr through [`Output`]. A [`Page`] is the one choke point for strings that came from a cluster: no control
//! or bidirectional character in them reaches a terminal ([`clean`]).

pub mod canary;
mod clean;
pub mod document;
pub mod force_delete;
mod format;
pub mod leader;
pub mod orphans;
mod output;
mod page;
pub mod peers;
mod progress;
pub mod status;

pub use clean::clean;
pub use format::{ColorChoice, Format};
pub use output::{Output, OutputFlags};
pub use page::{Page, Row, Span, Style, span};
