//! The log driver on real files, with real threads.

mod common;
mod ends;
mod faults;
mod topologies;
