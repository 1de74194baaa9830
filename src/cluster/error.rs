//! What a request to the API can end with.

use std::fmt;
use std::sync::Arc;

/// A request that failed: why, what it was, and the words of whoever refused it.
#[derive(Clone, Debug)]
pub struct ApiError {
    /// Why, for a caller to match on.
    pub reason: Reason,
    /// The server's own words where it gave some, else the cause in ours. May be empty.
    pub message: String,
    /// What was tried.
    pub call: Arc<Call>,
    /// What to do next, beyond what the reason itself suggests.
    pub hints: Vec<String>,
}

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No such object, or no such kind on this server.
    NotFound,
    /// The verb, resource and namespace of [`ApiError::call`] are missing from the user's rights.
    Forbidden,
    /// The credentials are missing, wrong or expired.
    Unauthorized,
    /// Somebody else changed the object meanwhile, or a precondition or JSON Patch `test` did not hold.
    Conflict,
    /// An object of that name exists already.
    AlreadyExists,
    /// The requested version or continue token is too old.
    Gone,
    /// The server understood and refused the content.
    Invalid,
    /// The server asks for fewer requests.
    TooManyRequests,
    /// No answer within `--request-timeout`, or the server gave up waiting. A write may have happened.
    Timeout,
    /// No connection, or one that broke. A write over a connection that broke may have happened.
    Unreachable(Unreachable),
    /// The connection stands, its security does not.
    Tls(TlsFault),
    /// Credentials could not be obtained (exec plugin, token file).
    Credentials,
    /// An answer that could not be understood.
    Malformed,
    /// Any other answer, with its HTTP status code and the server's reason.
    Status {
        /// HTTP status code.
        code: u16,
        /// `InternalError`, `ServiceUnavailable`, … or empty.
        reason: String,
    },
}

/// Why there is no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// Nobody listens on that port.
    Refused,
    /// The host name does not resolve.
    Dns,
    /// No route to the host or its network.
    NoRoute,
    /// No answer to the attempt to connect.
    ConnectTimeout,
    /// The connection ended before the answer was complete.
    Broken,
    /// The proxy refused, or could not be reached.
    Proxy,
    /// Something else; the message says what.
    Other,
}

/// What is wrong with the server's certificate, or with ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// No configured authority signed the server's certificate.
    UnknownAuthority,
    /// The certificate is for other names.
    WrongName,
    /// The certificate has expired.
    Expired,
    /// The certificate is not valid yet: a clock is wrong.
    NotYetValid,
    /// The server did not accept our certificate.
    ClientCertificate,
    /// What answers does not speak TLS.
    NotTls,
    /// Something else; the message says what.
    Other,
}

/// One request, in the words of an RBAC rule, and where it went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`.
    pub verb: &'static str,
    /// API group, empty for the core group.
    pub group: String,
    /// Plural name, `pods`, with its subresource if any, `pods/eviction`; or the path where it is no resource.
    pub resource: String,
    /// Namespace; none is all of them, or a cluster-wide resource.
    pub namespace: Option<String>,
    /// Whether the resource lives in namespaces.
    pub namespaced: bool,
    /// Name of the object, if one was meant.
    pub name: Option<String>,
    /// URL of the server.
    pub server: String,
    /// Name of the kubeconfig context, if there is one.
    pub context: Option<String>,
    /// The flags with which kubectl talks to the same server as the same user.
    pub flags: Vec<String>,
}

impl ApiError {
    pub(crate) fn new(reason: Reason, message: impl Into<String>, call: Arc<Call>) -> Self {
        Self { reason, message: message.into(), call, hints: Vec::new() }
    }

    /// No such object or kind.
    pub fn is_not_found(&self) -> bool {
        self.reason == Reason::NotFound
    }

    /// The user may not do that; an optional read can be left out.
    pub fn is_forbidden(&self) -> bool {
        self.reason == Reason::Forbidden
    }

    /// The same request can succeed later without anybody changing it or the user's rights.
    pub fn is_transient(&self) -> bool {
        match &self.reason {
            Reason::Timeout | Reason::TooManyRequests => true,
            Reason::Unreachable(_) => true,
            Reason::Status { code, .. } => *code >= 500,
            Reason::NotFound
            | Reason::Forbidden
            | Reason::Unauthorized
            | Reason::Conflict
            | Reason::AlreadyExists
            | Reason::Gone
            | Reason::Invalid
            | Reason::Tls(_)
            | Reason::Credentials
            | Reason::Malformed => false,
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence())
    }
}

impl std::error::Error for ApiError {}
