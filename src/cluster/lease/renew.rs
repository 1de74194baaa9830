//! Keeping a Lease.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::super::error::ApiError;
use super::acquire::is_ours;
use super::object::{Found, renewed};
use super::state::Moment;
use super::{Holding, Lost, WRITES, is_undecided};

/// Where the time is up the last attempt comes early, yet not without a pause.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);

/// What one attempt to renew can end with.
pub(super) enum Failed {
    /// It is not ours any more.
    Lost(Lost),
    /// It may still be ours.
    Api(ApiError),
}

impl From<ApiError> for Failed {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl Holding {
    /// Renews the Lease each third of its duration, for as long as it is ours, and returns why it is not any more.
    ///
    /// Made to run beside the work, in a `tokio::select!`. Pin it outside of a loop: one that is made anew for each
    /// event goes on where the last one was, but begins a request that was under way anew.
    ///
    /// Cancelling it loses nothing. All that is known is in the state, and nothing of that stays half done: the version
    /// is taken out of it before a write and put back with its answer, so that whoever finds none there reads the Lease
    /// before writing. A renewal whose answer was lost is then told from a stranger's hold, and counted.
    pub async fn keep(&self) -> Lost {
        loop {
            sleep_until(self.due()).await;
            if let Err(lost) = self.renew().await {
                return lost;
            }
        }
    }

    /// Renews the Lease now, and tries until it succeeds or the Lease is lost. Whatever the error, it may pass while
    /// there is time: servers come back, rights and credentials are renewed.
    ///
    /// # Errors
    /// The Lease is lost.
    pub async fn renew(&self) -> Result<(), Lost> {
        loop {
            match self.attempt().await {
                Ok(()) => return Ok(()),
                Err(Failed::Lost(lost)) => return Err(lost),
                Err(Failed::Api(error)) if self.left().is_zero() => return Err(Lost::Expired(error)),
                Err(Failed::Api(_)) => sleep_until(self.retry()).await,
            }
        }
    }

    /// One attempt. Even when the time is up one is worth it: that the version has not changed, or that the Lease is
    /// still ours, says that nobody has held it meanwhile.
    async fn attempt(&self) -> Result<(), Failed> {
        // A request that hangs must leave time for another.
        let limit = self.left().min(self.duration / 3).max(self.duration / 10);
        self.state().tried = Instant::now();
        self.place.within(limit, self.write()).await
    }

    async fn write(&self) -> Result<(), Failed> {
        let mut writes = 0;
        loop {
            let version = self.version().await?;
            // Before the time that is written, so that we never count longer than others do.
            let sent = Moment::now();
            let at = self.place.now();
            self.state().unanswered = Some((at, sent));
            writes += 1;
            match self.place.change(&version, &renewed(&self.identity, self.duration, at)).await {
                Ok(version) => {
                    let mut state = self.state();
                    state.version = version;
                    state.credit(sent);
                    return Ok(());
                }
                // What has changed is decided at once, what has failed after a pause.
                Err(error) if writes < WRITES && is_undecided(&error) && !error.is_transient() => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The version to write on: taken out of the state, or read where it is not known.
    pub(super) async fn version(&self) -> Result<String, Failed> {
        let known = self.state().version.take();
        match known {
            Some(version) => Ok(version),
            None => self.judge(self.place.find().await?).map_err(Failed::Lost),
        }
    }

    /// Whether the Lease as it was read is still ours. Then a renewal of ours that was not answered may be in it.
    fn judge(&self, found: Option<Found>) -> Result<String, Lost> {
        let mut state = self.state();
        match found {
            Some(found) if is_ours(&found.lease, &self.identity, self.acquired) => {
                if let Some((at, sent)) = state.unanswered
                    && found.lease.renewed == Some(at)
                {
                    state.credit(sent);
                }
                Ok(found.version)
            }
            found => {
                state.over = true;
                let holder = found.and_then(|found| found.lease.holder);
                Err(holder.map_or(Lost::Gone, |holder| Lost::Taken { holder }))
            }
        }
    }

    /// When to renew next.
    fn due(&self) -> Instant {
        let next = self.state().renewed.instant + self.duration / 3;
        next.max(self.retry())
    }

    /// When to try again at the earliest, also where a future that did so before was dropped.
    fn retry(&self) -> Instant {
        let state = self.state();
        let end = state.renewed.instant + self.duration;
        (state.tried + self.duration / 10).min(end.max(state.tried + SHORTEST_PAUSE))
    }
}
