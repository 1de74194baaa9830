//! Reading numbers and bytes of a message, never past its end.

/// Why a message cannot be read.
pub(super) type Fault = &'static str;

/// A message and how far it has been read.
#[derive(Clone)]
pub(super) struct Bytes<'a> {
    message: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    pub(super) fn new(message: &'a [u8]) -> Self {
        Self { message, at: 0 }
    }

    /// Where the next byte is.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// The same message, read from elsewhere.
    pub(super) fn at(&self, position: usize) -> Self {
        Self { message: self.message, at: position }
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Fault> {
        let taken = self.message.get(self.at..).and_then(|rest| rest.get(..length)).ok_or("it ends early")?;
        self.at += length;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        self.take(N)?.try_into().map_err(|_| "it ends early")
    }

    pub(super) fn u8(&mut self) -> Result<u8, Fault> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    pub(super) fn u16(&mut self) -> Result<u16, Fault> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Fault> {
        Ok(u32::from_be_bytes(self.array()?))
    }
}
