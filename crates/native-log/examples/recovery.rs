//! How long opening takes: 5.12 million records of 24 bytes, 400 in a packet, every checksum
//! verified and every record visited, from the page cache.
//!
//! `cargo run --release -p native-log --example recovery -- <directory>`

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use native_log::storage::FileStorage;
use native_log::{Log, LogOptions, Packet, Sequence};

const RECORD_BYTES: usize = 24;
const RECORDS_PER_PACKET: usize = 400;
const PACKETS: u64 = 12_800;

fn main() -> Result<(), Box<dyn Error>> {
    let directory: PathBuf = std::env::args().nth(1).ok_or("name a directory to work in")?.into();
    let scratch = directory.join("native-log-recovery");
    let options = LogOptions::recycled_fdatasync();
    let expected = write(&scratch, options)?;

    for _ in 0..5 {
        let storage = Arc::new(FileStorage::open(&scratch)?);
        let mut sum = 0;
        let started = Instant::now();
        let log = Log::open_replaying(storage, options, |packet| sum += sum_records(&packet))?;
        let opened = started.elapsed();
        assert_eq!(sum, expected, "every record was visited once");

        let started = Instant::now();
        let mut reader = log.read_from(Sequence::FIRST)?;
        let mut sum = 0;
        while let Some(packet) = reader.next()? {
            sum += sum_records(&packet);
        }
        assert_eq!(sum, expected, "every record was read once");
        log.close()?;
        println!(
            "open, verify and visit: {:.3} s; read again: {:.3} s",
            opened.as_secs_f64(),
            started.elapsed().as_secs_f64()
        );
    }
    std::fs::remove_dir_all(&scratch)?;
    Ok(())
}

fn write(scratch: &std::path::Path, options: LogOptions) -> Result<u64, Box<dyn Error>> {
    // Closed in order, so that every packet has a promise: else opening would write them again.
    let log = Log::open(scratch, options)?;
    let mut number = 0;
    let mut sum = 0_u64;
    for _ in 0..PACKETS {
        let length = RECORD_BYTES * RECORDS_PER_PACKET;
        log.append_with(length, RECORDS_PER_PACKET as u32, |bytes| {
            for record in bytes.as_chunks_mut::<RECORD_BYTES>().0 {
                number += 1;
                sum += number;
                record.fill(0);
                record[..8].copy_from_slice(&u64::to_le_bytes(number));
            }
        })?;
    }
    log.flush()?;
    log.close()?;
    Ok(sum)
}

fn sum_records(packet: &Packet<'_>) -> u64 {
    let records = packet.fixed_records::<RECORD_BYTES>().expect("as it was written");
    let numbers = records.iter().map(|record| record.first_chunk().expect("8 of 24 bytes"));
    numbers.map(|number| u64::from_le_bytes(*number)).sum()
}
