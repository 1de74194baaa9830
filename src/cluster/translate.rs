//! Failures in words: one sentence, then what to do next.

use super::error::{ApiError, Call, Reason, TlsFault, Unreachable};
use crate::error::Error;

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        let failure = Self::failed(error.sentence());
        hints(&error).into_iter().chain(error.hints).fold(failure, Self::hint)
    }
}

impl ApiError {
    /// The failure in one sentence: what was tried, on what, and the server's own words.
    pub fn sentence(&self) -> String {
        let tried = self.call.describe();
        let because = |text: &str| if text.is_empty() { String::new() } else { format!(": {text}") };
        let message = self.message.trim().trim_end_matches('.');
        match &self.reason {
            Reason::NotFound => match &self.call.name {
                Some(_) => format!("{} not found{}", self.call.object(), self.call.place()),
                None => format!("cannot {tried}: the server does not know that kind of object"),
            },
            Reason::Forbidden => format!("not allowed to {tried}{}", because(message)),
            Reason::Unauthorized => {
                format!(
                    "cannot {tried}: {} did not accept the credentials{}",
                    self.call.at(),
                    because(message)
                )
            }
            Reason::Conflict => {
                format!("cannot {tried}: somebody else changed it meanwhile{}", because(message))
            }
            Reason::Timeout => format!("no answer in time to the request to {tried}{}", because(message)),
            Reason::Unreachable(Unreachable::Broken) => {
                format!(
                    "the connection to {} broke before it answered the request to {tried}{}",
                    self.call.at(),
                    because(message)
                )
            }
            Reason::Unreachable(_) => format!("cannot reach {}{}", self.call.at(), because(message)),
            Reason::Tls(_) => format!("no secure connection to {}{}", self.call.at(), because(message)),
            Reason::Status { code, reason } => {
                let words = if message.is_empty() { reason.as_str() } else { message };
                format!("cannot {tried}: the server answered with status {code}{}", because(words))
            }
            Reason::AlreadyExists
            | Reason::Gone
            | Reason::Invalid
            | Reason::TooManyRequests
            | Reason::Credentials
            | Reason::Malformed => format!("cannot {tried}{}", because(message)),
        }
    }
}

impl Call {
    /// `list pods in namespace "db"`, `get statefulset.apps "web" in namespace "db"`.
    pub fn describe(&self) -> String {
        match &self.name {
            Some(_) => format!("{} {}{}", self.verb, self.object(), self.place()),
            None => format!("{} {}{}", self.verb, self.resource_and_group(), self.place()),
        }
    }

    /// `statefulsets.apps "web"`: resource, group and name.
    fn object(&self) -> String {
        format!("{} {:?}", self.resource_and_group(), self.name.as_deref().unwrap_or_default())
    }

    fn resource_and_group(&self) -> String {
        if self.group.is_empty() {
            self.resource.clone()
        } else {
            format!("{}.{}", self.resource, self.group)
        }
    }

    fn place(&self) -> String {
        self.namespace.as_ref().map(|name| format!(" in namespace {name:?}")).unwrap_or_default()
    }

    fn at(&self) -> String {
        match &self.context {
            Some(context) => format!("the server {} (context {context:?})", self.server),
            None => format!("the server {}", self.server),
        }
    }

    /// The question to the server whether this very call is allowed.
    fn can_i(&self) -> String {
        let (resource, subresource) = self.resource.split_once('/').unwrap_or((&self.resource, ""));
        let mut line = format!("kubectl auth can-i {} {resource}", self.verb);
        if !self.group.is_empty() {
            line.push_str(&format!(".{}", self.group));
        }
        if let Some(name) = &self.name {
            line.push_str(&format!("/{name}"));
        }
        if !subresource.is_empty() {
            line.push_str(&format!(" --subresource={subresource}"));
        }
        match &self.namespace {
            Some(namespace) => line.push_str(&format!(" -n {namespace}")),
            None if self.namespaced => line.push_str(" -A"),
            None => {}
        }
        line + &self.same_cluster()
    }

