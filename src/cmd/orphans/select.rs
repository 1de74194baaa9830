//! The claims that a run is about, each with its verdict.

use jiff::Timestamp;

use crate::cluster::gather::nearest;
use crate::domain::orphans::{Candidate, Evidence, Need, Permit, Verdict, judge};
use crate::report::orphans::ClaimView;

/// Claims with their verdicts, in the order of namespace, set, template and ordinal.
pub(super) struct Chosen {
    pub(super) claims: Vec<(Candidate, Verdict)>,
    pub(super) permit: Permit,
    evidence: Evidence,
    now: Timestamp,
}

impl Chosen {
    /// Judges claims by all that was read, and keeps those that were asked for: of the sets named, and unless `all` is
    /// wanted only what nothing is known to use.
    pub(super) fn new(
        candidates: Vec<Candidate>,
        evidence: Evidence,
        permit: Permit,
        all: bool,
        now: Timestamp,
    ) -> Self {
        let judged = candidates.into_iter().map(|candidate| {
            let verdict = judge(&candidate, &evidence, now);
            (candidate, verdict)
        });
        let judged = judged.filter(|(_, verdict)| {
            let named = permit.sets.is_empty() || verdict.sets.iter().any(|set| permit.sets.contains(set));
            named && (all || verdict.class.is_listed())
        });
        let mut claims: Vec<(Candidate, Verdict)> = judged.collect();
        claims.sort_by(|(a, first), (b, second)| {
            (a.namespace.cmp(&b.namespace))
                .then_with(|| first.set.cmp(&second.set))
                .then_with(|| first.template.cmp(&second.template))
                .then_with(|| first.ordinal.cmp(&second.ordinal))
                .then_with(|| a.claim.name.cmp(&b.claim.name))
        });
        Self { claims, permit, evidence, now }
    }

    /// As documents show them.
    pub(super) fn views(&self) -> Vec<ClaimView> {
        let view = |(candidate, verdict): &(Candidate, Verdict)| {
            ClaimView::of(candidate, verdict, &self.evidence, &self.permit, self.now)
        };
        self.claims.iter().map(view).collect()
    }

    /// Likewise, where nothing else is done with the claims: of thousands none is held twice.
    pub(super) fn take_views(&mut self) -> Vec<ClaimView> {
        let claims = std::mem::take(&mut self.claims).into_iter();
        let view = |(candidate, verdict)| {
            ClaimView::of(&candidate, &verdict, &self.evidence, &self.permit, self.now)
        };
        claims.map(view).collect()
    }

    /// Sets that were named and do not live, with the live ones that are named nearly so.
    pub(super) fn unknown_names(&self) -> Vec<(&str, Vec<&str>)> {
        let live: Vec<&str> = self.evidence.set_names().into_iter().collect();
        let unknown = self.permit.sets.iter().filter(|name| !live.contains(&name.as_str()));
        unknown.map(|name| (name.as_str(), nearest(name, &live))).collect()
    }

    /// ` of web`, where sets were named.
    pub(super) fn sets_named(&self) -> String {
        let names: Vec<&str> = self.permit.sets.iter().map(String::as_str).collect();
        if names.is_empty() { String::new() } else { format!(" of {}", names.join(", ")) }
    }
}

/// Whether a claim may be deleted with what was given; why not, where it may not.
pub(super) fn stands(permit: &Permit, verdict: &Verdict) -> Result<(), String> {
    let why = verdict.evidence.first().map(String::as_str).unwrap_or_default();
    if !verdict.class.is_deletable() {
        return Err(format!("it is {:?}: {why}", verdict.class));
    }
    match permit.lacks(verdict).first() {
        None => Ok(()),
        Some(need) => Err(format!("it is {:?} and needs {}: {why}", verdict.class, flag(*need))),
    }
}

/// The flag, or the argument, that gives what is lacking.
pub(super) fn flag(need: Need) -> &'static str {
    match need {
        Need::Override => "--include-reserved",
        Need::Attestation => "--attest TEXT",
        Need::SetName => "the name of its set, in its namespace",
    }
}
