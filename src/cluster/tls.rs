//! Certificates: whom we trust, and what we show.

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::BuilderVerifierExt;

use super::auth::Identity;
use super::kubeconfig::Cluster;
use crate::error::{Error, Result};

/// The TLS settings for a cluster: its authority (else the system's), and our certificate.
///
/// # Errors
/// Certificates or keys that cannot be read; an authority together with "do not check".
pub(super) fn client_config(cluster: &Cluster, identity: Option<&Identity>) -> Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let authority = authority(cluster)?;
    let insecure = cluster.insecure_skip_tls_verify == Some(true);
    if insecure && authority.is_some() {
        return Err(Error::failed(
            "a certificate authority together with insecure-skip-tls-verify is not allowed",
        )
        .hint("remove one of the two from the cluster in the kubeconfig, or from the flags"));
    }
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::failed(format!("TLS is not available: {error}")))?;
    let builder = if insecure {
        builder.dangerous().with_custom_certificate_verifier(Arc::new(TrustAll(provider)))
    } else if let Some(pem) = authority {
        builder.with_root_certificates(root_store(&pem)?)
    } else {
        builder.with_platform_verifier().map_err(|error| {
            Error::failed(format!("the system's certificate authorities cannot be read: {error}"))
                .hint("name the cluster's authority with --certificate-authority FILE")
        })?
    };
    let Some(identity) = identity else { return Ok(builder.with_no_client_auth()) };
    let (chain, key) = parse_identity(identity)?;
    builder
        .with_client_auth_cert(chain, key)
        .map_err(|error| Error::failed(format!("the client certificate and its key cannot be used: {error}")))
}

/// TLS settings that are never used, for a server without TLS.
pub(super) fn no_trust() -> Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::failed(format!("TLS is not available: {error}")))?;
    Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

/// TLS settings for a proxy that is reached over TLS: the cluster's authority says nothing about it.
pub(super) fn proxy_config() -> Result<ClientConfig> {
    client_config(&Cluster::default(), None)
}

/// The cluster's certificate authority in PEM, if it has one.
pub(super) fn authority(cluster: &Cluster) -> Result<Option<Vec<u8>>> {
    let data = cluster.certificate_authority_data.as_deref();
    pem("certificate-authority", data, cluster.certificate_authority.as_deref())
}

/// The text behind `X-data` or, where that is empty, the file `X`.
pub(super) fn pem(what: &str, data: Option<&str>, file: Option<&Path>) -> Result<Option<Vec<u8>>> {
    if let Some(data) = data.filter(|data| !data.trim().is_empty()) {
        let compact: String = data.split_whitespace().collect();
        return STANDARD
            .decode(compact)
            .map(Some)
            .map_err(|error| Error::failed(format!("{what}-data of the kubeconfig is no base64: {error}")));
    }
    let Some(path) = file.filter(|path| !path.as_os_str().is_empty()) else { return Ok(None) };
    std::fs::read(path)
        .map(Some)
        .map_err(|error| Error::failed(format!("cannot read the {what} {}: {error}", path.display())))
}

/// Base64, as kubeconfigs and Basic authentication use it.
pub(super) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Decodes the base64 of JSON web tokens.
pub(super) fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

/// The certificates of an authority.
pub(super) fn certificates(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem).filter_map(std::result::Result::ok).collect()
}

fn root_store(pem: &[u8]) -> Result<RootCertStore> {
    let mut store = RootCertStore::empty();
    match store.add_parsable_certificates(certificates(pem)) {
        (0, _) => Err(Error::failed("the certificate-authority holds no certificate that can be read")),
        _ => Ok(store),
    }
}

fn parse_identity(identity: &Identity) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    let chain = certificates(&identity.certificate);
    if chain.is_empty() {
        return Err(Error::failed("the client certificate holds no certificate that can be read"));
    }
    let key = PrivateKeyDer::from_pem_slice(identity.key.expose().as_bytes())
        .map_err(|_| Error::failed("the client key is no private key in PEM form that can be read"))?;
    Ok((chain, key))
}

/// What `insecure-skip-tls-verify` asks for.
#[derive(Debug)]
struct TrustAll(Arc<CryptoProvider>);

impl ServerCertVerifier for TrustAll {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
