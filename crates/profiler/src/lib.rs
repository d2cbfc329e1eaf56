//! Flamegraphs of Criterion cases: where the time of a case goes, on the CPU and while waiting.
//!
//! [`FlamegraphProfiler`] implements Criterion's [`Profiler`](criterion::profiler::Profiler) over
//! [pprof](https://docs.rs/pprof/0.15.0), so that `cargo bench -- --profile-time 5 FILTER` leaves a
//! flamegraph and its folded stacks in `<criterion directory>/<case>/profile/`:
//!
//! | [`Clock`] | files | one sample stands for |
//! |---|---|---|
//! | [`Clock::OnCpu`] | `flamegraph.svg`, `flamegraph.folded` | CPU time, user and system, of any thread |
//! | [`Clock::Wall`] | `flamegraph-wall.svg`, `flamegraph-wall.folded` | time of the bench thread, waiting included |
//!
//! ```no_run
//! use criterion::Criterion;
//! use profiler::{Clock, FlamegraphProfiler};
//!
//! # fn main() -> Result<(), profiler::ProfilerError> {
//! let profiler = FlamegraphProfiler::new(Clock::from_env()?, 997)?;
//! let criterion = Criterion::default().with_profiler(profiler);
//! # Ok(())
//! # }
//! ```
//!
//! A case that waits for the disk is nearly invisible on the CPU clock: profile it on the wall
//! clock. Frames of Criterion and of the standard library below the case are cut, so that warm-up
//! and measurement are one tower. The crate is for Linux. What the pictures cannot tell:
//!
//! - The kernel checks the CPU timer at its own tick, so the CPU clock gives at most `CONFIG_HZ`
//!   samples per second of the process, whatever was asked (250 on many kernels).
//! - Taking a sample stops its thread for 25 to 140 microseconds, by the stack's depth (measured on
//!   a virtual machine), since pprof asks the kernel about each address of the stack before reading
//!   it. On the wall clock at 997 Hz that takes 3 to 14 % of the time, and a long wait is
//!   lengthened by its own samples. So the pictures tell where time goes, and never how fast a case
//!   is.
//! - A wait that cannot be interrupted is drawn at its end, with the ticks that it missed, at most 250 of
//!   them (a quarter of a second at 997 Hz), so that no signal handler runs for long; the picture says
//!   how many it left out.
//! - A function that ends in a call of another may have left the stack by then (a tail call).
//! - On aarch64 pprof 0.15.0 starts at the link register, so the innermost frame is off by one.

mod chosen_clock;
mod clock;
mod criterion_profiler;
mod error;
mod exact_addresses;
mod first_sample;
mod folded;
mod frame_name;
mod output;
mod sampling;
mod trim;
mod wall_timer;

pub use clock::{CLOCK_VARIABLE, Clock, FREQUENCY_HZ_MAX};
pub use criterion_profiler::FlamegraphProfiler;
pub use error::ProfilerError;
pub use sampling::check_temporary_directory;
