//! What only the inside of a strategy shows: who is in whose way, and what is known of the WAL.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use sqlite_builds::{ActiveBuild, Connection, ConnectionMutex, OpenMode, OpenOptions, Vfs};
use tempfile::TempDir;

use super::background_thread::{self, Due, Orders, Shared};
use super::strategy::BackgroundPace;
use super::{Checkpointer, DatabaseSync, WalProgress};
use crate::checkpoint::{
    CheckpointAnswer, CheckpointCall, CheckpointCaller, CheckpointMode, FrameCounts,
};
use crate::error::WriteError;
use crate::sqlite::files::{PathFiles, database_in};
use crate::sqlite::{
    JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
    reader,
};

/// A database with a table, whose commits are counted.
pub(super) struct Store {
    spec: SqliteSpec,
    connection: Connection,
    pub(super) checkpointer: Checkpointer,
    build: ActiveBuild,
    directory: TempDir,
}

impl Store {
    pub(super) fn open() -> Self {
        let pragmas = Pragmas {
            wal_autocheckpoint: WalAutocheckpoint::Off,
            ..Pragmas::with_durability(JournalMode::Wal, Synchronous::Normal)
        };
        let build = sqlite_builds::find("bundled").expect("a build");
        let spec = SqliteSpec::new(build, Table::Votes(SecondaryIndexes::None), pragmas);
        let build = build.activate().expect("activated");
        let directory = tempfile::tempdir().expect("temporary directory");
        let mut connection = connect(&build, &directory);
        spec.pragmas.set(&connection).expect("pragmas");
        connection.execute_batch("CREATE TABLE numbers(number, filler)").expect("a table");
        let files =
            PathFiles::open(directory.path(), JournalMode::Wal, &connection).expect("files");
        let progress = WalProgress::default();
        progress.count_commits_of(&mut connection).expect("a hook");
        let checkpointer = Checkpointer::new(progress, Arc::new(files));
        Self { spec, connection, checkpointer, build, directory }
    }

    /// What opens a connection for a thread.
    pub(super) fn opener(&self) -> impl FnOnce() -> Result<Connection, WriteError> + Send + use<> {
        let (spec, build) = (self.spec, self.build.clone());
        let database = database_in(self.directory.path());
        move || reader::connect(&spec, &build, &database, background_thread::PATIENCE)
    }

    fn run(&self, sql: &str) {
        self.connection.execute_batch(sql).expect("done");
    }

    /// Commits so many rows of about a page each.
    fn commit(&self, rows: u32) {
        self.run("BEGIN IMMEDIATE");
        for _ in 0..rows {
            self.run("INSERT INTO numbers VALUES (1, zeroblob(3000))");
        }
        self.run("COMMIT");
    }

    fn call(&self, mode: CheckpointMode) -> CheckpointCall {
        let (caller, sync) = (CheckpointCaller::AfterAck, DatabaseSync::WhenComplete);
        self.checkpointer.call(&self.connection, mode, caller, sync).expect("called")
    }

    /// What SQLite itself says, without copying anything.
    fn counts(&self) -> FrameCounts {
        let sql = "PRAGMA wal_checkpoint(NOOP)";
        let counts = self.connection.query_row(sql, [], |row| Ok((row.get(1)?, row.get(2)?)));
        let (in_wal, copied): (i64, i64) = counts.expect("counts");
        FrameCounts { in_wal: in_wal.unsigned_abs(), copied: copied.unsigned_abs() }
    }

    fn next_call(&self) -> CheckpointCall {
        let begun = Instant::now();
        loop {
            if let Some(call) = self.checkpointer.take_calls().pop() {
                return call;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "the thread never calls");
            std::thread::yield_now();
        }
    }
}

fn connect(build: &ActiveBuild, directory: &TempDir) -> Connection {
    let options = OpenOptions {
        mutex: ConnectionMutex::NoMutex,
        mode: OpenMode::ReadWriteCreate,
        vfs: Vfs::Default,
    };
    build.open(&database_in(directory.path()), &options).expect("open")
}

