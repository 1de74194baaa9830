//! Where a list goes on: the `continue` token of a page, in protobuf. The API server writes tokens in the letters of
//! base64 for URLs, so they need no escaping.

/// The token; none on the last page, and in anything that is no list in protobuf.
pub fn token(body: &[u8]) -> Option<String> {
    const RAW: u64 = 2;
    const METADATA: u64 = 1;
    const CONTINUE: u64 = 3;
    let list = field(body.strip_prefix(b"k8s\0")?, RAW)?;
    let token = field(field(list, METADATA)?, CONTINUE)?;
    String::from_utf8(token.to_vec()).ok().filter(|token| !token.is_empty())
}

/// The first field of this number that holds bytes.
fn field(mut message: &[u8], number: u64) -> Option<&[u8]> {
    while !message.is_empty() {
        let key = varint(&mut message)?;
        match key & 7 {
            0 => _ = varint(&mut message)?,
            2 => {
                let length = usize::try_from(varint(&mut message)?).ok()?;
                let (value, rest) = message.split_at_checked(length)?;
                if key >> 3 == number {
                    return Some(value);
                }
                message = rest;
            }
            _ => return None,
        }
    }
    None
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
