//! Credentials, with real programs as plugins.

use std::fs;
use std::io::{BufRead as _, Read as _, Write as _};

use tempfile::TempDir;

use super::{Auth, Credentials};
use crate::cluster::kubeconfig::{Surroundings, Target, find};
use crate::cluster::{ConnectionFlags, Secret};
use crate::error::Error;

/// A kubeconfig whose user is `user`, next to a plugin that runs `script`.
fn target(script: &str, user: &str) -> (TempDir, Target) {
    let folder = tempfile::tempdir().expect("a folder");
    // Run by `sh`: a program that was just written cannot be run while another test forks.
    fs::write(folder.path().join("plugin"), script).expect("a file");
    let user = user.replace("PLUGIN", &folder.path().join("plugin").to_string_lossy());
    let config = folder.path().join("config");
    let text = format!(
        "current-context: c
contexts: [{{name: c, context: {{cluster: c, user: u}}}}]
clusters:
- name: c
  cluster:
    server: https://c:6443
    certificate-authority-data: Y2E=
    tls-server-name: inner
    extensions: [{{name: client.authentication.k8s.io/exec, extension: {{audience: me}}}}]
users:
- name: u
  user: {user}
"
    );
    fs::write(&config, text).expect("a file");
    let flags = ConnectionFlags { kubeconfig: Some(config), ..ConnectionFlags::default() };
    let target = find(&flags, &Surroundings::default()).expect("a target");
    (folder, target)
}

fn exec(more: &str) -> String {
    format!(
        "{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: sh, interactiveMode: Never, args: [PLUGIN, one, two]{more}}}}}"
    )
}

fn answer(status: &str) -> String {
    format!(
        r#"echo '{{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{status}}}'"#
    )
}

async fn run(script: &str, user: &str) -> Result<Credentials, Error> {
    let (_folder, target) = target(script, user);
    Auth::new(&target)?.obtain().await
}

