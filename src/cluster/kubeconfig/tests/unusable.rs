//! Kubeconfigs that cannot be used, and what is said of them.

use super::{Case, config, server};
use crate::cluster::ConnectionFlags;

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
