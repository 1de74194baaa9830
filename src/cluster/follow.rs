//! The loop behind a watch: list, watch from there, and go on after whatever happens.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::BodyExt;
use tokio::sync::mpsc::Sender;

use super::backoff::{Backoff, random};
use super::error::{ApiError, Call, Reason};
use super::list::Depth;
use super::request::malformed;
use super::send::{JSON, Outgoing, WATCHED_METADATA};
use super::status::Status;
use super::watch_line::{Bookmark, Kind, Line, Lines};
use super::{Connection, Event, Query};
use crate::wire::{Encoded, Object};

/// A server that has just come back may refuse rights that it will grant as soon as it has read its rules.
const SETTLING: Duration = Duration::from_secs(15);
/// A watch that the server closes sooner than this is a failure.
const SHORTEST: Duration = Duration::from_secs(1);

/// Follows the objects of one query.
pub(super) struct Follower<T> {
    connection: Connection,
    query: Query,
    /// Which objects count.
    keep: fn(&T) -> bool,
    out: Sender<Result<Event<T>, ApiError>>,
    call: Arc<Call>,
    backoff: Backoff,
    /// Where to go on; none where a list is needed.
    version: Option<String>,
    /// The first list has succeeded.
    started: bool,
    /// Since when the server cannot be reached.
    outage: Option<Instant>,
}

/// How one attempt ended.
enum End {
    /// The server closed the watch, as it does every few minutes, or the connection broke.
    Closed,
    /// The version is too old, or unknown: list anew.
    Gone,
    /// It failed.
    Failed(ApiError),
    /// Nobody listens any more.
    Unheard,
}

impl From<ApiError> for End {
    fn from(error: ApiError) -> Self {
        if error.reason == Reason::Gone { Self::Gone } else { Self::Failed(error) }
    }
}

impl<T: Object> Follower<T> {
    pub(super) fn new(
        connection: Connection,
        query: Query,
        keep: fn(&T) -> bool,
        out: Sender<Result<Event<T>, ApiError>>,
    ) -> Self {
        let call = connection.call(&T::RESOURCE, "watch", query.namespace.as_deref(), None);
        let backoff = Backoff::default();
        Self { connection, query, keep, out, call, backoff, version: None, started: false, outage: None }
    }

    /// Goes on until nobody listens, or an error that waiting does not cure; hands that out.
    pub(super) async fn run(mut self) {
        loop {
            let begun = Instant::now();
            let Err(end) = self.attempt().await;
            if matches!(end, End::Gone) {
                self.version = None;
            }
            let lasted = begun.elapsed() >= SHORTEST;
            match end {
                End::Unheard => return,
                End::Closed | End::Gone if lasted => self.backoff.reset(),
                End::Closed | End::Gone => tokio::time::sleep(self.backoff.next()).await,
                End::Failed(error) if self.is_final(&error) => {
                    let _ = self.out.send(Err(error)).await;
                    return;
                }
                End::Failed(error) => {
                    if self.outage.is_none() {
                        self.outage = Some(Instant::now());
                        if self.tell(Event::Interrupted(error)).await.is_err() {
                            return;
                        }
                    }
                    tokio::time::sleep(self.backoff.next()).await;
                }
            }
        }
    }

    fn is_final(&self, error: &ApiError) -> bool {
        if !self.started {
            return true;
        }
        let settling = self.outage.is_some_and(|since| since.elapsed() < SETTLING);
        !error.is_transient() && !settling
    }

