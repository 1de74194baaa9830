//! docs/stuck.md has every reason, with the patience that the program has, and docs/guides/peers.md every disagreement.

use std::collections::{BTreeMap, BTreeSet};

use kubectl_stateful::domain::cause::{Patience, Reason};
use kubectl_stateful::domain::time::human;

use super::root;

/// The last column of the row of each reason.
fn table() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(root().join("docs/stuck.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
    // Warnings have a table of two columns.
    let reasons = cells.filter(|cells| cells.len() == 4);
    reasons.map(|cells| (cells[0].trim_matches('`').to_owned(), cells[3].to_owned())).collect()
}

#[test]
fn every_reason_has_a_row_and_no_row_is_left_over() {
    let documented: Vec<String> = table().into_keys().collect();
    let mut existing = Reason::ALL.map(|reason| format!("{reason:?}"));
    existing.sort();
    assert_eq!(documented, existing);
}

#[test]
fn the_documented_patience_is_the_programs() {
    for (name, cell) in table() {
        let reason: Reason = serde_json::from_value(serde_json::json!(name)).unwrap();
        let expected = Patience::default().grace(reason).map_or_else(|| "-".to_owned(), human);
        assert_eq!(cell, expected, "{name}");
    }
}

#[test]
fn every_disagreement_has_a_row_and_no_row_is_left_over() {
    let text = std::fs::read_to_string(root().join("docs/guides/peers.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let names = rows.filter_map(|line| line.split('|').nth(1)).flat_map(|cell| cell.split(','));
    let documented: BTreeSet<String> = names.map(|name| name.trim().trim_matches('`').to_owned()).collect();

    let schema = std::fs::read_to_string(root().join("docs/schema/PeerList.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let existing = schema["$defs"]["Reason"]["oneOf"].as_array().unwrap().iter();
    let existing: BTreeSet<String> = existing.map(|one| one["const"].as_str().unwrap().to_owned()).collect();
    assert_eq!(documented, existing);
}
