//! Which files are read, and which of them wins.

use std::path::{Path, PathBuf};

use super::{Case, config, server};
use crate::cluster::Secret;

#[test]
fn the_home_directory_is_the_default() {
    let case = Case::new();
    case.file("home/.kube/config", config("a", "a"));
    let target = case.find();
    assert_eq!((server(&target).as_str(), target.namespace.as_str()), ("https://a:6443/", "a-ns"));
    assert_eq!(target.context.as_deref(), Some("a"));
    assert!(!target.namespace_is_explicit);
}

#[test]
fn missing_files_of_the_list_are_skipped() {
    let case = Case::new().env(&["none", "a"]);
    case.file("a", config("a", "a"));
    assert_eq!(server(&case.find()), "https://a:6443/");
}

#[test]
fn the_first_file_that_sets_a_thing_wins() {
    let case = Case::new().env(&["a", "b"]);
    case.file("a", config("same", "same"));
    case.file("b", config("same", "other").replace("6443", "1").replace("same-token", "late"));
    let target = case.find();
    assert_eq!(server(&target), "https://same:6443/");
    assert_eq!(target.user.token, Some(Secret::from("same-token")));
}

#[test]
fn an_entry_is_taken_whole_or_not_at_all() {
    let case = Case::new().env(&["a", "b"]);
    case.file("a", "users: [{name: x, user: {username: me}}]");
    case.file("b", config("x", "x"));
    let target = case.find();
    assert_eq!(target.user.token, None);
    assert_eq!(target.user.username.as_deref(), Some("me"));
}

#[test]
fn an_empty_current_context_does_not_win() {
    let case = Case::new().env(&["a", "b"]);
    case.file("a", config("a", ""));
    case.file("b", config("b", "b"));
    assert_eq!(server(&case.find()), "https://b:6443/");
}

#[test]
fn an_empty_namespace_is_the_default_one() {
    let case = Case::new().env(&["a"]);
    case.file("a", config("a", "a").replace("a-ns", "''"));
    assert_eq!(case.find().namespace, "default");
}

#[test]
fn an_explicit_file_is_the_only_one() {
    let case = Case::new().env(&["a"]);
    case.file("a", config("a", "a"));
    let path = case.file("b", config("b", "b"));
    let case = case.flags(|flags| flags.kubeconfig = Some(path));
    assert_eq!(server(&case.find()), "https://b:6443/");
}

#[test]
fn an_explicit_file_that_is_missing_is_an_error() {
    let case = Case::new();
    case.file("home/.kube/config", config("a", "a"));
    let path = case.path("none");
    let case = case.flags(|flags| flags.kubeconfig = Some(path.clone()));
    assert!(case.error().message().contains(&*path.to_string_lossy()));
}

#[test]
fn relative_paths_are_relative_to_their_own_file() {
    let case = Case::new().env(&["x/a", "y/b"]);
    case.file(
        "x/a",
        "users: [{name: u, user: {client-certificate: c.crt, client-key: /abs/c.key, tokenFile: t}}]",
    );
    case.file(
        "y/b",
        "clusters: [{name: c, cluster: {server: 'https://c', certificate-authority: ../ca.crt}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c",
    );
    let target = case.find();
    assert_eq!(target.user.client_certificate, Some(case.path("x/c.crt")));
    assert_eq!(target.user.client_key.as_deref(), Some(Path::new("/abs/c.key")));
    assert_eq!(target.user.token_file, Some(case.path("x/t")));
    assert_eq!(target.cluster.certificate_authority, Some(case.path("y/../ca.crt")));
}

#[test]
fn a_plugin_is_relative_only_with_a_slash() {
    let case = Case::new().env(&["a"]);
    let exec = |command: &str| {
        let user = format!("user: {{exec: {{command: {command}}}}}");
        case.file("a", config("a", "a").replace("user: {token: a-token}", &user));
        PathBuf::from(case.find().user.exec.expect("a plugin").command)
    };
    assert_eq!(exec("x"), Path::new("x"));
    assert_eq!(exec("bin/x"), case.path("bin/x"));
}
