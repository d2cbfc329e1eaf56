//! The initial state: where a path's log stands when its timing starts.

use std::num::NonZeroU32;

use write_path::{AxisValue, WritePath};

use crate::commit::commit;
use crate::error::RunnerError;
use crate::workload::PacketSource;

/// Where a path's log stands when its timing starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InitialState {
    /// At the beginning of space that was written before, as it is in the long run.
    Recycled,
    /// At the end of a WAL of so many frames, or a few more, of which no checkpoint has copied any.
    /// Timed commits may lengthen it by a quarter and 1,000 frames; then it is checkpointed and
    /// grown again, outside of the timing. The path's automatic checkpoints must be off.
    WalFrames(u32),
}

impl InitialState {
    /// The length of the WAL as an axis, which only those cases have that start at one.
    pub fn axis(self) -> Option<AxisValue> {
        match self {
            Self::Recycled => None,
            Self::WalFrames(frames) => {
                let label = format!("wal{frames}");
                Some(AxisValue::labelled("wal_frames", frames.to_string(), label))
            }
        }
    }
}

/// Payload of a packet that only fills space: so large that filling takes few syncs, so small that the WAL gets no
/// longer than a tenth beyond its automatic checkpoint.
const FILLING_PAYLOAD_BYTES: u32 = 96 << 10;

/// Fills the workload's backlog, writes until the WAL was reset or so many bytes of payload are
/// written, drains, and commits one more packet of the case's size, so that the log begins anew in
/// space that was written before.
pub fn reach(
    path: &mut dyn WritePath,
    source: &mut PacketSource,
    filling_bytes: u64,
) -> Result<(), RunnerError> {
    fill_backlog(path, source)?;
    let filling_records = filling_records(source);
    let resets_begin = path.inspect().wal_resets()?;
    let mut filled_bytes = 0;
    while filled_bytes < filling_bytes && path.inspect().wal_resets()? == resets_begin {
        let packet = source.packet_of(filling_records);
        filled_bytes += packet.payload_bytes() as u64;
        commit(path, &packet)?;
    }
    path.drain()?;
    commit(path, &source.next_packet())
}

/// Commits packets until each record that is inserted has one deleted beside it, in a workload that
/// deletes.
pub fn fill_backlog(
    path: &mut dyn WritePath,
    source: &mut PacketSource,
) -> Result<(), RunnerError> {
    while !source.has_full_backlog() {
        commit(path, &source.packet_of(filling_records(source)))?;
    }
    Ok(())
}

/// Records of a packet that shrinks a backlog: so few that work which follows acks is done many times.
const SHRINKING_RECORDS: NonZeroU32 = NonZeroU32::new(32).expect("not zero");

/// Deletes most of what waits, in a workload that deletes, so that it shows what becomes of the space.
pub fn shrink_backlog(
    path: &mut dyn WritePath,
    source: &mut PacketSource,
) -> Result<(), RunnerError> {
    while let Some(packet) = source.shrink_backlog(SHRINKING_RECORDS) {
        commit(path, &packet)?;
    }
    Ok(())
}

fn filling_records(source: &PacketSource) -> NonZeroU32 {
    let records = FILLING_PAYLOAD_BYTES / source.record_bytes_mean();
    source.records_per_packet().max(NonZeroU32::new(records).unwrap_or(NonZeroU32::MIN))
}
