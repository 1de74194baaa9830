//! What must be given before a claim may go, and what its going does.

use super::super::{Need, OnDelete, Permit, Source, Verdict};
use super::scene::{AnyClaim, Scene, claim, scene, set};

fn web() -> Scene {
    scene().set(set("web").replicas(2).template("data")).volume("pv-1", "Delete")
}

fn bound() -> AnyClaim {
    claim("data-web-3").bound("pv-1")
}

/// The permit that gives just these.
fn permit(given: &[Need], sets: &[&str]) -> Permit {
    Permit {
        sets: sets.iter().map(|set| (*set).to_owned()).collect(),
        include_reserved: given.contains(&Need::Override),
        attested: given.contains(&Need::Attestation),
    }
}

/// It takes just these, and the name of the set only where that is among them.
fn takes(verdict: &Verdict, needs: &[Need]) {
    assert_eq!(verdict.needs, needs, "{verdict:?}");
    let set = verdict.set.as_deref().expect("what may go is of a set");
    let sets: &[&str] = if needs.contains(&Need::SetName) { &[set] } else { &[] };
    assert!(permit(needs, sets).allows(verdict));
    for lacking in needs {
        let rest: Vec<Need> = needs.iter().copied().filter(|need| need != lacking).collect();
        let sets: &[&str] = if rest.contains(&Need::SetName) { &[set] } else { &["another"] };
        let permit = permit(&rest, sets);
        assert_eq!((permit.lacks(verdict), permit.allows(verdict)), (vec![*lacking], false));
    }
}

#[test]
fn a_proven_orphan_takes_nothing_more() {
    takes(&web().judge(&bound()), &[]);
    takes(&web().judge(&claim("data-web-3")), &[]);
}

#[test]
fn each_class_takes_its_own() {
    takes(&web().hpa("web", 5).judge(&bound()), &[Need::Override]);
    takes(&web().judge(&claim("logs-web-3")), &[Need::Attestation]);
    takes(&web().judge(&claim("data-db-3").label("app", "db")), &[Need::SetName]);
}

#[test]
fn what_may_never_go_is_allowed_by_no_permit() {
    let all = permit(&[Need::Override, Need::Attestation], &["web", "db"]);
    let marked = bound().annotation("helm.sh/resource-policy", "keep");
    let in_range = claim("data-web-0").bound("pv-1");
    let attached = web().attached("pv-1", "node-1");
    for (story, kept) in [
        (web(), marked),
        (web(), in_range),
        (web(), bound().deleted()),
        (web(), bound().owned_by("v1", "Pod", "web-3")),
        (web().workload(Source::CronJobs, "cronjob backup", "data-web-3"), bound()),
        (web().without(Source::Pods), bound()),
        (attached, bound()),
        (web().copied(Source::Clones, "data-web-3", "claim copy"), bound()),
    ] {
        let verdict = story.judge(&kept);
        assert!(!verdict.class.is_deletable() && verdict.needs.is_empty(), "{verdict:?}");
        assert!(!all.allows(&verdict), "{verdict:?}");
    }
}

#[test]
fn what_was_not_readable_takes_an_attestation_beside_the_rest() {
    for source in [
        Source::Autoscalers,
        Source::ScaledObjects,
        Source::Volumes,
        Source::Attachments,
        Source::Snapshots,
        Source::Clones,
    ] {
        let verdict = web().without(source).judge(&bound());
        takes(&verdict, &[Need::Attestation]);
        let said = |line: &String| line.contains("not readable") && line.contains(source.name());
        assert!(verdict.evidence.iter().any(said), "{:?}", verdict.evidence);
        let paused = scene().set(set("web").template("data")).volume("pv-1", "Delete");
        takes(&paused.without(source).judge(&bound()), &[Need::Override, Need::Attestation]);
        let gone = scene().volume("pv-1", "Delete").without(source);
        let old = claim("data-db-3").bound("pv-1").label("app", "db");
        takes(&gone.judge(&old), &[Need::Attestation, Need::SetName]);
        // It needs one already: no second.
        takes(&web().without(source).judge(&claim("logs-web-3").bound("pv-1")), &[Need::Attestation]);
    }
}

#[test]
fn a_claim_without_a_volume_needs_no_volume_and_no_attachments_read() {
    let story = web().without(Source::Volumes).without(Source::Attachments);
    takes(&story.judge(&claim("data-web-3")), &[]);
    takes(&story.without(Source::Snapshots).judge(&claim("data-web-3")), &[Need::Attestation]);
}

#[test]
fn a_volume_that_was_not_asked_for_counts_as_unread() {
    let verdict = web().judge(&claim("data-web-3").bound("pv-2"));
    takes(&verdict, &[Need::Attestation]);
    assert_eq!(verdict.on_delete, OnDelete::Unknown);
    // One that was read is known, also where others were not readable.
    let mut story = web();
    story.unread.insert(Source::Volumes);
    takes(&story.judge(&bound()), &[]);
}

#[test]
fn what_goes_with_the_claim_is_by_the_policy_of_its_volume() {
    for (policy, expected) in [
        ("Delete", OnDelete::DestroysData),
        ("Recycle", OnDelete::DestroysData),
        ("SomethingNew", OnDelete::DestroysData),
        ("Retain", OnDelete::KeepsVolume),
    ] {
        let story = scene().set(set("web").replicas(2).template("data")).volume("pv-1", policy);
        assert_eq!(story.judge(&bound()).on_delete, expected, "{policy}");
        let in_use = claim("data-web-0").bound("pv-1");
        assert_eq!(story.judge(&in_use).on_delete, expected, "{policy}, whatever the class");
    }
    assert_eq!(web().without(Source::Volumes).judge(&bound()).on_delete, OnDelete::Unknown);
    assert_eq!(web().judge(&claim("data-web-3")).on_delete, OnDelete::KeepsVolume, "there is none");
    let lost = web().volume_gone("pv-2").judge(&claim("data-web-3").bound("pv-2"));
    assert_eq!((lost.on_delete, lost.needs), (OnDelete::Unknown, vec![]));
}

#[test]
fn the_claims_of_a_deleted_set_go_only_under_the_name_that_was_given() {
    let old = claim("data-my-db-3").label("tier", "backend");
    // Without a name it is taken to be of `my-db`.
    let unnamed = scene().judge(&old);
    assert!(permit(&[], &["my-db"]).allows(&unnamed));
    for other in ["db", "my", "data", "data-my-db", "web"] {
        assert!(!permit(&[], &[other]).allows(&unnamed), "{other}");
    }
    // A person names the set whose split is not the first one.
    let named = scene().named("db").judge(&old);
    assert_eq!((named.set.as_deref(), named.template.as_deref()), (Some("db"), Some("data-my")));
    assert!(permit(&[], &["db"]).allows(&named));
    assert!(!permit(&[Need::Override, Need::Attestation], &["my-db"]).allows(&named));
}
