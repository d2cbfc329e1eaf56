//! Every storage operation of a short life fails once, in turn: no acknowledged packet is lost,
//! the log stops for good and says why, and opening it again heals it.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use native_log::storage::{
    Fault, FaultPlan, FaultyStorage, MemoryStorage, OpenMode, PowerCut, Storage, StorageFile,
    SyncKind, WriteMode,
};
use native_log::{Error, Log, LogOptions, Operation, Sequence};

use crate::common::{SPACES, SYNC_METHODS, open, packet, read_all, threaded, tiny};

const EIO: i32 = 5;
const ENOSPC: i32 = 28;

const OPERATIONS: [Operation; 8] = [
    Operation::Create,
    Operation::Write,
    Operation::Sync,
    Operation::SetLength,
    Operation::Allocate,
    Operation::Rename,
    Operation::Unlink,
    Operation::SyncDirectory,
];

/// A life with rotation, retention and recycling; `acked` follows what was promised.
fn live(log: &Log, acked: &mut u64) -> Result<(), Error> {
    for number in 1..=24 {
        let sequence = log.append(&packet(number, 150), 1)?;
        if number % 2 == 0 {
            log.wait(sequence)?;
            *acked = sequence.get();
        }
        if number % 9 == 0 {
            log.drop_before(Sequence::new(number - 6))?;
        }
    }
    log.wait_until_prepared()
}

/// Runs a life with one fault in it. Returns false once the fault comes too late to happen.
fn run(options: LogOptions, plan: FaultPlan, deterministic: bool) -> bool {
    let memory = MemoryStorage::new();
    let storage = FaultyStorage::new(Arc::new(memory.clone()), plan);
    let mut acked = 0;
    match Log::open_on(Arc::new(storage.clone()), options) {
        Ok(log) => {
            let result = live(&log, &mut acked);
            if storage.has_struck() {
                expect_poisoned(&log, result, plan);
                if deterministic {
                    assert_eq!(storage.changes_after(), 0, "{plan:?}: changed something after");
                }
            } else {
                result.unwrap();
            }
        }
        Err(Error::Storage(failure)) => {
            assert!(storage.has_struck());
            assert_eq!(failure.operation, plan.operation);
        }
        Err(other) => panic!("{plan:?}: {other}"),
    }
    let cuts = [PowerCut::TakesAll, PowerCut::TakesNothing, PowerCut::TakesSome { seed: plan.nth }];
    for cut in cuts {
        let log = open(&memory.after_power_cut(cut), options).unwrap();
        let found = read_all(&log, log.first());
        assert!(log.acked_through().get() >= acked, "{plan:?}, {cut:?}");
        assert!(found.iter().all(|(number, _, bytes)| *bytes == packet(*number, 150)));
        log.wait(log.append(b"on it goes", 1).unwrap()).unwrap();
    }
    storage.has_struck()
}

fn expect_poisoned(log: &Log, result: Result<(), Error>, plan: FaultPlan) {
    let acked = log.acked_through();
    // With the log's own threads a fault may strike after the last call: the next one tells.
    let later = [
        log.append(b"more", 1).map(|_| ()),
        log.wait(acked.next()),
        log.flush().map(|_| ()),
        log.drop_before(acked).map(|_| ()),
    ];
    for result in result.err().map(Err).into_iter().chain(later) {
        let Err(Error::Poisoned(failure)) = result else { panic!("{plan:?}: {result:?}") };
        assert_eq!(failure.operation, plan.operation);
        let (Fault::Os(number) | Fault::HalfWritten(number)) = plan.fault else { unreachable!() };
        assert_eq!(failure.cause.raw_os_error(), Some(number));
    }
    // What was acknowledged stays so, and can be read.
    log.wait(acked).unwrap();
    let read = read_all(log, log.first());
    assert!(read.iter().all(|(number, ..)| *number <= log.acked_through().get()));
}

/// Every operation, every place.
fn campaign(options: LogOptions, deterministic: bool) -> u64 {
    let mut struck = 0;
    for operation in OPERATIONS {
        for fault in [Fault::Os(EIO), Fault::Os(ENOSPC), Fault::HalfWritten(EIO)] {
            for nth in 1.. {
                if !run(options, FaultPlan { operation, nth, fault }, deterministic) {
                    break;
                }
                struck += 1;
            }
        }
    }
    struck
}

