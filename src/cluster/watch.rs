//! The present state of some objects, and then every change of it, for as long as somebody listens.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::error::ApiError;
use super::follow::Follower;
use super::{Connection, Query};
use crate::wire::Object;

/// Something that a watch has seen.
#[derive(Clone, Debug)]
pub enum Event<T> {
    /// The whole state: at the start, and after a gap that could not be bridged. What was known before is void.
    Restarted(Vec<T>),
    /// An object as it is now: new, or changed.
    Applied(T),
    /// The last state of an object that is gone, or no longer matches the query.
    Deleted(T),
    /// Nothing changed; all that happened until now has been seen.
    Bookmark,
    /// The server cannot be reached, or cannot answer, for the moment; said once, and attempts go on.
    Interrupted(ApiError),
    /// The watch goes on after [`Event::Interrupted`]. What happened meanwhile follows, change by change or as
    /// [`Event::Restarted`], unless that has just come.
    Resumed,
}

/// A watch. It ends when it is dropped, or after an error that waiting does not cure.
pub struct Watch<T> {
    events: mpsc::Receiver<Result<Event<T>, ApiError>>,
    task: JoinHandle<()>,
}

impl Connection {
    /// Watches the objects that match. The first event is [`Event::Restarted`].
    ///
    /// A watch lives through restarts of the server, broken connections and expired versions: it goes on from the
    /// last version that it has seen, or lists anew. It gives up, with the error as its last item, where the first
    /// list fails, and where rights or credentials are missing and renewing them did not help.
    pub fn watch<T: Object>(&self, query: &Query) -> Watch<T> {
        self.watch_where(query, |_| true)
    }

    /// Watches those objects that match and of which `keep` is true, which no selector can say: one of which it is true no
    /// longer is [`Event::Deleted`]. What is not kept takes no memory.
    pub fn watch_where<T: Object>(&self, query: &Query, keep: fn(&T) -> bool) -> Watch<T> {
        let (out, events) = mpsc::channel(256);
        let follower = Follower::new(self.clone(), query.clone(), keep, out);
        Watch { events, task: tokio::spawn(follower.run()) }
    }
}

impl<T> Watch<T> {
    /// The next event, or the error that ended the watch; none after that. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<Event<T>, ApiError>> {
        self.events.recv().await
    }
}

impl<T> Stream for Watch<T> {
    type Item = Result<Event<T>, ApiError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.events.poll_recv(cx)
    }
}

impl<T> Drop for Watch<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}
