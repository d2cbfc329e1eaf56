//! The typed description of the native log as a write path.

use native_log::LogOptions;

/// The native log as a case describes it.
#[derive(Debug, Clone, Copy)]
pub struct LogSpec {
    /// Every option of the log.
    pub options: LogOptions,
    /// In what form packets come.
    pub packets: Packets,
}

/// In what form packets come to a log. It takes bytes; that the suite's operations become bytes first is the path's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packets {
    /// As operations, which are encoded within the ack.
    Encoded,
    /// As bytes: they were encoded ahead, so that what is timed is the log alone. One at a time: several appenders are
    /// a matter of [`Packets::Encoded`].
    Ready,
}

impl LogSpec {
    /// A log of these options, whose packets are encoded within the ack.
    pub const fn new(options: LogOptions) -> Self {
        Self { options, packets: Packets::Encoded }
    }

    /// A log of these options, whose packets were encoded ahead.
    pub const fn ready(options: LogOptions) -> Self {
        Self { options, packets: Packets::Ready }
    }
}
