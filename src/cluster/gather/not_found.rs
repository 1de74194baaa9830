//! A set that does not exist, and what the user may have meant.

use futures::future::join;

use super::Reader;
use crate::cluster::{ApiError, Query};
use crate::domain::Known;
use crate::error::Error;
use crate::snapshot::Table;
use crate::wire::{self, Object};

/// The error of a failed read of named sets, with the nearest names and the namespaces that hold the name.
pub async fn explain_missing(reader: &Reader<'_>, namespace: &str, error: ApiError) -> Error {
    explain::<wire::StatefulSet>(reader, namespace, error, "kubectl stateful status").await
}

/// Likewise of a pod.
pub async fn explain_missing_pod(reader: &Reader<'_>, namespace: &str, error: ApiError) -> Error {
    explain::<wire::Pod>(reader, namespace, error, "kubectl get pods").await
}

/// `command` lists what there is.
async fn explain<T: Object>(reader: &Reader<'_>, namespace: &str, error: ApiError, command: &str) -> Error {
    let missing = error.call.name.clone().filter(|_| error.is_not_found());
    let base = Error::from(error);
    let Some(name) = missing else { return base };
    let named = Query::default().fields(format!("metadata.name={name}"));
    let (here, elsewhere): (Known<Table<T>>, Known<Table<T>>) =
        join(reader.list(Query::within(Some(namespace)), ""), reader.list(named, "")).await;
    let mut error = base;
    let others =
        elsewhere.get().into_iter().flat_map(Table::iter).map(|found| found.meta().namespace.as_str());
    for other in others.filter(|other| *other != namespace).take(3) {
        error = error.hint(format!("there is one in namespace {other}: {command} {name} -n {other}"));
    }
    let names: Vec<&str> =
        here.get().into_iter().flat_map(Table::iter).map(|found| found.meta().name.as_str()).collect();
    let nearest = nearest(&name, &names);
    if !nearest.is_empty() {
        return error.hint(format!("namespace {namespace} has {}", nearest.join(", ")));
    }
    match here {
        Known::Known(all) if all.is_empty() => {
            error.hint(format!("namespace {namespace} has no {} at all", T::RESOURCE.kind))
        }
        Known::Known(all) => error
            .hint(format!("{command} -n {namespace} lists what namespace {namespace} has ({})", all.len())),
        Known::Unknown => error,
    }
}

/// Up to three names that look like the one that was typed, the likest first.
pub fn nearest<'a>(typed: &str, names: &[&'a str]) -> Vec<&'a str> {
    let slips = |name: &str| strsim::damerau_levenshtein(typed, name);
    let alike = |name: &str| slips(name) <= 1 + typed.len() / 4 || strsim::jaro_winkler(typed, name) > 0.8;
    let mut found: Vec<&str> = names.iter().copied().filter(|name| alike(name)).collect();
    found.sort_by_key(|name| slips(name));
    found.truncate(3);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_a_stranger_is_not() {
        let names = ["web", "postgres", "postgres-replica", "queue"];
        assert_eq!(nearest("postgers", &names), ["postgres", "postgres-replica"]);
        assert_eq!(nearest("wbe", &names), ["web"]);
        assert!(nearest("zookeeper", &names).is_empty());
    }
}
