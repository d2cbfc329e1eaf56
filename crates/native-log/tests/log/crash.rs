//! Power cuts between any two storage events, during recovery too: what was acknowledged is there,
//! what is there was appended, in order, and a log goes on from there. And the controls: storages
//! and methods that must lose.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use native_log::storage::{
    DirectoryChange, FailedSync, Fault, FaultPlan, FaultyStorage, FileChange, MemoryStorage,
    OpenMode, PowerCut, Storage, StorageFile,
};
use native_log::{Error, Log, LogOptions, Operation, Sequence, Space, SyncMethod};

use crate::common::{FAILED_SYNCS, SPACES, SYNC_METHODS, open, packet, read_all, threaded, tiny};

/// A storage that notes, before each change, what power cuts would leave, and what had been
/// acknowledged by then.
#[derive(Clone, Debug)]
struct CrashPoints {
    memory: MemoryStorage,
    acked: Arc<AtomicU64>,
    seeds: std::ops::Range<u64>,
    points: Arc<Mutex<Vec<(MemoryStorage, u64)>>>,
}

impl CrashPoints {
    fn over(memory: MemoryStorage, acked: u64, seeds: std::ops::Range<u64>) -> Self {
        let acked = Arc::new(AtomicU64::new(acked));
        Self { memory, acked, seeds, points: Arc::default() }
    }

    fn note(&self) {
        let acked = self.acked.load(Ordering::SeqCst);
        let some = self.seeds.clone().map(|seed| PowerCut::TakesSome { seed });
        let cuts = [PowerCut::TakesAll, PowerCut::TakesNothing].into_iter().chain(some);
        let states = cuts.map(|cut| (self.memory.after_power_cut(cut), acked));
        self.points.lock().unwrap().extend(states);
    }

    fn take(&self) -> Vec<(MemoryStorage, u64)> {
        self.note();
        std::mem::take(&mut *self.points.lock().unwrap())
    }
}

impl Storage for CrashPoints {
    fn create(&self, name: &str) -> io::Result<Box<dyn StorageFile>> {
        self.note();
        let file = self.memory.create(name)?;
        Ok(Box::new(NotedFile { file, points: self.clone() }))
    }

    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Box<dyn StorageFile>> {
        let file = self.memory.open(name, mode)?;
        Ok(Box::new(NotedFile { file, points: self.clone() }))
    }

    fn list(&self) -> io::Result<Vec<String>> {
        self.memory.list()
    }

    fn change(&self, change: DirectoryChange<'_>) -> io::Result<()> {
        self.note();
        self.memory.change(change)
    }

    fn change_failed(&self, change: DirectoryChange<'_>) {
        self.memory.change_failed(change);
    }
}

#[derive(Debug)]
struct NotedFile {
    file: Box<dyn StorageFile>,
    points: CrashPoints,
}

impl StorageFile for NotedFile {
    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn change(&self, change: FileChange<'_>) -> io::Result<()> {
        self.points.note();
        self.file.change(change)
    }

    fn change_failed(&self, change: FileChange<'_>) {
        self.file.change_failed(change);
    }
}

/// Packets and segments so large that one packet of a group can be lost while a later one in the
/// same segment is not: writes tear at sectors.
fn several_sectors(space: Space) -> LogOptions {
    LogOptions { segment_bytes: 4096 + 2048, ..tiny(space) }
}

/// Segments of one packet each.
fn one_packet(space: Space) -> LogOptions {
    LogOptions { segment_bytes: 4096 + 664, ..tiny(space) }
}

/// Segments of a dozen packets over several pages, and a short last one.
fn many_packets(space: Space) -> LogOptions {
    LogOptions { segment_bytes: 4096 + 9000, ..tiny(space) }
}

/// The packet of this number in this life of the log: packets that a crash took are replaced by
/// others of the same length, so that a stale one in a new one's place would show.
fn packet_of(life: u64, number: u64) -> Vec<u8> {
    packet(life * 1_000_000 + number, 8 + (number * 149 % 590) as usize)
}

