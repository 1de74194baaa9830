//! Taking a Lease.

use std::sync::Mutex;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::super::Connection;
use super::super::error::ApiError;
use super::object::{Found, Place, taken};
use super::state::{Moment, State};
use super::{Holding, Refusal, WRITES, is_undecided};
use crate::domain::lease::Lease;

/// The shortest duration that a Lease can have.
const SHORTEST: Duration = Duration::from_secs(1);
/// How far apart two programs may take the server's clock to be: each knows it to about a second
/// ([`Connection::server_now`]). Whoever takes over from somebody who has fallen silent waits so much longer, so that
/// the other one has stopped for sure.
const CLOCK_ERROR: SignedDuration = SignedDuration::from_secs(2);

/// One attempt to take the Lease: the `acquireTime` that it writes, and when it was sent.
#[derive(Clone, Copy)]
struct Claim {
    at: Timestamp,
    sent: Moment,
}

impl Holding {
    /// Takes the Lease if it is not there, was released, has expired, or names us already. `duration` is how long it
    /// is ours without a renewal, a second at the least.
    ///
    /// # Errors
    /// [`Refusal::Held`] while somebody else holds it; [`Refusal::Api`] where a request failed, or others were faster
    /// three times and yet nobody holds it.
    pub async fn acquire(
        connection: &Connection,
        namespace: &str,
        name: &str,
        identity: &str,
        duration: Duration,
    ) -> Result<Self, Refusal> {
        let duration = duration.max(SHORTEST);
        let place = Place::new(connection, namespace, name);
        let mut writes = 0;
        let mut last: Option<(Claim, ApiError)> = None;
        loop {
            // Reads come first, also after a write without an answer: it is never repeated before it is known what has
            // become of it.
            let found = place.within(duration, place.find()).await?;
            if let (Some(found), Some((claim, _))) = (&found, &last)
                && is_ours(&found.lease, identity, claim.at)
            {
                return Ok(Self::new(place, identity, duration, *claim, Some(found.version.clone())));
            }
            let claim = Claim { sent: Moment::now(), at: place.now() };
            if let Some(held) = found.as_ref().and_then(|found| refusal(&found.lease, identity, claim.at)) {
                return Err(held);
            }
            if let Some((_, error)) = last.filter(|_| writes == WRITES) {
                return Err(error.into());
            }
            writes += 1;
            let spec = taken(identity, duration, claim.at, transitions(found.as_ref(), identity));
            let written = match &found {
                Some(found) => place.within(duration, place.change(&found.version, &spec)).await,
                None => place.within(duration, place.create(&spec)).await,
            };
            last = match written {
                Ok(version) => return Ok(Self::new(place, identity, duration, claim, version)),
                Err(error) if is_undecided(&error) => Some((claim, error)),
                Err(error) => return Err(error.into()),
            };
        }
    }

    fn new(place: Place, identity: &str, duration: Duration, claim: Claim, version: Option<String>) -> Self {
        Self {
            place,
            identity: identity.to_owned(),
            duration,
            acquired: claim.at,
            state: Mutex::new(State::new(version, claim.sent)),
        }
    }
}

/// Whether it is the hold that was taken at that very moment.
pub(super) fn is_ours(lease: &Lease, identity: &str, acquired: Timestamp) -> bool {
    lease.held_by(identity) && lease.acquired == Some(acquired)
}

/// Why the Lease may not be taken; none if it may.
fn refusal(lease: &Lease, identity: &str, now: Timestamp) -> Option<Refusal> {
    let earliest = now - CLOCK_ERROR;
    if lease.held_by(identity) || lease.is_free(earliest) {
        return None;
    }
    let expires_in = lease.expires()?.duration_since(earliest);
    Some(Refusal::Held { holder: lease.holder.clone()?, expires_in })
}

/// As client-go counts: taking over what was released is a transition too, a new Lease starts at 0.
fn transitions(found: Option<&Found>, identity: &str) -> u32 {
    found.map_or(0, |found| found.lease.transitions + u32::from(!found.lease.held_by(identity)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: SignedDuration = SignedDuration::from_secs(1);

    fn now() -> Timestamp {
        "2026-01-01T10:00:00Z".parse().expect("a time")
    }

    fn held() -> Lease {
        Lease {
            holder: Some("a".to_owned()),
            acquired: Some(now()),
            renewed: Some(now()),
            duration: SECOND * 15,
            transitions: 0,
        }
    }

    /// How long `b` still has to wait.
    fn wait(lease: &Lease, now: Timestamp) -> Option<SignedDuration> {
        refusal(lease, "b", now).map(|refusal| match refusal {
            Refusal::Held { expires_in, .. } => expires_in,
            Refusal::Api(error) => panic!("{error}"),
        })
    }

    #[test]
    fn a_lease_is_taken_over_when_it_has_expired_on_any_clock() {
        let end = now() + SECOND * 15;
        assert_eq!(wait(&held(), now()), Some(SECOND * 17));
        assert_eq!(wait(&held(), end), Some(SECOND * 2));
        assert_eq!(wait(&held(), end + SECOND * 2), None);
    }

    #[test]
    fn a_lease_that_nobody_holds_or_that_names_us_is_taken_at_once() {
        assert!(refusal(&held(), "a", now()).is_none());
        assert_eq!(wait(&Lease { holder: None, ..held() }, now()), None);
        assert_eq!(wait(&Lease { renewed: None, ..held() }, now()), None);
    }

    #[test]
    fn a_hold_of_the_same_name_that_was_taken_at_another_time_is_not_ours() {
        assert!(is_ours(&held(), "a", now()));
        assert!(!is_ours(&held(), "a", now() + SECOND));
        assert!(!is_ours(&held(), "b", now()));
    }
}
