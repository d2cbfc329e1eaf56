//! A log lets go of a segment only after the database behind it is durable: told by the order in which files
//! and directories are synced and segments go.

use std::io;
use std::num::{NonZeroU32, NonZeroU64};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use native_log::storage::{DirectoryChange, FileStorage, OpenMode, Storage, StorageFile};
use native_log::{Log, LogOptions};

use super::front::{Front, directory_of_log};
use super::path::LogThenSqlitePath;
use super::spec::{FeedAfterAck, FrontLog, LogThenSqliteSpec, Retention, TailedLogSpec, Tailing};
use super::tailed_path::TailedLogPath;
use crate::directories::recorded;
use crate::log::LogPath;
use crate::operation::{Operation, Packet};
use crate::path::WritePath;
use crate::record::{Record, Vote};
use crate::spec::PathSpec as _;
use crate::sqlite::{JournalMode, Pragmas, SqliteSpec, Synchronous, Table};

/// Real files; a segment that goes is noted among the syncs.
#[derive(Debug)]
struct Noting {
    files: FileStorage,
    directory: PathBuf,
}

impl Storage for Noting {
    fn create(&self, name: &str) -> io::Result<Box<dyn StorageFile>> {
        self.files.create(name)
    }

    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Box<dyn StorageFile>> {
        self.files.open(name, mode)
    }

    fn list(&self) -> io::Result<Vec<String>> {
        self.files.list()
    }

    fn change(&self, change: DirectoryChange<'_>) -> io::Result<()> {
        if matches!(change, DirectoryChange::Unlink(_)) {
            recorded::note(&self.directory.join(GONE));
        }
        self.files.change(change)
    }
}

/// How a segment that goes is noted.
const GONE: &str = "a segment is gone";

/// A packet of 2,400 bytes: seven fill a segment.
const VOTES_PER_PACKET: u64 = 100;

fn options() -> LogOptions {
    LogOptions {
        segment_bytes: 16 << 10,
        packet_bytes_max: 4 << 10,
        ..LogOptions::growing_fdatasync()
    }
}

fn noting_log(directory: &Path) -> LogPath {
    let log = directory_of_log(directory);
    let files = FileStorage::open(&log).expect("a directory of our own");
    let storage = Noting { files, directory: directory.to_path_buf() };
    let opened = Log::open_on(Arc::new(storage), options()).expect("a new log");
    LogPath::over(opened, &log).expect("ready")
}

fn sqlite(journal_mode: JournalMode, synchronous: Synchronous) -> SqliteSpec {
    let build = sqlite_builds::find("bundled").expect("always compiled");
    let pragmas = Pragmas::with_durability(journal_mode, synchronous);
    SqliteSpec::new(build, Table::VotesAndCounts, pragmas)
}

fn packet(number: u64) -> Packet {
    let users = number * VOTES_PER_PACKET..(number + 1) * VOTES_PER_PACKET;
    let vote = |user| Record::Vote(Vote { article: (user % 7) as u32, user });
    Packet::new(users.map(|user| Operation::Insert(vote(user))).collect())
}

/// What is synced at the least between the last commit and the first segment that goes, in this order.
fn expected(journal_mode: JournalMode) -> &'static [&'static str] {
    match journal_mode {
        // Each commit has unlinked the journal.
        JournalMode::Delete => &["database/sqlite.db", "database", ""],
        JournalMode::Truncate | JournalMode::Persist => {
            &["database/sqlite.db", "database/sqlite.db-journal", "database", ""]
        }
        JournalMode::Wal => &["database/sqlite.db", "database/sqlite.db-wal", "database", ""],
        JournalMode::Memory | JournalMode::Off => unreachable!("refused"),
    }
}

fn check(mut path: Box<dyn WritePath>, directory: &Path, journal_mode: JournalMode) {
    for number in 0..20 {
        let ticket = path.submit(&packet(number)).expect("taken");
        path.wait(ticket).expect("acked");
        path.after_ack().expect("fed");
    }
    recorded::take_below(directory);
    path.drain().expect("settled");
    let noted = recorded::take_below(directory);
    let first = noted.iter().position(|what| what == GONE);
    let before = &noted[..first.unwrap_or_else(|| panic!("no segment went: {noted:?}"))];
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    assert!(before.ends_with(expected(journal_mode)), "{journal_mode:?}: {noted:?}");
    path.close().expect("closed");
}

const SETTINGS: [(JournalMode, Synchronous); 4] = [
    (JournalMode::Delete, Synchronous::Normal),
    (JournalMode::Truncate, Synchronous::Normal),
    (JournalMode::Persist, Synchronous::Full),
    (JournalMode::Wal, Synchronous::Normal),
];

#[test]
fn a_segment_goes_after_the_database_behind_it_is_durable() {
    for (journal_mode, synchronous) in SETTINGS {
        let spec = LogThenSqliteSpec {
            log: FrontLog::Native { options: options(), retention: Retention::Unfed },
            sqlite: sqlite(journal_mode, synchronous),
            feed: FeedAfterAck::EachAck,
        };
        let directory = tempfile::tempdir().expect("a scratch");
        let front = Front::Native(Arc::new(noting_log(directory.path())));
        let path = LogThenSqlitePath::behind(front, spec, directory.path()).expect("opens");
        check(Box::new(path), directory.path(), journal_mode);
        assert_eq!(spec.recover(directory.path()).expect("there").records(), 2_000);
    }
}

#[test]
fn a_segment_goes_after_the_database_that_a_thread_feeds_is_durable() {
    for (journal_mode, synchronous) in SETTINGS {
        let spec = TailedLogSpec {
            log: options(),
            retention: Retention::Unfed,
            sqlite: sqlite(journal_mode, synchronous),
            // Nothing is fed, and nothing goes, before the drain.
            tailing: Tailing {
                operations_enough: NonZeroU32::MAX,
                wait_max: Duration::from_secs(3_600),
                transaction_operations: NonZeroU32::MAX,
                lag_operations: NonZeroU64::MAX,
            },
        };
        let directory = tempfile::tempdir().expect("a scratch");
        let log = noting_log(directory.path());
        let path = TailedLogPath::behind(log, spec, directory.path());
        check(Box::new(path.expect("opens")), directory.path(), journal_mode);
        assert_eq!(spec.recover(directory.path()).expect("there").records(), 2_000);
    }
}

#[test]
fn a_database_begins_in_a_directory_whose_name_is_durable() {
    let spec = LogThenSqliteSpec {
        log: FrontLog::Native { options: options(), retention: Retention::Everything },
        sqlite: sqlite(JournalMode::Off, Synchronous::Off),
        feed: FeedAfterAck::EachAck,
    };
    let directory = tempfile::tempdir().expect("a scratch");
    let path = spec.open(directory.path()).expect("opens");
    // Its parent, and then itself with the mark that it may be torn.
    assert_eq!(recorded::take_below(directory.path()), ["", "database"]);
    path.close().expect("closed");
    let closing = ["database/sqlite.db", "database", "", "database"];
    assert_eq!(recorded::take_below(directory.path()), closing);
}
