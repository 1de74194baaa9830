//! Who leads.

use super::super::{Election, Reason, Source, claims, judge};
use super::scene::{config_map, judged, labelled, lease, scene};
use crate::domain::Known;
use crate::domain::testing::at;

fn objects(facts: &super::super::Facts) -> Vec<String> {
    claims(facts, None).into_iter().map(|claim| claim.object).collect()
}

#[test]
fn the_holder_of_a_lease_that_runs_leads() {
    let answer = judged(&scene([lease("web", "web-1_x", 4)]));
    assert_eq!((answer.reason, answer.leader), (Reason::Leads, Some(at(1))));
    assert_eq!(answer.message, "web-1 leads since 64s (lease/web): its lease runs 11s more");
    assert_eq!(answer.hint, None);
}

#[test]
fn a_leader_whose_pod_is_gone_or_not_ready_leads_and_that_is_said() {
    let gone = judged(&scene([lease("web", "web-7", 4)]));
    assert_eq!((gone.reason, gone.leader), (Reason::Leads, Some(at(7))));
    assert!(gone.message.ends_with("its lease runs 11s more, but its pod is gone"), "{}", gone.message);
    assert!(gone.hint.is_some_and(|hint| hint.command == "kubectl stateful leader web -n shop --watch"));
    let mut facts = scene([lease("web", "web-1", 4)]);
    facts.group.members.get_mut(&at(1)).unwrap().ready = false;
    assert!(judged(&facts).message.ends_with("but its pod is not Ready"));
    facts.group.members.get_mut(&at(1)).unwrap().terminating = true;
    assert!(judged(&facts).message.ends_with("and its pod is terminating"));
}

#[test]
fn an_expired_lease_names_nobody_and_says_who_had_it() {
    let answer = judged(&scene([lease("web", "web-1", 20)]));
    assert_eq!((answer.reason, answer.leader), (Reason::Expired, None));
    assert_eq!(answer.message, "nobody leads: lease/web of web-1 expired 5s ago");
    assert_eq!(answer.hint.unwrap().command, "kubectl logs web-1 -n shop");
    let gone = judged(&scene([lease("web", "web-7", 20)]));
    assert_eq!(gone.message, "nobody leads: lease/web of web-7 expired 5s ago, but its pod is gone");
    assert_eq!(gone.hint.unwrap().command, "kubectl stateful status web -n shop");
}

#[test]
fn a_released_lease_is_one_of_the_set_by_owner_labels_or_name_only() {
    let released = |name: &str| lease(name, "", 4);
    for (election, own) in [
        (released("web"), true),
        (released("web-leader"), true),
        (released("webs"), false),
        (released("web-db"), false),
        (released("web-db-leader"), false),
        (released("other"), false),
        // The heartbeat of a member that has said goodbye.
        (released("web-0"), false),
        (Election { owners: vec!["uid-web".to_owned()], ..released("other") }, true),
        (Election { owners: vec!["uid-web-1".to_owned()], ..released("other") }, true),
        (Election { owners: vec!["uid-db".to_owned()], ..released("other") }, false),
        (Election { selected: true, ..released("other") }, true),
    ] {
        assert_eq!(!claims(&scene([election.clone()]), None).is_empty(), own, "{election:?}");
    }
    let answer = judged(&scene([released("web")]));
    assert_eq!(answer.reason, Reason::Released);
    assert_eq!(answer.message, "nobody leads: lease/web was released 4s ago, and nobody has taken it");
}

#[test]
fn a_name_that_another_set_could_have_given_is_not_taken_where_the_sets_are_not_known() {
    let mut facts = scene([lease("web", "", 4), lease("web-leader", "", 4)]);
    facts.sets = Known::Unknown;
    assert_eq!(objects(&facts), ["lease/web"]);
}

#[test]
fn a_lease_of_its_holders_own_name_is_a_heartbeat() {
    let facts = scene([lease("web-0", "web-0", 4), lease("web-1", "web-1_x", 4), lease("web", "web-1", 4)]);
    assert_eq!(objects(&facts), ["lease/web"]);
    // A shard's name may be like a member's.
    assert_eq!(objects(&scene([lease("web-0", "web-1", 4)])), ["lease/web-0"]);
}

#[test]
fn the_lease_of_our_own_canary_is_no_election() {
    assert!(objects(&scene([lease("kubectl-stateful-canary-web", "web-0_17_ab", 4)])).is_empty());
}

#[test]
fn a_holder_that_means_nobody_counts_only_where_the_lease_is_surely_the_sets() {
    assert!(objects(&scene([lease("web-operator", "operator-x2x7p_1", 4)])).is_empty());
    let owned = Election { owners: vec!["uid-web".to_owned()], ..lease("lock", "5f3a", 4) };
    let answer = judged(&scene([owned]));
    assert_eq!((answer.reason, answer.leader), (Reason::UnknownHolder, None));
    assert_eq!(
        answer.message,
        "who leads is not known: lease/lock is held by 5f3a, which names no pod of the set"
    );
    // The address of a pod that is gone can be nobody's name.
    assert_eq!(judged(&scene([lease("web", "10.0.0.99", 20)])).reason, Reason::Expired);
}

