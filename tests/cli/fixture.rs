//! The states in `tests/fixtures`.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// All states, with the exit code of `--exit-code`.
pub(crate) const SCENARIOS: [(&str, i32); 15] = [
    ("complete", 0),
    ("crash-loop-new-revision", 4),
    ("dead-node", 4),
    ("held-canary", 0),
    ("image-pull", 4),
    ("null-fields", 3),
    ("on-delete", 4),
    ("parallel-broken", 4),
    ("pending-claim", 4),
    ("quota", 4),
    ("scale-down-deadlock", 4),
    ("start-ordinal", 0),
    ("stuck-rollout", 4),
    ("unknown-strategy", 0),
    ("unschedulable", 4),
];

pub(crate) fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// The text of a state.
pub(crate) fn text(scenario: &str) -> String {
    let path = directory().join(scenario).join("state.yaml");
    std::fs::read_to_string(path).expect("a fixture")
}

/// The objects of a state.
pub(crate) fn objects(scenario: &str) -> Vec<Value> {
    let list: Value = yaml(&text(scenario));
    list["items"].as_array().expect("a List").clone()
}

/// Reads YAML with a reader of its own limits, as any user's would.
pub(crate) fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("no YAML: {error}"))
}

/// A file as text for another set, or in another namespace.
pub(crate) fn renamed(scenario: &str, set: &str, namespace: &str) -> String {
    let text = text(scenario).replace("namespace: demo", &format!("namespace: {namespace}"));
    let named = text.replace("web-", &format!("{set}-")).replace(": web\n", &format!(": {set}\n"));
    // Identities have to differ as well.
    named.replace("uid: ", &format!("uid: {set}-{namespace}-"))
}
