//! docs/schema/ holds the schemas of all documents, and documents follow them.

use std::process::Command;

use kubectl_stateful::report::schema::schemas;

use super::{hold, root};

#[test]
fn schemas_are_those_of_the_types() {
    for (kind, schema) in schemas() {
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        hold(&root().join(format!("docs/schema/{kind}.json")), &text);
    }
}

#[test]
fn a_real_document_follows_its_schema_and_a_wrong_one_does_not() {
    let (_, schema) = schemas().into_iter().find(|(kind, _)| *kind == "StatusList").unwrap();
    let validator = jsonschema::validator_for(schema.as_value()).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_kubectl-stateful"))
        .args(["status", "--from", "docs/examples/stuck-rollout.yaml", "-o", "json"])
        .current_dir(root())
        .output()
        .unwrap();
    let mut document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    document["items"][0].as_object_mut().unwrap().remove("nextMove");
    assert!(!validator.is_valid(&document), "a key that is never absent was not missed");
}
