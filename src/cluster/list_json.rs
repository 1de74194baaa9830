//! A list in JSON, read without holding its objects.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::wire::ListMeta;

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(default)]
    metadata: ListMeta,
    /// Where each object stands in the text.
    #[serde(borrow)]
    items: Option<Vec<&'a RawValue>>,
}

/// Hands the text of each object to `visit` and returns the list's metadata.
pub(super) fn read_json(
    body: &[u8],
    visit: &mut dyn FnMut(&[u8]) -> Result<(), String>,
) -> Result<ListMeta, String> {
    let body: Body<'_> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    for item in body.items.iter().flatten() {
        visit(item.get().as_bytes())?;
    }
    Ok(body.metadata)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Encoded, Object as _, Pod};

    fn names(body: &str) -> Result<(Vec<String>, String), String> {
        let mut names = Vec::new();
        let meta = read_json(body.as_bytes(), &mut |text| {
            names.push(Pod::read(Encoded::Json(text))?.meta().name.clone());
            Ok(())
        })?;
        Ok((names, meta.resource_version))
    }

    #[test]
    fn items_are_visited_in_order() {
        let body = r#"{"kind":"PodList","metadata":{"resourceVersion":"7"},
            "items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}],"more":[{}]}"#;
        assert_eq!(names(body).expect("a list"), (vec!["a".to_owned(), "b".to_owned()], "7".to_owned()));
    }

    #[test]
    fn no_items_are_none() {
        assert_eq!(names(r#"{"items":null}"#).expect("a list"), (Vec::new(), String::new()));
        assert_eq!(names("{}").expect("a list"), (Vec::new(), String::new()));
    }

    #[test]
    fn what_is_no_list_is_an_error() {
        for body in ["", "[]", r#"{"items":[1]}"#, r#"{"items":["#, "{} {}"] {
            assert!(names(body).is_err(), "{body}");
        }
    }
}
