//! Every storage operation of a short life fails once, in turn: no acknowledged packet is lost,
//! the log stops for good and says why, and opening it again heals it. All of it with a storage that
//! tries again after a failed sync, and with one that takes what it did not write for clean.

use std::sync::Arc;

use native_log::storage::{
    FailedSync, Fault, FaultPlan, FaultyStorage, MemoryStorage, PowerCut, Storage,
};
use native_log::{Error, Log, LogOptions, Operation, Sequence};

use crate::common::{FAILED_SYNCS, SPACES, SYNC_METHODS, open, packet, read_all, threaded, tiny};

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
fn run(options: LogOptions, failed_sync: FailedSync, plan: FaultPlan, deterministic: bool) -> bool {
    let memory = MemoryStorage::with_failed_syncs(failed_sync);
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
        let left = memory.after_power_cut(cut);
        loses_nothing_any_more(
            options,
            &left,
            acked,
            &format!("{plan:?}, {failed_sync:?}, {cut:?}"),
        );
    }
    storage.has_struck()
}

/// Opens what a fault has left, goes on, and cuts the power: whatever had been acknowledged, or was
/// told as acknowledged on opening, is there.
fn loses_nothing_any_more(options: LogOptions, memory: &MemoryStorage, acked: u64, what: &str) {
    let log = open(memory, options).unwrap_or_else(|error| panic!("{what}: {error}"));
    let mut expected = read_all(&log, log.first());
    assert!(log.acked_through().get() >= acked, "{what}");
    assert!(expected.iter().all(|(number, _, bytes)| *bytes == packet(*number, 150)), "{what}");
    // What opening has found is as safe as if it had been acknowledged.
    check_after_a_cut(options, memory, &expected, what);
    for _ in 0..6 {
        let bytes = vec![7; 150];
        let sequence = log.append(&bytes, 1).unwrap();
        log.wait(sequence).unwrap();
        expected.push((sequence.get(), 1, bytes));
        check_after_a_cut(options, memory, &expected, what);
    }
}

fn check_after_a_cut(
    options: LogOptions,
    memory: &MemoryStorage,
    expected: &[(u64, u32, Vec<u8>)],
    what: &str,
) {
    let left = memory.after_power_cut(PowerCut::TakesAll);
    let log = open(&left, options).unwrap_or_else(|error| panic!("{what}, then a cut: {error}"));
    assert_eq!(read_all(&log, log.first()), expected, "{what}, then a cut");
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
        for (fault, failed_sync) in [
            (Fault::Os(EIO), FailedSync::KeepsPending),
            (Fault::Os(ENOSPC), FailedSync::MarksClean),
            (Fault::HalfWritten(EIO), FailedSync::MarksClean),
        ] {
            for nth in 1.. {
                let plan = FaultPlan { operation, nth, fault };
                if !run(options, failed_sync, plan, deterministic) {
                    break;
                }
                struck += 1;
            }
        }
    }
    struck
}

/// Every operation of opening a log fails in turn that a crash has left with a torn packet, a
/// prepared segment and an unfinished one; then it is opened again.
fn reopening_campaign(options: LogOptions, failed_sync: FailedSync) -> u64 {
    let mut struck = 0;
    for operation in OPERATIONS {
        for nth in 1.. {
            let (memory, acked) = torn(options, failed_sync);
            let plan = FaultPlan { operation, nth, fault: Fault::Os(EIO) };
            let storage = FaultyStorage::new(Arc::new(memory.clone()), plan);
            let opened = Log::open_on(Arc::new(storage.clone()), options);
            if !storage.has_struck() {
                opened.unwrap();
                break;
            }
            struck += 1;
            let failure = opened.unwrap_err();
            assert_eq!(failure.storage_failure().unwrap().operation, operation);
            for cut in
                [PowerCut::TakesNothing, PowerCut::TakesAll, PowerCut::TakesSome { seed: nth }]
            {
                let left = memory.after_power_cut(cut);
                let what = format!("opening with {plan:?}, {failed_sync:?}, {cut:?}");
                loses_nothing_any_more(options, &left, acked, &what);
            }
        }
    }
    struck
}

/// A log whose last packet a crash tore, and how far it was acknowledged.
fn torn(options: LogOptions, failed_sync: FailedSync) -> (MemoryStorage, u64) {
    let memory = MemoryStorage::with_failed_syncs(failed_sync);
    let log = open(&memory, options).unwrap();
    let mut acked = 0;
    live(&log, &mut acked).unwrap();
    let names = memory.list().unwrap();
    let before: Vec<_> = names.iter().map(|name| memory.file(name).unwrap()).collect();
    log.append(&packet(25, 150), 1).unwrap();
    log.flush().unwrap();
    drop(log);
    for (name, before) in names.iter().zip(before) {
        let mut bytes = memory.file(name).unwrap();
        if let Some(from) = (0..bytes.len()).find(|&at| before.get(at) != Some(&bytes[at])) {
            bytes[from + 40..from + 50].fill(0);
            memory.put_file(name, bytes);
        }
    }
    memory.put_file("preparing-000000aa.tmp", vec![1; 100]);
    (memory, acked)
}

#[test]
fn any_single_failure_while_opening_heals_on_opening_again() {
    for failed_sync in FAILED_SYNCS {
        for space in SPACES {
            let struck = reopening_campaign(tiny(space), failed_sync);
            assert!(struck > 10, "{space:?}: only {struck} faults happened");
        }
        for sync_method in SYNC_METHODS.into_iter().filter(|method| method.is_durable()) {
            reopening_campaign(LogOptions { sync_method, ..tiny(SPACES[3]) }, failed_sync);
        }
    }
}

#[test]
fn what_a_failed_sync_left_in_the_cache_only_is_written_again_before_it_counts() {
    let memory = MemoryStorage::with_failed_syncs(FailedSync::MarksClean);
    let options = tiny(SPACES[3]);
    // Sync 1 is the zeros', 2 the header's, 3 that of the first packet, 4 that of the second.
    let plan = FaultPlan { operation: Operation::Sync, nth: 4, fault: Fault::Os(EIO) };
    let storage = FaultyStorage::new(Arc::new(memory.clone()), plan);
    let log = Log::open_on(Arc::new(storage), options).unwrap();
    log.wait(log.append(&packet(1, 20), 1).unwrap()).unwrap();
    assert!(log.wait(log.append(&packet(2, 20), 1).unwrap()).is_err());
    drop(log);
    let power_cut = |memory: &MemoryStorage| memory.after_power_cut(PowerCut::TakesAll);
    assert_eq!(open(&power_cut(&memory), options).unwrap().acked_through(), Sequence::FIRST);
    let log = open(&memory, options).unwrap();
    assert_eq!(log.acked_through(), Sequence::new(2));
    assert!(log.recovery().rewritten_bytes > 0);
    assert_eq!(open(&power_cut(&memory), options).unwrap().acked_through(), Sequence::new(2));
    log.close().unwrap();
    // After a clean close only the mark itself has no later promise.
    assert_eq!(open(&memory, options).unwrap().recovery().rewritten_bytes, 32);
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
