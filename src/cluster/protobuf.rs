//! The protobuf encoding of the API: 4 bytes `k8s\0`, then `runtime.Unknown {typeMeta = 1, raw = 2}`, where
//! `raw` is the object, or a list `{metadata = 1, items = 2 …}`.

use bytes::{Buf, BytesMut};
use prost::Message;

use crate::wire::ListMeta;

/// What every message begins with.
const MAGIC: &[u8] = b"k8s\0";

#[derive(Clone, PartialEq, Message)]
struct Unknown {
    #[prost(bytes = "bytes", tag = "2")]
    raw: bytes::Bytes,
}

/// The object within a whole message; `None` where it is not in this encoding.
pub(super) fn unwrap(body: &[u8]) -> Option<bytes::Bytes> {
    Unknown::decode(body.strip_prefix(MAGIC)?).ok().map(|unknown| unknown.raw)
}

/// Takes a list apart while it arrives. It holds no more than the bytes of one item that is not complete.
#[derive(Default)]
pub(super) struct ListDecoder {
    buffer: BytesMut,
    /// Bytes of `raw` that have not been decoded; `None` before it begins.
    left: Option<u64>,
    magic_read: bool,
    /// Bytes of a field that nobody reads.
    skip: u64,
    meta: ListMeta,
}

impl ListDecoder {
    /// Takes the next bytes and hands out the message of each item that they complete.
    pub(super) fn feed(
        &mut self,
        bytes: &[u8],
        visit: &mut dyn FnMut(&[u8]) -> Result<(), String>,
    ) -> Result<(), String> {
        self.buffer.extend_from_slice(bytes);
        while self.step(visit)? {}
        Ok(())
    }

    /// The list's metadata, once all bytes have been fed.
    pub(super) fn finish(self) -> Result<ListMeta, String> {
        match self.left {
            Some(0) => Ok(self.meta),
            _ => Err("the list ends in the middle".to_owned()),
        }
    }

    /// Decodes one field; `false` where more bytes are needed.
    fn step(&mut self, visit: &mut dyn FnMut(&[u8]) -> Result<(), String>) -> Result<bool, String> {
        if !self.magic_read {
            if self.buffer.len() < MAGIC.len() {
                return Ok(false);
            }
            if !self.buffer.starts_with(MAGIC) {
                return Err("the answer is not in the protobuf encoding of the API".to_owned());
            }
            self.buffer.advance(MAGIC.len());
            self.magic_read = true;
        }
        if self.skip > 0 {
            let now = usize::try_from(self.skip).unwrap_or(usize::MAX).min(self.buffer.len());
            self.consume(now)?;
            self.skip -= now as u64;
            return Ok(self.skip == 0 && !self.buffer.is_empty());
        }
        let Some((header, field)) = field(&self.buffer)? else { return Ok(false) };
        match (self.left, field) {
            (None, Field::Bytes { tag: 2, length }) => {
                self.buffer.advance(header);
                self.left = Some(length);
            }
            (Some(1..), Field::Bytes { tag: tag @ (1 | 2), length }) => {
                let end = usize::try_from(length).ok().and_then(|length| header.checked_add(length));
                let end = end.ok_or("an item is too large")?;
                if self.buffer.len() < end {
                    self.buffer.reserve(end - self.buffer.len());
                    return Ok(false);
                }
                let bytes = &self.buffer[header..end];
                if tag == 2 {
                    visit(bytes)?;
                } else {
                    self.meta = ListMeta::decode(bytes).map_err(|error| error.to_string())?;
                }
                self.consume(end)?;
            }
            (_, Field::Bytes { length, .. }) => {
                self.consume(header)?;
                self.skip = length;
            }
            (_, Field::Small) => self.consume(header)?,
        }
        Ok(!self.buffer.is_empty())
    }

    /// Drops decoded bytes, and counts them if they are within `raw`.
    fn consume(&mut self, count: usize) -> Result<(), String> {
        self.buffer.advance(count);
        if let Some(left) = self.left.as_mut().filter(|left| **left > 0) {
            *left = left.checked_sub(count as u64).ok_or("the list is longer than it says")?;
        }
        Ok(())
    }
}

/// The head of a field.
enum Field {
    /// `length` bytes follow the header.
    Bytes { tag: u32, length: u64 },
    /// A number, which the header includes.
    Small,
}

