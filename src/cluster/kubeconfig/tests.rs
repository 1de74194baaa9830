//! Kubeconfigs, as kubectl reads them.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::super::{Surroundings, find};
use super::Target;
use crate::cluster::proxy::ProxyEnv;
use crate::cluster::{ConnectionFlags, Secret};
use crate::error::{Error, Kind};

/// A folder of kubeconfigs, and the surroundings in which they are read.
struct Case {
    folder: TempDir,
    surroundings: Surroundings,
    flags: ConnectionFlags,
}

impl Case {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let surroundings = Surroundings {
            home: Some(folder.path().join("home")),
            service_account: folder.path().join("account"),
            ..Surroundings::default()
        };
        Self { folder, surroundings, flags: ConnectionFlags::default() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and returns its path.
    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path
    }

    fn env(mut self, paths: &[&str]) -> Self {
        let paths: Vec<_> = paths.iter().map(|name| self.path(name)).collect();
        self.surroundings.kubeconfig = Some(std::env::join_paths(paths).expect("paths"));
        self
    }

    fn flags(mut self, set: impl FnOnce(&mut ConnectionFlags)) -> Self {
        set(&mut self.flags);
        self
    }

    fn find(&self) -> Target {
        find(&self.flags, &self.surroundings).unwrap_or_else(|error| panic!("{error}"))
    }

    fn error(&self) -> Error {
        find(&self.flags, &self.surroundings).expect_err("an error")
    }
}

/// A whole kubeconfig with one cluster, user and context of the same name.
fn config(name: &str, current: &str) -> String {
    format!(
        "current-context: {current:?}
clusters: [{{name: {name}, cluster: {{server: 'https://{name}:6443'}}}}]
users: [{{name: {name}, user: {{token: {name}-token}}}}]
contexts: [{{name: {name}, context: {{cluster: {name}, user: {name}, namespace: {name}-ns}}}}]
"
    )
}

fn server(target: &Target) -> String {
    target.server.to_string()
}

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

#[test]
fn flags_override_the_kubeconfig() {
    let case = Case::new().env(&["a", "b"]).flags(|flags| {
        flags.context = Some("a".to_owned());
        flags.cluster = Some("b".to_owned());
        flags.user = Some("b".to_owned());
        flags.namespace = Some("mine".to_owned());
        flags.token = Some(Secret::from("flag"));
        flags.impersonate = Some("bob".to_owned());
        flags.impersonate_groups = vec!["g".to_owned()];
    });
    case.file("a", config("a", "b"));
    case.file("b", config("b", "b").replace("token: b-token", "tokenFile: f, username: u, password: p"));
    let target = case.find();
    assert_eq!((server(&target).as_str(), target.namespace.as_str()), ("https://b:6443/", "mine"));
    assert_eq!(target.user.token, Some(Secret::from("flag")));
    assert_eq!((&target.user.token_file, &target.user.username), (&None, &None));
    let who = target.impersonation.expect("someone");
    assert_eq!((who.user.as_str(), who.groups.as_slice()), ("bob", &["g".to_owned()][..]));
    assert_eq!(target.kubectl_flags, ["--context a", "--cluster b", "--user b", "--as bob", "--as-group g"]);
}

#[test]
fn a_server_flag_needs_no_kubeconfig() {
    let server_of = |text: &str| {
        let case = Case::new().flags(|flags| flags.server = Some(text.to_owned()));
        server(&case.find())
    };
    assert_eq!(server_of("https://x:1/"), "https://x:1/");
    assert_eq!(server_of("localhost:8001"), "http://localhost:8001/");
    let case = Case::new().flags(|flags| flags.server = Some("ftp://x".to_owned()));
    assert!(case.error().message().contains("ftp://x"));
}

#[test]
fn another_server_does_not_have_the_name_of_the_configured_one() {
    let text = config("a", "a").replace("6443'", "6443', tls-server-name: inner");
    let case = Case::new().env(&["a"]);
    case.file("a", &text);
    assert_eq!(case.find().cluster.tls_server_name.as_deref(), Some("inner"));
    let case = case.flags(|flags| flags.server = Some("https://x".to_owned()));
    assert_eq!(case.find().cluster.tls_server_name, None);
}

