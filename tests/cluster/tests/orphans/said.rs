//! What the plugin says of claims.

use serde_json::Value;
use std::collections::BTreeMap;
use test_cluster::Run;

/// The document on stdout.
pub(crate) fn document(run: &Run) -> Value {
    let document: Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("no document ({error}) in {run}"));
    assert_eq!(document["kind"], "ClaimList", "{run}");
    document
}

pub(crate) fn items(document: &Value) -> &[Value] {
    document["items"].as_array().expect("items")
}

/// The item of a claim.
pub(crate) fn item<'a>(document: &'a Value, claim: &str) -> &'a Value {
    let found = items(document).iter().find(|item| item["name"] == claim);
    found.unwrap_or_else(|| panic!("no {claim} in {document:#}"))
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// `Class Reason` of each claim.
pub(crate) fn classes(document: &Value) -> BTreeMap<String, String> {
    let class = |item: &Value| format!("{} {}", text(&item["class"]), text(&item["reason"]));
    items(document).iter().map(|item| (text(&item["name"]), class(item))).collect()
}

/// Of each claim what deleting it came to.
pub(crate) fn outcomes(document: &Value) -> BTreeMap<String, String> {
    let outcome = |item: &Value| text(&item["deletion"]["outcome"]);
    items(document).iter().map(|item| (text(&item["name"]), outcome(item))).collect()
}

/// What is expected of [`classes`] and [`outcomes`].
pub(crate) fn expect<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.map(|(name, what)| (name.to_owned(), what.to_owned())).into()
}
