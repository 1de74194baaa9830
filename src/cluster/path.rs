//! Paths of the API, and what they mean in the words of RBAC.

use super::Connection;
use super::error::Call;
use crate::wire::Resource;

/// `/apis/apps/v1/namespaces/db/statefulsets/web`.
pub(super) fn path_of(resource: &Resource, namespace: Option<&str>, name: Option<&str>) -> String {
    let mut path = if resource.group.is_empty() { "/api/".to_owned() } else { "/apis/".to_owned() };
    path.push_str(&resource.api_version());
    if let Some(namespace) = namespace.filter(|_| resource.namespaced) {
        path.push_str(&format!("/namespaces/{}", escape(namespace)));
    }
    path.push('/');
    path.push_str(resource.plural);
    if let Some(name) = name {
        path.push('/');
        path.push_str(&escape(name));
    }
    path
}

/// Escapes a value for a path or a query.
pub(super) fn escape(value: &str) -> String {
    const KEEP: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(value, KEEP).to_string()
}

/// The call in the words of RBAC, read from a path.
pub(super) fn call_of_path(connection: &Connection, path_and_query: &str) -> Call {
    let path = path_and_query.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let (group, rest) = match parts.as_slice() {
        ["api", _, rest @ ..] => ("", rest),
        ["apis", group, _, rest @ ..] => (*group, rest),
        _ => return connection.call_of_path("get", path),
    };
    let (namespace, rest) = match rest {
        ["namespaces", namespace, rest @ ..] if !rest.is_empty() && *rest != ["status"] => {
            (Some((*namespace).to_owned()), rest)
        }
        rest => (None, rest),
    };
    let (resource, name) = match rest {
        [plural] => ((*plural).to_owned(), None),
        [plural, name] => ((*plural).to_owned(), Some((*name).to_owned())),
        [plural, name, sub @ ..] => (format!("{plural}/{}", sub.join("/")), Some((*name).to_owned())),
        [] => return connection.call_of_path("get", path),
    };
    let verb = if name.is_some() { "get" } else { "list" };
    let namespaced = namespace.is_some();
    Call {
        group: group.to_owned(),
        resource,
        namespace,
        namespaced,
        name,
        ..connection.call_of_path(verb, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Node, Object, Pod, StatefulSet};

    #[test]
    fn paths_follow_group_version_and_namespace() {
        let path = |resource, namespace, name| path_of(&resource, namespace, name);
        assert_eq!(path(Pod::RESOURCE, Some("db"), None), "/api/v1/namespaces/db/pods");
        assert_eq!(path(Pod::RESOURCE, None, None), "/api/v1/pods");
        assert_eq!(path(Node::RESOURCE, Some("db"), Some("n")), "/api/v1/nodes/n");
        let set = path(StatefulSet::RESOURCE, Some("db"), Some("web"));
        assert_eq!(set, "/apis/apps/v1/namespaces/db/statefulsets/web");
        assert_eq!(path(Pod::RESOURCE, Some("../x"), Some("a?b")), "/api/v1/namespaces/..%2Fx/pods/a%3Fb");
    }
}