#[test]
fn a_passive_thread_copies_under_constant_commits_and_the_wal_never_begins_anew() {
    let store = Store::open();
    let orders = Orders {
        due: Due::Paced(BackgroundPace::Frames(NonZeroU32::MIN)),
        mode: CheckpointMode::Passive,
        database_sync: DatabaseSync::WhenComplete,
    };
    let checkpointer = store.checkpointer.clone();
    let thread = Shared::start(orders, checkpointer, store.opener(), Shared::work);
    let mut thread = thread.expect("open");
    store.run("BEGIN IMMEDIATE");
    let mut frames_before = 0;
    let mut salts = BTreeSet::new();
    for _ in 0..30 {
        // The thread gets its turn only while the next transaction is open already: at saturation
        // nearly all of the time is spent so.
        let turn = thread.shared().turn();
        store.run("INSERT INTO numbers VALUES (1, zeroblob(3000)); COMMIT; BEGIN IMMEDIATE");
        thread.wake();
        drop(turn);
        let call = store.next_call();
        let frames = call.frames.expect("counts");
        assert_eq!(call.answer, CheckpointAnswer::Done);
        assert_eq!(frames.copied, frames.in_wal, "everything that was committed is copied");
        assert!(frames.in_wal > frames_before, "the WAL is longer each time");
        frames_before = frames.in_wal;
        salts.insert(call.wal_salts);
    }
    store.run("COMMIT");
    thread.stop().expect("stopped");
    assert_eq!(salts.len(), 1, "all calls tell of one WAL");
    let ended = store.call(CheckpointMode::Full);
    assert!(salts.contains(&ended.wal_salts), "it began on the same");
    store.commit(1);
    let of_next = store.call(CheckpointMode::Full);
    assert!(!salts.contains(&of_next.wal_salts), "the commit began the WAL anew");
}

#[test]
fn a_call_within_a_transaction_is_locked_out_and_one_beside_another_is_busy() {
    let store = Store::open();
    store.commit(1);
    store.run("BEGIN IMMEDIATE; INSERT INTO numbers VALUES (1, 1)");
    let locked = store.call(CheckpointMode::Passive);
    assert_eq!((locked.answer, locked.frames), (CheckpointAnswer::Locked, None));

    // The other connection meets the writer's lock, and copies what it can.
    let other = connect(&store.build, &store.directory);
    other.busy_timeout(Duration::ZERO).expect("no patience");
    let caller = CheckpointCaller::Background;
    let sync = DatabaseSync::WhenComplete;
    let busy = store.checkpointer.call(&other, CheckpointMode::Full, caller, sync);
    let busy = busy.expect("called");
    assert_eq!(busy.answer, CheckpointAnswer::Busy);
    assert!(busy.frames.is_some_and(|frames| frames.copied == frames.in_wal && frames.copied > 0));
    store.run("COMMIT");
    assert_eq!(store.call(CheckpointMode::Restart).answer, CheckpointAnswer::Done);
    assert_eq!(store.checkpointer.take_calls().len(), 3, "each call is noted");
}

#[test]
fn a_drain_beside_a_reader_of_old_frames_is_incomplete_and_says_so() {
    let store = Store::open();
    store.commit(1);
    let reader = connect(&store.build, &store.directory);
    reader.execute_batch("BEGIN; SELECT count(*) FROM numbers").expect("a snapshot");
    store.commit(1);
    store.connection.busy_timeout(Duration::ZERO).expect("no patience");
    let refusal = store.checkpointer.complete(&store.connection).expect_err("in the way");
    assert!(matches!(refusal, WriteError::Differs { .. }), "{refusal}");
}

/// What may happen to a WAL.
#[derive(Debug, Clone, Copy)]
enum Step {
    Commit(u32),
    Checkpoint(CheckpointMode),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (1_u32..20).prop_map(Step::Commit),
        1 => prop::sample::select(&CheckpointMode::ALL).prop_map(Step::Checkpoint),
    ];
    prop::collection::vec(step, 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_progress_is_what_sqlite_says(steps in steps()) {
        let store = Store::open();
        store.commit(1);
        for step in steps {
            match step {
                Step::Commit(rows) => store.commit(rows),
                Step::Checkpoint(mode) => { store.call(mode); }
            }
            let (wal, counts) = (store.checkpointer.progress.now(), store.counts());
            prop_assert_eq!(wal.frames, counts.in_wal);
            prop_assert_eq!(wal.uncopied(), counts.in_wal - counts.copied);
        }
    }
}