    /// Lists if need be, then watches until that ends.
    async fn attempt(&mut self) -> Result<std::convert::Infallible, End> {
        let version = match &self.version {
            Some(version) => version.clone(),
            None => self.list().await?,
        };
        if self.outage.is_some() {
            self.check_history(&version).await?;
        }
        // The server ends a watch after some minutes; at different moments for different clients.
        let seconds = Duration::from_secs(300).mul_f64(1.0 + random()).as_secs();
        let path = self.query.path(
            &T::RESOURCE,
            &[
                ("watch", "true"),
                ("allowWatchBookmarks", "true"),
                ("timeoutSeconds", &seconds.to_string()),
                ("resourceVersion", &version),
            ],
        );
        let lifetime = Duration::from_secs(seconds + 30);
        let accept = if self.query.depth == Depth::Metadata { WATCHED_METADATA } else { JSON };
        match tokio::time::timeout(lifetime, self.watch(&Outgoing::get(path, accept))).await {
            Ok(end) => end,
            // Nothing came for so long that not even the end of the watch did.
            Err(_) => Err(End::Closed),
        }
    }

    async fn list(&mut self) -> Result<String, End> {
        let keep = self.keep;
        let add = |kept: &mut Vec<T>, object: T| kept.extend(Some(object).filter(keep));
        let (kept, meta) = self.connection.list_fold(&self.query, Vec::new, add).await?;
        self.started = true;
        self.version = Some(meta.resource_version.clone());
        self.tell(Event::Restarted(kept)).await?;
        Ok(meta.resource_version)
    }

    /// A server that came back from a backup has forgotten versions that we have seen. It would keep silent until
    /// it gets there again.
    async fn check_history(&self, version: &str) -> Result<(), End> {
        let newest = self.connection.newest_version(&T::RESOURCE, &self.query).await?;
        let numbers = version.parse::<u64>().ok().zip(newest.parse::<u64>().ok());
        if numbers.is_some_and(|(ours, newest)| newest < ours) { Err(End::Gone) } else { Ok(()) }
    }

    async fn watch(&mut self, request: &Outgoing) -> Result<std::convert::Infallible, End> {
        let call = Arc::clone(&self.call);
        let response = self.connection.send(request, &call).await?;
        if self.outage.take().is_some() {
            self.tell(Event::Resumed).await?;
        }
        let (mut body, mut lines) = (response.into_body(), Lines::default());
        while let Some(frame) = body.frame().await {
            // The attempt to go on tells whether that matters.
            let Ok(frame) = frame else { return Err(End::Closed) };
            let Some(bytes) = frame.data_ref() else { continue };
            lines.feed(bytes);
            while let Some(line) = lines.next() {
                self.hear(&line).await?;
            }
        }
        Err(End::Closed)
    }

    async fn hear(&mut self, line: &[u8]) -> Result<(), End> {
        if line.trim_ascii().is_empty() {
            return Ok(());
        }
        let line: Line<'_> = self.understood(serde_json::from_slice(line))?;
        self.backoff.reset();
        let text = line.object.get();
        let (version, event) = match line.kind {
            Kind::Added | Kind::Modified => self.object(text, |object| {
                if (self.keep)(&object) { Event::Applied(object) } else { Event::Deleted(object) }
            })?,
            Kind::Deleted => self.object(text, Event::Deleted)?,
            Kind::Bookmark => {
                let mark: Bookmark = self.understood(serde_json::from_str(text))?;
                (mark.metadata.resource_version, Event::Bookmark)
            }
            Kind::Error => {
                let status: Status = self.understood(serde_json::from_str(text))?;
                return Err(status.into_error(Arc::clone(&self.call)).into());
            }
        };
        if !version.is_empty() {
            self.version = Some(version);
        }
        self.tell(event).await
    }

    /// The object and its version.
    fn object(&self, text: &str, event: impl FnOnce(T) -> Event<T>) -> Result<(String, Event<T>), ApiError> {
        let object = self.understood(T::read(Encoded::Json(text.as_bytes())))?;
        Ok((object.meta().resource_version.clone(), event(object)))
    }

    fn understood<R>(&self, read: Result<R, impl ToString>) -> Result<R, ApiError> {
        read.map_err(|why| malformed(&why.to_string(), &self.call))
    }

    async fn tell(&self, event: Event<T>) -> Result<(), End> {
        self.out.send(Ok(event)).await.map_err(|_| End::Unheard)
    }
}
