//! Many questions at once over one stream (RFC 7766): a length before each message, a number in each, and answers in
//! any order.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, sleep_until};

use super::answer::Answer;
use super::message::{self, Reply};
use super::question::Question;

/// How many questions may wait for their answers. CoreDNS works on those of one stream one after the other, so more
/// would only wait there.
const OUTSTANDING: usize = 50;

/// Why one question has no answer although the stream is sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unanswered {
    /// It cannot be asked; says why.
    Question(&'static str),
    /// The answer cannot be understood; says why.
    Malformed(&'static str),
    /// No answer in time.
    Silent,
}

/// Why a conversation has ended before all questions were answered.
#[derive(Debug)]
pub(super) enum Ended {
    /// The stream has ended or failed.
    Stream(io::Error),
    /// The server has said nothing at all for as long as one question may take.
    Silent,
    /// What arrives is no message; says why.
    Malformed(&'static str),
}

/// What has become of each question: none as long as it is still to be asked.
pub(super) type Outcomes = [Option<Result<Answer, Unanswered>>];

/// A conversation with one server over one stream.
pub(super) struct Conversation<S> {
    stream: S,
    received: BytesMut,
    /// Numbers go up from one call to the next, so that an answer that comes too late is not taken for another.
    next_id: u16,
    answered: bool,
}

/// A question on its way.
struct Sent {
    index: usize,
    at: Instant,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Conversation<S> {
    /// Begins over a stream on which nothing has been said.
    pub(super) fn new(stream: S) -> Self {
        Self { stream, received: BytesMut::new(), next_id: 1, answered: false }
    }

    /// Whether the server has ever answered here. If so, that the stream ends is no fault: servers close streams that
    /// were idle for seconds, or on which they have answered enough.
    pub(super) fn has_answered(&self) -> bool {
        self.answered
    }

    /// Asks all that have no outcome yet. After an error, or when this is dropped before it has ended, the stream is of
    /// no more use.
    ///
    /// # Errors
    /// The conversation has ended; the outcomes so far stand.
    pub(super) async fn ask(
        &mut self,
        questions: &[Question],
        outcomes: &mut Outcomes,
        limit: Duration,
    ) -> Result<(), Ended> {
        let Self { stream, received, next_id, answered } = self;
        let (mut reader, mut writer) = tokio::io::split(stream);
        let mut todo: VecDeque<usize> =
            (0..questions.len()).filter(|index| outcomes[*index].is_none()).collect();
        let mut sent: BTreeMap<u16, Sent> = BTreeMap::new();
        let mut outgoing = BytesMut::new();
        let mut heard = Instant::now();
        loop {
            while sent.len() < OUTSTANDING
                && let Some(index) = todo.pop_front()
            {
                match enqueue(*next_id, &questions[index], &mut outgoing) {
                    Ok(()) => drop(sent.insert(*next_id, Sent { index, at: Instant::now() })),
                    Err(why) => outcomes[index] = Some(Err(Unanswered::Question(why))),
                }
                *next_id = next_id.wrapping_add(1);
            }
            let Some(oldest) = sent.values().map(|sent| sent.at).min() else { return Ok(()) };
            tokio::select! {
                read = reader.read_buf(received) => {
                    if read.map_err(Ended::Stream)? == 0 {
                        return Err(Ended::Stream(io::ErrorKind::UnexpectedEof.into()));
                    }
                    heard = Instant::now();
                    while let Some(message) = take_message(received) {
                        *answered |= settle(&message, questions, &mut sent, outcomes)?;
                    }
                }
                written = writer.write(&outgoing), if !outgoing.is_empty() => {
                    outgoing.advance(written.map_err(Ended::Stream)?);
                }
                () = sleep_until(oldest + limit) => {
                    if heard <= oldest {
                        return Err(Ended::Silent);
                    }
                    sent.retain(|_, sent| {
                        if sent.at <= oldest {
                            outcomes[sent.index] = Some(Err(Unanswered::Silent));
                        }
                        sent.at > oldest
                    });
                }
            }
        }
    }
}

/// Adds a question to what is to be written.
fn enqueue(id: u16, question: &Question, outgoing: &mut BytesMut) -> Result<(), &'static str> {
    let message = message::write(id, question)?;
    let length = u16::try_from(message.len()).map_err(|_| "its name is too long")?;
    outgoing.extend_from_slice(&length.to_be_bytes());
    outgoing.extend_from_slice(&message);
    Ok(())
}

/// Takes a message for the outcome of the question that has its number, if one has: it may come when that question's time
/// is over.
fn settle(
    message: &[u8],
    questions: &[Question],
    sent: &mut BTreeMap<u16, Sent>,
    outcomes: &mut Outcomes,
) -> Result<bool, Ended> {
    let id = message.first_chunk().ok_or(Ended::Malformed("it ends early"))?;
    let Some(Sent { index, at }) = sent.remove(&u16::from_be_bytes(*id)) else { return Ok(false) };
    let read = message::read(message).and_then(|reply| answer(reply, &questions[index], at.elapsed()));
    outcomes[index] = Some(read.map_err(Unanswered::Malformed));
    Ok(true)
}

/// The first message of what has arrived, if all of it has.
fn take_message(received: &mut BytesMut) -> Option<BytesMut> {
    let length = usize::from(u16::from_be_bytes(*received.first_chunk()?));
    if received.len() < 2 + length {
        return None;
    }
    received.advance(2);
    Some(received.split_to(length))
}

/// The reply, if it is one to this question.
fn answer(reply: Reply, question: &Question, took: Duration) -> Result<Answer, &'static str> {
    let asked = question.name.strip_suffix('.').unwrap_or(&question.name);
    let other =
        |(name, kind): &(String, u16)| !name.eq_ignore_ascii_case(asked) || *kind != question.kind.number();
    if reply.question.as_ref().is_some_and(other) {
        return Err("it answers another question");
    }
    let Reply { id: _, code, truncated, question: _, records, negative_ttl } = reply;
    Ok(Answer { code, records, truncated, negative_ttl, took })
}