/// Appends up to `last`, in groups, letting go of old packets on the way.
fn work(log: &Log, life: u64, last: u64, acked: &AtomicU64) -> Result<(), Error> {
    let first = log.appended_through().get() + 1;
    for number in first..=last {
        let sequence = log.append(&packet_of(life, number), 1)?;
        if number % 3 == 0 {
            log.wait(sequence)?;
            acked.store(log.acked_through().get(), Ordering::SeqCst);
        }
        if number % 11 == 0 {
            log.drop_before(Sequence::new(number.saturating_sub(8)))?;
        }
    }
    acked.store(log.flush()?.get(), Ordering::SeqCst);
    Ok(())
}

/// What should be in the log: `lives[n]` is the last packet of life n that survived into it.
fn check(log: &Log, lives: &[u64], acked: u64) -> u64 {
    let packets = read_all(log, log.first());
    let last = log.acked_through().get();
    assert!(last >= acked, "acknowledged through {acked}, found {last}");
    assert_eq!(packets.len() as u64, last + 1 - log.first().get());
    for ((number, _, bytes), expected) in packets.into_iter().zip(log.first().get()..) {
        assert_eq!(number, expected);
        let life = lives.iter().position(|&last| number <= last).unwrap_or(lives.len());
        assert_eq!(bytes, packet_of(life as u64, number), "packet {number}, lives {lives:?}");
    }
    last
}

/// Crashes a log at every storage event of its first life; then, for a sample of what is left, at
/// every event of its recovery and second life.
fn campaign(options: LogOptions) {
    let points = CrashPoints::over(MemoryStorage::new(), 0, 0..8);
    live_and_crash(options, &points, 1);
}

/// As [`campaign`], but this sync of the first life fails, and the log is opened again without a
/// crash.
fn campaign_with_failed_sync(options: LogOptions, failed_sync: FailedSync, nth: u64) {
    let memory = MemoryStorage::with_failed_syncs(failed_sync);
    let points = CrashPoints::over(memory, 0, 0..2);
    for operation in [Operation::Sync, Operation::Write, Operation::SyncDirectory] {
        let plan = FaultPlan { operation, nth, fault: Fault::Os(5) };
        let storage = FaultyStorage::new(Arc::new(points.clone()), plan);
        if let Ok(log) = Log::open_on(Arc::new(storage.clone()), options) {
            let last = log.appended_through().get() + 12;
            let worked = work(&log, 0, last, &points.acked);
            assert_eq!(worked.is_err(), storage.has_struck(), "{plan:?}");
        }
    }
    live_and_crash(options, &points, 11);
}

/// A life on what these crash points lie over, and the crashes in it, or each so many-th of them.
fn live_and_crash(options: LogOptions, points: &CrashPoints, stride: usize) {
    let log = Log::open_on(Arc::new(points.clone()), options).unwrap();
    check(&log, &[u64::MAX], points.acked.load(Ordering::SeqCst));
    work(&log, 0, 40, &points.acked).unwrap();
    log.close().unwrap();
    let states = points.take();
    assert!(states.len() > 100, "only {} states", states.len());
    for (index, (memory, acked)) in states.into_iter().enumerate().step_by(stride) {
        if index % 29 == 7 {
            crash_again(options, memory, acked);
        } else {
            go_on(options, &memory, acked);
        }
    }
}

/// After a crash, one packet takes the place of the first that is gone: nothing of the old life
/// may follow it. Then the log goes on, and loses nothing again.
fn go_on(options: LogOptions, memory: &MemoryStorage, acked: u64) {
    let log = open(memory, options).unwrap();
    let survived = check(&log, &[u64::MAX], acked);
    // What opening has found is as safe as if it had been acknowledged.
    let again = open(&memory.after_power_cut(PowerCut::TakesAll), options).unwrap();
    check(&again, &[u64::MAX], survived);
    work(&log, 1, survived + 1, &AtomicU64::new(0)).unwrap();
    drop(log);
    let log = open(memory, options).unwrap();
    assert_eq!(check(&log, &[survived, u64::MAX], survived + 1), survived + 1);
    work(&log, 1, survived + 8, &AtomicU64::new(0)).unwrap();
    drop(log);
    let log = open(&memory.after_power_cut(PowerCut::TakesAll), options).unwrap();
    check(&log, &[survived, u64::MAX], survived + 8);
}

