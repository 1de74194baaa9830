//! What is behind a failed connection: the innermost cause, in words.

use std::error::Error as StdError;
use std::io::ErrorKind;

use rustls::{AlertDescription, CertificateError};

use super::error::{Reason, TlsFault, Unreachable};
use super::transport::FaultError;

/// A failed connection, before it is known what it was wanted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) reason: Reason,
    pub(super) message: String,
}

impl Fault {
    pub(super) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into() }
    }

    fn unreachable(why: Unreachable, message: &str) -> Self {
        Self::new(Reason::Unreachable(why), message)
    }
}

/// Walks down the causes of an error to the one that says most.
pub(super) fn classify(error: &(dyn StdError + 'static)) -> Fault {
    let mut deepest = error;
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(fault) = recognise(error) {
            return fault;
        }
        deepest = error;
        next = inner(error);
    }
    Fault::unreachable(Unreachable::Other, &deepest.to_string())
}

/// The next cause. `io::Error` leaves out the error that it wraps itself.
fn inner<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

fn recognise(error: &(dyn StdError + 'static)) -> Option<Fault> {
    if let Some(FaultError(fault)) = error.downcast_ref::<FaultError>() {
        return Some(fault.clone());
    }
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(tls(error));
    }
    if let Some(error) = error.downcast_ref::<hyper::Error>()
        && let Some(fault) = http(error)
    {
        return Some(fault);
    }
    let text = error.to_string();
    if text.starts_with("failed to lookup address") || text.contains("nodename nor servname") {
        return Some(Fault::unreachable(Unreachable::Dns, "its host name cannot be resolved"));
    }
    if text.contains("unsuccessful") && text.contains("tunnel") {
        return Some(Fault::unreachable(Unreachable::Proxy, "the proxy refused to connect"));
    }
    let io = error.downcast_ref::<std::io::Error>()?;
    let (why, message) = match io.kind() {
        ErrorKind::ConnectionRefused => (Unreachable::Refused, "connection refused"),
        ErrorKind::HostUnreachable => (Unreachable::NoRoute, "no route to the host"),
        ErrorKind::NetworkUnreachable => (Unreachable::NoRoute, "the network cannot be reached"),
        ErrorKind::TimedOut => (Unreachable::ConnectTimeout, "the attempt to connect timed out"),
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            (Unreachable::Broken, "the other side reset the connection")
        }
        // An end of file that wraps something says it further down.
        ErrorKind::UnexpectedEof if io.get_ref().is_none_or(|inner| inner.source().is_none()) => {
            (Unreachable::Broken, "the other side closed the connection")
        }
        _ => return None,
    };
    Some(Fault::unreachable(why, message))
}

fn http(error: &hyper::Error) -> Option<Fault> {
    if error.is_timeout() {
        Some(Fault::unreachable(Unreachable::Broken, "the other side no longer answers"))
    } else if error.is_incomplete_message() || error.is_canceled() || error.is_closed() {
        Some(Fault::unreachable(Unreachable::Broken, "the other side closed the connection"))
    } else {
        None
    }
}

fn tls(error: &rustls::Error) -> Fault {
    let (fault, message) = match error {
        rustls::Error::InvalidCertificate(error) => certificate(error),
        rustls::Error::AlertReceived(alert) => match alert {
            AlertDescription::BadCertificate
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateRequired
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied => (
                TlsFault::ClientCertificate,
                format!("it does not accept the client certificate ({alert:?})"),
            ),
            alert => (TlsFault::Other, format!("it ended the handshake ({alert:?})")),
        },
        rustls::Error::InvalidMessage(_) => {
            (TlsFault::NotTls, "what answers there does not speak TLS".to_owned())
        }
        error => (TlsFault::Other, error.to_string()),
    };
    Fault::new(Reason::Tls(fault), message)
}

