//! What a store holds before it is timed.

use std::num::NonZeroU32;

use write_path::AxisValue;

/// What a path holds before it is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prefill {
    /// Nothing.
    Empty,
    /// Records of so many mebibytes of payload, the same ones for every engine and every shape. A
    /// database of them is larger than that.
    Mebibytes(NonZeroU32),
}

/// How much is made of what a case asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Full,
    /// Little, where nothing is measured and a test must be quick.
    Small,
}

/// The payload of every prefill where [`Extent::Small`] is asked for.
const SMALL_BYTES: u64 = 1 << 20;

impl Prefill {
    /// The prefill as an axis.
    pub fn axis(self) -> AxisValue {
        match self {
            Self::Empty => AxisValue::plain("prefill", "empty"),
            Self::Mebibytes(mebibytes) => AxisValue::labelled(
                "prefill",
                format!("mebibytes={mebibytes}"),
                format!("fill{mebibytes}m"),
            ),
        }
    }

    /// Its payload in bytes.
    pub fn payload_bytes(self, extent: Extent) -> u64 {
        match (self, extent) {
            (Self::Empty, _) => 0,
            (Self::Mebibytes(mebibytes), Extent::Full) => u64::from(mebibytes.get()) << 20,
            (Self::Mebibytes(_), Extent::Small) => SMALL_BYTES,
        }
    }
}
