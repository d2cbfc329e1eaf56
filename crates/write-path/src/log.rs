//! The native log as a write path: operations as bytes, packets as frames.

mod encoding;
mod path;
mod reader;
mod spec;

pub use encoding::{decode_operations, encode_packet};
pub use spec::LogSpec;
