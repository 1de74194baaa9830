//! No cluster, or none that answers: exit code 1, what was tried, and what to do.

use std::net::TcpListener;
use std::time::Duration;

use insta::assert_snapshot;

use crate::plugin::{Answer, Plugin, plugin};

fn kubeconfig(server: &str) -> String {
    format!(
        "apiVersion: v1
kind: Config
clusters: [{{name: prod, cluster: {{server: '{server}', insecure-skip-tls-verify: true}}}}]
users: [{{name: me, user: {{token: secret-token}}}}]
contexts:
- {{name: prod-me, context: {{cluster: prod, user: me, namespace: demo}}}}
- {{name: lost, context: {{cluster: gone, user: me}}}}
- {{name: nobody, context: {{cluster: prod, user: gone}}}}
current-context: prod-me
"
    )
}

/// Runs it, and puts `$HOME` where a message names the home directory.
fn failed(plugin: Plugin) -> Answer {
    let home = plugin.home().to_str().expect("a path").to_owned();
    let mut answer = plugin.run();
    answer.stderr = answer.stderr.replace(&home, "$HOME");
    assert_eq!((answer.code, answer.stdout.as_str()), (1, ""), "{answer}");
    for word in ["secret-token", "Error {", "panicked", "os error"] {
        assert!(!answer.stderr.contains(word), "{word}: {answer}");
    }
    answer
}

#[test]
fn no_kubeconfig_at_all() {
    assert_snapshot!("no-kubeconfig", failed(plugin().line("status web")));
    assert_snapshot!("no-kubeconfig-capture", failed(plugin().line("capture web")));
}

#[test]
fn a_kubeconfig_that_is_named_and_not_there() {
    assert_snapshot!("missing-kubeconfig", failed(plugin().line("status web --kubeconfig nowhere/config")));
    assert_snapshot!(
        "missing-kubeconfig-variable",
        failed(plugin().line("status").env("KUBECONFIG", "nowhere/config"))
    );
}

#[test]
fn a_broken_kubeconfig() {
    assert_snapshot!("broken-kubeconfig", failed(plugin().line("status").kubeconfig("clusters: [unclosed")));
    assert_snapshot!("binary-kubeconfig", failed(plugin().line("status").kubeconfig("\u{0}\u{1}\u{2}")));
    assert_snapshot!("empty-kubeconfig", failed(plugin().line("status").kubeconfig("")));
    assert_snapshot!("wrong-kubeconfig", failed(plugin().line("status").kubeconfig("clusters: 12\n")));
}

#[test]
fn a_context_that_is_not_there() {
    let run = |line: &str| failed(plugin().line(line).kubeconfig(&kubeconfig("https://127.0.0.1:1")));
    assert_snapshot!("unknown-context", run("status --context prod-mee"));
    assert_snapshot!("unknown-cluster", run("status --cluster prood"));
    assert_snapshot!("unknown-user", run("status --user you"));
    assert_snapshot!("context-without-cluster", run("status --context lost"));
    assert_snapshot!("context-without-user", run("status --context nobody"));
}

#[test]
fn a_port_where_nothing_listens() {
    let config = kubeconfig("https://127.0.0.1:1");
    for (name, line) in
        [("refused", "status web"), ("refused-overview", "status -A"), ("refused-wait", "status web --wait")]
    {
        let answer = failed(plugin().line(line).kubeconfig(&config));
        assert!(answer.took < Duration::from_secs(2), "took {:?}", answer.took);
        assert_snapshot!(name, answer);
    }
}

#[test]
fn a_host_name_that_does_not_exist() {
    let answer =
        failed(plugin().line("status web").kubeconfig(&kubeconfig("https://kubernetes.invalid:6443")));
    assert!(answer.took < Duration::from_secs(10), "took {:?}", answer.took);
    assert!(answer.stderr.contains("kubernetes.invalid") && answer.stderr.contains("hint: "), "{answer}");
}

/// The kernel takes the connection, and then nobody says a word.
#[test]
fn a_server_that_never_answers() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its address").port();
    for (name, line) in [("blackhole", "status web"), ("blackhole-watch", "status web --watch")] {
        let mut answer =
            failed(plugin().line(line).kubeconfig(&kubeconfig(&format!("https://127.0.0.1:{port}"))));
        assert!(answer.took < Duration::from_secs(7), "took {:?}", answer.took);
        answer.stderr = answer.stderr.replace(&port.to_string(), "PORT");
        assert_snapshot!(name, answer);
    }
}

#[test]
fn something_that_is_not_a_kubernetes_api() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its address").port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            use std::io::Write as _;
            let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n");
        }
    });
    let mut answer =
        failed(plugin().line("status web").kubeconfig(&kubeconfig(&format!("https://127.0.0.1:{port}"))));
    answer.stderr = answer.stderr.replace(&port.to_string(), "PORT");
    assert_snapshot!("not-tls", answer);
}

#[test]
fn files_need_no_cluster_and_no_kubeconfig() {
    let broken = plugin().line("status --from held-canary/state.yaml -o name").kubeconfig("[").run();
    assert_eq!(broken.code(0).stdout, "statefulset.apps/web\n");
}