#[test]
fn each_trust_flag_replaces_all_configured_trust() {
    let text = config("a", "a")
        .replace("6443'", "6443', certificate-authority-data: Zm9v, insecure-skip-tls-verify: false");
    let case = Case::new().env(&["a"]).flags(|flags| flags.insecure_skip_tls_verify = Some(true));
    case.file("a", &text);
    let cluster = case.find().cluster;
    assert_eq!((cluster.certificate_authority_data, cluster.insecure_skip_tls_verify), (None, Some(true)));
    let case = case.flags(|flags| {
        flags.insecure_skip_tls_verify = None;
        flags.certificate_authority = Some(PathBuf::from("ca"));
    });
    let cluster = case.find().cluster;
    assert_eq!(cluster.certificate_authority_data, None);
    assert_eq!(cluster.certificate_authority, Some(PathBuf::from("ca")));
}

#[test]
fn more_about_nobody_is_wrong_usage() {
    for set in [
        |flags: &mut ConnectionFlags| flags.impersonate_groups = vec!["g".to_owned()],
        |flags: &mut ConnectionFlags| flags.impersonate_uid = Some("1".to_owned()),
    ] {
        assert_eq!(Case::new().flags(set).error().kind(), Kind::Usage);
    }
}

#[test]
fn unknown_names_are_answered_with_the_known_ones() {
    let set: [fn(&mut ConnectionFlags); 3] = [
        |flags| flags.context = Some("nope".to_owned()),
        |flags| flags.cluster = Some("nope".to_owned()),
        |flags| flags.user = Some("nope".to_owned()),
    ];
    for set in set {
        let case = Case::new().env(&["a", "b"]).flags(set);
        case.file("a", config("a", "a"));
        case.file("b", config("b", "b"));
        let error = case.error();
        assert!(error.message().contains("\"nope\" does not exist"), "{error}");
        assert!(error.hints()[0].ends_with("that exist: a, b"), "{:?}", error.hints());
    }
}

#[test]
fn a_context_whose_user_is_missing_is_anonymous() {
    let case = Case::new().env(&["a"]);
    case.file("a", config("a", "a").replace("user: a,", "user: gone,"));
    assert_eq!(case.find().user.token, None);
}

#[test]
fn a_context_whose_cluster_is_missing_is_an_error() {
    let case = Case::new().env(&["a"]);
    case.file("a", config("a", "a").replace("cluster: a,", "cluster: gone,"));
    assert!(case.error().message().starts_with("cluster \"gone\" of context \"a\" does not exist"));
}

#[test]
fn nothing_at_all_is_said_so() {
    let error = Case::new().error();
    assert!(error.message().starts_with("no kubeconfig: "), "{error}");
    assert!(error.message().contains(".kube/config does not exist"), "{error}");
    let case = Case::new().env(&["empty"]);
    case.file("empty", "# nothing\n");
    assert!(case.error().message().contains("empty is empty"), "{}", case.error());
}

#[test]
fn no_current_context_is_not_localhost() {
    let case = Case::new().env(&["a"]);
    case.file("a", config("a", ""));
    let error = case.error();
    assert!(error.message().starts_with("no current context is set in "), "{error}");
    assert!(error.hints().iter().any(|hint| hint == "contexts that exist: a"));
}

