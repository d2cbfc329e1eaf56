//! How fast messages come.

use std::num::NonZeroU32;
use std::time::Duration;

/// How fast messages come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// As fast as the channel takes them.
    Fast,
    /// So many at once, at the beginning of each second. A second that is late does not delay the next.
    Bursts(NonZeroU32),
    /// A blocking sleep after each message: what limited the document's second figure.
    Sleep(Duration),
    /// So many in a second on average, each independently of the others.
    Poisson(NonZeroU32),
}

impl Rate {
    /// The rate as ids write it.
    pub(crate) fn label(self) -> String {
        match self {
            Self::Fast => "fast".to_owned(),
            Self::Bursts(per_second) => format!("bursts{per_second}"),
            Self::Sleep(sleep) => format!("sleep{}us", sleep.as_micros()),
            Self::Poisson(per_second) => format!("poisson{per_second}"),
        }
    }
}
