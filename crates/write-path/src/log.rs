//! The native log as a write path: operations as bytes, packets as frames.

mod encoding;
mod engine;
mod path;
mod reader;
mod ready;
mod spec;

pub use encoding::{decode_operations, encode_packet};
pub(crate) use encoding::{encoded_operations, encoded_vote};
pub(crate) use path::{FILLER_RECORDS, LogPath};
pub use spec::{LogSpec, Packets};