    /// The flags with which kubectl asks the same server as the same user.
    fn same_cluster(&self) -> String {
        self.flags.iter().map(|flag| format!(" {flag}")).collect()
    }
}

fn hints(error: &ApiError) -> Vec<String> {
    let call = &error.call;
    match &error.reason {
        // Not what was asked for is missing, but the right to ask it in another's name.
        Reason::Forbidden if error.message.contains("cannot impersonate") => {
            vec!["leave out --as, or ask for the right to impersonate that user".to_owned()]
        }
        Reason::Forbidden => vec![call.can_i()],
        Reason::Unauthorized => vec![
            "the token or certificate may have expired: log in again the way you did for this cluster"
                .to_owned(),
            format!("kubectl auth whoami{}", call.same_cluster()),
        ],
        Reason::Timeout => {
            vec!["give it longer with --request-timeout, such as --request-timeout=60s".to_owned()]
        }
        Reason::TooManyRequests => vec!["the server is busy: try again in a while".to_owned()],
        Reason::Unreachable(why) => unreachable_hints(*why, call),
        Reason::Tls(fault) => tls_hints(*fault, call),
        Reason::Invalid if error.message.contains("HTTP request to an HTTPS server") => {
            vec![format!("give its address as {}", call.server.replacen("http:", "https:", 1))]
        }
        Reason::NotFound
        | Reason::Conflict
        | Reason::AlreadyExists
        | Reason::Gone
        | Reason::Invalid
        | Reason::Credentials
        | Reason::Malformed
        | Reason::Status { .. } => Vec::new(),
    }
}

fn unreachable_hints(why: Unreachable, call: &Call) -> Vec<String> {
    let other = "another cluster? list the contexts: kubectl config get-contexts".to_owned();
    match why {
        Unreachable::Refused => vec!["is the cluster running, and is that its port?".to_owned(), other],
        Unreachable::Dns => {
            vec!["is the host name right, and is a VPN needed to resolve it?".to_owned(), other]
        }
        Unreachable::NoRoute | Unreachable::ConnectTimeout => {
            vec!["is a VPN or a proxy needed to reach it?".to_owned(), other]
        }
        Unreachable::Proxy => {
            vec!["see proxy-url in the kubeconfig, and HTTPS_PROXY and NO_PROXY".to_owned()]
        }
        Unreachable::Broken | Unreachable::Other => {
            vec![format!("kubectl get --raw /readyz{}", call.same_cluster())]
        }
    }
}

