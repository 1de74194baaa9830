//! Which member an identity means.

use proptest::prelude::*;

use super::super::holder::{address, member};
use super::scene::group;
use crate::domain::testing::at;

const UUID: &str = "0b6dbd16-0e3f-4a3c-8f0e-2f6d2f0f7a61";

#[test]
fn an_identity_that_begins_with_a_pod_or_is_its_address_means_that_pod() {
    for (holder, number) in [
        ("web-0", 0),
        ("web-1_0b6dbd16-0e3f-4a3c-8f0e-2f6d2f0f7a61", 1),
        ("web-1:8080", 1),
        ("web-1@node-a", 1),
        ("shop/web-1", 1),
        ("shop/web-1_x", 1),
        ("web-0.peers", 0),
        ("web-0.peers.shop", 0),
        ("web-0.peers.shop.svc.cluster.local", 0),
        ("web-0.peers.shop.svc.cluster.local:2380", 0),
        ("10.0.0.11", 1),
        ("10.0.0.11:8300", 1),
        ("10.0.0.10_0b6dbd16", 0),
        ("fd00::1", 1),
        ("[fd00::1]", 1),
        ("[fd00::1]:8300", 1),
        // No such pod exists, now or ever, and it is its ordinal nevertheless.
        ("web-7", 7),
        ("web-7_x", 7),
    ] {
        assert_eq!(member(holder, &group()), Some(at(number)), "{holder}");
    }
}

#[test]
fn an_identity_of_somebody_else_means_nobody() {
    for holder in [
        "",
        "_",
        "web",
        "web-",
        "web-01",
        "web-db-0",
        "web-0-0",
        "webb-0",
        "my-web-0",
        "web-0x",
        "web-6d9c7bd5f4-x2x7p",
        "other/web-0",
        "web/0",
        "web-0.other",
        "web-0.peers.elsewhere",
        "web-0.peers.shop.pod",
        "10.0.0.99",
        "10.0.0.99:80",
        "fd00::99",
        "0b6dbd16-0e3f-4a3c-8f0e-2f6d2f0f7a61",
    ] {
        assert_eq!(member(holder, &group()), None, "{holder}");
    }
}

#[test]
fn an_address_that_two_pods_share_means_neither() {
    let mut group = group();
    let shared = group.members[&at(0)].addresses.clone();
    group.members.get_mut(&at(1)).unwrap().addresses = shared;
    assert_eq!(member("10.0.0.10", &group), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is written after it, a pod's own name means that pod of that set, and no pod of any other set.
    #[test]
    fn a_pod_is_never_taken_for_one_of_another_set(
        set in "[a-z]{1,3}(-[a-z0-9]{1,2}){0,2}",
        other in "[a-z]{1,3}(-[a-z0-9]{1,2}){0,2}",
        number in 0_u32..2_000,
        rest in prop_oneof![Just(String::new()), Just(format!("_{UUID}")), Just(":80".to_owned()), Just("@n".to_owned())],
    ) {
        let holder = format!("{set}-{number}{rest}");
        let named = |name: &str| super::super::Group { name: name.to_owned(), members: [].into(), ..group() };
        prop_assert_eq!(member(&holder, &named(&set)), Some(at(number)));
        prop_assume!(set != other);
        prop_assert_eq!(member(&holder, &named(&other)), None);
    }

    /// Holders are written by others: none makes the program stop.
    #[test]
    fn anything_can_be_read(holder in "\\PC*") {
        let group = group();
        if let Some(ordinal) = member(&holder, &group) {
            prop_assert!(holder.contains(&group.pod_name(ordinal)) || address(&holder).is_some(), "{holder}");
        }
    }
}