fn certificate(error: &CertificateError) -> (TlsFault, String) {
    let (fault, text) = match error {
        CertificateError::UnknownIssuer => {
            (TlsFault::UnknownAuthority, "its certificate is signed by an unknown authority")
        }
        CertificateError::NotValidForName => (TlsFault::WrongName, "its certificate is for another name"),
        CertificateError::NotValidForNameContext { expected, presented } => {
            let expected = expected.to_str();
            let names: Vec<_> = presented.iter().map(|name| plain_name(name)).collect();
            return (
                TlsFault::WrongName,
                format!("its certificate is for {}, not for {expected}", names.join(", ")),
            );
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            (TlsFault::Expired, "its certificate has expired")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            (TlsFault::NotYetValid, "its certificate is not valid yet")
        }
        error if error.to_string().contains("CaUsedAsEndEntity") => {
            (TlsFault::Other, "it shows the certificate of an authority as its own")
        }
        error => return (TlsFault::Other, format!("its certificate cannot be trusted ({error})")),
    };
    (fault, text.to_owned())
}

/// `DnsName("kubernetes")`, as rustls writes it, becomes `kubernetes`.
fn plain_name(name: &str) -> &str {
    name.split_once('(').map_or(name, |(_, rest)| rest.trim_end_matches(')')).trim_matches('"')
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[derive(Debug)]
    struct Wrapped(Box<dyn StdError + Send + Sync>);

    impl std::fmt::Display for Wrapped {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("client error (Connect)")
        }
    }

    impl StdError for Wrapped {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            Some(&*self.0)
        }
    }

    fn reason(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Reason {
        classify(&Wrapped(error.into())).reason
    }

    #[test]
    fn the_innermost_cause_decides() {
        let kinds = [
            (ErrorKind::ConnectionRefused, Unreachable::Refused),
            (ErrorKind::HostUnreachable, Unreachable::NoRoute),
            (ErrorKind::NetworkUnreachable, Unreachable::NoRoute),
            (ErrorKind::TimedOut, Unreachable::ConnectTimeout),
            (ErrorKind::ConnectionReset, Unreachable::Broken),
        ];
        for (kind, expected) in kinds {
            assert_eq!(reason(io::Error::from(kind)), Reason::Unreachable(expected), "{kind}");
        }
        let dns = io::Error::other("failed to lookup address information: Name or service not known");
        assert_eq!(reason(dns), Reason::Unreachable(Unreachable::Dns));
    }

    #[test]
    fn what_nobody_knows_is_quoted_from_the_bottom() {
        let fault = classify(&Wrapped("something odd".into()));
        assert_eq!(fault, Fault::unreachable(Unreachable::Other, "something odd"));
    }

    #[test]
    fn tls_faults_are_found_within_io_errors() {
        let cases = [
            (CertificateError::UnknownIssuer, TlsFault::UnknownAuthority),
            (CertificateError::Expired, TlsFault::Expired),
            (CertificateError::NotValidYet, TlsFault::NotYetValid),
            (CertificateError::NotValidForName, TlsFault::WrongName),
        ];
        for (error, expected) in cases {
            let inner = io::Error::new(ErrorKind::InvalidData, rustls::Error::InvalidCertificate(error));
            assert_eq!(reason(io::Error::other(inner)), Reason::Tls(expected));
        }
        let alert = rustls::Error::AlertReceived(AlertDescription::CertificateExpired);
        assert_eq!(reason(io::Error::other(alert)), Reason::Tls(TlsFault::ClientCertificate));
        let text = rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType);
        assert_eq!(reason(io::Error::other(text)), Reason::Tls(TlsFault::NotTls));
    }

    #[test]
    fn a_wrong_name_says_which_names_are_right() {
        let error = CertificateError::NotValidForNameContext {
            expected: rustls::pki_types::ServerName::try_from("a.example").expect("a name"),
            presented: vec!["DnsName(\"kubernetes\")".to_owned(), "IpAddress(10.0.0.1)".to_owned()],
        };
        let (_, message) = certificate(&error);
        assert_eq!(message, "its certificate is for kubernetes, 10.0.0.1, not for a.example");
    }
}
