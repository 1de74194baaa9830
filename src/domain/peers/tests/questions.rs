//! What a DNS server is asked: enough to know, and nothing that would leave a negative answer behind for members.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::answer::{Answer, ServerView, SrvAnswer};
use super::super::facts::{Facts, Family};
use super::super::questions::{
    About, ENTRIES, Kind, Question, Whose, forget_outdated, is_settled, next, settled, subjects,
};
use super::properties::scenes;
use super::scene::{healthy, ip, resolves, v4};
use crate::domain::Known;
use crate::domain::testing::at;

/// A server that answers as it is told, until nothing is asked any more.
fn conversation(
    facts: &Facts,
    mut answer: impl FnMut(&Question) -> Answer,
    mut srv: impl FnMut(&Question) -> SrvAnswer,
) -> (Vec<Vec<Question>>, ServerView) {
    go_on(facts, ServerView::default(), &mut answer, &mut srv)
}

/// Likewise, where something is known already.
fn go_on(
    facts: &Facts,
    mut view: ServerView,
    answer: &mut impl FnMut(&Question) -> Answer,
    srv: &mut impl FnMut(&Question) -> SrvAnswer,
) -> (Vec<Vec<Question>>, ServerView) {
    let mut rounds = Vec::new();
    let subjects = subjects(facts);
    loop {
        let questions = next(facts, &view, &subjects);
        if questions.is_empty() {
            forget_outdated(facts, &mut view);
            return (rounds, view);
        }
        assert!(rounds.len() <= usize::from(ENTRIES), "it does not end: {questions:?}");
        for question in &questions {
            match question.kind {
                Kind::Addresses(family) => {
                    let told = match answer(question) {
                        Answer::Addresses { addresses, .. } => {
                            let own = addresses.into_iter().filter(|address| Family::of(address) == family);
                            resolves(&own.collect::<Vec<_>>())
                        }
                        other => other,
                    };
                    view.take(question, told);
                }
                Kind::Srv => view.take_srv(question, srv(question)),
            }
        }
        rounds.push(questions);
    }
}

/// What is published under the name of a question.
fn published(facts: &Facts, about: &About) -> BTreeSet<std::net::IpAddr> {
    let all = facts.endpoints.get().cloned().unwrap_or_default();
    match about {
        About::Service => all.iter().filter(|one| one.ready).map(|one| one.address).collect(),
        About::Member(ordinal) => facts.published(*ordinal),
        About::Port(_) => BTreeSet::new(),
    }
}

/// A server that follows at once.
fn truthful(facts: &Facts) -> impl FnMut(&Question) -> Answer + '_ {
    |question| resolves(&published(facts, &question.about).into_iter().collect::<Vec<_>>())
}

#[test]
fn what_members_are_told_is_asked_for_once_and_kept_as_long_as_the_server_agrees() {
    let facts = healthy(2).followed().0;
    let targets = |_: &Question| {
        let name = |n| (format!("web-{n}.web.shop.svc.cluster.local"), 7000);
        SrvAnswer::Targets([name(0), name(1)].into())
    };
    let (_, first) = conversation(&facts, truthful(&facts), targets);
    let known = settled(&facts, &first);
    let (rounds, again) = go_on(&facts, known.clone(), &mut truthful(&facts), &mut targets.clone());
    assert_eq!(rounds.len(), 1, "{rounds:#?}");
    assert!(rounds[0].iter().all(|question| question.whose == Whose::Ours(0)), "{rounds:#?}");
    assert!(subjects(&facts).iter().all(|about| is_settled(&facts, &again, about)));

    let mut forgets_one = |question: &Question| match question.about {
        About::Member(ordinal) if ordinal == at(1) => Answer::Nothing { ttl: Some(5) },
        _ => truthful(&facts)(question),
    };
    let (_, later) = go_on(&facts, known, &mut forgets_one, &mut targets.clone());
    assert!(!is_settled(&facts, &later, &About::Member(at(1))), "what members were told before is no answer");
    assert!(is_settled(&facts, &later, &About::Member(at(0))));
}

#[test]
fn a_settled_group_is_asked_for_twice_and_is_settled() {
    let facts = healthy(2).dual_stack().followed().0;
    let targets = |_: &Question| {
        let name = |n| (format!("web-{n}.web.shop.svc.cluster.local"), 7000);
        SrvAnswer::Targets([name(0), name(1)].into())
    };
    let (rounds, view) = conversation(&facts, truthful(&facts), targets);
    // The Service and two members, each in two families, and one port: first for ourselves, then as members ask.
    assert_eq!(rounds.iter().map(Vec::len).collect::<Vec<_>>(), [7, 7]);
    assert!(rounds[0].iter().all(|question| question.whose == Whose::Ours(0)), "{rounds:#?}");
    assert!(rounds[1].iter().all(|question| question.whose == Whose::Members), "{rounds:#?}");
    assert!(subjects(&facts).iter().all(|about| is_settled(&facts, &view, about)));
    let names: Vec<&str> = rounds[0].iter().map(|question| question.name.as_str()).collect();
    assert!(names.contains(&"_peer._tcp.web.shop.svc.cluster.local"), "{names:?}");
}

#[test]
fn a_name_that_does_not_resolve_is_asked_for_in_each_of_our_own_entries_only() {
    let facts = healthy(1).0;
    let (rounds, view) =
        conversation(&facts, |_| resolves(&[]), |_| SrvAnswer::Failed("no answer".to_owned()));
    let member = |question: &&Question| question.about == About::Member(at(0));
    let whose: Vec<Whose> = rounds.iter().flatten().filter(member).map(|question| question.whose).collect();
    assert_eq!(whose, [Whose::Ours(0), Whose::Ours(1), Whose::Ours(2)]);
    assert!(!is_settled(&facts, &view, &About::Member(at(0))));
}

