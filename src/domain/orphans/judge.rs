//! What a claim is, by the first row that fits, and what that means for deleting it.

use jiff::Timestamp;

use super::evidence::{Evidence, Place};
use super::facts::{LiveSet, Template};
use super::source::Source;
use super::{Candidate, Class, Need, OnDelete, Reason, Shape, Verdict};
use crate::domain::Ordinal;

/// What a row says: the class, which row it is, and the line that shows it.
pub(super) type Row = Option<(Class, Reason, String)>;

/// Looks at one row.
type RowOf<'a> = fn(&Case<'a>) -> Row;

/// What a claim is.
pub fn judge(candidate: &Candidate, evidence: &Evidence, now: Timestamp) -> Verdict {
    let case = Case::new(candidate, evidence, now);
    let rows: [RowOf<'_>; 15] = [
        Case::being_deleted,
        Case::owned_by_a_condemned_pod,
        Case::used_by_a_pod,
        Case::named_by_a_template,
        Case::in_range,
        Case::decided_by_others,
        Case::not_of_a_set,
        Case::unread,
        Case::reserved,
        Case::attached,
        Case::being_copied,
        Case::below_start,
        Case::scaled_down,
        Case::template_gone,
        Case::set_gone,
    ];
    let decided = rows.iter().find_map(|row| row(&case));
    // The row `not_of_a_set` and the last one divide between them whatever the others leave.
    let (class, reason, why) =
        decided.unwrap_or((Class::Managed, Reason::NotOfASet, NOT_OF_A_SET.to_owned()));
    case.verdict(class, reason, why)
}

pub(super) const NOT_OF_A_SET: &str =
    "its name or its labels are not such as a set gives: whoever made it decides";

/// A claim, and the live sets that match its name.
pub(super) struct Case<'a> {
    pub(super) candidate: &'a Candidate,
    pub(super) evidence: &'a Evidence,
    pub(super) place: &'a Place,
    pub(super) shape: Option<Shape<'a>>,
    pub(super) matches: Vec<(&'a LiveSet, &'a Template)>,
    pub(super) now: Timestamp,
}

impl<'a> Case<'a> {
    fn new(candidate: &'a Candidate, evidence: &'a Evidence, now: Timestamp) -> Self {
        let place = evidence.at(&candidate.namespace);
        let shape = Shape::of(&candidate.claim.name);
        let matches = shape.map(|shape| place.matches(shape)).unwrap_or_default();
        Self { candidate, evidence, place, shape, matches, now }
    }

    pub(super) fn name(&self) -> &str {
        &self.candidate.claim.name
    }

    /// The matching sets with the ordinal.
    pub(super) fn sets(&self) -> impl Iterator<Item = (&'a LiveSet, Ordinal)> {
        let ordinal = self.shape.map(|shape| shape.ordinal);
        self.matches.iter().filter_map(move |(set, _)| Some((*set, ordinal?)))
    }

    /// Ways to read the name as template and set of a claim that no live set matches: a label that names a set tells
    /// them apart.
    fn readings(&self) -> Vec<(&'a str, &'a str)> {
        let pairs: Vec<(&str, &str)> = self.shape.iter().flat_map(|shape| shape.pairs()).collect();
        let labelled = |(_, set): &(&str, &str)| self.candidate.labels.values().any(|value| value == set);
        let told: Vec<(&str, &str)> = pairs.iter().copied().filter(labelled).collect();
        if told.is_empty() { pairs } else { told }
    }

    /// Template and set if the set lives, and may have had another template once. Labels prove nothing: they only say
    /// which of several sets is likelier.
    pub(super) fn former(&self) -> Option<(&'a str, &'a LiveSet)> {
        let others = self.shape.iter().flat_map(|shape| shape.pairs());
        let mut all = self.readings().into_iter().chain(others);
        all.find_map(|(template, set)| Some((template, self.place.sets.get(set)?)))
    }

    /// Template and set if no such set lives. Where labels do not tell, a person may, else the template is taken to have
    /// no dash.
    pub(super) fn inferred(&self) -> Option<(&'a str, &'a str)> {
        let readings = self.readings();
        let named = readings.iter().find(|(_, set)| self.evidence.is_named(set));
        named.or(readings.first()).copied()
    }

