//! `durabench floor`: one write and one sync, measured on its own.

use std::io::Write;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use anyhow::anyhow;
use clap::Args;
use measure::environment::{Environment, is_tmpfs};
use measure::floor::{Floor, PAYLOAD_BYTES_MAX, SyncCall};

use crate::bounded::{from_one_to, within};

#[derive(Args)]
pub(crate) struct Options {
    /// The directory whose disk is measured.
    #[arg(long, default_value = ".")]
    directory: PathBuf,
    /// Bytes of each write, up to 64 MiB. The first document's merged packet of 400 votes is 9,600.
    #[arg(long, default_value = "4096", value_parser = payload_bytes)]
    payload_bytes: NonZeroUsize,
    /// Writes with each of fdatasync and fsync.
    #[arg(long, default_value = "1000", value_parser = from_one_to(WRITES_MAX))]
    writes: NonZeroU32,
}

/// Writes at most: every time is kept in memory until the end.
const WRITES_MAX: u32 = 10_000_000;

/// Bursts of either call, so that both see the disk in the same moods.
const BURST_WRITES: u32 = 20;

pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<()> {
    let directory = &options.directory;
    let environment = Environment::capture(directory)?;
    writeln!(out, "{}", describe(&environment))?;
    if is_tmpfs(directory)? {
        writeln!(out, "warning: this is a tmpfs, where a sync costs nothing")?;
    }
    let calls = [SyncCall::Fdatasync, SyncCall::DataSyncWrite, SyncCall::Fsync];
    let mut floors = Vec::new();
    for call in calls {
        floors.push((call, Floor::prepare(directory, options.payload_bytes, call)?, Vec::new()));
    }
    let mut left = options.writes.get();
    while let Some(writes) = NonZeroU32::new(left.min(BURST_WRITES)) {
        for (call, floor, times_ns) in &mut floors {
            let burst =
                floor.burst(writes).map_err(|error| anyhow!("measuring {call:?}: {error}"))?;
            times_ns.extend(burst);
        }
        left -= writes.get();
    }
    for (call, _, times_ns) in &mut floors {
        times_ns.sort_unstable();
        let at = |share: f64| times_ns[((times_ns.len() - 1) as f64 * share) as usize] as f64 / 1e3;
        writeln!(
            out,
            "{:<9}  p50 {:>8.1} us  p99 {:>8.1} us  longest {:>8.1} us  of {} writes of {} bytes",
            call.name(),
            at(0.5),
            at(0.99),
            at(1.0),
            times_ns.len(),
            options.payload_bytes
        )?;
    }
    Ok(())
}

fn payload_bytes(text: &str) -> Result<NonZeroUsize, String> {
    let most = NonZeroUsize::new(PAYLOAD_BYTES_MAX).unwrap_or(NonZeroUsize::MIN);
    within(text, NonZeroUsize::MIN, most)
}

fn describe(environment: &Environment) -> String {
    let unknown = || "unknown".to_string();
    let device = environment.device.as_ref();
    let filesystem = &environment.filesystem;
    format!(
        "{} on {}, write cache {}, kernel {}",
        filesystem.kind.clone().unwrap_or_else(unknown),
        device.and_then(|device| device.name.clone()).unwrap_or_else(unknown),
        device.and_then(|device| device.write_cache.clone()).unwrap_or_else(unknown),
        environment.kernel.release.clone().unwrap_or_else(unknown),
    )
}
