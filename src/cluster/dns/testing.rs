//! What a DNS server would say.

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use super::bytes::Bytes;
use super::name;
use super::question::{Question, RecordKind};

/// A record: name, kind, seconds, data.
pub(super) type Written<'a> = (&'a str, u16, u32, Vec<u8>);

/// An address, asked for as a member does.
pub(super) fn address_of(name: &str) -> Question {
    Question::as_member(name, RecordKind::A)
}

/// The answer to a question, in the server's bytes.
pub(super) fn reply(
    question: &[u8],
    code: u8,
    records: &[Written<'_>],
    authority: &[Written<'_>],
) -> Vec<u8> {
    let count = |records: &[_]| u16::try_from(records.len()).expect("few records").to_be_bytes();
    let mut message =
        [&question[..2], &[0x85, 0x80 | code, 0, 1], &count(records), &count(authority), &[0, 0]].concat();
    message.extend(asked(question));
    for (name, kind, ttl, data) in records.iter().chain(authority) {
        name::write(name, &mut message).expect("a name");
        message.extend([kind.to_be_bytes(), 1_u16.to_be_bytes()].concat());
        message.extend(ttl.to_be_bytes());
        message.extend(u16::try_from(data.len()).expect("short data").to_be_bytes());
        message.extend(data);
    }
    message
}

/// The name, kind and class in a question.
fn asked(question: &[u8]) -> &[u8] {
    let mut bytes = Bytes::new(question);
    bytes.take(12).expect("a header");
    name::read(&mut bytes).expect("a name");
    bytes.take(4).expect("a kind and a class");
    &question[12..bytes.position()]
}

/// A name, in the server's bytes.
pub(super) fn written(name: &str) -> Vec<u8> {
    let mut message = Vec::new();
    name::write(name, &mut message).expect("a name");
    message
}

/// The server's side of a stream.
pub(super) struct Server(pub(super) DuplexStream);

impl Server {
    /// The next question; none when the client has gone.
    pub(super) async fn question(&mut self) -> Option<Vec<u8>> {
        let length = self.0.read_u16().await.ok()?;
        let mut question = vec![0; usize::from(length)];
        self.0.read_exact(&mut question).await.ok()?;
        Some(question)
    }

    /// Says something; a client that has gone does not hear it.
    pub(super) async fn say(&mut self, message: &[u8]) {
        let length = u16::try_from(message.len()).expect("a short message").to_be_bytes();
        let _ = self.0.write_all(&[&length[..], message].concat()).await;
    }

    /// Answers a question with this address.
    pub(super) async fn answer(&mut self, question: &[u8], address: [u8; 4]) {
        let name = name::read(&mut Bytes::new(question).at(12)).expect("a name");
        self.say(&reply(question, 0, &[(&name, 1, 5, address.to_vec())], &[])).await;
    }
}
