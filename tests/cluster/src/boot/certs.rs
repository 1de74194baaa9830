//! A certificate authority of its own for each cluster.

use anyhow::Result;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use std::net::Ipv4Addr;
use std::path::Path;

/// Writes `ca.crt`, the API server's `server.{crt,key}` (signed by it: rustls refuses a CA certificate as the
/// server's own), its client certificate for kubelets and the keys of service account tokens.
pub(super) fn write(dir: &Path, address: Ipv4Addr) -> Result<String> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name.push(DnType::CommonName, "kubectl-stateful-test-ca");
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    std::fs::write(dir.join("ca.crt"), ca.pem())?;

    let names = ["127.0.0.1", "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"];
    let mut names: Vec<String> = names.map(str::to_owned).into();
    names.push(address.to_string());
    let mut server = CertificateParams::new(names)?;
    server.distinguished_name.push(DnType::CommonName, "kube-apiserver");
    issue(dir, "server", server, ExtendedKeyUsagePurpose::ServerAuth, &ca)?;

    let mut client = CertificateParams::default();
    client.distinguished_name.push(DnType::CommonName, "kube-apiserver-kubelet-client");
    client.distinguished_name.push(DnType::OrganizationName, "system:masters");
    issue(dir, "kubelet-client", client, ExtendedKeyUsagePurpose::ClientAuth, &ca)?;

    let signer = KeyPair::generate()?;
    std::fs::write(dir.join("service-account.key"), signer.serialize_pem())?;
    std::fs::write(dir.join("service-account.pub"), signer.public_key_pem())?;
    Ok(ca.pem())
}

fn issue(
    dir: &Path,
    name: &str,
    mut params: CertificateParams,
    usage: ExtendedKeyUsagePurpose,
    ca: &CertifiedIssuer<'_, KeyPair>,
) -> Result<()> {
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![usage];
    let key = KeyPair::generate()?;
    std::fs::write(dir.join(format!("{name}.crt")), params.signed_by(&key, ca)?.pem())?;
    std::fs::write(dir.join(format!("{name}.key")), key.serialize_pem())?;
    Ok(())
}
