//! Messages of DNS (RFC 1035 §4): questions as bytes, and bytes as answers.

use std::net::IpAddr;

use super::answer::{Data, Record, ResponseCode};
use super::bytes::{Bytes, Fault};
use super::name;
use super::question::Question;

/// An answer as it stands in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    /// The number that the question had.
    pub(super) id: u16,
    pub(super) code: ResponseCode,
    pub(super) truncated: bool,
    /// What was asked; some servers leave it out where they refuse.
    pub(super) question: Option<(String, u16)>,
    pub(super) records: Vec<Record>,
    pub(super) negative_ttl: Option<u32>,
}

const RESPONSE: u16 = 1 << 15;
const OPCODE: u16 = 0b1111 << 11;
const TRUNCATED: u16 = 1 << 9;
/// What every resolver in a pod sets.
const RECURSION_DESIRED: u16 = 1 << 8;
const CHECKING_DISABLED: u16 = 1 << 4;
const CODE: u16 = 0b1111;
const INTERNET: u16 = 1;
const SOA: u16 = 6;
const OPT: u16 = 41;
/// In an OPT record, which has other meanings for the fields of a record (RFC 6891 §6.1.3).
const DNSSEC_OK: u32 = 1 << 15;
/// Of no consequence over TCP; what resolvers usually say.
const UDP_SIZE: u16 = 1232;

/// A question, as bytes.
///
/// # Errors
/// Why its name is none.
pub(super) fn write(id: u16, question: &Question) -> Result<Vec<u8>, Fault> {
    let checking = if question.entry.checking_disabled() { CHECKING_DISABLED } else { 0 };
    let extension = u16::from(question.entry.dnssec_ok());
    let header = [id, RECURSION_DESIRED | checking, 1, 0, 0, extension];
    let mut message: Vec<u8> = header.into_iter().flat_map(u16::to_be_bytes).collect();
    name::write(&question.name, &mut message)?;
    message.extend(question.kind.number().to_be_bytes());
    message.extend(INTERNET.to_be_bytes());
    if question.entry.dnssec_ok() {
        // The root's name, then kind, size, flags, and the length of no options.
        message.push(0);
        message.extend(OPT.to_be_bytes());
        message.extend(UDP_SIZE.to_be_bytes());
        message.extend(DNSSEC_OK.to_be_bytes());
        message.extend(0_u16.to_be_bytes());
    }
    Ok(message)
}

/// Bytes, as an answer.
///
/// # Errors
/// Why they are none.
pub(super) fn read(message: &[u8]) -> Result<Reply, Fault> {
    let mut bytes = Bytes::new(message);
    let (id, flags) = (bytes.u16()?, bytes.u16()?);
    if flags & RESPONSE == 0 || flags & OPCODE != 0 {
        return Err("it is no answer to a question");
    }
    let (questions, answers, authorities, _) = (bytes.u16()?, bytes.u16()?, bytes.u16()?, bytes.u16()?);
    let mut question = None;
    for _ in 0..questions {
        question = Some((name::read(&mut bytes)?, bytes.u16()?));
        bytes.u16()?;
    }
    let mut records = Vec::new();
    for _ in 0..answers {
        records.extend(Raw::read(&mut bytes)?.record(&bytes)?);
    }
    let mut negative_ttl = None;
    for _ in 0..authorities {
        negative_ttl = negative_ttl.or(Raw::read(&mut bytes)?.negative_ttl(&bytes)?);
    }
    // The last of four bits of the code; the others, in an OPT record, are of no use here.
    let code = ResponseCode::of(u8::try_from(flags & CODE).unwrap_or_default());
    Ok(Reply { id, code, truncated: flags & TRUNCATED != 0, question, records, negative_ttl })
}

/// A record whose data have not been looked at.
struct Raw {
    name: String,
    kind: u16,
    class: u16,
    ttl: u32,
    /// Where its data are. Names in them may point to anywhere before.
    start: usize,
    end: usize,
}

impl Raw {
    fn read(bytes: &mut Bytes<'_>) -> Result<Self, Fault> {
        let (name, kind, class) = (name::read(bytes)?, bytes.u16()?, bytes.u16()?);
        // A TTL with the highest bit is none (RFC 2181 §8).
        let ttl = Some(bytes.u32()?).filter(|ttl| *ttl <= u32::MAX >> 1).unwrap_or_default();
        let length = bytes.u16()?;
        let start = bytes.position();
        bytes.take(usize::from(length))?;
        Ok(Self { name, kind, class, ttl, start, end: bytes.position() })
    }

    /// The record, if its kind has a meaning here.
    fn record(self, message: &Bytes<'_>) -> Result<Option<Record>, Fault> {
        if self.class != INTERNET {
            return Ok(None);
        }
        let mut bytes = message.at(self.start);
        let data = match self.kind {
            1 => Data::Address(IpAddr::from(bytes.array::<4>()?)),
            5 => Data::Cname(name::read(&mut bytes)?),
            12 => Data::Ptr(name::read(&mut bytes)?),
            28 => Data::Address(IpAddr::from(bytes.array::<16>()?)),
            33 => Data::Srv {
                priority: bytes.u16()?,
                weight: bytes.u16()?,
                port: bytes.u16()?,
                target: name::read(&mut bytes)?,
            },
            _ => return Ok(None),
        };
        self.is_all(&bytes)?;
        Ok(Some(Record { name: self.name, ttl: self.ttl, data }))
    }

    /// For how long "there is none" may be cached, if this is an SOA record.
    fn negative_ttl(self, message: &Bytes<'_>) -> Result<Option<u32>, Fault> {
        if self.kind != SOA || self.class != INTERNET {
            return Ok(None);
        }
        let mut bytes = message.at(self.start);
        let (_primary, _mailbox) = (name::read(&mut bytes)?, name::read(&mut bytes)?);
        let [_serial, _refresh, _retry, _expire] = [bytes.u32()?, bytes.u32()?, bytes.u32()?, bytes.u32()?];
        let minimum = bytes.u32()?;
        self.is_all(&bytes)?;
        Ok(Some(self.ttl.min(minimum)))
    }

    /// Data that are longer or shorter than they say are something else.
    fn is_all(&self, bytes: &Bytes<'_>) -> Result<(), Fault> {
        if bytes.position() == self.end { Ok(()) } else { Err("a record in it has a wrong length") }
    }
}
