//! The members as configuration files take them: `peers --format`.
//!
//! - [`format`], [`template`]: what may be asked for;
//! - [`members`]: whom it is about: those that are found now, or those that the set asks for;
//! - [`port`], [`convention`]: which port they listen on, and what the systems call theirs;
//! - [`listing`], [`systems`]: the lists; [`text()`]: the one that was asked for.
//!
//! Names are printed, not addresses: those change whenever a pod is made anew. Ids come from ordinals and not from places
//! in the list, so that a member keeps its id when another one is away. The port is the one that the pod listens on:
//! names of members lead to their addresses, past the Service, which therefore translates no port.

mod convention;
mod error;
mod format;
mod listing;
mod members;
mod port;
mod systems;
mod template;
mod text;

#[cfg(test)]
mod tests;

pub use error::SeedError;
pub use format::{Format, FormatError};
pub use members::{Member, Members, Which, expected, live};
pub use port::Choice;
pub use template::{Field, Template, TemplateError};
pub use text::text;
