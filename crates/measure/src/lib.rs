//! Latency, floor, environment and run records: what a measurement is made of, with no engine in
//! sight.
//!
//! Each module has one job. A bench times a case with [`latency`] and [`timeline`], brackets it
//! with the [`floor`] and judges it with [`pairs`], notes where it ran with [`environment`],
//! [`device`] and [`git`], and stores all of it as one [`record`] of a [`run`].

pub mod atomic_file;
pub mod attribution;
pub mod cargo;
pub mod device;
pub mod environment;
pub mod floor;
pub mod git;
pub mod latency;
pub mod pairs;
pub mod record;
pub mod run;
pub mod spread;
pub mod stats;
pub mod timeline;
pub mod utc;

mod durations;
mod random;
mod system_roots;

pub use durations::nanoseconds;
