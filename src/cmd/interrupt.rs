//! Ctrl-C, and the polite request to end.

use tokio::signal::unix::{SignalKind, signal as listen};

use crate::error::Error;

/// Returns when the user, or the system, wants the program to end.
pub async fn signal() -> Error {
    let signals = (listen(SignalKind::interrupt()), listen(SignalKind::terminate()));
    let (Ok(mut interrupt), Ok(mut terminate)) = signals else {
        // Without handlers the signals end the process by themselves.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Error::interrupted("interrupted; nothing was written to the cluster")
}
