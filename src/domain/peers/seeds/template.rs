//! Templates: `{pod} {fqdn}:{port}`, written once a member.

use std::fmt;
use std::iter::Peekable;
use std::str::{Chars, FromStr};

/// A text with placeholders.
///
/// `{{` and `}}` stand for braces, `\n`, `\t` and `\\` for a line's end, a tab and a backslash; another backslash stands
/// for itself, so that nothing else has to be escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Field(Field),
}

/// What a placeholder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The pod's name, `web-0`.
    Pod,
    /// Its whole name in DNS, without a dot at the end.
    Fqdn,
    /// Its name within the namespace, `web-0.web`.
    Host,
    /// The number in its name.
    Ordinal,
    /// That number plus one, where 0 is no id: ZooKeeper's `myid`, MySQL's `server_id`.
    Id,
    /// The port that it listens on.
    Port,
    /// Its address; in brackets where it is IPv6 and a port follows.
    Address,
    /// The namespace.
    Namespace,
    /// The set.
    Set,
    /// The governing Service.
    Service,
    /// What names end in, such as `cluster.local`.
    Zone,
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateError {
    /// No placeholder has that name.
    Unknown(String),
    /// A brace opens and does not close, or closes and was not opened.
    Brace(char),
    /// All members would be written alike.
    NoPlaceholder,
}

impl Field {
    const ALL: [(&'static str, Self); 11] = [
        ("pod", Self::Pod),
        ("fqdn", Self::Fqdn),
        ("host", Self::Host),
        ("ordinal", Self::Ordinal),
        ("id", Self::Id),
        ("port", Self::Port),
        ("address", Self::Address),
        ("namespace", Self::Namespace),
        ("set", Self::Set),
        ("service", Self::Service),
        ("zone", Self::Zone),
    ];

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(own, _)| *own == name).map(|(_, field)| field)
    }

    /// All placeholders, as they are typed.
    pub fn listed() -> String {
        Self::ALL.map(|(name, _)| format!("{{{name}}}")).join(" ")
    }
}

impl Template {
    /// Whether a placeholder occurs.
    pub fn wants(&self, field: Field) -> bool {
        self.pieces.contains(&Piece::Field(field))
    }

    /// The text of one member.
    pub fn fill<E>(&self, value: impl Fn(Field) -> Result<String, E>) -> Result<String, E> {
        let mut text = String::new();
        for (index, piece) in self.pieces.iter().enumerate() {
            match piece {
                Piece::Text(own) => text.push_str(own),
                Piece::Field(field) => {
                    let value = value(*field)?;
                    let ipv6 = *field == Field::Address && value.contains(':');
                    let brackets = ipv6 && begins_with_port(&self.pieces[index + 1..]);
                    text.push_str(&if brackets { format!("[{value}]") } else { value });
                }
            }
        }
        Ok(text)
    }
}

/// Whether `:{port}` or `:5432` comes next.
fn begins_with_port(rest: &[Piece]) -> bool {
    let Some(Piece::Text(text)) = rest.first() else { return false };
    let Some(after) = text.strip_prefix(':') else { return false };
    after.starts_with(|first: char| first.is_ascii_digit())
        || after.is_empty() && rest.get(1) == Some(&Piece::Field(Field::Port))
}

impl FromStr for Template {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut chars = text.chars().peekable();
        while let Some(next) = chars.next() {
            match next {
                '{' | '}' if chars.next_if_eq(&next).is_some() => plain.push(next),
                '{' => {
                    if !plain.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    }
                    pieces.push(Piece::Field(field(&mut chars)?));
                }
                '}' => return Err(TemplateError::Brace('}')),
                '\\' => plain.push_str(escaped(&mut chars)),
                other => plain.push(other),
            }
        }
        if pieces.is_empty() {
            return Err(TemplateError::NoPlaceholder);
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self { pieces })
    }
}

/// The placeholder whose brace was just read.
fn field(chars: &mut Peekable<Chars<'_>>) -> Result<Field, TemplateError> {
    let mut name = String::new();
    loop {
        match chars.next() {
            Some('}') => return Field::named(&name).ok_or(TemplateError::Unknown(name)),
            Some(other) => name.push(other),
            None => return Err(TemplateError::Brace('{')),
        }
    }
}

/// What a backslash that was just read stands for, together with what follows it.
fn escaped(chars: &mut Peekable<Chars<'_>>) -> &'static str {
    let meant = match chars.peek() {
        Some('n') => "\n",
        Some('t') => "\t",
        Some('\\') => "\\",
        _ => return "\\",
    };
    chars.next();
    meant
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "no placeholder is called {name:?}")?,
            Self::Brace('{') => f.write_str("a { is not closed; {{ stands for a brace")?,
            Self::Brace(_) => f.write_str("a } was not opened; }} stands for a brace")?,
            Self::NoPlaceholder => f.write_str("the template has no placeholder")?,
        }
        write!(f, "; there are {}", Field::listed())
    }
}

impl std::error::Error for TemplateError {}
