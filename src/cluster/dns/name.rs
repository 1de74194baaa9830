//! Domain names, as text and in messages (RFC 1035 §3.1, §4.1.4).

use std::fmt::Write;
use std::net::IpAddr;

use super::bytes::{Bytes, Fault};

/// The longest name in a message, with a length byte before each label and the root's at the end.
const LONGEST: usize = 255;

/// Writes a name. The final dot may be left out.
///
/// # Errors
/// Why it is no name.
pub(super) fn write(name: &str, message: &mut Vec<u8>) -> Result<(), Fault> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let start = message.len();
    for label in name.split('.').filter(|_| !name.is_empty()) {
        let length = u8::try_from(label.len()).ok().filter(|length| (1..=63).contains(length));
        message.push(length.ok_or("each part of a name has 1 to 63 characters")?);
        if !label.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
            return Err("a name has letters, digits, hyphens and underscores only");
        }
        message.extend(label.as_bytes());
    }
    message.push(0);
    if message.len() - start > LONGEST { Err("a name has at most 253 characters") } else { Ok(()) }
}

/// Reads a name, in lower case and without a final dot. What would be taken for something else in text is written
/// as `\DDD` (RFC 1035 §5.1).
///
/// # Errors
/// It is cut short, too long, or goes in circles.
pub(super) fn read(bytes: &mut Bytes<'_>) -> Result<String, Fault> {
    let mut text = String::new();
    let mut length = 1;
    // A pointer leads back, always further than the last one did: so no message makes this run for ever.
    let mut limit = bytes.position();
    let mut elsewhere: Option<Bytes<'_>> = None;
    loop {
        let from = elsewhere.as_mut().unwrap_or(bytes);
        let head = from.u8()?;
        match head >> 6 {
            0 if head == 0 => return Ok(text),
            0 => {
                length += 1 + usize::from(head);
                if length > LONGEST {
                    return Err("a name in it is too long");
                }
                let label = from.take(usize::from(head))?;
                if !text.is_empty() {
                    text.push('.');
                }
                label.iter().for_each(|byte| push(&mut text, *byte));
            }
            3 => {
                let target = usize::from(u16::from_be_bytes([head & 0x3f, from.u8()?]));
                if target >= limit {
                    return Err("a name in it points forward");
                }
                limit = target;
                elsewhere = Some(from.at(target));
            }
            _ => return Err("a name in it has a part of an unknown kind"),
        }
    }
}

fn push(text: &mut String, byte: u8) {
    if byte.is_ascii_graphic() && byte != b'.' && byte != b'\\' {
        text.push(char::from(byte.to_ascii_lowercase()));
    } else {
        // A String takes whatever is written.
        let _ = write!(text, "\\{byte:03}");
    }
}

/// The name under which the name of an address is asked for (RFC 1035 §3.5, RFC 3596 §2.5).
pub(super) fn of_address(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(address) => {
            let nibbles = address.octets().into_iter().rev().flat_map(|byte| [byte & 15, byte >> 4]);
            nibbles.map(|nibble| format!("{nibble:x}.")).collect::<String>() + "ip6.arpa"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(name: &str) -> Result<Vec<u8>, Fault> {
        let mut message = Vec::new();
        write(name, &mut message).map(|()| message)
    }

    #[test]
    fn a_name_is_read_as_it_was_written_in_lower_case() {
        for (name, read_again) in [
            ("web-0.Web.db.svc.cluster.local.", "web-0.web.db.svc.cluster.local"),
            ("_p._tcp.x", "_p._tcp.x"),
            (".", ""),
        ] {
            let message = written(name).expect("a name");
            assert_eq!(read(&mut Bytes::new(&message)), Ok(read_again.to_owned()), "{name}");
        }
    }

    #[test]
    fn what_is_no_name_is_not_written() {
        let long = format!("{}.", "a".repeat(63)).repeat(4);
        for name in ["a..b", ".a", "ä", "a b", "a\\b", "a\n", &"a".repeat(64), &long] {
            assert!(written(name).is_err(), "{name}");
        }
        assert!(written(&long[..253]).is_ok());
    }

    #[test]
    fn pointers_are_followed_back_only() {
        let message = b"\x03svc\x00\x03web\xc0\x00\xc0\x05";
        assert_eq!(read(&mut Bytes::new(message).at(11)), Ok("web.svc".to_owned()));
        for circle in [&b"\xc0\x00"[..], b"\xc0\x02\xc0\x00", b"\x01a\xc0\x00"] {
            assert!(read(&mut Bytes::new(circle)).is_err(), "{circle:?}");
        }
        assert!(read(&mut Bytes::new(b"\x40a")).is_err(), "a part of an unknown kind");
    }

    #[test]
    fn odd_bytes_are_spelled_out() {
        assert_eq!(read(&mut Bytes::new(b"\x04a.\x1b\\\x00")), Ok("a\\046\\027\\092".to_owned()));
    }

    #[test]
    fn addresses_have_names() {
        assert_eq!(of_address("10.96.0.1".parse().expect("an address")), "1.0.96.10.in-addr.arpa");
        let v6 = of_address("fd00::1".parse().expect("an address"));
        assert_eq!(v6, format!("1.{}0.0.d.f.ip6.arpa", "0.".repeat(27)));
        assert!(written(&v6).is_ok());
    }
}
