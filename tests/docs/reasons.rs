//! docs/stuck.md has every reason, with the patience that the program has.

use std::collections::BTreeMap;

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
