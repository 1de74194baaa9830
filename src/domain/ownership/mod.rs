//! Who owns a field of a set's spec, and who changed it last.
//!
//! The API server notes for each client which fields it set last (`metadata.managedFields`). What the notes can tell,
//! and what they cannot:
//!
//! - an update that changes a value takes the field from all others, whoever they are; one that writes the same
//!   value again takes nothing and leaves no trace. Only a server-side apply of the same value makes a second owner;
//! - a time belongs to the client, not to the field: it moves on when the client changes **anything** it owns. So
//!   the newest owner of the template is the last who wrote to it only if its newest write was to the template;
//! - who sets `replicas` through `scale`, as `kubectl scale` and autoscalers do, is noted without a time. Whoever owns
//!   the replicas beside it came later, so what has no time counts as oldest;
//! - times are whole seconds. Within one second the order is stable, updates before applies and then by name, but
//!   says nothing of who came first;
//! - who creates an object, or replaces it, also owns what the server filled in. A server-side applier owns only
//!   what its manifest names;
//! - a client whose field somebody has changed by hand does not own it any more, even if its next run writes it
//!   again. That a tool does not own a field is no promise that it leaves it alone;
//! - beyond ten updating clients the oldest are thrown together as `ancient-changes`.

mod takeover;
#[cfg(test)]
mod tests;
mod tool;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use jiff::Timestamp;

pub use takeover::{Objection, takeover};
pub use tool::{MARKS, Tool, Writer, tool, writer};

/// A part of a set's spec about which two can disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// How many pods.
    Replicas,
    /// Any part of the pods' template.
    Template,
    /// The first ordinal that a rollout reaches.
    Partition,
    /// The update strategy: its type, `maxUnavailable`, or the whole.
    Strategy,
    /// Where the ordinals start.
    Ordinals,
}

impl Field {
    /// Its place in a manifest.
    pub fn path(self) -> &'static str {
        match self {
            Self::Replicas => "spec.replicas",
            Self::Template => "spec.template",
            Self::Partition => "spec.updateStrategy.rollingUpdate.partition",
            Self::Strategy => "spec.updateStrategy",
            Self::Ordinals => "spec.ordinals",
        }
    }
}

/// A client that owns fields of the set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manager {
    /// What it calls itself.
    pub name: String,
    /// Whether it owns them by a server-side apply.
    pub applies: bool,
    /// The part of the API through which it wrote; empty for the object itself.
    pub subresource: String,
    /// When it last changed anything it owns, in whole seconds; none for what was written through `scale`.
    pub time: Option<Timestamp>,
    /// What it owns, of what is told apart here; often nothing, as of one that writes the status only.
    pub owns: BTreeSet<Field>,
}

/// All clients that own anything of a set, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Ownership(Vec<Manager>);

impl Ownership {
    /// From the clients in the server's order: applies, then updates, each oldest first.
    pub fn new(mut managers: Vec<Manager>) -> Self {
        managers.reverse();
        managers.sort_by_key(|manager| Reverse(manager.time));
        Self(managers)
    }

    /// All clients, newest first.
    pub fn managers(&self) -> &[Manager] {
        &self.0
    }

    /// Those that own a field, newest first.
    pub fn owners(&self, field: Field) -> impl Iterator<Item = &Manager> {
        self.0.iter().filter(move |manager| manager.owns.contains(&field))
    }

    /// The newest owner of a field: the best answer to who changed it last that the server can give, and a guess
    /// where two owners are of one second. `except` is a name to leave out, such as this program's own.
    pub fn last_writer(&self, field: Field, except: Option<&str>) -> Option<&Manager> {
        self.owners(field).find(|manager| except != Some(manager.name.as_str()))
    }
}

/// A client and when it wrote: `kubectl-edit at 2026-01-01T12:00:00Z`.
pub fn who(manager: &Manager) -> String {
    let name = named(manager);
    match manager.time {
        Some(time) => format!("{name} at {time}"),
        None => name,
    }
}

/// A client as people know it, with the name under which it stands in the object.
fn named(manager: &Manager) -> String {
    let (name, subresource) = (manager.name.as_str(), manager.subresource.as_str());
    match (writer(name), subresource) {
        // What scales on behalf of Kubernetes itself is the autoscaler.
        (Writer::Kubernetes, "scale") => format!("an autoscaler ({name})"),
        (Writer::Tool(tool), _) => format!("{} ({name})", tool.name),
        (_, "scale") => format!("{name} (scale)"),
        _ if name.is_empty() => "a client without a name".to_owned(),
        _ => name.to_owned(),
    }
}
