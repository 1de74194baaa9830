//! What follows, what keeps two of one name apart, and what should be known before.

use super::super::{Attachment, Fence, Judgement, Ready, Reason, Verdict};
use super::story::{Case, lost, lost_of};
use crate::domain::Known;
use crate::domain::testing::{Story, set};

fn next(case: &Case) -> String {
    case.judge().next
}

/// Of a set whose web-1 is lost.
fn next_of(story: Story) -> String {
    next(&lost_of(story, 1))
}

fn three() -> Story {
    set("web").replicas(3).all_ready(0..3, "A")
}

fn fence(case: &Case) -> Fence {
    case.judge().fence
}

fn shared(case: Case) -> Case {
    case.with(|facts| {
        facts.volumes.get_mut().expect("readable").iter_mut().for_each(|volume| volume.shared = true);
    })
}

/// Checks of its words.
impl Judgement {
    pub(super) fn because(self, part: &str) -> Self {
        assert!(self.message.contains(part), "{}", self.message);
        self
    }

    pub(super) fn safer(self, command: &str, effect: &str) -> Self {
        let safer = &self.safer;
        assert!(safer.command.contains(command) && safer.effect.contains(effect), "{safer:?}");
        self
    }

    /// The evidence about an object.
    pub(super) fn seen(self, at: &str, part: &str) -> Self {
        let told = self.evidence.iter().any(|line| line.at == at && line.says.contains(part));
        assert!(told, "{at}: {part}\n{:#?}", self.evidence);
        self
    }
}

#[test]
fn without_volumes_or_with_detached_or_unfenced_ones_nothing_delays_the_replacement() {
    let at_once = "the controller makes web-1 anew at once at revision A, on any node that the scheduler finds, \
                   and nothing delays it";
    assert_eq!(next(&lost()), at_once);
    assert_eq!(next(&lost().volume(Attachment::Gone)), at_once);
    assert_eq!(next(&lost().volume(Attachment::None)), at_once);
    assert_eq!(next(&shared(lost().volume(Attachment::Here))), at_once);
}

#[test]
fn an_attached_volume_holds_the_replacement_until_it_is_detached() {
    let attached = lost().volume(Attachment::Here);
    let waits = next(&attached);
    assert!(waits.contains("it waits in ContainerCreating until its volumes are detached"), "{waits}");
    assert!(waits.ends_with("forces six minutes after the deletion"), "{waits}");
    let marked = next(&attached.out_of_service());
    assert!(marked.ends_with("its volumes are detached at once, as the node is out of service"), "{marked}");
}

#[test]
fn nothing_is_promised_of_volumes_that_could_not_be_read() {
    for case in [lost().volumes_unread(), lost().volume(Attachment::Unread)] {
        let next = next(&case);
        assert!(next.ends_with("at revision A, on any node that the scheduler finds"), "{next}");
    }
}

#[test]
fn a_local_volume_keeps_the_replacement_on_its_node() {
    let dead = next(&lost().local_volume());
    assert!(dead.ends_with("volume pv-1 is on node n1, so it stays Pending until that is back"), "{dead}");
    let back = next(&lost().local_volume().ready(Ready::True));
    assert!(back.ends_with("volume pv-1 is on node n1, so it starts there again"), "{back}");
    let both = next(&lost().volume(Attachment::Here).local_volume());
    assert!(both.contains("stays Pending"), "{both}");
}

#[test]
fn nothing_is_made_again_of_a_set_that_goes_or_of_an_ordinal_out_of_range() {
    assert_eq!(next_of(three().deleting()), "set web is being deleted: web-1 is not made again");
    assert_eq!(next_of(three().replicas(1)), "ordinal 1 is out of range: web-1 is not made again");
    assert_eq!(next_of(three().start(2)), "ordinal 1 is out of range: web-1 is not made again");
}

#[test]
fn of_a_set_that_is_gone_or_was_not_read_nothing_is_known() {
    for case in [lost().set_gone(), lost().set_unread()] {
        let next = next(&case);
        assert!(next.contains("is not known: the set could not be read or does not exist"), "{next}");
    }
}

#[test]
fn what_ordered_ready_waits_for_is_named() {
    let waits = next_of(three().not_ready(0, "A"));
    assert_eq!(
        waits,
        "web-1 is not made at once: the controller is at web-0 (OrderedReady goes no further until this pod is \
         running and ready)"
    );
    let missing = next_of(set("web").replicas(3).ready(1, "A").ready(2, "A"));
    assert!(missing.contains("the controller is at web-0 (the ordinal has no pod)"), "{missing}");
    let parallel = next_of(three().not_ready(0, "A").parallel());
    assert!(parallel.starts_with("the controller makes web-1 anew at once"), "{parallel}");
}

