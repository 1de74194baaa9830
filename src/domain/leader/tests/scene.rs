//! A set `web` of namespace `shop` with its elections, in a few words.

use jiff::SignedDuration;

use super::super::{Election, Facts, Group, Judgement, Member, Source, judge};
use crate::domain::Known;
use crate::domain::lease::Lease;
use crate::domain::testing::{ago, at, now};

/// Pods 0 and 1, Ready, at 10.0.0.10 and 10.0.0.11.
pub(super) fn group() -> Group {
    let member = |number: u32| Member {
        uid: format!("uid-web-{number}"),
        ready: true,
        addresses: vec![
            format!("10.0.0.1{number}").parse().unwrap(),
            format!("fd00::{number}").parse().unwrap(),
        ],
        ..Member::default()
    };
    Group {
        namespace: "shop".to_owned(),
        name: "web".to_owned(),
        uid: "uid-web".to_owned(),
        service: "peers".to_owned(),
        members: [0, 1].map(|number| (at(number), member(number))).into(),
    }
}

pub(super) fn scene(elections: impl IntoIterator<Item = Election>) -> Facts {
    Facts {
        now: now(),
        group: group(),
        elections: elections.into_iter().collect(),
        sets: Known::Known(vec!["web".to_owned(), "web-db".to_owned()]),
        unread: Vec::new(),
    }
}

/// A Lease of 15 s that was renewed so many seconds ago, and taken a minute before that; no holder is a released one.
pub(super) fn lease(name: &str, holder: &str, renewed: i64) -> Election {
    Election {
        source: Source::Lease,
        name: name.to_owned(),
        annotation: None,
        owners: Vec::new(),
        selected: false,
        term: Lease {
            holder: Some(holder.to_owned()).filter(|holder| !holder.is_empty()),
            acquired: Some(ago(renewed + 60)),
            renewed: Some(ago(renewed)),
            duration: SignedDuration::from_secs(15),
            transitions: 3,
        },
    }
}

pub(super) fn config_map(name: &str, holder: &str, renewed: i64) -> Election {
    let annotation = Some(super::super::convention::CLIENT_GO);
    Election { source: Source::ConfigMapAnnotation, annotation, ..lease(name, holder, renewed) }
}

/// Puts a label on a member.
pub(super) fn labelled(mut facts: Facts, number: u32, label: &str, value: &str) -> Facts {
    let member = facts.group.members.get_mut(&at(number)).unwrap();
    member.labels.insert(label.to_owned(), value.to_owned());
    facts
}

pub(super) fn judged(facts: &Facts) -> Judgement {
    judge(facts, None)
}
