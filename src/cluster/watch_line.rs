//! One line of a watch: `{"type": "ADDED", "object": {…}}`.

use bytes::BytesMut;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::wire::ListMeta;

/// One line.
#[derive(Deserialize)]
pub(super) struct Line<'a> {
    #[serde(rename = "type")]
    pub(super) kind: Kind,
    /// The text of an object: what it is depends on the kind of line.
    #[serde(borrow)]
    pub(super) object: &'a RawValue,
}

/// What a line says of its object.
#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Kind {
    /// It matches now.
    Added,
    /// It matched before and still does.
    Modified,
    /// This is its last state: it is gone, or no longer matches.
    Deleted,
    /// A [`Bookmark`]: all changes up to this version have been sent.
    Bookmark,
    /// A [`Status`](super::status::Status): the watch ends here.
    Error,
}

/// An object of which only the version counts.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Bookmark {
    pub(super) metadata: ListMeta,
}

/// Cuts a stream of bytes into lines.
#[derive(Default)]
pub(super) struct Lines {
    buffer: BytesMut,
    /// How much of the buffer is known to hold no line break.
    searched: usize,
}

impl Lines {
    /// Takes the next bytes.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole line.
    pub(super) fn next(&mut self) -> Option<BytesMut> {
        match self.buffer[self.searched..].iter().position(|byte| *byte == b'\n') {
            Some(at) => {
                let line = self.buffer.split_to(self.searched + at + 1);
                self.searched = 0;
                Some(line)
            }
            None => {
                self.searched = self.buffer.len();
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_however_they_arrive() {
        let text = b"{\"a\":1}\n{\"b\":2}\n\n{\"c\"";
        for chunk in [1, 3, 100] {
            let (mut lines, mut found) = (Lines::default(), Vec::new());
            for part in text.chunks(chunk) {
                lines.feed(part);
                while let Some(line) = lines.next() {
                    found.push(String::from_utf8_lossy(line.trim_ascii()).into_owned());
                }
            }
            assert_eq!(found, ["{\"a\":1}", "{\"b\":2}", ""], "chunks of {chunk}");
        }
    }
}
