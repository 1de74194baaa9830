//! Looking at a pod: reading all evidence, the Lease twice where that matters, and judging it.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use futures::StreamExt as _;
use tokio::time::{Instant, sleep};

use super::node::sort;
use super::notes_of;
use crate::cluster::gather::force_delete::{self as gather, CapturedNodes};
use crate::cluster::gather::{Reader, explain_missing_pod};
use crate::cluster::{ApiError, Connection};
use crate::domain::Known;
use crate::domain::force_delete::{Facts, Judgement, LeaseRead, Verdict, gone, judge, lease_matters};
use crate::domain::time::human;
use crate::error::Result;
use crate::render::Output;
use crate::report::force_delete::VerdictView;

/// How often evidence is read anew while a verdict is waited for. It is of a dozen kinds, each a small request.
pub(super) const EVERY: Duration = Duration::from_secs(2);

/// So many pods of a node are looked at at a time, each with about a dozen requests.
const PODS_AT_ONCE: usize = 8;

/// What was read, and what it comes to.
pub(super) struct Look {
    pub(super) facts: Facts,
    pub(super) judged: Judgement,
}

/// How a wait has ended.
pub(super) enum Waited {
    Reached(Look),
    TimedOut(Look),
}

/// Says that the server could not be asked, once for each reason; what was said last.
pub(super) fn retried(error: &ApiError, said: &str, output: &mut Output) -> String {
    let now = format!("{}; asking again", error.sentence());
    if now != said {
        output.note(&now);
    }
    now
}

/// Looks at pods, and remembers when it saw a node's Lease first.
pub(super) struct Looker<'a> {
    pub(super) connection: &'a Connection,
    earlier: Option<&'a CapturedNodes>,
    /// The first reading since the Lease was renewed last.
    lease: Cell<Option<LeaseRead>>,
    notes: RefCell<Vec<String>>,
}

impl<'a> Looker<'a> {
    pub(super) fn new(connection: &'a Connection, earlier: Option<&'a CapturedNodes>) -> Self {
        Self { connection, earlier, lease: Cell::default(), notes: RefCell::default() }
    }

    /// What could not be read in the last look.
    pub(super) fn notes(&self) -> Vec<String> {
        self.notes.borrow().clone()
    }

    /// Looks at a pod.
    pub(super) async fn look(&self, pod: &str, output: &mut Output) -> Result<Look> {
        let namespace = self.connection.namespace();
        match self.read(namespace, pod, output).await {
            Ok(look) => Ok(look),
            Err(error) => {
                let reader = Reader::new(self.connection);
                Err(explain_missing_pod(&reader, namespace, error).await)
            }
        }
    }

