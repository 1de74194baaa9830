//! Makes strings from a cluster safe to show.

use std::borrow::Cow;

/// Stands for a character that is not shown.
const PLACEHOLDER: char = '\u{fffd}';

/// The text without control characters (ESC and the like could rewrite the terminal), and without those that
/// change the direction of text. Line breaks and tabs become spaces: a line stays a line.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(|char| replacement(char).is_none()) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|char| replacement(char).unwrap_or(char)).collect::<String>().into()
}

fn replacement(char: char) -> Option<char> {
    match char {
        '\n' | '\t' => Some(' '),
        '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => Some(PLACEHOLDER),
        _ if char.is_control() => Some(PLACEHOLDER),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_gets_through() {
        assert_eq!(clean("plain – text"), "plain – text");
        assert_eq!(clean("a\nb\tc"), "a b c");
        assert_eq!(clean("\u{1b}[31mred\u{1b}]0;title\u{7}"), "\u{fffd}[31mred\u{fffd}]0;title\u{fffd}");
        assert_eq!(clean("over\rwritten"), "over\u{fffd}written");
        assert_eq!(clean("\u{9b}2J"), "\u{fffd}2J");
        assert_eq!(clean("abc\u{202e}cba"), "abc\u{fffd}cba");
    }
}
