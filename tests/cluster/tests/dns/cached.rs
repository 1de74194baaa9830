//! For how long the server's own cache hides a member from others.

use crate::scene::{address_of, addresses, ask, ask_in, name_in, service};
use kubectl_stateful::cluster::dns::{CacheEntry, Own, RecordKind, ResponseCode};
use serde_json::json;
use std::time::{Duration, Instant};
use test_cluster::*;

const OWN: [Own; 3] = [Own::Do, Own::Cd, Own::Both];

/// For how many seconds "there is none" lives in the test that waits for its end: longer than a set takes to come up.
const HIDDEN: u32 = 15;

#[test]
fn a_name_asked_for_too_early_stays_missing_in_that_entry_of_the_cache_only() {
    let ns = Namespace::new("early");
    let dns = dns().ttl(HIDDEN).start();
    let server = dns.server();
    let name = name_in(&ns, "web-0.web");
    let asked = Instant::now();
    let early = ask(&server, &name, RecordKind::A);
    assert_eq!((early.code, early.negative_ttl), (ResponseCode::NxDomain, Some(HIDDEN)));
    ns.apply(set("web"));
    dns.wait_known(&name);
    // The other entries had no such answer.
    for own in OWN {
        let answer = ask_in(&server, &name, CacheEntry::Own(own));
        assert_eq!(addresses(&answer), [address_of(&ns, "web-0")], "{own:?}: {answer:?}");
    }
    ns.wait_until("members are told for how much longer", || {
        let still = ask(&server, &name, RecordKind::A);
        let known = asked.elapsed();
        assert!(known < Duration::from_secs(HIDDEN.into()), "too slow to see anything: {known:?}");
        assert_eq!(still.code, ResponseCode::NxDomain, "known to others after {known:?}");
        still.negative_ttl < Some(HIDDEN)
    });
    ns.wait_until("members see it", || ask(&server, &name, RecordKind::A).code == ResponseCode::NoError);
    let hidden = asked.elapsed();
    assert!(hidden >= Duration::from_secs((HIDDEN - 1).into()), "hidden for {hidden:?} only");
}

#[test]
fn a_question_in_an_own_entry_hides_nothing_from_members() {
    let ns = Namespace::new("unnoticed");
    let dns = dns().ttl(30).start();
    let server = dns.server();
    let name = name_in(&ns, "web-0.web");
    for own in OWN {
        let early = ask_in(&server, &name, CacheEntry::Own(own));
        assert_eq!((early.code, early.negative_ttl), (ResponseCode::NxDomain, Some(30)), "{own:?}");
    }
    // Each port is a name of its own that the server learns with the pod's, and no question is asked twice.
    let ports: Vec<_> =
        (0..40).map(|port| json!({"name": format!("p{port}"), "port": 1000 + port})).collect();
    ns.apply(service("web", Some("None"), &ports.into()));
    ns.apply(set("web").service(Some("web")));
    ns.wait_rolled_out("web");
    let mut port = 0..40;
    ns.wait_until("the server knows the pod", || {
        let port = name_in(&ns, &format!("_p{}._tcp.web", port.next().expect("one more port")));
        ask(&server, &port, RecordKind::Srv).code == ResponseCode::NoError
    });
    assert_eq!(addresses(&ask(&server, &name, RecordKind::A)), [address_of(&ns, "web-0")]);
    for own in OWN {
        assert_eq!(ask_in(&server, &name, CacheEntry::Own(own)).code, ResponseCode::NxDomain, "{own:?}");
    }
}

#[test]
fn a_server_that_keeps_nothing_of_the_cluster_shows_a_member_at_once() {
    for cache in [DnsCache::NotOfCluster, DnsCache::Off] {
        let ns = Namespace::new("uncached");
        let dns = dns().ttl(30).cache(cache).start();
        let server = dns.server();
        let name = name_in(&ns, "web-0.web");
        assert_eq!(ask(&server, &name, RecordKind::A).code, ResponseCode::NxDomain);
        let started = Instant::now();
        ns.apply(set("web"));
        ns.wait_until("members see it", || ask(&server, &name, RecordKind::A).code == ResponseCode::NoError);
        assert!(started.elapsed() < Duration::from_secs(20), "{cache:?}: {:?}", started.elapsed());
    }
}
