//! The native log as a write path: operations as bytes, packets as frames.

mod encoding;
mod path;
mod reader;
mod spec;

pub use encoding::{decode_operations, encode_packet};
pub(crate) use encoding::{encoded_operations, encoded_vote};
pub(crate) use path::LogPath;
pub(crate) use reader::visit_operations;
pub use spec::{LogSpec, Packets};
