//! Records of elections in annotations.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::domain::leader::convention::{
    CLIENT_GO, PATRONI, PATRONI_ACQUIRED, PATRONI_RENEWED, PATRONI_TRANSITIONS, PATRONI_TTL,
};
use crate::domain::lease::Lease;
use crate::wire::ObjectMeta;

/// All annotations that records are read from.
pub const ANNOTATIONS: [&str; 6] =
    [CLIENT_GO, PATRONI, PATRONI_TTL, PATRONI_RENEWED, PATRONI_ACQUIRED, PATRONI_TRANSITIONS];

/// A record in an annotation; an error where it is of no shape that an election has.
pub(super) struct Record {
    pub(super) annotation: &'static str,
    pub(super) term: Result<Lease, String>,
}

/// Whether an object holds an election, by its annotations.
pub fn is_election(meta: &ObjectMeta) -> bool {
    meta.annotations.contains_key(CLIENT_GO) || is_patronis(meta)
}

/// The records of an object.
pub(super) fn records(meta: &ObjectMeta) -> impl Iterator<Item = Record> {
    let client_go = meta.annotations.get(CLIENT_GO);
    let client_go = client_go.map(|text| Record { annotation: CLIENT_GO, term: of_client_go(text) });
    let patroni = is_patronis(meta).then(|| Record { annotation: PATRONI, term: of_patroni(meta) });
    client_go.into_iter().chain(patroni)
}

/// client-go's `resourcelock.LeaderElectionRecord`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ClientGo {
    holder_identity: Option<String>,
    lease_duration_seconds: Option<i32>,
    acquire_time: Option<Timestamp>,
    renew_time: Option<Timestamp>,
    leader_transitions: Option<u32>,
}

fn of_client_go(text: &str) -> Result<Lease, String> {
    let record: ClientGo = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Ok(Lease {
        holder: record.holder_identity.filter(|holder| !holder.is_empty()),
        acquired: record.acquire_time,
        renewed: record.renew_time,
        duration: SignedDuration::from_secs(record.lease_duration_seconds.unwrap_or(0).into()),
        transitions: record.leader_transitions.unwrap_or(0),
    })
}

/// Its other objects have the holder's annotation too; only the leader's has these.
fn is_patronis(meta: &ObjectMeta) -> bool {
    [PATRONI_TTL, PATRONI_RENEWED].iter().all(|key| meta.annotations.contains_key(*key))
}

fn of_patroni(meta: &ObjectMeta) -> Result<Lease, String> {
    let given = |key: &str| meta.annotations.get(key);
    let time = |key: &str| {
        let parsed =
            given(key).map(|text| text.parse::<Timestamp>().map_err(|error| format!("{key}: {error}")));
        parsed.transpose()
    };
    let ttl =
        given(PATRONI_TTL).map(|text| text.parse::<u32>().map_err(|error| format!("{PATRONI_TTL}: {error}")));
    Ok(Lease {
        holder: given(PATRONI).filter(|holder| !holder.is_empty()).cloned(),
        acquired: time(PATRONI_ACQUIRED)?,
        renewed: time(PATRONI_RENEWED)?,
        duration: SignedDuration::from_secs(ttl.transpose()?.unwrap_or(0).into()),
        // Patroni takes what it cannot read for none.
        transitions: given(PATRONI_TRANSITIONS).and_then(|text| text.parse().ok()).unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meta(annotations: &[(&str, &str)]) -> ObjectMeta {
        let annotations = annotations.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        ObjectMeta { annotations: annotations.collect(), ..ObjectMeta::default() }
    }

    fn term(annotations: &[(&str, &str)]) -> Lease {
        let meta = meta(annotations);
        assert!(is_election(&meta));
        records(&meta).next().expect("a record").term.expect("a readable one")
    }

    fn time(text: &str) -> Option<Timestamp> {
        Some(text.parse().expect("a time"))
    }

    #[test]
    fn the_record_of_client_go_is_read() {
        let term = term(&[(
            CLIENT_GO,
            r#"{"holderIdentity":"web-0_x","leaseDurationSeconds":15,"acquireTime":"2026-01-01T10:00:00Z","renewTime":"2026-01-01T10:00:08Z","leaderTransitions":4}"#,
        )]);
        assert_eq!(term.holder.as_deref(), Some("web-0_x"));
        assert_eq!(
            (term.acquired, term.renewed),
            (time("2026-01-01T10:00:00Z"), time("2026-01-01T10:00:08Z"))
        );
        assert_eq!((term.duration.as_secs(), term.transitions), (15, 4));
    }

    #[test]
    fn what_client_go_leaves_behind_has_no_holder() {
        let term = term(&[(
            CLIENT_GO,
            r#"{"holderIdentity":"","leaseDurationSeconds":1,"acquireTime":null,"renewTime":null}"#,
        )]);
        assert_eq!((term.holder, term.acquired, term.renewed), (None, None, None));
    }

    #[test]
    fn the_record_of_patroni_is_read_and_stays_when_it_is_released() {
        let held = [
            (PATRONI, "pg-1"),
            (PATRONI_TTL, "30"),
            (PATRONI_ACQUIRED, "2026-01-01T10:00:00.123456+00:00"),
            (PATRONI_RENEWED, "2026-01-01T10:00:10.5+00:00"),
            (PATRONI_TRANSITIONS, "2"),
            ("optime", "67108864"),
        ];
        let record = term(&held);
        assert_eq!(record.holder.as_deref(), Some("pg-1"));
        assert_eq!(record.acquired, time("2026-01-01T10:00:00.123456Z"));
        assert_eq!((record.renewed, record.duration.as_secs()), (time("2026-01-01T10:00:10.5Z"), 30));
        assert_eq!(record.transitions, 2);
        assert_eq!(term(&held[1..]).holder, None);
    }

    #[test]
    fn other_objects_of_patroni_elect_nobody() {
        assert!(!is_election(&meta(&[(PATRONI, "pg-1"), ("sync_standby", "pg-0")])));
        assert!(!is_election(&meta(&[("config", "{}")])));
    }

    #[test]
    fn what_is_no_record_is_an_error() {
        for annotations in [
            vec![(CLIENT_GO, "not json")],
            vec![(CLIENT_GO, r#"{"renewTime": "yesterday"}"#)],
            vec![(CLIENT_GO, r#"{"leaderTransitions": -1}"#)],
            vec![(PATRONI_TTL, "soon"), (PATRONI_RENEWED, "2026-01-01T10:00:00Z")],
            vec![(PATRONI_TTL, "30"), (PATRONI_RENEWED, "")],
        ] {
            let meta = meta(&annotations);
            assert!(records(&meta).next().expect("a record").term.is_err(), "{annotations:?}");
        }
    }
}
