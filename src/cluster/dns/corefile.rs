//! Which zone a Corefile gives to the cluster (https://coredns.io/manual/configuration/).

/// The zone that names of this cluster are in: the first of the plugin `kubernetes` that is not for addresses, as for the
/// plugin itself (`primaryZoneIndex` in `plugin/kubernetes`). None where it is not written there, but in a variable or
/// in another file.
pub(super) fn zone(corefile: &str) -> Option<String> {
    let mut block = Block::default();
    lines(corefile).iter().find_map(|line| block.read(line))
}

/// The server block that is being read.
#[derive(Default)]
struct Block {
    /// What it serves: its zones, with ports.
    keys: Vec<String>,
    /// Whether its first line ended in a comma, so that the next has more of them.
    more_keys: bool,
    /// How many braces are open. A file of one block may do without.
    depth: usize,
}

impl Block {
    /// Reads a line, and returns the zone if this line names it.
    fn read(&mut self, line: &[String]) -> Option<String> {
        if self.depth == 0 && (self.keys.is_empty() || self.more_keys || line[0] == "{") {
            self.read_keys(line);
            return None;
        }
        let zone = if self.depth <= 1 && line[0] == "kubernetes" { self.zone_of(&line[1..]) } else { None };
        self.count_braces(line);
        zone
    }

    fn read_keys(&mut self, line: &[String]) {
        let keys = line.iter().take_while(|token| *token != "{");
        self.keys.extend(keys.map(|key| key.trim_end_matches(',').to_owned()).filter(|key| !key.is_empty()));
        self.more_keys = line.last().is_some_and(|token| token.ends_with(','));
        self.count_braces(line);
    }

    fn count_braces(&mut self, line: &[String]) {
        for token in line {
            match token.as_str() {
                "{" => self.depth += 1,
                "}" if self.depth <= 1 => *self = Self::default(),
                "}" => self.depth -= 1,
                _ => {}
            }
        }
    }

    /// The zone of a line `kubernetes ZONE… {`; without any, the block's own.
    fn zone_of(&self, arguments: &[String]) -> Option<String> {
        let arguments: Vec<_> = arguments.iter().take_while(|token| *token != "{").collect();
        let zones = if arguments.is_empty() { self.keys.iter().collect() } else { arguments };
        let first = zones.into_iter().map(|zone| normal(zone)).find(|zone| !is_reverse(zone))?;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        Some(first).filter(|zone| !zone.is_empty() && zone.bytes().all(is_name))
    }
}

/// `dns://Cluster.Local.:53` as `cluster.local`.
fn normal(key: &str) -> String {
    let host = key.split_once("://").map_or(key, |(_, host)| host);
    let port = |text: &str| text.parse::<u16>().is_ok();
    let host = host.rsplit_once(':').filter(|(_, end)| port(end)).map_or(host, |(host, _)| host);
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// Whether a zone holds the names of addresses; they may also be written as a range of addresses.
fn is_reverse(zone: &str) -> bool {
    zone.ends_with("in-addr.arpa") || zone.ends_with("ip6.arpa") || zone.contains('/')
}

/// The words of each line that has any. As CoreDNS' lexer has it (`caddyfile/lexer.go`), a word in quotes ends with its
/// quote and may hold a line's end, and `#` begins a comment even within a word.
fn lines(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut word) = (Vec::new(), Vec::new(), String::new());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' if word.is_empty() => line.push(quoted(&mut characters)),
            '#' => {
                let ends = characters.by_ref().any(|next| next == '\n');
                end_word(&mut word, &mut line);
                if ends {
                    lines.push(std::mem::take(&mut line));
                }
            }
            '\n' => {
                end_word(&mut word, &mut line);
                lines.push(std::mem::take(&mut line));
            }
            space if space.is_whitespace() => end_word(&mut word, &mut line),
            other => word.push(other),
        }
    }
    end_word(&mut word, &mut line);
    lines.push(line);
    lines.retain(|line| !line.is_empty());
    lines
}

fn end_word(word: &mut String, line: &mut Vec<String>) {
    if !word.is_empty() {
        line.push(std::mem::take(word));
    }
}

