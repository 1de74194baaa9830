//! What flags change.

use std::path::PathBuf;

use super::{Case, config, server};
use crate::cluster::{ConnectionFlags, Secret};
use crate::error::Kind;

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
