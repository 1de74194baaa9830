//! Whether somebody else holds what this program is about to change.

use super::{Field, Manager, Ownership, Tool, Writer, named, tool, writer};
use crate::domain::claim::Owner;

/// A reason not to change a field without being told to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// Who holds it.
    pub who: String,
    /// What it holds; none for the set as a whole.
    pub field: Option<Field>,
    /// One sentence for a person.
    pub why: String,
    /// Whether it is known to come back: an operator, or a delivery tool. Any other client that applies may be a
    /// person's script.
    pub comes_back: bool,
}

/// All objections to changing these fields of a set. First an operator, whose set it is; then tools, field by field
/// as in `touches`; last what marks in the metadata say where managedFields do not tell.
///
/// `marks` are a tool and what it applies, as in `Surroundings::field_owners`. A person's tool never objects: a person
/// does not come back by itself.
pub fn takeover(
    ownership: &Ownership,
    marks: &[(String, String)],
    owners: &[Owner],
    touches: &[Field],
) -> Vec<Objection> {
    let operators = owners.iter().filter(|owner| owner.controller).map(operator);
    let held = touches.iter().flat_map(|field| held(ownership, *field));
    let marked = marks.iter().filter(|(tool, _)| !told(ownership, tool)).map(marked);
    let mut objections: Vec<Objection> = Vec::new();
    for objection in operators.chain(held).chain(marked) {
        let known = |other: &Objection| (&other.who, other.field) == (&objection.who, objection.field);
        if !objections.iter().any(known) {
            objections.push(objection);
        }
    }
    objections
}

fn operator(owner: &Owner) -> Objection {
    let who = format!("{} {}", owner.kind, owner.name);
    let why =
        format!("{who} controls this set: its operator would undo this; change that object, not the set");
    Objection { who, field: None, why, comes_back: true }
}

/// Objections of those that own a field. One that applies goes first: where a tool stands twice, as after its change
/// from client-side to server-side apply, that is the entry that counts.
fn held(ownership: &Ownership, field: Field) -> impl Iterator<Item = Objection> {
    let owners = |applies: bool| ownership.owners(field).filter(move |manager| manager.applies == applies);
    owners(true).chain(owners(false)).filter_map(move |manager| objection(manager, field))
}

fn objection(manager: &Manager, field: Field) -> Option<Objection> {
    let (who, path) = (named(manager), field.path());
    let kind = writer(&manager.name);
    let comes_back = matches!(kind, Writer::Tool(_));
    let why = match kind {
        Writer::Tool(Tool { run, .. }) if states(manager, field) => {
            format!("{who} owns {path}: its next {run} would undo this")
        }
        Writer::Tool(Tool { run, .. }) => {
            format!("{who} owns {path}: its next {run} undoes this if its manifest has that field")
        }
        Writer::Unknown if manager.applies => {
            format!("{who} applies {path}: its next run would undo this, or fail with a conflict")
        }
        Writer::Unknown | Writer::Person | Writer::Kubernetes => return None,
    };
    Some(Objection { who, field: Some(field), why, comes_back })
}

/// Whether a tool's manifest names a field for certain. Who creates a set by another way than a server-side apply owns
/// also what the server filled in, such as a partition of 0; a template it cannot fill in.
fn states(manager: &Manager, field: Field) -> bool {
    manager.applies || field == Field::Template
}

/// Whether managedFields tell what a tool owns, so that its mark adds nothing. Helm's mark is left also by tools that
/// embed Helm and write under their own name.
fn told(ownership: &Ownership, mark: &str) -> bool {
    let mut tools = ownership.managers().iter().filter_map(|manager| tool(&manager.name));
    tools.any(|tool| tool.name == mark || mark == "Helm")
}

fn marked((tool, what): &(String, String)) -> Objection {
    let why = format!(
        "{tool} applies {what}, as its marks say, and managedFields do not tell which fields: its next run may undo this"
    );
    Objection { who: tool.clone(), field: None, why, comes_back: true }
}