#[test]
fn any_single_failure_poisons_and_loses_nothing_acknowledged() {
    for space in SPACES {
        let struck = campaign(tiny(space), true);
        assert!(struck > 100, "{space:?}: only {struck} faults happened");
    }
}

#[test]
fn any_single_failure_with_each_sync_method() {
    for sync_method in SYNC_METHODS.into_iter().filter(|method| method.is_durable()) {
        campaign(LogOptions { sync_method, ..tiny(SPACES[4]) }, true);
    }
}

#[test]
fn any_single_failure_beside_the_logs_own_threads() {
    campaign(threaded(tiny(SPACES[4])), false);
}

#[test]
fn a_failed_sync_reaches_every_waiter() {
    let memory = MemoryStorage::new();
    let plan = FaultPlan { operation: Operation::Sync, nth: 6, fault: Fault::Os(EIO) };
    let storage = FaultyStorage::new(Arc::new(memory), plan);
    let log = Log::open_on(Arc::new(storage), tiny(SPACES[0])).unwrap();
    let failures = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let appended = log.append(b"again and again", 1);
                        if let Err(error) = appended.and_then(|sequence| log.wait(sequence)) {
                            return error;
                        }
                    }
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    for failure in failures {
        let cause = failure.storage_failure().unwrap().cause.raw_os_error();
        assert_eq!(cause, Some(EIO), "{failure}");
    }
}

/// A storage whose n-th file sync panics instead of failing.
#[derive(Debug)]
struct Panicking {
    memory: MemoryStorage,
    syncs_left: Arc<AtomicU64>,
}

#[derive(Debug)]
struct PanickingFile {
    file: Box<dyn StorageFile>,
    syncs_left: Arc<AtomicU64>,
}

impl Panicking {
    fn wrap(&self, file: Box<dyn StorageFile>) -> Box<dyn StorageFile> {
        Box::new(PanickingFile { file, syncs_left: Arc::clone(&self.syncs_left) })
    }
}

impl Storage for Panicking {
    fn create(&self, name: &str) -> io::Result<Box<dyn StorageFile>> {
        Ok(self.wrap(self.memory.create(name)?))
    }

    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Box<dyn StorageFile>> {
        Ok(self.wrap(self.memory.open(name, mode)?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.memory.rename(from, to)
    }

    fn unlink(&self, name: &str) -> io::Result<()> {
        self.memory.unlink(name)
    }

    fn sync_dir(&self) -> io::Result<()> {
        self.memory.sync_dir()
    }

    fn list(&self) -> io::Result<Vec<String>> {
        self.memory.list()
    }
}

impl StorageFile for PanickingFile {
    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64, mode: WriteMode) -> io::Result<()> {
        self.file.write_at(bytes, offset, mode)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.file.set_len(length)
    }

    fn allocate(&self, length: u64) -> io::Result<()> {
        self.file.allocate(length)
    }

    fn sync(&self, kind: SyncKind) -> io::Result<()> {
        assert_ne!(self.syncs_left.fetch_sub(1, Ordering::SeqCst), 1, "as planned");
        self.file.sync(kind)
    }
}

#[test]
fn a_panicking_storage_poisons_instead_of_hanging_the_others() {
    for options in [tiny(SPACES[0]), threaded(tiny(SPACES[3]))] {
        for nth in 3..9 {
            let syncs_left = Arc::new(AtomicU64::new(nth));
            let storage = Panicking { memory: MemoryStorage::new(), syncs_left };
            let opening = || Log::open_on(Arc::new(storage), options);
            let Ok(opened) = catch_unwind(AssertUnwindSafe(opening)) else { continue };
            let log = opened.unwrap();
            let last_words = |log: &Log| loop {
                let appended = log.append(b"again and again", 1);
                if let Err(error) = appended.and_then(|sequence| log.wait(sequence)) {
                    return error;
                }
            };
            std::thread::scope(|scope| {
                let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| last_words(&log))).collect();
                // At most one of them met the panic; all others end with an error.
                let ended = threads.into_iter().filter_map(|thread| thread.join().ok());
                assert!(ended.map(|error| assert!(error.storage_failure().is_some())).count() >= 3);
            });
        }
    }
}
