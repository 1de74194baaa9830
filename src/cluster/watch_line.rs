//! One line of a watch: `{"type": "ADDED", "object": {…}}`.

use bytes::BytesMut;
use serde::Deserialize;

use super::status::Status;
use crate::wire::{ListMeta, Object};

/// What one line says.
#[derive(Deserialize)]
#[serde(tag = "type", content = "object", rename_all = "UPPERCASE", bound = "T: Object")]
pub(super) enum Line<T> {
    /// An object that matches now.
    Added(T),
    /// An object that matched before and still does.
    Modified(T),
    /// The last state of an object that is gone or no longer matches.
    Deleted(T),
    /// All changes up to this version have been sent.
    Bookmark(Bookmark),
    /// The watch ends here.
    Error(Status),
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
