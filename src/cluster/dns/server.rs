//! One DNS server.

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::answer::Answer;
use super::choice::Address;
use super::conversation::{Conversation, Ended, Outcomes, Unanswered};
use super::error::DnsError;
use super::forward::Forward;
use super::objects::DnsPod;
use super::question::Question;
use crate::cluster::Connection;

/// How long a stream, and then each answer, may take: what a resolver in a pod waits for (resolv.conf(5), `timeout`).
const PATIENCE: Duration = Duration::from_secs(5);
/// Likewise of a server that has been waited for in vain: a look takes several questions.
const NOT_AGAIN: Duration = Duration::from_secs(2);

/// Where a DNS server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a pod, reached through the API server.
    Pod {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
        /// The TCP port in the pod.
        port: u16,
    },
    /// At an address that can be reached from here.
    Address(Address),
}

/// A DNS server, and the stream to it once there is one.
pub struct DnsServer {
    place: Place,
    connection: Connection,
    /// The pod as it was found.
    pod: Option<DnsPod>,
    conversation: Mutex<Option<Conversation<Box<dyn Stream>>>>,
    /// Whether the last time it was asked it said nothing.
    was_silent: AtomicBool,
}

trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for S {}

impl DnsServer {
    pub(super) fn new(connection: &Connection, place: Place, pod: Option<DnsPod>) -> Self {
        Self {
            place,
            connection: connection.clone(),
            pod,
            conversation: Mutex::default(),
            was_silent: AtomicBool::default(),
        }
    }

    /// Where it is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The ConfigMaps that its pod mounts.
    pub fn config_maps(&self) -> impl Iterator<Item = &str> {
        self.pod.iter().flat_map(DnsPod::config_maps)
    }

    /// Asks all questions at once, and returns what came of each, in the same order.
    ///
    /// The stream is kept for the next call, and opened again where it has ended meanwhile. May be dropped at any time. A pod
    /// that is gone is not replaced: find the servers anew.
    pub async fn ask(&self, questions: &[Question]) -> Vec<Result<Answer, DnsError>> {
        let mut outcomes: Vec<_> = questions.iter().map(|_| None).collect();
        let failure = self.converse(questions, &mut outcomes).await.err();
        let of = |(outcome, question): (Option<_>, &Question)| match (outcome, &failure) {
            (Some(Ok(answer)), _) => Ok(answer),
            (Some(Err(why)), _) => Err(self.unanswered(&why, question)),
            (None, Some(failure)) => Err(failure.clone()),
            // A conversation that has not failed has no question left.
            (None, None) => Err(self.silent()),
        };
        outcomes.into_iter().zip(questions).map(of).collect()
    }

    /// Asks one question.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn ask_one(&self, question: Question) -> Result<Answer, DnsError> {
        let mut answers = self.ask(std::slice::from_ref(&question)).await;
        answers.pop().unwrap_or_else(|| Err(self.silent()))
    }

    async fn converse(&self, questions: &[Question], outcomes: &mut Outcomes) -> Result<(), DnsError> {
        let patience = if self.was_silent.load(Ordering::Relaxed) { NOT_AGAIN } else { PATIENCE };
        let conversed = self.converse_within(patience, questions, outcomes).await;
        self.was_silent.store(matches!(conversed, Err(DnsError::Silent { .. })), Ordering::Relaxed);
        conversed
    }

    async fn converse_within(
        &self,
        patience: Duration,
        questions: &[Question],
        outcomes: &mut Outcomes,
    ) -> Result<(), DnsError> {
        let mut slot = self.conversation.lock().await;
        loop {
            // Out of its place while it is used: what is dropped halfway is not used again.
            let mut conversation = match slot.take() {
                Some(conversation) => conversation,
                None => Conversation::new(self.open(patience).await?),
            };
            match conversation.ask(questions, outcomes, patience).await {
                Ok(()) => {
                    *slot = Some(conversation);
                    return Ok(());
                }
                // Each stream that is opened here has to answer something, or it is the last.
                Err(Ended::Stream(_)) if conversation.has_answered() => {}
                Err(ended) => return Err(self.ended(ended)),
            }
        }
    }

    async fn open(&self, patience: Duration) -> Result<Box<dyn Stream>, DnsError> {
        let opening = async {
            Ok::<Box<dyn Stream>, DnsError>(match &self.place {
                Place::Pod { namespace, name, port } => {
                    Box::new(Forward::open(&self.connection, namespace, name, *port).await?)
                }
                Place::Address(Address { host, port }) => {
                    let stream = TcpStream::connect((host.as_str(), *port)).await;
                    let stream = stream.and_then(|stream| stream.set_nodelay(true).map(|()| stream));
                    Box::new(stream.map_err(|error| self.unreachable(&error))?)
                }
            })
        };
        timeout(patience, opening).await.unwrap_or_else(|_| Err(self.silent()))
    }

    fn unreachable(&self, error: &io::Error) -> DnsError {
        let message = match error.kind() {
            io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
            _ => error.to_string(),
        };
        DnsError::Unreachable { server: self.place.clone(), message }
    }

    fn ended(&self, ended: Ended) -> DnsError {
        let server = self.place.clone();
        match ended {
            Ended::Silent => self.silent(),
            Ended::Malformed(why) => DnsError::Malformed { server, message: why.to_owned() },
            Ended::Stream(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                DnsError::Refused { server }
            }
            Ended::Stream(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                DnsError::Broken { server, message: "it closed the connection without an answer".to_owned() }
            }
            Ended::Stream(error) => DnsError::Broken { server, message: error.to_string() },
        }
    }

    fn unanswered(&self, why: &Unanswered, question: &Question) -> DnsError {
        match why {
            Unanswered::Question(why) => {
                DnsError::Name { name: question.name.clone(), message: (*why).to_owned() }
            }
            Unanswered::Malformed(why) => {
                DnsError::Malformed { server: self.place.clone(), message: (*why).to_owned() }
            }
            Unanswered::Silent => self.silent(),
        }
    }

    /// However often it has been asked, the first time it was given this long.
    fn silent(&self) -> DnsError {
        DnsError::Silent { server: self.place.clone(), limit: PATIENCE }
    }
}

impl Place {
    /// The TCP port it listens at.
    pub fn port(&self) -> u16 {
        match self {
            Self::Pod { port, .. } => *port,
            Self::Address(address) => address.port,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pod { namespace, name, .. } => write!(f, "pod {namespace}/{name}"),
            Self::Address(address) => address.fmt(f),
        }
    }
}

impl fmt::Display for DnsServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.place.fmt(f)
    }
}

impl fmt::Debug for DnsServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DnsServer").field(&self.place).finish()
    }
}