#[test]
fn a_claim_that_goes_holds_the_replacement() {
    let next =
        next_of(set("web").claim_template("data").replicas(2).all_ready(0..2, "A").claim_terminating(1, 60));
    assert!(next.starts_with("web-1 is not made at once: the claim is being deleted"), "{next}");
}

#[test]
fn of_an_unknown_strategy_nothing_is_predicted() {
    let next = next_of(three().strategy("Recreate"));
    assert!(next.starts_with("web-1 is not made at once: the controller is at the set"), "{next}");
    assert!(next.contains("nothing is predicted"), "{next}");
}

#[test]
fn the_replacement_has_the_revision_that_the_partition_gives_it() {
    let story = || set("web").replicas(3).revisions("A", "B").all_ready(0..2, "A").ready(2, "B");
    let revision = |story: Story| next_of(story).split(", on any").next().unwrap_or_default().to_owned();
    let anew = "the controller makes web-1 anew at once at revision";
    assert_eq!(revision(story().partition(2)), format!("{anew} A"));
    assert_eq!(revision(story().partition(1)), format!("{anew} B"));
    assert_eq!(revision(story().on_delete()), format!("{anew} B"));
}

#[test]
fn the_weakest_of_all_volumes_is_the_fence() {
    let volumes = |attachments: &[Attachment]| {
        fence(&attachments.iter().fold(lost(), |case, attachment| case.volume(attachment.clone())))
    };
    assert_eq!(volumes(&[]), Fence::NoVolumes);
    assert_eq!(volumes(&[Attachment::Gone]), Fence::Detached);
    assert_eq!(volumes(&[Attachment::Here, Attachment::Gone]), Fence::Attached);
    assert_eq!(volumes(&[Attachment::None, Attachment::Here]), Fence::None);
    assert_eq!(volumes(&[Attachment::Gone, Attachment::Unread, Attachment::None]), Fence::Unknown);
    assert_eq!(fence(&lost().volumes_unread()), Fence::Unknown);
}

#[test]
fn storage_that_several_nodes_may_write_to_is_no_fence_attached_or_not() {
    for attachment in [Attachment::Here, Attachment::Gone, Attachment::None, Attachment::Unread] {
        assert_eq!(fence(&shared(lost().volume(attachment))), Fence::None);
    }
}

#[test]
fn no_fence_of_data_is_said_to_fence_the_identity() {
    assert!(Fence::NoVolumes.describe().contains("its identity is not fenced"));
    assert!(Fence::Detached.describe().contains("the data is fenced; its identity is not"));
    assert!(Fence::Attached.describe().contains("does not stop a machine that still runs"));
    assert!(Fence::None.describe().contains("old and new processes can write at once"));
    assert!(Fence::Unknown.describe().contains("could not be read"));
}

#[test]
fn the_fence_of_the_data_is_no_proof_of_death() {
    let answer = lost().volume(Attachment::Gone).is(Verdict::NeedsAttestation, Reason::NodeSilent);
    answer.seen("volume pv-1", "not attached to its node");
}

#[test]
fn a_grace_period_of_zero_is_warned_of() {
    let warnings = |grace| lost().pod(|pod| pod.pod.grace_seconds = grace).judge().warnings;
    let zero = warnings(Some(0));
    assert!(zero.len() == 1 && zero[0].contains("every deletion of this pod is a force delete"), "{zero:?}");
    assert!(warnings(Some(1)).is_empty() && warnings(Some(30)).is_empty());
    assert!(warnings(None).is_empty(), "30 s by default");
}

#[test]
fn a_budget_that_is_spent_is_warned_of_and_changes_no_verdict() {
    let case = lost().fenced(150).budget("spent", 0).budget("free", 1).budget("overdrawn", -1);
    let answer = case.is(Verdict::Safe, Reason::NodeFenced);
    let answer = answer.seen("poddisruptionbudget spent", "allows 0 disruptions now");
    let answer = answer.seen("poddisruptionbudget free", "allows 1 disruptions now");
    let [spent, overdrawn] = answer.warnings.as_slice() else { panic!("{:?}", answer.warnings) };
    assert!(spent.starts_with("PodDisruptionBudget spent allows no disruption now"), "{spent}");
    assert!(overdrawn.starts_with("PodDisruptionBudget overdrawn"), "{overdrawn}");
}

#[test]
fn budgets_that_could_not_be_read_are_said_to_be_unread() {
    let answer = lost().with(|facts| facts.budgets = Known::Unknown).judge();
    assert!(answer.warnings.is_empty(), "{:?}", answer.warnings);
    answer.seen("disruption budgets", "could not be read");
}