#[test]
fn broken_files_are_named_with_the_line() {
    for (text, line) in [
        ("clusters:\n- name: x\n  cluster: {server: [1,2]}\n", "line 3"),
        ("clusters:\n- name: a\n bad: indent\n", "line 3"),
        ("a: b\nusers: 5\n", "line 2"),
    ] {
        let case = Case::new().env(&["broken"]);
        case.file("broken", text);
        let message = case.error().message().to_owned();
        assert!(message.contains("broken is not valid: ") && message.contains(line), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
}

#[test]
fn a_broken_file_shows_no_secret() {
    let case = Case::new().env(&["broken"]);
    case.file("broken", "users:\n- name: x\n  user: {token: s3cret, exec: 5}\n");
    assert!(!case.error().message().contains("s3cret"));
}

#[test]
fn utf16_and_byte_order_marks_are_read() {
    let text = config("a", "a");
    let wide = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(order).collect()
    };
    let marked = [&[0xef, 0xbb, 0xbf], text.as_bytes()].concat();
    for bytes in [wide(u16::to_le_bytes), wide(u16::to_be_bytes), marked] {
        let case = Case::new().env(&["a"]);
        case.file("a", bytes);
        assert_eq!(server(&case.find()), "https://a:6443/");
    }
}

#[test]
fn json_and_nulls_are_read() {
    let case = Case::new().env(&["a"]);
    case.file(
        "a",
        r#"{"apiVersion":"v1","kind":"Config","preferences":{},"users":null,"current-context":"a","unknown":[1],
"clusters":[{"name":"a","cluster":{"server":"https://a","certificate-authority-data":null}}],
"contexts":[{"name":"a","context":{"cluster":"a","user":null}}]}"#,
    );
    assert_eq!(server(&case.find()), "https://a/");
}

fn pod(case: &mut Case) {
    case.surroundings.service = Some(("10.0.0.1".to_owned(), "443".to_owned()));
    case.file("account/token", "pod-token\n");
    case.file("account/ca.crt", "ca");
    case.file("account/namespace", "pod-ns\n");
}

#[test]
fn the_service_account_counts_without_a_kubeconfig() {
    let mut case = Case::new();
    pod(&mut case);
    let target = case.find();
    assert_eq!((server(&target).as_str(), target.namespace.as_str()), ("https://10.0.0.1:443/", "pod-ns"));
    assert_eq!(target.user.token_file, Some(case.path("account/token")));
    assert_eq!(target.context, None);
}

#[test]
fn a_kubeconfig_or_a_server_flag_comes_before_the_service_account() {
    let mut case = Case::new().env(&["a"]);
    pod(&mut case);
    case.file("a", config("a", "a"));
    assert_eq!(server(&case.find()), "https://a:6443/");
    // A kubeconfig that cannot be used is not passed over in silence.
    case.file("a", "clusters: 5");
    assert!(case.error().message().contains("is not valid"));
    let mut case = Case::new().flags(|flags| flags.server = Some("https://b".to_owned()));
    pod(&mut case);
    assert_eq!(server(&case.find()), "https://b/");
}

#[test]
fn an_ipv6_service_is_put_into_brackets() {
    let mut case = Case::new();
    pod(&mut case);
    case.surroundings.service = Some(("fd00::1".to_owned(), "443".to_owned()));
    assert_eq!(server(&case.find()), "https://[fd00::1]:443/");
}

#[test]
fn a_configured_proxy_comes_before_the_environment() {
    let env = ProxyEnv { https: Some("env:1".to_owned()), ..ProxyEnv::default() };
    let case = || {
        let mut case = Case::new().env(&["a"]);
        case.surroundings.proxy = env.clone();
        case
    };
    let first = case();
    first.file("a", config("a", "a"));
    assert_eq!(first.find().proxy.map(|uri| uri.to_string()).as_deref(), Some("http://env:1/"));
    let second = case();
    second.file("a", config("a", "a").replace("6443'", "6443', proxy-url: 'socks5://own:2'"));
    assert_eq!(second.find().proxy.map(|uri| uri.to_string()).as_deref(), Some("socks5://own:2/"));
    let third = case();
    third.file("a", config("a", "a").replace("6443'", "6443', proxy-url: 'ftp://own:2'"));
    assert!(third.error().message().contains("proxy-url"), "{}", third.error());
}

#[test]
fn an_empty_list_of_files_is_no_list() {
    let mut case = Case::new();
    case.surroundings.kubeconfig = Some(OsString::from(":"));
    assert!(case.error().message().starts_with("no kubeconfig"), "{}", case.error());
}
