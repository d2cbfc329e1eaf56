//! A front log whose storage fails at any write or sync: nothing acked is lost.

use std::num::{NonZeroU32, NonZeroU64};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use native_log::storage::{Fault, FaultPlan, FaultyStorage, FileStorage};
use native_log::{Log, LogOptions, Operation as StorageOperation};

use super::front::{Front, directory_of_log};
use super::path::LogThenSqlitePath;
use super::spec::{FeedAfterAck, FrontLog, LogThenSqliteSpec, Retention, TailedLogSpec, Tailing};
use super::tailed_path::TailedLogPath;
use crate::digest::Digest;
use crate::error::WriteError;
use crate::log::LogPath;
use crate::operation::{Operation, Packet};
use crate::path::WritePath;
use crate::record::{Record, Vote};
use crate::spec::PathSpec;
use crate::sqlite::{JournalMode, Pragmas, SqliteSpec, Synchronous, Table};

const VOTES_PER_PACKET: u64 = 5;
const PACKETS: u64 = 6;
const EIO: i32 = 5;

fn vote(user: u64) -> Record {
    Record::Vote(Vote { article: (user % 3) as u32, user })
}

fn packet(number: u64) -> Packet {
    let users = number * VOTES_PER_PACKET..(number + 1) * VOTES_PER_PACKET;
    Packet::new(users.map(|user| Operation::Insert(vote(user))).collect())
}

fn sqlite() -> SqliteSpec {
    let build = sqlite_builds::find("bundled").expect("always compiled");
    let pragmas = Pragmas::with_durability(JournalMode::Wal, Synchronous::Normal);
    SqliteSpec::new(build, Table::VotesAndCounts, pragmas)
}

/// The n-th operation of this kind on the log's storage fails; `None` if opening did.
fn failing_log(directory: &Path, operation: StorageOperation, nth: u64) -> Option<LogPath> {
    let directory = directory_of_log(directory);
    let storage = Arc::new(FileStorage::open(&directory).expect("a directory of our own"));
    let plan = FaultPlan { operation, nth, fault: Fault::HalfWritten(EIO) };
    let storage = FaultyStorage::new(storage, plan);
    let log = Log::open_on(Arc::new(storage), LogOptions::growing_fdatasync()).ok()?;
    LogPath::over(log, &directory).ok()
}

/// Commits packets until one is refused: how many were acked.
fn commit_until_refused(path: &mut dyn WritePath) -> Result<u64, (u64, WriteError)> {
    for number in 0..PACKETS {
        let committed = path
            .submit(&packet(number))
            .and_then(|ticket| path.wait(ticket))
            .and_then(|()| path.after_ack());
        if let Err(error) = committed {
            return Err((number, error));
        }
    }
    Ok(PACKETS)
}

fn digest_of_packets(packets: u64) -> Digest {
    let mut digest = Digest::default();
    (0..packets * VOTES_PER_PACKET).for_each(|user| digest.add(&vote(user)));
    digest
}

/// Lets each write and sync of the log fail, one in each run, until a run has no such operation.
fn check(
    spec: &dyn PathSpec,
    open: impl Fn(LogPath, &Path) -> Result<Box<dyn WritePath>, WriteError>,
) {
    for operation in [StorageOperation::Write, StorageOperation::Sync] {
        for nth in 1.. {
            let directory = tempfile::tempdir().expect("a scratch");
            let Some(log) = failing_log(directory.path(), operation, nth) else { continue };
            let mut path = open(log, directory.path()).expect("the log is sound when opened");
            let outcome = commit_until_refused(path.as_mut());
            let (Ok(acked) | Err((acked, _))) = outcome;
            if let Err((_, error)) = &outcome {
                assert!(matches!(error, WriteError::Log(_)), "{operation:?} {nth}: {error}");
                assert!(path.submit(&packet(acked)).is_err(), "it goes on after {error}");
            }
            drop(path);
            let found = spec.recover(directory.path()).expect("recovers");
            let packets = found.records() / VOTES_PER_PACKET;
            // A packet that was written and not acked may be there.
            assert!((acked..=acked + 1).contains(&packets), "{operation:?} {nth}: {found:?}");
            assert_eq!(found, digest_of_packets(packets), "{operation:?} {nth}");
            if outcome.is_ok() {
                assert!(nth > PACKETS, "no {operation:?} failed");
                break;
            }
        }
    }
}

