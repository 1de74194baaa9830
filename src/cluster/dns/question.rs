//! Questions.

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The name, absolute: the final dot may be left out.
    pub name: String,
    /// Which of its records.
    pub kind: RecordKind,
    /// Which entry of the server's cache may be read and filled.
    pub entry: CacheEntry,
}

/// Kinds of records that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
    /// Hosts and ports of a service.
    Srv,
    /// The name of an address.
    Ptr,
}

/// An entry of the server's cache.
///
/// CoreDNS keeps answers apart by name, kind, and the bits DO and CD of the question (`hash` in `plugin/cache`; DO since
/// 1.10.1, CD since 1.11.2, and from 1.8.0 to 1.10.0 neither). The members of a set ask without both. A question about a
/// name that does not exist *yet* leaves a negative answer in the cache, which members would then hit for as long as it
/// lives: whatever may not exist is asked in an entry that they never use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheEntry {
    /// The entry from which members are answered.
    Members,
    /// Entries that nobody else is known to use: the bit DO, the bit CD, or both.
    Own(Own),
}

/// What tells an own entry from the members'.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// DNSSEC OK (RFC 3225).
    Do,
    /// Checking disabled (RFC 4035 §3.2.2).
    Cd,
    /// Both.
    Both,
}

impl Question {
    /// A question in the entry from which members are answered: only about what exists.
    pub fn as_member(name: impl Into<String>, kind: RecordKind) -> Self {
        Self { name: name.into(), kind, entry: CacheEntry::Members }
    }

    /// A question that members never notice.
    pub fn unnoticed(name: impl Into<String>, kind: RecordKind) -> Self {
        Self { name: name.into(), kind, entry: CacheEntry::Own(Own::Do) }
    }
}

impl RecordKind {
    /// Its number (RFC 1035 §3.2.2, RFC 3596, RFC 2782).
    pub(super) fn number(self) -> u16 {
        match self {
            Self::A => 1,
            Self::Ptr => 12,
            Self::Aaaa => 28,
            Self::Srv => 33,
        }
    }
}

impl CacheEntry {
    /// Whether the question has the bit CD.
    pub(super) fn checking_disabled(self) -> bool {
        matches!(self, Self::Own(Own::Cd | Own::Both))
    }

    /// Whether the question has the bit DO.
    pub(super) fn dnssec_ok(self) -> bool {
        matches!(self, Self::Own(Own::Do | Own::Both))
    }
}