    /// Looks at a pod again; none where it is gone, or another one has its name.
    pub(super) async fn again(&self, before: &Look, output: &mut Output) -> Result<Option<Look>, ApiError> {
        let pod = &before.facts.pod.pod;
        match self.read(&before.facts.pod.namespace, &pod.name, output).await {
            Ok(look) => Ok(Some(look).filter(|look| look.facts.pod.pod.uid == pod.uid)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Looks again and again until it is certain that the pod has ended, or goes without force, or time is up.
    pub(super) async fn until_safe(
        &self,
        pod: &str,
        timeout: Duration,
        output: &mut Output,
    ) -> Result<Waited> {
        let deadline = Instant::now() + timeout;
        let mut look = self.look(pod, output).await?;
        let mut said = String::new();
        loop {
            let Judgement { verdict, reason, message, .. } = &look.judged;
            if matches!(verdict, Verdict::Safe | Verdict::Unneeded) {
                return Ok(Waited::Reached(look));
            }
            // How long something has lasted changes with every reading.
            let now = format!("{pod}: {} ({reason:?})", verdict.as_str());
            if now != said {
                output.progress(&format!("{now}: {message}"));
                said = now;
            }
            if Instant::now() + EVERY > deadline {
                return Ok(Waited::TimedOut(look));
            }
            sleep(EVERY).await;
            match self.again(&look, output).await {
                Ok(Some(next)) => look = next,
                Ok(None) => return Ok(Waited::Reached(Look { judged: gone(&look.facts), ..look })),
                Err(error) if error.is_transient() => said = retried(&error, &said, output),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Looks at all pods of sets on a node, worst first.
    pub(super) async fn all_on(
        &self,
        node: &str,
        namespace: Option<&str>,
        output: &mut Output,
    ) -> Result<Vec<VerdictView>, ApiError> {
        self.notes.borrow_mut().clear();
        let reader = Reader::new(self.connection);
        let pods = gather::pods_on(&reader, node, namespace).await?;
        let read = pods.iter().map(|pod| gather::of_pod(&reader, pod, self.earlier));
        let read: Vec<Facts> = futures::stream::iter(read).buffer_unordered(PODS_AT_ONCE).collect().await;
        notes_of(reader, &mut self.notes.borrow_mut());
        let mut verdicts: Vec<VerdictView> = Vec::new();
        for look in self.judge(read, output).await {
            verdicts.push(VerdictView::of(&look.facts, &look.judged));
        }
        sort(&mut verdicts);
        Ok(verdicts)
    }

    /// Whether it is certain that there is no such node.
    pub(super) async fn is_missing(&self, node: &str) -> bool {
        let found = self.connection.find::<crate::wire::Node>(None, node).await;
        found.is_ok_and(|node| node.is_none())
    }

    /// Judges pods of one node. Its Lease is read again, once for all, where a verdict depends on that.
    async fn judge(&self, mut all: Vec<Facts>, output: &mut Output) -> Vec<Look> {
        all.iter_mut().for_each(|facts| self.compare_leases(facts));
        let waiting = all.iter().filter(|facts| lease_matters(facts));
        let first =
            waiting.filter_map(|facts| Some((facts.lease.get().copied()??, facts.pod.pod.node.clone()?)));
        if let Some((mut lease, node)) = first.min_by_key(|(lease, _)| lease.read) {
            let renewal = human(lease.renewal());
            output.progress(&format!(
                "the Lease of node {node} is stale; reading it again in {renewal}, when a kubelet that lives has renewed it"
            ));
            let reader = Reader::new(self.connection);
            gather::read_lease_again(&reader, &node, &mut lease).await;
            for facts in all.iter_mut().filter(|facts| lease_matters(facts)) {
                facts.now = reader.now();
                facts.lease = Known::Known(Some(lease));
            }
            notes_of(reader, &mut self.notes.borrow_mut());
        }
        let look = |facts: Facts| Look { judged: judge(&facts), facts };
        all.into_iter().map(look).collect()
    }

    async fn read(&self, namespace: &str, pod: &str, output: &mut Output) -> Result<Look, ApiError> {
        self.notes.borrow_mut().clear();
        let reader = Reader::new(self.connection);
        let read = gather::facts(&reader, namespace, pod, self.earlier).await;
        notes_of(reader, &mut self.notes.borrow_mut());
        let look = self.judge(vec![read?], output).await.pop();
        Ok(look.expect("as many as were given"))
    }

    /// Puts what was read first beside what was read now, once a renewal lies between them.
    fn compare_leases(&self, facts: &mut Facts) {
        let Known::Known(Some(now)) = &mut facts.lease else { return };
        let first = self.lease.get().filter(|first| first.renewed == now.renewed);
        let Some(first) = first else {
            // Renewed since, or never seen: it is compared from here on.
            let moved = self.lease.replace(Some(*now));
            if let Some(before) = moved {
                *now = LeaseRead { again: Some((now.renewed, now.read)), ..before };
            }
            return;
        };
        if now.read.duration_since(first.read) > first.renewal() {
            *now = LeaseRead { again: Some((now.renewed, now.read)), ..first };
        }
    }
}