    /// Template and set: of live sets first one that has the ordinal in range.
    fn whose(&self) -> (Option<String>, Option<String>) {
        let in_range = self
            .matches
            .iter()
            .find(|(set, _)| self.shape.is_some_and(|shape| set.range.contains(shape.ordinal)));
        if let Some((set, template)) = in_range.or(self.matches.first()) {
            return (Some(template.name.clone()), Some(set.name.clone()));
        }
        // Whose labels say that it is of another set, which was deleted, is listed as that one's.
        let former = self.former().map(|(template, set)| (template, set.name.as_str()));
        let former = former.filter(|reading| self.readings().contains(reading));
        let labelled = || self.inferred().filter(|_| !self.candidate.labels.is_empty());
        match former.or_else(labelled) {
            Some((template, set)) => (Some(template.to_owned()), Some(set.to_owned())),
            None => (None, None),
        }
    }

    /// All sets that it may be of.
    fn candidates(&self, set: Option<&str>) -> Vec<String> {
        let mut sets: Vec<String> = self.matches.iter().map(|(set, _)| set.name.clone()).collect();
        sets.extend(set.filter(|set| !sets.iter().any(|other| other == set)).map(str::to_owned));
        sets
    }

    fn verdict(&self, class: Class, reason: Reason, why: String) -> Verdict {
        let (template, set) = self.whose();
        let ordinal = self.shape.map(|shape| shape.ordinal).filter(|_| set.is_some());
        let mut verdict = Verdict {
            class,
            reason,
            sets: self.candidates(set.as_deref()),
            set,
            template,
            ordinal,
            evidence: vec![why],
            needs: Vec::new(),
            on_delete: self.on_delete(),
        };
        if class.is_deletable() {
            verdict.needs = self.needs(class, reason);
            verdict.evidence.extend(self.looked_at());
        }
        verdict
    }

    fn needs(&self, class: Class, reason: Reason) -> Vec<Need> {
        let unread = self.lacks().next().is_some();
        let all = [
            (class == Class::Reserved, Need::Override),
            (class == Class::Unclear || unread, Need::Attestation),
            (reason == Reason::SetGone, Need::SetName),
        ];
        all.into_iter().filter(|(is_needed, _)| *is_needed).map(|(_, need)| need).collect()
    }

    /// What was not readable of what bears on this claim.
    fn lacks(&self) -> impl Iterator<Item = Source> {
        let has_volume = self.candidate.claim.volume.is_some();
        // A volume that was not asked for counts as unread.
        let volume_unread = self.volume_is_unknown();
        let rest =
            self.evidence.unread().filter(|source| !source.is_essential() && *source != Source::Volumes);
        rest.filter(move |source| *source != Source::Attachments || has_volume)
            .chain(volume_unread.then_some(Source::Volumes))
    }

    fn volume_is_unknown(&self) -> bool {
        self.candidate.claim.volume.as_ref().is_some_and(|volume| self.evidence.volume(volume).is_none())
    }

    /// What else was looked at, for a claim that may go.
    fn looked_at(&self) -> Vec<String> {
        let mut lines = vec!["no pod uses it, and no workload's template names it".to_owned()];
        let lacks: Vec<&str> = self.lacks().map(Source::name).collect();
        if !lacks.is_empty() {
            lines.push(format!("not readable: {}", lacks.join(", ")));
        }
        match (&self.candidate.claim.volume, self.on_delete()) {
            (None, _) => lines.push("no volume is bound to it".to_owned()),
            (Some(volume), OnDelete::DestroysData) => {
                lines.push(format!(
                    "volume {volume} is not attached; it is deleted with the claim, data and all"
                ));
            }
            (Some(volume), OnDelete::KeepsVolume) => {
                lines.push(format!("volume {volume} is not attached; it stays, with its data, as Released"));
            }
            (Some(volume), OnDelete::Unknown) if self.volume_is_unknown() => {
                lines.push(format!("what becomes of volume {volume} is not known"));
            }
            (Some(volume), OnDelete::Unknown) => {
                lines.push(format!("volume {volume} does not exist any more"));
            }
        }
        lines
    }

    fn on_delete(&self) -> OnDelete {
        let Some(name) = &self.candidate.claim.volume else { return OnDelete::KeepsVolume };
        match self.evidence.volume(name) {
            Some(Some(volume)) if volume.reclaim_policy == "Retain" => OnDelete::KeepsVolume,
            Some(Some(_)) => OnDelete::DestroysData,
            Some(None) | None => OnDelete::Unknown,
        }
    }
}
