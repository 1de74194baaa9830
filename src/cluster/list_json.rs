//! A list in JSON, read without holding its objects.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::wire::{ListMeta, Object};

/// Hands each object to `visit` and returns the list's metadata.
pub(super) fn read_json<T: Object>(body: &[u8], visit: impl FnMut(T)) -> serde_json::Result<ListMeta> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let meta = reader.deserialize_map(ListVisitor(visit, std::marker::PhantomData))?;
    reader.end()?;
    Ok(meta)
}

struct ListVisitor<F, T>(F, std::marker::PhantomData<T>);

impl<'de, T: Object, F: FnMut(T)> Visitor<'de> for ListVisitor<F, T> {
    type Value = ListMeta;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_map<M: MapAccess<'de>>(mut self, mut map: M) -> Result<ListMeta, M::Error> {
        let mut meta = ListMeta::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "metadata" => meta = map.next_value()?,
                "items" => map.next_value_seed(Items(&mut self.0, std::marker::PhantomData))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(meta)
    }
}

struct Items<'f, F, T>(&'f mut F, std::marker::PhantomData<T>);

impl<'de, T: Object, F: FnMut(T)> DeserializeSeed<'de> for Items<'_, F, T> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: Object, F: FnMut(T)> Visitor<'de> for Items<'_, F, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the items of a list")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut items: S) -> Result<(), S::Error> {
        while let Some(item) = items.next_element()? {
            (self.0)(item);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Pod;

    fn names(body: &str) -> serde_json::Result<(Vec<String>, String)> {
        let mut names = Vec::new();
        let meta = read_json(body.as_bytes(), |pod: Pod| names.push(pod.meta().name.clone()))?;
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
