//! Commands as they are typed in a shell.

/// A command of these words. What comes from a cluster or from files is data: nothing in it ends a word, or is carried
/// out.
pub fn line<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(quote).collect::<Vec<_>>().join(" ")
}

/// Quotes a word for a shell, if it needs that.
pub fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    let bare = !word.is_empty() && word.chars().all(plain);
    if bare { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_read_more_into_it() {
        for (word, typed) in [
            ("web-1", "web-1"),
            ("app.kubernetes.io/name=web", "app.kubernetes.io/name=web"),
            ("", "''"),
            ("a b", "'a b'"),
            ("$(reboot)", "'$(reboot)'"),
            ("it's", r"'it'\''s'"),
        ] {
            assert_eq!(quote(word), typed, "{word}");
        }
        assert_eq!(line(["kubectl", "get", "pod", "a;b"]), "kubectl get pod 'a;b'");
    }
}