/// Whoever looks for all members would be told of some of them for as long as the answer is kept.
#[test]
fn members_are_not_asked_for_lists_that_lack_somebody() {
    let facts = healthy(2).pod(1, |pod| pod.ready = false).followed().0;
    let targets =
        |_: &Question| SrvAnswer::Targets([("web-0.web.shop.svc.cluster.local".to_owned(), 7000)].into());
    let (rounds, view) = conversation(&facts, truthful(&facts), targets);
    let as_member = rounds.iter().flatten().filter(|question| question.whose == Whose::Members);
    assert_eq!(as_member.map(|question| &question.about).collect::<Vec<_>>(), [&About::Member(at(0))]);
    assert!(subjects(&facts).iter().all(|about| is_settled(&facts, &view, about)), "{view:#?}");
}

/// Resolvers ask for both; the answer that there is no AAAA record would stay in the cache when one comes.
#[test]
fn members_are_not_asked_for_in_a_family_in_which_the_name_does_not_resolve() {
    let facts = healthy(1).service(|service| service.families = vec![Family::V4, Family::V6]).0;
    let (rounds, _) = conversation(&facts, truthful(&facts), |_| SrvAnswer::Nothing);
    let kinds: Vec<Kind> = rounds
        .iter()
        .flatten()
        .filter(|question| question.whose == Whose::Members)
        .map(|question| question.kind)
        .collect();
    assert_eq!(kinds, [Kind::Addresses(Family::V4); 2], "of the member and of the Service");
}

#[test]
fn under_a_service_with_an_address_nothing_is_compared() {
    let facts = healthy(1).service(|service| service.headless = false).0;
    let vip = |_: &Question| resolves(&[ip("10.96.0.7")]);
    let (rounds, view) = conversation(&facts, vip, |_| SrvAnswer::Nothing);
    assert_eq!(rounds.len(), 1, "{rounds:#?}");
    assert!(subjects(&facts).iter().all(|about| is_settled(&facts, &view, about)));
}

#[test]
fn without_slices_each_name_is_asked_for_once() {
    let facts = healthy(2).with(|facts| facts.endpoints = Known::Unknown).0;
    let (rounds, _) = conversation(&facts, |_| resolves(&[v4(at(0))]), |_| SrvAnswer::Nothing);
    assert_eq!(rounds.len(), 1, "{rounds:#?}");
}

#[test]
fn a_set_without_a_service_has_nothing_to_ask() {
    let facts = healthy(2).with(|facts| facts.service_name.clear()).0;
    assert!(subjects(&facts).is_empty());
    assert!(next(&facts, &ServerView::default(), &[About::Service].into()).is_empty());
}

/// What a server may answer to anything.
fn answers() -> impl Strategy<Value = Answer> {
    prop_oneof![
        3 => Just(None),
        1 => Just(Some(resolves(&[]))),
        1 => Just(Some(resolves(&[ip("10.0.0.77"), ip("fd00::77")]))),
        1 => Just(Some(Answer::Failed("no answer".to_owned()))),
    ]
    .prop_map(|answer| answer.unwrap_or_else(|| resolves(&[ip("0.0.0.0")])))
}

/// Stands for what is published, in [`answers`].
fn is_the_truth(answer: &Answer) -> bool {
    answer.addresses().contains(&ip("0.0.0.0"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn asking_ends_and_leaves_no_negative_answer_behind(
        scene in scenes(),
        told in prop::collection::vec(answers(), 1..200),
    ) {
        let facts = &scene.0;
        let mut told = told.iter().cycle();
        let mut truth = truthful(facts);
        let mut log: Vec<(Question, Answer)> = Vec::new();
        let (rounds, _) = conversation(
            facts,
            |question| {
                let answer = told.next().expect("there is always another").clone();
                let answer = if is_the_truth(&answer) { truth(question) } else { answer };
                log.push((question.clone(), answer.clone()));
                answer
            },
            |_| SrvAnswer::Nothing,
        );
        let asked = |name: &str, family| {
            rounds.iter().flatten().any(|one| one.name == name && one.kind == Kind::Addresses(family))
        };
        for ordinal in facts.ordinals().into_iter().filter(|_| facts.service_fqdn().is_some()) {
            let name = facts.fqdn(ordinal).expect("the set names a Service");
            prop_assert!(facts.families().into_iter().all(|family| asked(&name, family)), "{name}");
        }
        for (position, (question, _)) in log.iter().enumerate() {
            let Kind::Addresses(family) = question.kind else { continue };
            if question.whose != Whose::Members {
                continue;
            }
            let before = log[..position].iter().rev().find(|(one, _)| {
                one.about == question.about && one.kind == question.kind && one.whose != Whose::Members
            });
            let (_, fresh) = before.expect("a fresh answer comes first");
            let of_family = |all: BTreeSet<std::net::IpAddr>| -> BTreeSet<_> {
                all.into_iter().filter(|address| Family::of(address) == family).collect()
            };
            let (fresh, published) = (of_family(fresh.addresses()), of_family(published(facts, &question.about)));
            prop_assert!(!fresh.is_empty() && fresh == published, "{question:?}: {fresh:?}, not {published:?}");
        }
    }
}
