//! Who is listed.

use super::super::{SeedError, Which, expected, live};
use super::{addresses, pod, set};
use crate::domain::Ordinal;
use crate::domain::peers::{Peer, Published, Resolved};

/// A member: whether its endpoint is ready, and whether its name resolves, where that is known.
fn peer(ordinal: u32, ready: Option<bool>, resolves: Option<bool>) -> Peer {
    let endpoint = ready.map(|ready| Published {
        present: true,
        ready,
        addresses: addresses(&["10.0.0.1"]),
        ..Published::default()
    });
    let dns = resolves.map(|resolves| Resolved { resolves, addresses: addresses(&["10.0.0.2"]), ttl: None });
    Peer {
        ordinal: Ordinal::new(ordinal),
        pod: format!("web-{ordinal}"),
        fqdn: Some(format!("web-{ordinal}.web.shop.svc.cluster.local")),
        expected: true,
        endpoint: endpoint.into(),
        dns: dns.into(),
    }
}

#[test]
fn a_member_is_live_where_its_name_resolves_or_else_its_endpoint_is_ready() {
    for (ready, resolves, found) in [
        (Some(true), Some(true), Some("10.0.0.2")),
        (Some(false), Some(true), Some("10.0.0.2")),
        (Some(true), Some(false), None),
        (None, Some(true), Some("10.0.0.2")),
        (None, Some(false), None),
        (Some(true), None, Some("10.0.0.1")),
        (Some(false), None, None),
    ] {
        let members = live(&[peer(3, ready, resolves)]).expect("it is known");
        let list: Vec<_> =
            members.list.into_iter().map(|member| (member.ordinal.get(), member.addresses)).collect();
        let expected: Vec<_> = found.into_iter().map(|address| (3, addresses(&[address]))).collect();
        assert_eq!(list, expected, "{ready:?} {resolves:?}");
    }
}

#[test]
fn a_member_of_which_nobody_knows_is_not_left_out_in_silence() {
    let peers = [peer(0, Some(true), None), peer(1, None, None), peer(2, None, None)];
    let error = live(&peers).expect_err("two are unknown");
    assert_eq!(error, SeedError::LivenessUnknown(vec!["web-1".to_owned(), "web-2".to_owned()]));
}

#[test]
fn a_member_that_is_scaled_away_and_still_found_is_live() {
    let leaving = Peer { expected: false, ..peer(7, Some(true), Some(true)) };
    assert_eq!(live(&[leaving]).expect("it is known").list.len(), 1);
}

#[test]
fn all_ordinals_of_the_range_are_expected_and_no_other() {
    let mut facts = set("web", 3, &[]);
    facts.pods.insert(Ordinal::new(0), pod("web-0", &["10.0.0.1"], Vec::new()));
    facts.pods.insert(Ordinal::new(4), pod("web-4", &["10.0.0.5"], Vec::new()));
    let members = expected(&facts);
    assert_eq!(members.which, Which::Expected);
    let list: Vec<_> =
        members.list.iter().map(|member| (member.pod.as_str(), member.addresses.clone())).collect();
    assert_eq!(
        list,
        [("web-3", addresses(&[])), ("web-4", addresses(&["10.0.0.5"])), ("web-5", addresses(&[]))]
    );
    assert_eq!(members.list[0].fqdn.as_deref(), Some("web-3.web.shop.svc.cluster.local"));
}
