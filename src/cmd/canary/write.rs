//! Carrying out what was decided, once and only if things are as they were read.

use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

use super::drive::Drive;
use crate::cluster::{Holding, Mode, Reason};
use crate::domain::Set;
use crate::domain::canary::{Change, Record, patch};
use crate::error::{Error, Kind, Result};
use crate::snapshot::{digest, restored_template};
use crate::wire;

/// How often a write whose answer was lost is looked after.
const ATTEMPTS: u32 = 5;

/// What has come of a write.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Written {
    /// It is done.
    Done(Box<Record>),
    /// The set is not as it was read: look again, and decide again.
    Outdated,
}

impl Drive<'_> {
    /// Writes a change; `template` is the new pod template, where it is not that of a stored revision.
    ///
    /// After an answer that was lost it reads, compares and decides: a patch whose tests name the old record can be sent
    /// again, because it cannot be carried out twice.
    pub(super) async fn write(
        &mut self,
        set: &Set,
        change: &Change,
        template: Option<Value>,
    ) -> Result<Written> {
        let (change, template) = self.completed(change, template).await?;
        let body = patch::json_patch(set, &change, template.as_ref());
        let ours = change.record.text();
        for attempt in 0..ATTEMPTS {
            self.check_lease()?;
            let error = match self.connection.patch_set(&set.namespace, &set.name, &body, Mode::Real).await {
                Ok(after) => {
                    self.await_version(&after);
                    return Ok(Written::Done(Box::new(change.record)));
                }
                Err(error) => error,
            };
            if error.reason != Reason::Conflict && !error.is_transient() {
                return Err(error.into());
            }
            if let Ok(now) = self.connection.whole_set(&set.namespace, &set.name).await {
                let record =
                    now.pointer("/metadata/annotations").and_then(|all| all[patch::ANNOTATION].as_str());
                self.await_version(&now);
                if record == Some(&ours) {
                    return Ok(Written::Done(Box::new(change.record)));
                }
                if error.reason == Reason::Conflict || record != set.canary.as_deref() {
                    return Ok(Written::Outdated);
                }
            }
            sleep(Duration::from_millis(100 << attempt)).await;
        }
        Err(Error::failed(format!(
            "the write to statefulset {:?} was not answered {ATTEMPTS} times: whether it was carried out is not known",
            set.name
        ))
        .hint(format!("kubectl stateful canary {} -n {} shows where it stands", set.name, set.namespace)))
    }

    /// Deletes one very pod, and sees to it that nothing is decided before it is seen to go.
    pub(super) async fn delete(&mut self, set: &Set, pod: &str, uid: &str) -> Result<()> {
        self.check_lease()?;
        match self.connection.delete_pod(&set.namespace, pod, uid).await {
            Ok(_) => {}
            // It is gone, or another pod has its name: what there is now will be looked at.
            Err(error) if matches!(error.reason, Reason::NotFound | Reason::Conflict) => {}
            // It may have happened. If not, the same is decided again, and its identity protects any other pod.
            Err(error) if error.is_transient() => {
                sleep(Duration::from_millis(200)).await;
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        }
        self.await_end_of(uid);
        Ok(())
    }

    /// The template of a stored revision, and its digest in the record.
    pub(super) async fn completed(
        &mut self,
        change: &Change,
        template: Option<Value>,
    ) -> Result<(Change, Option<Value>)> {
        let mut change = change.clone();
        let Some(revision) = &change.template else { return Ok((change, template)) };
        let name = revision.as_str().to_owned();
        let stored = match self.stored(&name) {
            Some(stored) => stored,
            None => self.connection.get::<wire::ControllerRevision>(Some(&self.namespace), &name).await?,
        };
        let template = restored_template(&stored).ok_or_else(|| {
            Error::failed(format!(
                "ControllerRevision {name:?} holds no pod template, so nothing can go back to it"
            ))
        })?;
        change.record.template = digest(&template);
        Ok((change, Some(template)))
    }

    /// Without a Lease somebody else may be at it.
    fn check_lease(&self) -> Result<()> {
        if self.holding.is_none_or(Holding::is_valid) {
            return Ok(());
        }
        Err(Error::new(
            Kind::Conflict,
            format!("the Lease of the canary of {} has run out: nothing is written", self.name),
        )
        .hint("--resume goes on, if nobody else has taken it over"))
    }
}
