//! The native log as a write path: operations as bytes, packets as frames.

mod encoding;
mod path;
mod reader;

pub use encoding::{decode_operations, encode_packet};
pub(crate) use encoding::{encoded_operations, encoded_vote};
pub(crate) use path::LogPath;
pub use path::{LogSpec, Packets};
pub(crate) use reader::visit_operations;
