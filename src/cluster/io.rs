//! One type for all byte streams to a server: plain, TLS, through a proxy, TLS in TLS.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};

/// What a stream must be able to do.
pub(super) trait Stream: Read + Write + Connection + Send + Unpin {}
impl<S: Read + Write + Connection + Send + Unpin> Stream for S {}

/// A stream of any kind.
pub(super) struct Io(Box<dyn Stream>);

impl Io {
    /// Wraps a stream.
    pub(super) fn new(stream: impl Stream + 'static) -> Self {
        Self(Box::new(stream))
    }

    /// Whether both ends agreed on HTTP/2 (ALPN).
    pub(super) fn is_http2(&self) -> bool {
        self.0.connected().is_negotiated_h2()
    }
}

impl Connection for Io {
    fn connected(&self) -> Connected {
        self.0.connected()
    }
}

impl Read for Io {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_read(cx, buf)
    }
}

impl Write for Io {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().0).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().0).poll_write_vectored(cx, bufs)
    }
}
