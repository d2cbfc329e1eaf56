//! What the log adds to the disk's own limit: per packet, a closed loop of append and wait beside
//! the floor (one write of the same payload and one `fdatasync` on recycled space, as the suite
//! measures it), in interleaved bursts. And, on the same directory, the log without any sync.
//!
//! `cargo run --release -p native-log --example overhead -- <directory> [rounds]`
//!
//! The directory must be on the disk that is meant; on tmpfs a sync costs nothing, and what is
//! left is processor time.

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::time::Instant;

use measure::floor::{Floor, SOURCE_BYTES_MIN, SyncCall};
use native_log::{Log, LogOptions, SyncMethod};

const RECORD_BYTES: usize = 24;
const RECORDS: [usize; 4] = [1, 16, 400, 4096];
const BURST: u32 = 32;
/// Pairs of bursts further apart than this were taken in different regimes of the disk.
const MOOD_RATIO_MAX: f64 = 2.0;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory: PathBuf = arguments.next().ok_or("name a directory to work in")?.into();
    let rounds = arguments.next().map_or(Ok(100), |text| text.parse())?;
    let scratch = directory.join("native-log-overhead");
    println!("records  floor us  log us  over floor us  aimed at us  kept pairs  | no sync us");
    for records in RECORDS {
        fs::create_dir_all(&scratch)?;
        let paired = measure_pairs(&scratch, records, rounds)?;
        let unsynced_ns = measure_unsynced(&scratch, records)?;
        println!(
            "{records:7} {:9.1} {:7.1} {:14.2} {:12.1} {:6} of {:<4} | {:10.2}",
            paired.floor_ns / 1e3,
            paired.log_ns / 1e3,
            paired.over_ns / 1e3,
            5.0 + 0.003 * records as f64,
            paired.kept,
            rounds,
            unsynced_ns / 1e3,
        );
        fs::remove_dir_all(&scratch)?;
    }
    Ok(())
}

struct Paired {
    floor_ns: f64,
    log_ns: f64,
    over_ns: f64,
    kept: usize,
}

fn measure_pairs(scratch: &Path, records: usize, rounds: usize) -> Result<Paired, Box<dyn Error>> {
    let options = LogOptions::recycled_fdatasync();
    let log = Log::open(scratch.join("log"), options)?;
    log.wait_until_prepared()?;
    let payload_bytes = NonZeroUsize::new(records * RECORD_BYTES).ok_or("no records")?;
    // As many bytes in turns as the floor has, so that both read them from the same cache.
    let payloads = vec![0x5a; SOURCE_BYTES_MIN.next_multiple_of(payload_bytes.get())];
    let mut payloads = payloads.chunks_exact(payload_bytes.get()).cycle();
    let mut floor = Floor::prepare(scratch, payload_bytes, SyncCall::Fdatasync)?;
    let mut pairs = Vec::new();
    for round in 0..rounds {
        // Which comes first alternates, so that neither inherits the other's trail.
        let (log_ns, floor_ns) = if round % 2 == 0 {
            let log_ns = log_burst(&log, &mut payloads, records)?;
            (log_ns, floor_burst(&mut floor)?)
        } else {
            let floor_ns = floor_burst(&mut floor)?;
            (log_burst(&log, &mut payloads, records)?, floor_ns)
        };
        pairs.push((log_ns, floor_ns));
        log.drop_before(log.acked_through())?;
        log.wait_until_prepared()?;
    }
    pairs.retain(|(log, floor)| (log / floor).max(floor / log) <= MOOD_RATIO_MAX);
    Ok(Paired {
        floor_ns: median(pairs.iter().map(|(_, floor)| *floor)),
        log_ns: median(pairs.iter().map(|(log, _)| *log)),
        over_ns: median(pairs.iter().map(|(log, floor)| log - floor)),
        kept: pairs.len(),
    })
}

/// The median time of one append and wait.
fn log_burst<'payload>(
    log: &Log,
    payloads: &mut impl Iterator<Item = &'payload [u8]>,
    records: usize,
) -> Result<f64, native_log::Error> {
    let mut times = Vec::with_capacity(BURST as usize);
    for payload in payloads.take(BURST as usize) {
        let started = Instant::now();
        let sequence = log.append(payload, records as u32)?;
        log.wait(sequence)?;
        times.push(started.elapsed().as_nanos() as f64);
    }
    Ok(median(times))
}

/// The median time of one write and sync.
fn floor_burst(floor: &mut Floor) -> Result<f64, Box<dyn Error>> {
    let writes = NonZeroU32::new(BURST).ok_or("no writes")?;
    let times_ns = floor.burst(writes)?;
    Ok(median(times_ns.into_iter().map(|time_ns| time_ns as f64)))
}

/// Processor time per packet: the same loop without syncs, encoding in place.
fn measure_unsynced(scratch: &Path, records: usize) -> Result<f64, Box<dyn Error>> {
    let options = LogOptions { sync_method: SyncMethod::Never, ..LogOptions::recycled_fdatasync() };
    let log = Log::open(scratch.join("unsynced"), options)?;
    log.wait_until_prepared()?;
    let record = [0x5a_u8; RECORD_BYTES];
    let packets = (40 << 20) / (records * RECORD_BYTES + 64);
    let mut times = Vec::with_capacity(packets);
    for _ in 0..packets.min(20_000) {
        let started = Instant::now();
        let sequence = log.append_with(records * RECORD_BYTES, records as u32, |bytes| {
            for slot in bytes.as_chunks_mut::<RECORD_BYTES>().0 {
                *slot = black_box(record);
            }
        })?;
        log.wait(sequence)?;
        times.push(started.elapsed().as_nanos() as f64);
    }
    Ok(median(times))
}

fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