fn tls_hints(fault: TlsFault, call: &Call) -> Vec<String> {
    let text = match fault {
        TlsFault::UnknownAuthority => {
            "is this the right cluster? name its authority with --certificate-authority FILE".to_owned()
        }
        TlsFault::WrongName => {
            "name the host that the certificate is for with --tls-server-name NAME".to_owned()
        }
        TlsFault::Expired => "the cluster's administrator must renew the server's certificate".to_owned(),
        TlsFault::NotYetValid => "compare the clock of this machine with the server's".to_owned(),
        TlsFault::ClientCertificate => {
            "the client certificate may have expired: log in again the way you did for this cluster"
                .to_owned()
        }
        TlsFault::NotTls => {
            format!("does the server speak plain HTTP? try {}", call.server.replacen("https:", "http:", 1))
        }
        TlsFault::Other => return Vec::new(),
    };
    vec![text]
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn call() -> Call {
        Call {
            verb: "list",
            resource: "pods".to_owned(),
            namespace: Some("db".to_owned()),
            namespaced: true,
            server: "https://c:6443".to_owned(),
            context: Some("prod".to_owned()),
            ..Call::default()
        }
    }

    /// The sentence and its hints, a line each.
    fn shown(reason: Reason, message: &str, call: Call) -> String {
        let error = Error::from(ApiError::new(reason, message, Arc::new(call)));
        let hints = error.hints().iter().map(|hint| format!("\nhint: {hint}"));
        std::iter::once(error.message().to_owned()).chain(hints).collect()
    }

    #[test]
    fn forbidden_says_which_right_is_missing() {
        let flags = vec!["--context prod".to_owned(), "--as bob".to_owned()];
        insta::assert_snapshot!(shown(Reason::Forbidden, "pods is forbidden: no.", Call { flags, ..call() }), @r#"
        not allowed to list pods in namespace "db": pods is forbidden: no
        hint: kubectl auth can-i list pods -n db --context prod --as bob
        "#);
        let set = Call {
            group: "apps".to_owned(),
            resource: "statefulsets/scale".to_owned(),
            verb: "patch",
            name: Some("web".to_owned()),
            ..call()
        };
        insta::assert_snapshot!(shown(Reason::Forbidden, "", set), @r#"
        not allowed to patch statefulsets/scale.apps "web" in namespace "db"
        hint: kubectl auth can-i patch statefulsets.apps/web --subresource=scale -n db
        "#);
        let node = Call { resource: "nodes".to_owned(), namespace: None, namespaced: false, ..call() };
        assert!(shown(Reason::Forbidden, "", node).ends_with("can-i list nodes"));
        let all = Call { namespace: None, ..call() };
        assert!(shown(Reason::Forbidden, "", all).ends_with("can-i list pods -A"));
        let who = "users \"bob\" is forbidden: User \"me\" cannot impersonate resource \"users\"";
        assert!(shown(Reason::Forbidden, who, call()).contains("hint: leave out --as"));
    }

    #[test]
    fn not_found_names_the_object_or_the_kind() {
        let web = Call { name: Some("web".to_owned()), ..call() };
        insta::assert_snapshot!(shown(Reason::NotFound, "pods \"web\" not found", web), @r#"pods "web" not found in namespace "db""#);
        let kind = shown(Reason::NotFound, "404 page not found", call());
        assert_eq!(
            kind,
            "cannot list pods in namespace \"db\": the server does not know that kind of object"
        );
    }

    #[test]
    fn a_server_that_cannot_be_reached_is_named_with_its_context() {
        insta::assert_snapshot!(shown(Reason::Unreachable(Unreachable::Refused), "connection refused", call()), @r#"
        cannot reach the server https://c:6443 (context "prod"): connection refused
        hint: is the cluster running, and is that its port?
        hint: another cluster? list the contexts: kubectl config get-contexts
        "#);
        insta::assert_snapshot!(shown(Reason::Unreachable(Unreachable::Broken), "reset", call()), @r#"
        the connection to the server https://c:6443 (context "prod") broke before it answered the request to list pods in namespace "db": reset
        hint: kubectl get --raw /readyz
        "#);
        insta::assert_snapshot!(shown(Reason::Tls(TlsFault::Expired), "its certificate has expired", call()), @r#"
        no secure connection to the server https://c:6443 (context "prod"): its certificate has expired
        hint: the cluster's administrator must renew the server's certificate
        "#);
    }

    #[test]
    fn expired_credentials_come_with_a_way_out() {
        insta::assert_snapshot!(shown(Reason::Unauthorized, "Unauthorized", Call { context: None, ..call() }), @r#"
        cannot list pods in namespace "db": the server https://c:6443 did not accept the credentials: Unauthorized
        hint: the token or certificate may have expired: log in again the way you did for this cluster
        hint: kubectl auth whoami
        "#);
    }

    #[test]
    fn other_answers_keep_their_code_and_words() {
        let reason = Reason::Status { code: 500, reason: "InternalError".to_owned() };
        assert_eq!(
            shown(reason.clone(), "", call()),
            "cannot list pods in namespace \"db\": the server answered with status 500: InternalError"
        );
        assert!(shown(reason, "boom", call()).ends_with("status 500: boom"));
    }
}
