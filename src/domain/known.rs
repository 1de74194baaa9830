//! The difference between "there is none" and "it could not be read".

/// A part of the snapshot that may not have been read: a missing right, a failed request, or a file that does not
/// hold it. Unknown is never taken for empty.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Known<T> {
    /// It was read; this is all there is.
    Known(T),
    /// It was not read.
    #[default]
    Unknown,
}

impl<T> Known<T> {
    /// What was read, if it was.
    pub fn get(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown => None,
        }
    }

    /// What it comes to, if it was read.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Known<U> {
        match self {
            Self::Known(value) => Known::Known(change(value)),
            Self::Unknown => Known::Unknown,
        }
    }

    /// Likewise, to change it in a copy.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown => None,
        }
    }
}

impl<T> From<Option<T>> for Known<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Unknown, Self::Known)
    }
}
