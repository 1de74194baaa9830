//! The cheapest client that asks what the plugin asks: one HTTP/2 connection, answers read and dropped.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http2::{self, SendRequest};
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

use crate::plan::{Ask, Plan};
use crate::{Result, pages};

/// Sends a plan's requests, and prints how many bytes came back.
pub fn run(plan: Plan) -> Result<()> {
    block_on(async move {
        let client = Client::connect(&plan).await?;
        let mut bytes = 0;
        for wave in plan.waves {
            let mut answers = JoinSet::new();
            for ask in wave {
                let client = client.clone();
                answers.spawn(async move { client.ask(&ask).await });
            }
            while let Some(answer) = answers.join_next().await {
                bytes += answer??;
            }
        }
        println!("{bytes}");
        Ok(())
    })
}

/// Runs a future on this thread, as the plugin does.
pub fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(future)
}

/// One connection.
#[derive(Clone)]
pub struct Client {
    sender: SendRequest<Empty<Bytes>>,
    address: Arc<str>,
    authorization: Arc<str>,
}

impl Client {
    /// Opens the connection.
    pub async fn connect(plan: &Plan) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(plan.ca.as_bytes()) {
            roots.add(certificate.map_err(|error| format!("{error:?}"))?)?;
        }
        let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let host = plan.address.rsplit_once(':').map_or(&*plan.address, |(host, _)| host);
        let tcp = TcpStream::connect(&plan.address).await?;
        tcp.set_nodelay(true)?;
        let tls =
            TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(host.to_owned())?, tcp).await?;
        let builder = http2::Builder::new(TokioExecutor::new());
        let (sender, connection) = builder.handshake(TokioIo::new(tls)).await?;
        tokio::spawn(connection);
        let authorization = format!("Bearer {}", plan.token).into();
        Ok(Self { sender, address: plan.address.as_str().into(), authorization })
    }

    /// Sends one request; 404 is an answer too, as some of the plugin's questions expect it.
    pub async fn send(&self, ask: &Ask) -> Result<Response<Incoming>> {
        let request = Request::get(format!("https://{}{}", self.address, ask.path))
            .header("accept", &ask.accept)
            .header("accept-encoding", "identity")
            .header("authorization", &*self.authorization)
            .body(Empty::new())?;
        let response = self.sender.clone().send_request(request).await?;
        let code = response.status();
        if !code.is_success() && code.as_u16() != 404 {
            return Err(format!("{code} for {}", ask.path).into());
        }
        Ok(response)
    }

    /// Sends a request, with all its pages if it wants them; the bytes that came back.
    async fn ask(&self, ask: &Ask) -> Result<usize> {
        if !ask.all_pages {
            let mut body = self.send(ask).await?.into_body();
            let mut bytes = 0;
            while let Some(frame) = body.frame().await {
                bytes += frame?.data_ref().map_or(0, Bytes::len);
            }
            return Ok(bytes);
        }
        let (mut bytes, mut page) = (0, ask.clone());
        loop {
            let body = self.send(&page).await?.into_body().collect().await?.to_bytes();
            bytes += body.len();
            match pages::token(&body) {
                Some(token) => page.path = format!("{}&continue={token}", ask.path),
                None => return Ok(bytes),
            }
        }
    }
}
