//! How sure it is that only one of two pods could write to the storage.

use schemars::JsonSchema;
use serde::Serialize;

use super::facts::{Attachment, Facts};
use crate::domain::Known;

/// What keeps a second pod of the same name from writing to the same volumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub enum Fence {
    /// It has no claims.
    NoVolumes,
    /// Its volumes are detached: its old processes cannot write.
    Detached,
    /// Its volumes are attached to its node, until that is forced.
    Attached,
    /// Nothing: its storage is not attached, or several nodes may write to it.
    None,
    /// It could not be read.
    Unknown,
}

impl Fence {
    /// The weakest of all volumes.
    pub fn of(facts: &Facts) -> Self {
        let Known::Known(volumes) = &facts.volumes else { return Self::Unknown };
        let each = volumes.iter().map(|volume| match volume.attachment {
            Attachment::None => Self::None,
            _ if volume.shared => Self::None,
            Attachment::Here => Self::Attached,
            Attachment::Gone => Self::Detached,
            Attachment::Unread => Self::Unknown,
        });
        each.max().unwrap_or(Self::NoVolumes)
    }

    /// That in one sentence.
    pub fn describe(self) -> &'static str {
        match self {
            Self::NoVolumes => "it has no claims, so there is no data to fence; its identity is not fenced",
            Self::Detached => "its volumes are detached, so the data is fenced; its identity is not",
            Self::Attached => {
                "its volumes are attached to its node; a forced detach does not stop a machine that still runs from \
                 writing, unless the storage itself refuses it"
            }
            Self::None => {
                "none: this storage is not attached or can be written from several nodes, so old and new processes can \
                 write at once"
            }
            Self::Unknown => "not known: volumes or their attachments could not be read",
        }
    }
}