/// A word up to its closing quote. Only quotes can be escaped.
fn quoted(characters: &mut std::str::Chars<'_>) -> String {
    let mut word = String::new();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => match characters.next() {
                Some('"') => word.push('"'),
                other => word.extend(['\\'].into_iter().chain(other)),
            },
            other => word.push(other),
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::zone;

    fn check(cases: &[(&str, &str, Option<&str>)]) {
        for (name, corefile, expected) in cases {
            assert_eq!(zone(corefile).as_deref(), *expected, "{name}");
        }
    }

    #[test]
    fn the_zone_is_the_first_that_is_not_for_addresses() {
        let kubeadm = ".:53 {\n    errors\n    health {\n       lameduck 5s\n    }\n    ready\n    \
            kubernetes cluster.local in-addr.arpa ip6.arpa {\n       pods insecure\n       ttl 30\n    }\n    \
            cache 30 {\n       disable success cluster.local\n    }\n    loadbalance\n}\n";
        check(&[
            ("kubeadm", kubeadm, Some("cluster.local")),
            (
                "others first",
                ".:53 {\n kubernetes in-addr.arpa 10.96.0.0/12 ip6.arpa Corp.Example. {\n }\n}",
                Some("corp.example"),
            ),
            ("two zones", ". {\n kubernetes one.example two.example\n}", Some("one.example")),
            ("no block of options", ". {\n kubernetes cluster.local\n}", Some("cluster.local")),
            ("quoted", ". {\n kubernetes \"cluster.local\"\n}", Some("cluster.local")),
            ("windows", ".:53 {\r\n kubernetes cluster.local\r\n}\r\n", Some("cluster.local")),
        ]);
    }

    #[test]
    fn without_zones_it_is_the_block_s_own() {
        check(&[
            ("one", "cluster.local:53 {\n kubernetes\n}", Some("cluster.local")),
            ("options", "cluster.local {\n kubernetes {\n  ttl 5\n }\n}", Some("cluster.local")),
            ("several", "in-addr.arpa cluster.local {\n kubernetes\n}", Some("cluster.local")),
            (
                "on two lines",
                "in-addr.arpa,\ndns://cluster.local:1053 {\n kubernetes\n}",
                Some("cluster.local"),
            ),
            ("without braces", "cluster.local:53\nkubernetes\ncache 30\n", Some("cluster.local")),
            ("the root", ".:53 {\n kubernetes\n}", None),
        ]);
    }

    #[test]
    fn other_blocks_and_comments_do_not_count() {
        check(&[
            (
                "a second block",
                "example.org {\n forward . 1.1.1.1\n}\n.:53 {\n kubernetes k.example\n}",
                Some("k.example"),
            ),
            ("each its own keys", "a.example {\n log\n}\nb.example {\n kubernetes\n}", Some("b.example")),
            (
                "a comment",
                ". {\n # kubernetes old.example\n kubernetes new.example # cluster.local\n}",
                Some("new.example"),
            ),
            ("a comment in a word", ". {\n kubernetes k.example#old\n}", Some("k.example")),
            ("an option of another plugin", ". {\n log {\n  kubernetes x.example\n }\n}", None),
            ("an argument of another plugin", ". {\n log kubernetes x.example\n}", None),
            ("a snippet", "(k8s) {\n kubernetes k.example\n}\n. {\n import k8s\n}", Some("k.example")),
        ]);
    }

    #[test]
    fn what_is_not_written_there_is_not_known() {
        check(&[
            ("nothing", "", None),
            ("another plugin", ".:53 {\n forward . /etc/resolv.conf\n}", None),
            ("a variable", ". {\n kubernetes {$CLUSTER_DOMAIN} in-addr.arpa {\n }\n}", None),
            ("a variable before another zone", ". {\n kubernetes {$ZONE} other.example\n}", None),
            ("another file", ". {\n import /etc/coredns/custom/*.server\n}", None),
            ("a snippet without zones", "(k8s) {\n kubernetes\n}", None),
        ]);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[ {}\"#\\\\\n.a,:/kubernetes]{0,80}") {
            let zone = zone(&text);
            prop_assert!(zone.is_none_or(|zone| !zone.is_empty() && !zone.contains(char::is_whitespace)));
        }
    }
}