/// The head of the field at the start of `buffer` and how many bytes it takes; `None` while it is incomplete.
fn field(buffer: &[u8]) -> Result<Option<(usize, Field)>, String> {
    const VARINT: u64 = 0;
    const LENGTH_DELIMITED: u64 = 2;
    let Some((key, key_end)) = varint(buffer)? else { return Ok(None) };
    let Some((value, value_bytes)) = varint(&buffer[key_end..])? else { return Ok(None) };
    let tag = u32::try_from(key >> 3).map_err(|_| "a field number is too large")?;
    let field = match key & 7 {
        VARINT => Field::Small,
        LENGTH_DELIMITED => Field::Bytes { tag, length: value },
        // Neither the envelope nor a list has others.
        wire => return Err(format!("unexpected wire type {wire}")),
    };
    Ok(Some((key_end + value_bytes, field)))
}

/// A base-128 number and how many bytes it takes.
fn varint(buffer: &[u8]) -> Result<Option<(u64, usize)>, String> {
    const LONGEST: usize = 10;
    let mut value = 0;
    for (at, byte) in buffer.iter().take(LONGEST).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Ok(Some((value, at + 1)));
        }
    }
    if buffer.len() < LONGEST { Ok(None) } else { Err("a number is too long".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::ObjectMeta;

    #[derive(Clone, PartialEq, Message)]
    struct Item {
        #[prost(message, optional, tag = "1")]
        metadata: Option<ObjectMeta>,
    }

    #[derive(Clone, PartialEq, Message)]
    struct WholeList {
        #[prost(message, optional, tag = "1")]
        metadata: Option<ListMeta>,
        #[prost(message, repeated, tag = "2")]
        items: Vec<Item>,
    }

    #[derive(Clone, PartialEq, Message)]
    struct WholeUnknown {
        #[prost(message, optional, tag = "1")]
        type_meta: Option<Item>,
        #[prost(bytes = "vec", tag = "2")]
        raw: Vec<u8>,
        #[prost(string, tag = "3")]
        content_encoding: String,
        #[prost(string, tag = "4")]
        content_type: String,
    }

    fn item(name: &str) -> Item {
        Item { metadata: Some(ObjectMeta { name: name.to_owned(), ..ObjectMeta::default() }) }
    }

    fn message(list: &WholeList) -> Vec<u8> {
        let whole = WholeUnknown {
            type_meta: Some(item("a type")),
            raw: list.encode_to_vec(),
            content_encoding: String::new(),
            content_type: "x".repeat(300),
        };
        [MAGIC, &whole.encode_to_vec()].concat()
    }

    fn decode(bytes: &[u8], chunk: usize) -> Result<(Vec<Item>, ListMeta), String> {
        let (mut decoder, mut items) = (ListDecoder::default(), Vec::new());
        for part in bytes.chunks(chunk) {
            decoder.feed(part, &mut |message| {
                items.push(Item::decode(message).map_err(|error| error.to_string())?);
                Ok(())
            })?;
        }
        Ok((items, decoder.finish()?))
    }

    fn list() -> WholeList {
        WholeList {
            metadata: Some(ListMeta { resource_version: "42".to_owned(), ..ListMeta::default() }),
            items: vec![item("a"), item(&"b".repeat(500)), item(""), item("d")],
        }
    }

    #[test]
    fn a_list_is_the_same_however_it_is_cut_into_chunks() {
        let (list, bytes) = (list(), message(&list()));
        for chunk in [1, 2, 3, 7, 100, bytes.len()] {
            let (items, meta) = decode(&bytes, chunk).expect("decodes");
            assert_eq!(items, list.items, "chunks of {chunk}");
            assert_eq!(Some(meta), list.metadata);
        }
    }

    #[test]
    fn a_list_that_ends_early_is_an_error() {
        let bytes = message(&list());
        for end in [0, 3, 10, 40, 400] {
            assert!(decode(&bytes[..end], 16).is_err(), "{end} bytes");
        }
    }

    #[test]
    fn what_is_not_protobuf_is_an_error() {
        assert!(decode(br#"{"kind":"PodList","items":[]}"#, 8).is_err());
        assert!(decode(&[MAGIC, &[0xff; 30]].concat(), 8).is_err());
        assert_eq!(unwrap(b"{}"), None);
    }
}
