//! What comes from outside of files: service accounts and proxies.

use std::ffi::OsString;

use super::{Case, config, server};
use crate::cluster::proxy::ProxyEnv;

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
