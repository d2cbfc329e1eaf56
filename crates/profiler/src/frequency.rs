//! How often samples may be taken.

/// The highest sampling frequency in Hz. A sample takes up to a quarter of a millisecond where the
/// stack is deep; were it longer than the tick, samples of missed ticks would miss ever more.
pub const FREQUENCY_HZ_MAX: u32 = 1_000;
