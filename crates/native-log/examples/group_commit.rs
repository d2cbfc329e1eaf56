//! What group commit gains when a sync is dear: a storage in memory whose every sync takes 4 ms,
//! and single 24-byte records from one appender, from 64, and from one thread that keeps 1,024 in
//! flight.
//!
//! `cargo run --release -p native-log --example group_commit`

use std::collections::VecDeque;
use std::error::Error;
use std::io;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use native_log::storage::{
    DirectoryChange, FileChange, MemoryStorage, OpenMode, Storage, StorageFile,
};
use native_log::{Flusher, GroupWait, Log, LogOptions};

const SYNC_TIME: Duration = Duration::from_millis(4);
const MEASURE_TIME: Duration = Duration::from_secs(2);
const RECORD: [u8; 24] = [0x5a; 24];
const IN_FLIGHT: usize = 1024;

fn main() -> Result<(), Box<dyn Error>> {
    let at_once = LogOptions { segment_bytes: 256 << 20, ..LogOptions::growing_fdatasync() };
    let patient = GroupWait::Bounded {
        wait_max: Duration::from_micros(500),
        packets_enough: NonZeroU32::new(64).expect("64 is not 0"),
    };
    let kinds = [
        ("waiters lead", at_once),
        ("waiters lead, wait up to 0.5 ms", LogOptions { group_wait: patient, ..at_once }),
        ("own thread", LogOptions { flusher: Flusher::OwnThread, ..at_once }),
    ];
    let one = appenders(at_once, 1)?;
    println!("1 appender, waiters lead: {one:.0} records/s");
    for (name, options) in kinds {
        let many = appenders(options, 64)?;
        println!("64 appenders, {name}: {many:.0} records/s, {:.1} times one", many / one);
        let deep = in_flight(options)?;
        println!("1 thread, 1,024 in flight, {name}: {deep:.0} records/s, {:.0} times", deep / one);
    }
    Ok(())
}

fn open(options: LogOptions) -> Result<Log, native_log::Error> {
    Log::open_on(Arc::new(SlowStorage { memory: MemoryStorage::new() }), options)
}

fn appenders(options: LogOptions, threads: usize) -> Result<f64, native_log::Error> {
    let log = open(options)?;
    let started = Instant::now();
    thread::scope(|scope| {
        let appenders: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    while started.elapsed() < MEASURE_TIME {
                        log.wait(log.append(&RECORD, 1)?)?;
                    }
                    Ok::<_, native_log::Error>(())
                })
            })
            .collect();
        appenders.into_iter().try_for_each(|thread| thread.join().expect("no panic"))
    })?;
    Ok(log.acked_through().get() as f64 / started.elapsed().as_secs_f64())
}

fn in_flight(options: LogOptions) -> Result<f64, native_log::Error> {
    let log = open(options)?;
    let mut flying = VecDeque::with_capacity(IN_FLIGHT);
    let started = Instant::now();
    while started.elapsed() < MEASURE_TIME {
        while flying.len() < IN_FLIGHT {
            flying.push_back(log.append(&RECORD, 1)?);
        }
        let oldest = flying.pop_front().expect("it has just been filled");
        log.wait(oldest)?;
    }
    Ok(log.acked_through().get() as f64 / started.elapsed().as_secs_f64())
}

/// Memory whose syncs take their time.
#[derive(Debug)]
struct SlowStorage {
    memory: MemoryStorage,
}

impl Storage for SlowStorage {
    fn create(&self, name: &str) -> io::Result<Box<dyn StorageFile>> {
        Ok(Box::new(SlowFile { file: self.memory.create(name)? }))
    }

    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Box<dyn StorageFile>> {
        Ok(Box::new(SlowFile { file: self.memory.open(name, mode)? }))
    }

    fn list(&self) -> io::Result<Vec<String>> {
        self.memory.list()
    }

    fn change(&self, change: DirectoryChange<'_>) -> io::Result<()> {
        self.memory.change(change)
    }
}

#[derive(Debug)]
struct SlowFile {
    file: Box<dyn StorageFile>,
}

impl StorageFile for SlowFile {
    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn change(&self, change: FileChange<'_>) -> io::Result<()> {
        if matches!(change, FileChange::Sync(_)) {
            thread::sleep(SYNC_TIME);
        }
        self.file.change(change)
    }
}
