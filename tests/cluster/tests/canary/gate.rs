//! A way to the API server on which answers can be held back.

use std::net::SocketAddr;
use std::time::Duration;
use test_cluster::client::block_on;
use test_cluster::cluster;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Passes on what clients say, and what the server answers unless told otherwise. Dropping it closes it for new
/// connections.
pub(crate) struct Gate {
    address: SocketAddr,
    open: watch::Sender<bool>,
    listening: JoinHandle<()>,
}

impl Gate {
    pub(crate) fn new() -> Self {
        let server = cluster().state.server.trim_start_matches("https://").to_owned();
        let (open, is_open) = watch::channel(true);
        block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            let listening = tokio::spawn(async move {
                while let Ok((client, _)) = listener.accept().await {
                    tokio::spawn(pass(client, server.clone(), is_open.clone()));
                }
            });
            Self { address, open, listening }
        })
    }

    /// The URL by which the server can be reached through the gate.
    pub(crate) fn server(&self) -> String {
        format!("https://{}", self.address)
    }

    /// From now on requests arrive, and nobody hears what has become of them.
    pub(crate) fn hold_answers(&self) {
        self.open.send_replace(false);
    }

    pub(crate) fn let_answers_pass(&self) {
        self.open.send_replace(true);
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// One connection, until either side ends it.
async fn pass(client: TcpStream, server: String, mut is_open: watch::Receiver<bool>) {
    let server = tokio::time::timeout(Duration::from_secs(5), TcpStream::connect(server)).await;
    let server = server.expect("the server listens").expect("the server");
    let (mut said, mut heard) = client.into_split();
    let (mut answers, mut requests) = server.into_split();
    let there = tokio::io::copy(&mut said, &mut requests);
    let back = async {
        let mut chunk = vec![0; 16 * 1024];
        loop {
            let length = answers.read(&mut chunk).await?;
            // The gate is gone with its test.
            if length == 0 || is_open.wait_for(|open| *open).await.is_err() {
                return Ok(());
            }
            heard.write_all(&chunk[..length]).await?;
        }
    };
    let _: std::io::Result<()> = tokio::select! {
        result = there => result.map(|_| ()),
        result = back => result,
    };
}