#[test]
fn a_log_that_fails_before_sqlite_loses_nothing_acked() {
    let log = FrontLog::Native {
        options: LogOptions::growing_fdatasync(),
        retention: Retention::Everything,
    };
    let spec = LogThenSqliteSpec { log, sqlite: sqlite(), feed: FeedAfterAck::EachAck };
    check(&spec, |log, directory| {
        let path = LogThenSqlitePath::behind(Front::Native(Arc::new(log)), spec, directory)?;
        Ok(Box::new(path))
    });
}

#[test]
fn a_log_that_fails_before_a_tailer_loses_nothing_acked() {
    let spec = tailed();
    check(&spec, |log, directory| Ok(Box::new(TailedLogPath::behind(log, spec, directory)?)));
}

/// Nobody waits for the packets, so that nobody but the close can tell.
#[test]
fn a_log_that_fails_while_the_path_is_closed_is_told() {
    let serial = LogThenSqliteSpec {
        log: FrontLog::Native {
            options: LogOptions::growing_fdatasync(),
            retention: Retention::Everything,
        },
        sqlite: sqlite(),
        feed: FeedAfterAck::EachAck,
    };
    // Nothing is fed before the close.
    let tailing =
        Tailing { wait_max: Duration::MAX, operations_enough: NonZeroU32::MAX, ..tailed().tailing };
    let tailed = TailedLogSpec { tailing, ..tailed() };
    for operation in [StorageOperation::Write, StorageOperation::Sync] {
        for is_tailed in [false, true] {
            let directory = tempfile::tempdir().expect("a scratch");
            // The first that is not of the opening.
            let log = (1..).find_map(|nth| failing_log(directory.path(), operation, nth));
            let log = log.expect("opens");
            let mut path: Box<dyn WritePath> = if is_tailed {
                let path = TailedLogPath::behind(log, tailed, directory.path());
                Box::new(path.expect("opens"))
            } else {
                let front = Front::Native(Arc::new(log));
                let path = LogThenSqlitePath::behind(front, serial, directory.path());
                Box::new(path.expect("opens"))
            };
            for number in 0..3 {
                path.submit(&packet(number)).expect("submitted");
            }
            let told = path.close().expect_err("nothing was made durable");
            assert!(
                matches!(told, WriteError::Log(_)),
                "{operation:?}, tailed: {is_tailed}: {told}"
            );
        }
    }
}

fn tailed() -> TailedLogSpec {
    TailedLogSpec {
        log: LogOptions::growing_fdatasync(),
        retention: Retention::Everything,
        sqlite: sqlite(),
        tailing: Tailing {
            operations_enough: NonZeroU32::MIN,
            wait_max: Duration::ZERO,
            transaction_operations: NonZeroU32::MIN,
            lag_operations: NonZeroU64::MIN,
        },
    }
}

#[test]
fn a_panic_of_the_thread_that_feeds_stops_the_path() {
    let directory = tempfile::tempdir().expect("a scratch");
    let log = LogPath::open(LogOptions::growing_fdatasync(), &directory_of_log(directory.path()));
    let log = log.expect("a new log");
    let path = TailedLogPath::behind(log, tailed(), directory.path());
    let mut path: Box<TailedLogPath> = Box::new(path.expect("opens"));
    let ticket = WritePath::submit(path.as_mut(), &packet(0)).expect("taken");
    WritePath::wait(path.as_mut(), ticket).expect("acked");
    path.ask(|_database| -> Result<(), WriteError> { panic!("as planned") })
        .expect_err("nobody answers");
    // The packet may still get into the log, but its ack would leave the database too far behind.
    let acked = WritePath::submit(path.as_mut(), &packet(1))
        .and_then(|ticket| WritePath::wait(path.as_mut(), ticket));
    let refused = acked.expect_err("it has stopped");
    let WriteError::InThread { source, .. } = &refused else { panic!("{refused}") };
    assert!(matches!(**source, WriteError::ThreadPanicked { .. }), "{refused}");
    let closed = path.close().expect_err("it panicked");
    assert!(matches!(closed, WriteError::ThreadPanicked { .. }), "{closed}");
    let found = tailed().recover(directory.path()).expect("there");
    let packets = found.records() / VOTES_PER_PACKET;
    assert!((1..=2).contains(&packets), "{packets}");
    assert_eq!(found, digest_of_packets(packets));
}