fn header(credentials: &Credentials) -> &str {
    credentials.authorization.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[tokio::test]
async fn a_plugin_can_give_both_a_token_and_a_certificate() {
    let status = r#"{"token":"t","clientCertificateData":"cert","clientKeyData":"key","expirationTimestamp":"2030-01-01T00:00:00Z"}"#;
    let credentials = run(&answer(status), &exec("")).await.expect("credentials");
    assert_eq!(header(&credentials), "Bearer t");
    let identity = credentials.identity.expect("a certificate");
    assert_eq!((identity.certificate.as_slice(), identity.key.expose()), (&b"cert"[..], "key"));
    assert_eq!(credentials.expires.map(|time| time.to_string()).as_deref(), Some("2030-01-01T00:00:00Z"));
}

#[tokio::test]
async fn a_plugin_is_told_what_client_go_tells_it() {
    let script = format!(
        r#"echo "$KUBERNETES_EXEC_INFO" >&2; echo "$1 $2 $MINE $HOME" >&2; {}"#,
        answer(r#"{"token":"t"}"#)
    );
    let user = exec(", provideClusterInfo: true, env: [{name: MINE, value: set}]");
    let credentials = run(&script, &user).await.expect("credentials");
    let info: serde_json::Value = serde_json::from_str(&credentials.notes[0]).expect("JSON");
    assert_eq!(
        info,
        serde_json::json!({
            "kind": "ExecCredential",
            "apiVersion": "client.authentication.k8s.io/v1",
            "spec": {
                "interactive": false,
                "cluster": {
                    "server": "https://c:6443",
                    "tls-server-name": "inner",
                    "certificate-authority-data": "Y2E=",
                    "config": {"audience": "me"},
                },
            },
        })
    );
    assert!(credentials.notes[1].starts_with("one two set /"), "{:?}", credentials.notes);
}

#[tokio::test]
async fn each_renewal_runs_the_plugin_once() {
    let script = format!(r#"echo run >> "$(dirname "$0")/runs"; {}"#, answer(r#"{"token":"t"}"#));
    let (folder, target) = target(&script, &exec(""));
    let auth = Auth::new(&target).expect("a plugin");
    let runs = || fs::read_to_string(folder.path().join("runs")).unwrap_or_default().lines().count();
    assert_eq!(runs(), 0);
    auth.obtain().await.expect("credentials");
    assert_eq!(runs(), 1);
    auth.obtain().await.expect("credentials");
    assert_eq!(runs(), 2);
    assert!(auth.is_renewable());
}

#[tokio::test]
async fn a_plugin_that_fails_is_quoted() {
    let error = run("echo starting >&2; echo 'session expired, log in' >&2; exit 3", &exec(""))
        .await
        .expect_err("fails");
    assert!(error.message().contains("\"sh\" gave no credentials and ended with exit code 3"), "{error}");
    assert!(error.message().ends_with("starting; session expired, log in"), "{error}");
}

#[tokio::test]
async fn a_plugin_that_is_missing_shows_its_install_hint() {
    let user = "{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: no-such-plugin-here, installHint: \"get it\\nfrom there\"}}";
    let error = run("", user).await.expect_err("fails");
    assert_eq!(error.message(), "the exec plugin \"no-such-plugin-here\" is not installed, or not in PATH");
    assert_eq!(error.hints(), ["get it", "from there"]);
}

#[tokio::test]
async fn answers_that_make_no_sense_are_errors() {
    for (script, expected) in [
        ("echo hello".to_owned(), "no ExecCredential"),
        (answer("{}"), "neither a token nor a certificate"),
        (answer("null"), "no status"),
        (answer(r#"{"clientKeyData":"k"}"#), "not both"),
        (answer(r#"{"token":"t","expirationTimestamp":"soon"}"#), "no time"),
        (answer(r#"{"token":"t"}"#).replace("/v1", "/v1beta1"), "asks for"),
    ] {
        let error = run(&script, &exec("")).await.expect_err(expected);
        assert!(error.message().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn unknown_versions_and_modes_are_errors() {
    let v1alpha1 = exec("").replace("/v1", "/v1alpha1");
    assert!(run("", &v1alpha1).await.expect_err("fails").message().contains("v1alpha1"));
    let mode = exec("").replace("Never", "Sometimes");
    assert!(run("", &mode).await.expect_err("fails").message().contains("Sometimes"));
}

#[tokio::test]
async fn a_token_comes_before_a_plugin() {
    let user = exec("").replacen('{', "{token: own, ", 1);
    assert_eq!(header(&run("exit 1", &user).await.expect("credentials")), "Bearer own");
}

#[tokio::test]
async fn a_token_file_is_read_each_time() {
    let (folder, target) = target("", "{tokenFile: token}");
    let file = folder.path().join("token");
    let auth = Auth::new(&target).expect("an auth");
    assert!(auth.obtain().await.expect_err("missing").message().contains("cannot read the token file"));
    for text in ["one\n", "two"] {
        fs::write(&file, text).expect("a file");
        assert_eq!(header(&auth.obtain().await.expect("a token")), format!("Bearer {}", text.trim()));
    }
}

#[tokio::test]
async fn basic_authentication_is_encoded() {
    let credentials = run("", "{username: me, password: secret}").await.expect("credentials");
    assert_eq!(header(&credentials), "Basic bWU6c2VjcmV0");
}

#[tokio::test]
async fn nothing_secret_goes_over_plain_http() {
    let (_folder, mut target) = target("", "{token: t}");
    target.server = "http://c:8080".parse().expect("a url");
    let credentials = Auth::new(&target).expect("an auth").obtain().await.expect("credentials");
    assert_eq!(credentials.authorization, None);
}

#[tokio::test]
async fn a_certificate_needs_its_key() {
    let error = run("", "{client-certificate-data: Y2VydA==}").await.expect_err("fails");
    assert!(error.message().contains("no client-key"), "{error}");
    let error = run("", "{client-certificate-data: '!'}").await.expect_err("fails");
    assert!(error.message().starts_with("client-certificate-data of the kubeconfig is no base64"), "{error}");
    let pair = run("", "{client-certificate-data: Y2VydA==, client-key-data: a2V5}").await.expect("a pair");
    assert_eq!(pair.identity.expect("both").key, Secret::from("key"));
}

#[tokio::test]
async fn an_oidc_token_that_is_valid_is_used() {
    let token = FRESH;
    let user = format!(
        "{{auth-provider: {{name: oidc, config: {{id-token: {token}, idp-issuer-url: 'https://x', client-id: c}}}}}}"
    );
    let credentials = run("", &user).await.expect("a token");
    assert_eq!(header(&credentials), format!("Bearer {token}"));
    assert_eq!(credentials.expires.map(|time| time.to_string()).as_deref(), Some("2100-01-01T00:00:00Z"));
}

/// A token that ends in 2100 (`{"exp": 4102444800}`), and one that ended in 1970.
const FRESH: &str = "e30.eyJleHAiOjQxMDI0NDQ4MDB9.c2ln";
const STALE: &str = "e30.eyJleHAiOjF9.c2ln";

/// An issuer that wants to hear in the form who asks, and gives `answer` for the refresh token. Its address, and what
/// it was asked.
fn issuer(answer: String) -> (String, std::thread::JoinHandle<Vec<String>>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let discovery = format!(r#"{{"token_endpoint":"{url}/token"}}"#);
    let serve = move || {
        let answers = [("200 OK", discovery), ("401 Unauthorized", String::new()), ("200 OK", answer)];
        let exchange = |(status, body): (&str, String)| {
            let (mut stream, _) = listener.accept().expect("a client");
            let asked = hear(&mut stream);
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
            )
            .expect("written");
            asked
        };
        answers.into_iter().map(exchange).collect()
    };
    (url, std::thread::spawn(serve))
}

/// The first line, the `Authorization` header and the body of a request.
fn hear(stream: &mut std::net::TcpStream) -> String {
    let mut lines = std::io::BufReader::new(stream);
    let (mut heard, mut length) = (String::new(), 0);
    lines.read_line(&mut heard).expect("a request");
    loop {
        let mut line = String::new();
        lines.read_line(&mut line).expect("a header");
        match line.trim().split_once(": ") {
            Some(("content-length", text)) => length = text.parse().expect("a length"),
            Some(("authorization", _)) => heard.push_str(&line),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    lines.read_exact(&mut body).expect("a body");
    heard + &String::from_utf8(body).expect("a form")
}

fn oidc(url: &str, more: &str) -> String {
    format!(
        "{{auth-provider: {{name: oidc, config: {{id-token: {STALE}, idp-issuer-url: '{url}', client-id: me, client-secret: 'a b'{more}}}}}}}"
    )
}

#[tokio::test]
async fn an_oidc_token_that_has_expired_is_refreshed() {
    let (url, asked) = issuer(format!(r#"{{"id_token":"{FRESH}","refresh_token":"next"}}"#));
    let credentials = run("", &oidc(&url, ", refresh-token: 'x&y'")).await.expect("a token");
    assert_eq!(header(&credentials), format!("Bearer {FRESH}"));
    let asked = asked.join().expect("an issuer").join("\n").replace('\r', "");
    insta::assert_snapshot!(asked, @r"
    GET /.well-known/openid-configuration HTTP/1.1

    POST /token HTTP/1.1
    authorization: Basic bWU6YSUyMGI=
    grant_type=refresh_token&refresh_token=x%26y
    POST /token HTTP/1.1
    grant_type=refresh_token&refresh_token=x%26y&client_id=me&client_secret=a%20b
    ");
}

#[tokio::test]
async fn an_oidc_token_that_cannot_be_refreshed_is_said_so() {
    let error = run("", &oidc("https://x", "")).await.expect_err("fails");
    assert!(error.message().ends_with("and the kubeconfig has no refresh-token"), "{error}");
    let (url, asked) = issuer("{}".to_owned());
    let error = run("", &oidc(&url, ", refresh-token: r")).await.expect_err("fails");
    assert!(error.message().ends_with("the issuer gave no id_token"), "{error}");
    asked.join().expect("an issuer");
}

#[tokio::test]
async fn providers_that_are_gone_are_said_so() {
    let error = run("", "{auth-provider: {name: gcp, config: {}}}").await.expect_err("fails");
    assert!(error.message().contains("\"gcp\" no longer exists"), "{error}");
}
