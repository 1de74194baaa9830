//! A DNS server that is gone, stands still, or comes back.

use crate::scene::{ask, asked};
use kubectl_stateful::cluster::dns::{DnsError, Question, RecordKind, ResponseCode};
use std::net::TcpListener;
use std::time::{Duration, Instant};
use test_cluster::client::block_on;
use test_cluster::*;

const KUBERNETES: &str = "kubernetes.default.svc.cluster.local";

#[test]
fn a_server_that_is_gone_is_named_and_found_again_when_it_is_back() {
    let mut dns = dns().start();
    let server = dns.server();
    assert_eq!(ask(&server, KUBERNETES, RecordKind::A).code, ResponseCode::NoError);
    dns.kill();
    let error = asked(&server, KUBERNETES, RecordKind::A).expect_err("nobody listens");
    let expected = format!("cannot reach the DNS server {}: connection refused", dns.address());
    assert_eq!(error.to_string(), expected);
    TcpListener::bind(dns.address()).expect_err("nobody else gets its port meanwhile");
    dns.start_again();
    dns.wait_known(KUBERNETES);
    assert_eq!(ask(&server, KUBERNETES, RecordKind::A).code, ResponseCode::NoError);
}

#[test]
fn a_server_that_stands_still_costs_one_wait_for_all_questions() {
    let dns = dns().start();
    let server = dns.server();
    dns.stop();
    let questions = vec![Question::as_member(KUBERNETES, RecordKind::A); 200];
    let started = Instant::now();
    let answers = block_on(server.ask(&questions));
    let took = started.elapsed();
    assert!(took < Duration::from_secs(8), "{took:?}");
    for answer in answers {
        let error = answer.expect_err("no answer");
        assert!(matches!(error, DnsError::Silent { .. }), "{error}");
        assert_eq!(
            error.to_string(),
            format!("the DNS server {} has not answered within 5 s", dns.address())
        );
    }
    let started = Instant::now();
    asked(&server, KUBERNETES, RecordKind::A).expect_err("no answer");
    let took = started.elapsed();
    assert!(took < Duration::from_secs(5), "it is not waited for as long as before: {took:?}");
    dns.go_on();
    assert_eq!(ask(&server, KUBERNETES, RecordKind::A).code, ResponseCode::NoError);
}

#[test]
fn a_stream_that_the_server_has_closed_meanwhile_is_opened_again() {
    let mut dns = dns().start();
    let server = dns.server();
    assert_eq!(ask(&server, KUBERNETES, RecordKind::A).code, ResponseCode::NoError);
    dns.kill();
    dns.start_again();
    dns.wait_known(KUBERNETES);
    // This one's stream ended with the first process.
    assert_eq!(ask(&server, KUBERNETES, RecordKind::A).code, ResponseCode::NoError);
}

#[test]
fn hundreds_of_questions_are_answered_in_one_go() {
    let dns = dns().start();
    let server = dns.server();
    let questions: Vec<_> = (0..500)
        .map(|index| match index % 2 {
            0 => Question::as_member(KUBERNETES, RecordKind::A),
            _ => Question::unnoticed(format!("missing-{index}.default.svc.cluster.local"), RecordKind::A),
        })
        .collect();
    let started = Instant::now();
    let answers = block_on(server.ask(&questions));
    let took = started.elapsed();
    for (index, answer) in answers.iter().enumerate() {
        let code = answer.as_ref().expect("an answer").code;
        let expected = if index % 2 == 0 { ResponseCode::NoError } else { ResponseCode::NxDomain };
        assert_eq!(code, expected, "{:?}", questions[index]);
    }
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn a_call_that_is_dropped_halfway_leaves_a_server_that_can_be_asked() {
    let dns = dns().start();
    let server = dns.server();
    dns.stop();
    let questions = vec![Question::as_member(KUBERNETES, RecordKind::A); 10];
    let dropped =
        block_on(async { tokio::time::timeout(Duration::from_millis(200), server.ask(&questions)).await });
    assert!(dropped.is_err());
    dns.go_on();
    for answer in block_on(server.ask(&questions)) {
        assert_eq!(answer.expect("an answer").code, ResponseCode::NoError);
    }
}
