//! JSON Schemas of all documents, generated from the types. docs/schema/ holds them for users.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use super::List;
use super::canary::{self, CanaryView};
use super::force_delete::{self, VerdictView};
use super::leader::{self, LeaderView};
use super::orphans::{self, ClaimView};
use super::peers::{self, PeersView};
use super::status::{self, SetStatus};

/// The schema of every kind of document, by kind.
pub fn schemas() -> Vec<(&'static str, Schema)> {
    vec![
        (status::KIND, of::<SetStatus>(status::KIND)),
        (canary::KIND, of::<CanaryView>(canary::KIND)),
        (force_delete::KIND, of::<VerdictView>(force_delete::KIND)),
        (orphans::KIND, of::<ClaimView>(orphans::KIND)),
        (leader::KIND, of::<LeaderView>(leader::KIND)),
        (leader::CHANGES, of::<leader::ChangeView>(leader::CHANGES)),
        (peers::KIND, of::<PeersView>(peers::KIND)),
        (peers::CHANGES, of::<peers::ChangeView>(peers::CHANGES)),
    ]
}

fn of<T: JsonSchema>(kind: &str) -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<List<T>>();
    schema.insert("title".to_owned(), kind.into());
    for (property, value) in [("kind", kind), ("apiVersion", super::list::API_VERSION)] {
        if let Some(property) =
            schema.pointer_mut(&format!("/properties/{property}")).and_then(|it| it.as_object_mut())
        {
            property.insert("const".to_owned(), value.into());
        }
    }
    schema
}
