//! Holding a Lease, so that at most one program at a time does what it stands for.
//!
//! Like client-go's leader election this keeps holders apart as long as each stops when its time is up, and does not
//! fence: a request that was sent in time may arrive late. What is written under a Lease still needs preconditions of
//! its own.
//!
//! `object` is the Lease in the cluster, `acquire` takes it, `renew` keeps it, `state` is what is known meanwhile.

mod acquire;
mod object;
mod renew;
mod state;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::error::{ApiError, Reason};
use object::Place;
use renew::Failed;
use state::State;

/// How often one step may write: as long as it is only in the way of others, it reads and decides again.
const WRITES: usize = 3;

/// A Lease that we hold. Dropping it lets the Lease run out; [`Holding::release`] frees it at once.
pub struct Holding {
    place: Place,
    identity: String,
    duration: Duration,
    /// When we took it. With the identity this tells our own hold from any other, even from that of another program
    /// that calls itself the same: each takes it at a moment of its own.
    acquired: Timestamp,
    state: Mutex<State>,
}

/// Why a Lease could not be had.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// Somebody else holds it.
    Held {
        /// Who.
        holder: String,
        /// When it can be taken, unless it is renewed until then.
        expires_in: SignedDuration,
    },
    /// A request failed.
    Api(ApiError),
}

/// Why a Lease is held no longer.
#[derive(Clone, Debug)]
pub enum Lost {
    /// Somebody else has taken it.
    Taken {
        /// Who; our own identity where another program calls itself the same.
        holder: String,
    },
    /// It was deleted, or released by another hand.
    Gone,
    /// It could not be renewed for its whole duration; the last attempt ended like this.
    Expired(ApiError),
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl Holding {
    /// Whether we still hold it: less than the duration has passed since the last renewal that succeeded was sent.
    /// To be asked before every write that is made under the Lease.
    pub fn is_valid(&self) -> bool {
        !self.left().is_zero()
    }

    /// Frees the Lease for whoever wants it next; the object stays. Not an error if it is not ours any more. From the
    /// moment of the call on, [`Holding::is_valid`] is false.
    ///
    /// # Errors
    /// Anything that a request can end with; the Lease then runs out by itself.
    pub async fn release(&self) -> Result<(), ApiError> {
        self.state().over = true;
        self.place.within(self.duration, self.give_up()).await
    }

    async fn give_up(&self) -> Result<(), ApiError> {
        let mut writes = 0;
        loop {
            let version = match self.version().await {
                Ok(version) => version,
                Err(Failed::Lost(_)) => return Ok(()),
                Err(Failed::Api(error)) => return Err(error),
            };
            writes += 1;
            match self.place.change(&version, &object::released()).await {
                Ok(_) => return Ok(()),
                Err(error) if writes < WRITES && is_undecided(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// How much of the duration is left.
    fn left(&self) -> Duration {
        let state = self.state();
        if state.over { Duration::ZERO } else { self.duration.saturating_sub(state.renewed.elapsed()) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether only another look tells what a write has come to: somebody was faster, or its answer is lost.
fn is_undecided(error: &ApiError) -> bool {
    match &error.reason {
        Reason::Conflict | Reason::AlreadyExists | Reason::NotFound => true,
        Reason::Timeout | Reason::Unreachable(_) | Reason::Malformed => true,
        Reason::Status { code, .. } => *code >= 500,
        Reason::Forbidden
        | Reason::Unauthorized
        | Reason::Gone
        | Reason::Invalid
        | Reason::TooManyRequests
        | Reason::Tls(_)
        | Reason::Credentials => false,
    }
}
