//! Cases in blocks, on small real stores.

mod common;
mod continuous;
mod offered;
mod reader;
mod records;
mod wal_length;
