//! `Warning:` headers: what the server wants its users to know (deprecated versions, doubtful fields).

use std::collections::HashSet;

use http::{HeaderMap, Method};

/// Warnings in the order of their arrival, each once.
#[derive(Default)]
pub(super) struct Warnings {
    seen: HashSet<String>,
    pending: Vec<String>,
}

impl Warnings {
    /// Keeps what the headers of an answer warn of.
    ///
    /// Which version of an API is read is the choice of this program, as with Endpoints, where older software elects
    /// its leaders: that it is deprecated is nothing that a user could change. What a user writes is another matter.
    pub(super) fn collect(&mut self, method: &Method, headers: &HeaderMap) {
        for value in headers.get_all(http::header::WARNING) {
            for text in parse(&String::from_utf8_lossy(value.as_bytes())) {
                if *method == Method::GET && text.contains(" is deprecated in v") {
                    tracing::debug!("the server warns: {text}");
                } else {
                    self.add(text);
                }
            }
        }
    }

    /// Keeps one warning, unless it has been seen before.
    pub(super) fn add(&mut self, text: String) {
        if self.seen.insert(text.clone()) {
            self.pending.push(text);
        }
    }

    /// What has arrived since the last call.
    pub(super) fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.pending)
    }
}

/// The texts of `299 - "text"[, 299 - "text" …]` (RFC 7234, 5.5). Kubernetes only sends code 299.
fn parse(value: &str) -> Vec<String> {
    let (mut texts, mut rest) = (Vec::new(), value);
    while let Some((head, quoted)) = rest.split_once('"') {
        let is_kubernetes = head.trim_start_matches([',', ' ']).starts_with("299 ");
        let (mut text, mut chars) = (String::new(), quoted.char_indices());
        let mut end = quoted.len();
        while let Some((at, char)) = chars.next() {
            match char {
                '"' => {
                    end = at + 1;
                    break;
                }
                '\\' => text.extend(chars.next().map(|(_, escaped)| escaped)),
                _ => text.push(char),
            }
        }
        if is_kubernetes && !text.is_empty() {
            texts.push(text);
        }
        rest = &quoted[end..];
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_texts_are_read_with_their_escapes() {
        assert_eq!(parse(r#"299 - "a \"b\" c""#), [r#"a "b" c"#]);
        assert_eq!(parse(r#"299 - "one", 299 host "two, three" "date""#), ["one", "two, three"]);
        assert_eq!(parse("299 - nothing quoted"), [""; 0]);
        assert_eq!(parse(r#"110 - "stale""#), [""; 0]);
    }

    #[test]
    fn each_warning_is_handed_out_once() {
        let mut warnings = Warnings::default();
        let mut headers = HeaderMap::new();
        headers.append("warning", r#"299 - "old""#.parse().expect("a header"));
        warnings.collect(&Method::GET, &headers);
        warnings.collect(&Method::GET, &headers);
        assert_eq!(warnings.take(), ["old"]);
        warnings.collect(&Method::GET, &headers);
        assert!(warnings.take().is_empty());
    }

    #[test]
    fn that_an_api_is_deprecated_is_said_to_those_who_write_it() {
        let text = "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice";
        let mut headers = HeaderMap::new();
        headers.append("warning", format!("299 - \"{text}\"").parse().expect("a header"));
        let mut warnings = Warnings::default();
        warnings.collect(&Method::GET, &headers);
        assert!(warnings.take().is_empty());
        warnings.collect(&Method::PATCH, &headers);
        assert_eq!(warnings.take(), [text]);
    }
}