#[test]
fn claims_that_name_different_members_are_the_headline() {
    let answer = judged(&scene([lease("web", "web-0", 4), config_map("web", "web-1", 4)]));
    assert_eq!((answer.reason, answer.leader), (Reason::Conflict, None));
    assert_eq!(answer.message, "TWO lead: web-0 by lease/web, web-1 by configmap/web");
    assert_eq!(
        answer.hint.unwrap().command,
        "kubectl get lease/web configmap/web -n shop -o yaml --show-managed-fields"
    );
}

#[test]
fn elections_of_other_names_may_have_nothing_to_do_with_each_other() {
    let answer = judged(&scene([lease("web", "web-0", 4), lease("web-jobs", "web-1", 4)]));
    assert_eq!(answer.reason, Reason::Conflict);
    assert_eq!(answer.hint.unwrap().command, "kubectl stateful leader web -n shop --election web");
}

#[test]
fn one_election_written_twice_is_no_conflict() {
    let answer = judged(&scene([lease("web", "web-0_x", 4), config_map("web", "web-0_x", 4)]));
    assert_eq!((answer.reason, answer.leader, answer.claims.len()), (Reason::Leads, Some(at(0)), 2));
}

#[test]
fn an_expired_claim_contradicts_nobody() {
    let answer = judged(&scene([lease("web", "web-0", 4), config_map("web", "web-1", 600)]));
    assert_eq!((answer.reason, answer.leader), (Reason::Leads, Some(at(0))));
}

#[test]
fn one_election_can_be_judged_alone() {
    let facts = scene([lease("shard-a", "web-0", 4), lease("shard-b", "web-1", 4)]);
    assert_eq!(judged(&facts).reason, Reason::Conflict);
    let alone = judge(&facts, Some("shard-b"));
    assert_eq!((alone.reason, alone.leader, alone.claims.len()), (Reason::Leads, Some(at(1)), 1));
    assert_eq!(judge(&facts, Some("lease/shard-a")).leader, Some(at(0)));
    assert_eq!(judge(&facts, Some("shard-c")).message, "nobody leads: it has no election shard-c");
}

#[test]
fn a_label_of_a_known_convention_is_a_claim_without_time() {
    for (label, value) in [
        ("role", "master"),
        ("role", "primary"),
        ("spilo-role", "master"),
        ("mysql.oracle.com/cluster-role", "PRIMARY"),
        ("kubedb.com/role", "Primary"),
        ("vault-active", "true"),
    ] {
        let answer = judged(&labelled(scene([]), 1, label, value));
        assert_eq!((answer.reason, answer.leader), (Reason::Leads, Some(at(1))), "{label}={value}");
        assert_eq!(answer.claims[0].term, None);
        assert!(answer.message.contains(&format!("by its label {label}={value}")), "{}", answer.message);
        let alone = judge(&labelled(scene([]), 1, label, value), Some(label));
        assert_eq!(alone.leader, Some(at(1)), "a label is an election, too");
    }
    for (label, value) in [("role", "replica"), ("role", "web"), ("vault-active", "false"), ("app", "master")]
    {
        assert_eq!(
            judged(&labelled(scene([]), 1, label, value)).reason,
            Reason::NoElection,
            "{label}={value}"
        );
    }
}

#[test]
fn two_primaries_by_label_are_two_leaders() {
    let facts = labelled(labelled(scene([]), 0, "role", "primary"), 1, "role", "primary");
    let answer = judged(&facts);
    assert_eq!(answer.message, "TWO lead: web-0 by role=primary, web-1 by role=primary");
}

#[test]
fn without_the_leases_nobody_is_said_not_to_lead() {
    let mut facts = scene([config_map("web", "web-0", 600)]);
    assert_eq!(judged(&facts).reason, Reason::Expired);
    facts.unread = vec![Source::Lease];
    let answer = judged(&facts);
    assert_eq!((answer.reason, answer.leader), (Reason::Unread, None));
    assert_eq!(
        answer.message,
        "whether anybody leads is not known: leases.coordination.k8s.io could not be read"
    );
    assert_eq!(answer.hint.unwrap().command, "kubectl auth can-i list leases.coordination.k8s.io -n shop");
    // What was read still names a leader, or two.
    let mut facts = scene([config_map("web", "web-0", 4)]);
    facts.unread = vec![Source::Lease];
    assert_eq!(judged(&facts).reason, Reason::Leads);
}

#[test]
fn without_the_annotations_a_lease_that_has_expired_has_expired() {
    let unread = vec![Source::EndpointsAnnotation, Source::ConfigMapAnnotation];
    let mut facts = scene([lease("web", "web-0", 20)]);
    facts.unread.clone_from(&unread);
    assert_eq!(judged(&facts).reason, Reason::Expired);
    let mut facts = scene([]);
    facts.unread = unread;
    assert_eq!(judged(&facts).reason, Reason::Unread);
}

#[test]
fn the_next_expiry_is_that_of_the_first_claim_that_counts() {
    let facts = scene([lease("a", "web-0", 9), lease("b", "web-0", 4), lease("c", "web-0", 90)]);
    let answer = judged(&facts);
    assert_eq!(answer.next_expiry().unwrap().duration_since(facts.now).as_secs(), 6);
    assert_eq!(judged(&labelled(scene([]), 1, "role", "master")).next_expiry(), None);
}
