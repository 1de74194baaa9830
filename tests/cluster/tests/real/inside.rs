//! What kubectl does inside of a pod, through the kubelet.

use std::io::{Read, Write};
use std::net::TcpStream;
use test_cluster::*;

#[test]
fn kubectl_runs_commands_in_a_pod_and_reads_what_it_said() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "inside");
    let serve = "echo begun; hostname > /tmp/index.html; httpd -f -h /tmp";
    ns.apply(set("web").real().command(&["sh", "-c", serve]).grace_period(1));
    ns.wait_rolled_out("web");
    assert_eq!(ns.exec("web-0", &["hostname"]).ok().stdout, "web-0\n");
    assert_eq!(ns.exec("web-0", &["sh", "-c", "exit 3"]).code, 3);
    assert_eq!(ns.kubectl(&["logs", "web-0"]).ok().stdout, "begun\n");
}

#[test]
fn a_port_of_a_pod_is_forwarded() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "forward");
    ns.apply(set("web").real());
    ns.wait_rolled_out("web");
    let mut forward = ns.spawn_kubectl(&["port-forward", "pod/web-0", ":80"]);
    let mut connection = connect(&mut forward);
    connection.write_all(b"GET / HTTP/1.0\r\n\r\n").expect("a request");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("an answer");
    assert!(answer.ends_with("\r\n\r\nweb-0\n"), "{answer}");
}

#[test]
fn the_dns_server_answers_through_a_forwarded_port() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "forward-dns");
    ns.apply(set("web").real());
    ns.wait_rolled_out("web");
    let pods = ns.kubectl(&["get", "pods", "-n", "kube-system", "-l", "k8s-app=kube-dns", "-o", "name"]).ok();
    let pod = pods.stdout.lines().next().expect("a DNS server");
    let mut forward = ns.spawn_kubectl(&["port-forward", "-n", "kube-system", pod, ":53"]);
    let local = connect(&mut forward).peer_addr().expect("its address");
    let name = format!("web-0.web.{}.svc.cluster.local", ns.name());
    ns.wait_until("the name has an address", || {
        addresses(TcpStream::connect(local).expect("a port"), &name) == 1
    });
}

fn connect(forward: &mut Running) -> TcpStream {
    let line = forward.line_with("127.0.0.1:");
    let port = line.split("127.0.0.1:").nth(1).and_then(|rest| rest.split(' ').next()).expect("a port");
    TcpStream::connect(("127.0.0.1", port.parse().expect("a port"))).expect("a connection")
}

/// How many addresses a name has: a DNS request over TCP, where a length goes before each message (RFC 1035).
fn addresses(mut server: TcpStream, name: &str) -> u16 {
    let mut request = vec![0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.') {
        request.push(u8::try_from(label.len()).expect("a label"));
        request.extend(label.as_bytes());
    }
    request.extend([0, 0, 1, 0, 1]);
    let length = u16::try_from(request.len()).expect("a short request");
    server.write_all(&[&length.to_be_bytes()[..], &request].concat()).expect("a request");
    let mut answer = [0; 14];
    server.read_exact(&mut answer).expect("an answer");
    u16::from_be_bytes([answer[8], answer[9]])
}