fn crash_again(options: LogOptions, memory: MemoryStorage, acked: u64) {
    let points = CrashPoints::over(memory, acked, 0..2);
    let log = Log::open_on(Arc::new(points.clone()), options).unwrap();
    let survived = check(&log, &[u64::MAX], acked);
    let in_recovery = points.take();
    for (memory, acked) in in_recovery {
        check(&open(&memory, options).unwrap(), &[u64::MAX], acked);
    }
    points.acked.store(survived, Ordering::SeqCst);
    work(&log, 1, survived + 8, &points.acked).unwrap();
    drop(log);
    for (memory, acked) in points.take() {
        check(&open(&memory, options).unwrap(), &[survived, u64::MAX], acked);
    }
}

#[test]
fn no_crash_loses_an_acknowledged_packet_in_any_space() {
    for space in SPACES {
        campaign(several_sectors(space));
    }
}

#[test]
fn no_crash_loses_an_acknowledged_packet_in_segments_of_one_packet_or_of_many() {
    for space in [SPACES[0], SPACES[2], SPACES[4]] {
        for options in [one_packet(space), many_packets(space)] {
            live_and_crash(options, &CrashPoints::over(MemoryStorage::new(), 0, 0..8), 7);
        }
    }
}

#[test]
fn no_crash_after_a_failed_sync_loses_an_acknowledged_packet() {
    for failed_sync in FAILED_SYNCS {
        for space in [SPACES[0], SPACES[3], SPACES[4]] {
            for (nth, options) in
                [(4, several_sectors(space)), (7, one_packet(space)), (6, many_packets(space))]
            {
                campaign_with_failed_sync(options, failed_sync, nth);
            }
        }
    }
}

#[test]
fn no_crash_loses_an_acknowledged_packet_with_any_durable_sync_method() {
    for sync_method in SYNC_METHODS.into_iter().filter(|method| method.is_durable()) {
        campaign(LogOptions { sync_method, ..several_sectors(SPACES[4]) });
    }
}

#[test]
fn no_crash_loses_an_acknowledged_packet_beside_the_logs_own_threads() {
    for space in [SPACES[3], SPACES[4]] {
        campaign(threaded(several_sectors(space)));
    }
}

/// Appends up to `last` on a storage, cuts the power, and returns how many of the acknowledged
/// packets are gone.
fn lost(options: LogOptions, last: u64, fault: Option<FaultPlan>) -> Result<u64, Error> {
    let memory = MemoryStorage::new();
    let acked = AtomicU64::new(0);
    let storage: Arc<dyn Storage> = match fault {
        Some(plan) => Arc::new(FaultyStorage::new(Arc::new(memory.clone()), plan)),
        None => Arc::new(memory.clone()),
    };
    let log = Log::open_on(storage, options)?;
    work(&log, 0, last, &acked)?;
    let log = open(&memory.after_power_cut(PowerCut::TakesAll), options)?;
    let found = read_all(&log, log.first());
    assert!(found.iter().all(|(number, _, bytes)| *bytes == packet_of(0, *number)));
    Ok(acked.into_inner().saturating_sub(found.len() as u64))
}

#[test]
fn without_a_sync_a_power_cut_takes_acknowledged_packets() {
    let never = LogOptions { sync_method: SyncMethod::Never, ..several_sectors(SPACES[0]) };
    assert_eq!(lost(never, 6, None).unwrap(), 6);
    assert_eq!(lost(several_sectors(SPACES[0]), 6, None).unwrap(), 0);
}

#[test]
fn storages_that_lie_are_found_out() {
    let lie = |operation, nth| Some(FaultPlan { operation, nth, fault: Fault::Pretended });
    // Sync 1 is the new segment's, 2 and 3 are those of the first groups.
    assert_eq!(lost(several_sectors(SPACES[0]), 3, lie(Operation::Sync, 2)).unwrap(), 3);
    // Directory sync 1 opens the log, 2 makes the segment's name durable.
    assert_eq!(lost(several_sectors(SPACES[0]), 3, lie(Operation::SyncDirectory, 2)).unwrap(), 3);
    // If a later segment's frames promise what is gone, the loss is told.
    let told = lost(several_sectors(SPACES[0]), 12, lie(Operation::Sync, 3));
    assert!(matches!(told, Err(Error::Corruption { .. })), "{told:?}");
}
