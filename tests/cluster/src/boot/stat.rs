//! What the kernel says of a process or a thread: `stat` in proc(5).

use std::path::Path;

/// The field of this number, from 3 on, as in proc(5); none when there is no such process. `dir` is its directory in
/// `/proc`, or that of one of its threads.
pub(crate) fn field(dir: &Path, number: usize) -> Option<String> {
    let stat = std::fs::read_to_string(dir.join("stat")).ok()?;
    // The second field is the program's name in brackets and may hold anything.
    let rest = stat.rsplit_once(')')?.1;
    rest.split_ascii_whitespace().nth(number.checked_sub(3)?).map(str::to_owned)
}
