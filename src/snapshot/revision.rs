//! Which revision a template is.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::domain::Revision;
use crate::wire::{self, Object as _};

/// The update revision of a set.
///
/// Once the controller has observed the template, its status names the revision. Before that, the template is
/// compared with the stored ones by content, as the controller will (`getStatefulSetRevisions`): a revert re-uses
/// the equal revision, anything else becomes a new one.
pub(super) fn update_revision(
    set: &wire::StatefulSet,
    stored: Option<&[&wire::ControllerRevision]>,
) -> Revision {
    let status = set.status.as_ref();
    let reported = status.map(|status| status.update_revision.as_str()).unwrap_or_default();
    let observed = status.map_or(0, |status| status.observed_generation) >= set.meta().generation;
    let template =
        set.spec.as_ref().and_then(|spec| spec.template.as_ref()).and_then(|template| template.json.as_ref());
    let (false, Some(template), Some(stored)) = (observed, template, stored) else {
        return Revision::new(reported);
    };
    let Ok(template) = serde_json::from_str::<Value>(template) else { return Revision::new(reported) };
    let template = essence(template);
    let equal = stored.iter().filter(|revision| stored_template(revision).as_ref() == Some(&template));
    // Of several equal ones the controller takes the newest.
    let newest = equal.max_by_key(|revision| revision.revision);
    newest.map_or_else(Revision::unborn, |revision| Revision::new(&revision.meta().name))
}

/// The template that a ControllerRevision restores, apart from nulls and the like.
fn stored_template(revision: &wire::ControllerRevision) -> Option<Value> {
    Some(essence(restored_template(revision)?))
}

/// The template that a ControllerRevision restores.
pub fn restored_template(revision: &wire::ControllerRevision) -> Option<Value> {
    let mut data: Value = serde_json::from_slice(&revision.data.as_ref()?.raw).ok()?;
    let mut template = data.pointer_mut("/spec/template")?.take();
    template.as_object_mut()?.remove("$patch");
    Some(template)
}

/// What tells one template from another: a digest of its content.
pub fn digest(template: &Value) -> String {
    let hash = Sha256::digest(essence(template.clone()).to_string());
    hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// The digest of a template that is JSON text.
pub(super) fn digest_of_text(template: &str) -> Option<String> {
    Some(digest(&serde_json::from_str(template).ok()?))
}

/// The value without nulls and empty objects: encoders differ in whether they write them.
fn essence(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().map(|(key, value)| (key, essence(value)));
            Value::Object(kept.filter(|(_, value)| !is_nothing(value)).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(essence).collect()),
        other => other,
    }
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty)
}
