//! A way to the API server that can be held up or broken, for a program that is to be out of date.

use super::ClusterHandle;
use crate::client::block_on;
use std::net::SocketAddr;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Passes bytes on, in both directions, without looking at them. Dropping it ends nothing that is open already.
pub struct Tunnel {
    address: SocketAddr,
    state: watch::Sender<State>,
    listening: JoinHandle<()>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Held,
    Broken,
}

impl Tunnel {
    /// Begins to listen.
    ///
    /// # Panics
    /// Without a free port.
    #[must_use]
    pub fn to(cluster: &ClusterHandle) -> Self {
        let target = cluster.state.server.trim_start_matches("https://").to_owned();
        let state = watch::Sender::new(State::Open);
        let states = state.subscribe();
        block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            let listening = tokio::spawn(async move {
                while let Ok((client, _)) = listener.accept().await {
                    tokio::spawn(pass(client, target.clone(), states.clone()));
                }
            });
            Self { address, state, listening }
        })
    }

    /// The URL by which the server can be reached.
    #[must_use]
    pub fn server(&self) -> String {
        format!("https://{}", self.address)
    }

    /// Holds up all that is said from now on: connections stay open, and nothing arrives.
    pub fn hold(&self) {
        self.state.send_replace(State::Held);
    }

    /// Ends all connections, and every new one at once.
    pub fn cut(&self) {
        self.state.send_replace(State::Broken);
    }

    /// Lets everything pass again.
    pub fn open(&self) {
        self.state.send_replace(State::Open);
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn pass(client: TcpStream, target: String, states: watch::Receiver<State>) {
    let mut broken = states.clone();
    let both = async {
        let server = TcpStream::connect(target).await?;
        let ((asks, told), (answers, asked)) = (client.into_split(), server.into_split());
        tokio::try_join!(copy(asks, asked, states.clone()), copy(answers, told, states)).map(drop)
    };
    tokio::select! {
        // Whoever ends a connection is told nothing else of it.
        _ = both => {}
        _ = broken.wait_for(|state| *state == State::Broken) => {}
    }
}

async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut states: watch::Receiver<State>,
) -> std::io::Result<()> {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let count = from.read(&mut buffer).await?;
        // The sender is gone with the test: nobody holds anything up any more.
        let _ = states.wait_for(|state| *state == State::Open).await;
        if count == 0 {
            return to.shutdown().await;
        }
        to.write_all(&buffer[..count]).await?;
    }
}
