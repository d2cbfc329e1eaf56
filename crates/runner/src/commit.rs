//! One commit, where nothing is timed.

use write_path::{Packet, WritePath};

use crate::error::RunnerError;
use crate::interrupt;

/// Commits a packet, and does what the path puts off until after the ack.
///
/// # Errors
/// Whatever the path answers, and [`RunnerError::Interrupted`] after Ctrl-C.
pub fn commit(path: &mut dyn WritePath, packet: &Packet) -> Result<(), RunnerError> {
    interrupt::check()?;
    let ticket = path.submit(packet)?;
    path.wait(ticket)?;
    Ok(path.after_ack()?)
}
