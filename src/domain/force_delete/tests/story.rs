//! Builds what was read of one pod, so that a test reads as the story that it tells:
//!
//! `lost().asked(200).fenced(150).is(Safe, NodeFenced).because("has been fenced")`
//!
//! All numbers of seconds are counted back from the moment of the story.

use jiff::SignedDuration;

use super::super::{
    Attachment, Budget, Earlier, Facts, Judgement, LeaseRead, NodeFacts, PodFacts, Ready, Reason,
    Remediation, Signs, Verdict, Volume, judge,
};
use crate::domain::Known;
use crate::domain::claim::Owner;
use crate::domain::pod::Deletion;
use crate::domain::testing::{Story, ago, at, now, set};

/// What was read of one pod.
#[derive(Clone, Debug)]
pub(super) struct Case(Facts);

/// Web-1 of three whose others are Ready: its deletion was asked for 200 s ago, with 30 s of grace, and its node n1
/// has been silent for 340 s.
pub(super) fn lost() -> Case {
    lost_of(set("web").replicas(3).all_ready(0..3, "A"), 1)
}

/// The same of any pod of any set.
pub(super) fn lost_of(story: Story, number: u32) -> Case {
    let set = story.terminating(number, -170).build();
    let pod = set.pods.get(&at(number)).expect("the story has that pod").clone();
    let node = NodeFacts {
        name: format!("n{number}"),
        created: Some(ago(90_000)),
        ready: Ready::Unknown,
        ready_since: Some(ago(300)),
        out_of_service: false,
        shut_down: false,
        boot_id: "boot-1".to_owned(),
        machine_id: "machine-1".to_owned(),
    };
    let facts = Facts {
        now: now(),
        pod: PodFacts {
            namespace: set.namespace.clone(),
            resource_version: "77".to_owned(),
            mirror: false,
            controller: Some(owner("StatefulSet", &set.name, &set.uid)),
            alive: vec!["app".to_owned()],
            last_start: Some(ago(3_600)),
            pod,
        },
        set: Known::Known(Some(set)),
        node: Known::Known(Some(node)),
        lease: Known::Unknown,
        remediations: Known::Known(Vec::new()),
        reboots: Known::Known(Vec::new()),
        earlier: None,
        volumes: Known::Known(Vec::new()),
        budgets: Known::Known(Vec::new()),
    };
    Case(facts).renewed(340)
}

fn owner(kind: &str, name: &str, uid: &str) -> Owner {
    let api_version = "apps/v1".to_owned();
    Owner { api_version, kind: kind.to_owned(), name: name.to_owned(), uid: uid.to_owned(), controller: true }
}

/// Of the pod and its set.
impl Case {
    /// Anything else.
    pub(super) fn with(mut self, change: impl FnOnce(&mut Facts)) -> Self {
        change(&mut self.0);
        self
    }

    pub(super) fn pod(self, change: impl FnOnce(&mut PodFacts)) -> Self {
        self.with(|facts| change(&mut facts.pod))
    }

    /// With 30 s of grace.
    pub(super) fn asked(self, seconds: i64) -> Self {
        let deletion = Deletion { deadline: ago(seconds - 30), grace_seconds: 30 };
        self.pod(|pod| pod.pod.deletion = Some(deletion))
    }

    pub(super) fn not_asked(self) -> Self {
        self.pod(|pod| pod.pod.deletion = None)
    }

    pub(super) fn finalizer(self, name: &str) -> Self {
        self.pod(|pod| pod.pod.finalizers.push(name.to_owned()))
    }

    /// So have all its containers.
    pub(super) fn ended(self) -> Self {
        self.pod(|pod| pod.alive.clear())
    }

    /// The last start of a container.
    pub(super) fn started(self, seconds: i64) -> Self {
        self.pod(|pod| pod.last_start = Some(ago(seconds)))
    }

    pub(super) fn controller(self, kind: &str, name: &str, uid: &str) -> Self {
        self.pod(|pod| pod.controller = Some(owner(kind, name, uid)))
    }

    pub(super) fn set_gone(self) -> Self {
        self.with(|facts| facts.set = Known::Known(None))
    }

    pub(super) fn set_unread(self) -> Self {
        self.with(|facts| facts.set = Known::Unknown)
    }
}

/// Of the node.
impl Case {
    pub(super) fn node(self, change: impl FnOnce(&mut NodeFacts)) -> Self {
        self.with(|facts| change(facts.node.get_mut().and_then(Option::as_mut).expect("a node")))
    }

    pub(super) fn ready(self, ready: Ready) -> Self {
        self.node(|node| node.ready = ready)
    }

