//! Who else is at a store while packets are handed in.

use write_path::AxisValue;

/// Who else is at a store while packets are handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Nobody else.
    WriterAlone,
    /// A reader with a thread and a connection of its own, which asks how many votes an article has, and again
    /// as soon as it is answered. It takes a processor of its own from whatever else the case runs.
    WithReader,
}

impl Access {
    /// The reader as an axis, which only cases with one have.
    pub fn axis(self) -> Option<AxisValue> {
        match self {
            Self::WriterAlone => None,
            Self::WithReader => Some(AxisValue::labelled("concurrent_reader", "reader", "reader")),
        }
    }
}