    pub(super) fn out_of_service(self) -> Self {
        self.node(|node| node.out_of_service = true)
    }

    /// When the Node object was made; the pod was made 3600 s ago.
    pub(super) fn node_made(self, seconds: i64) -> Self {
        self.node(|node| node.created = Some(ago(seconds)))
    }

    pub(super) fn node_gone(self) -> Self {
        self.with(|facts| facts.node = Known::Known(None))
    }

    pub(super) fn node_unread(self) -> Self {
        self.with(|facts| facts.node = Known::Unknown)
    }

    /// Its Lease, read twice, was last renewed then.
    pub(super) fn renewed(self, seconds: i64) -> Self {
        self.lease(Some(seconds), Some(Some(seconds)))
    }

    /// Its Lease of 40 s: last renewed so long ago by a reading 12 s ago, and by one of now.
    pub(super) fn lease(self, first: Option<i64>, again: Option<Option<i64>>) -> Self {
        let lease = LeaseRead {
            duration: SignedDuration::from_secs(40),
            renewed: first.map(ago),
            read: if again.is_some() { ago(12) } else { now() },
            again: again.map(|renewed| (renewed.map(ago), now())),
        };
        self.with(|facts| facts.lease = Known::Known(Some(lease)))
    }

    pub(super) fn lease_missing(self) -> Self {
        self.with(|facts| facts.lease = Known::Known(None))
    }

    pub(super) fn lease_unread(self) -> Self {
        self.with(|facts| facts.lease = Known::Unknown)
    }

    fn remediation(self, running: bool, fenced: Option<i64>) -> Self {
        let name = "selfnoderemediation n1".to_owned();
        let one = Remediation { name, running, fenced: fenced.map(ago) };
        self.with(|facts| facts.remediations.get_mut().expect("readable").push(one))
    }

    pub(super) fn being_fenced(self) -> Self {
        self.remediation(true, None)
    }

    pub(super) fn fenced(self, seconds: i64) -> Self {
        self.remediation(false, Some(seconds))
    }

    pub(super) fn not_fenced(self) -> Self {
        self.remediation(false, None)
    }

    pub(super) fn remediations_unread(self) -> Self {
        self.with(|facts| facts.remediations = Known::Unknown)
    }

    pub(super) fn rebooted(self, seconds: i64) -> Self {
        self.with(|facts| facts.reboots.get_mut().expect("readable").push(ago(seconds)))
    }

    pub(super) fn reboots_unread(self) -> Self {
        self.with(|facts| facts.reboots = Known::Unknown)
    }

    /// How a capture shows the node, whose boot is `boot-1` of `machine-1` now.
    pub(super) fn captured(self, seconds: i64, boot: &str, machine: &str) -> Self {
        let (boot_id, machine_id) = (boot.to_owned(), machine.to_owned());
        self.with(|facts| facts.earlier = Some(Earlier { taken: ago(seconds), boot_id, machine_id }))
    }
}

/// Of what stands around them.
impl Case {
    /// A volume that one node at a time may write to, on any node.
    pub(super) fn volume(self, attachment: Attachment) -> Self {
        let (claim, name) = ("data-web-1".to_owned(), "pv-1".to_owned());
        let volume = Volume { claim, name, on_node: false, shared: false, attachment };
        self.with(|facts| facts.volumes.get_mut().expect("readable").push(volume))
    }

    pub(super) fn local_volume(self) -> Self {
        self.volume(Attachment::None).with(|facts| {
            facts.volumes.get_mut().expect("readable").iter_mut().for_each(|volume| volume.on_node = true);
        })
    }

    pub(super) fn volumes_unread(self) -> Self {
        self.with(|facts| facts.volumes = Known::Unknown)
    }

    pub(super) fn budget(self, name: &str, allowed: i32) -> Self {
        let budget = Budget { name: name.to_owned(), allowed };
        self.with(|facts| facts.budgets.get_mut().expect("readable").push(budget))
    }
}

/// What is said of it.
impl Case {
    pub(super) fn facts(&self) -> &Facts {
        &self.0
    }

    pub(super) fn signs(&self) -> Signs {
        Signs::of(&self.0)
    }

    pub(super) fn judge(&self) -> Judgement {
        judge(&self.0)
    }

    /// Checks the verdict and the row.
    pub(super) fn is(&self, verdict: Verdict, reason: Reason) -> Judgement {
        let answer = self.judge();
        assert_eq!((answer.verdict, answer.reason), (verdict, reason), "{answer:#?}");
        answer
    }
}
