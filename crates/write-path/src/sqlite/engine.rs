//! SQLite as an engine: its axes, its promise, how it is opened, what a closed database is found to hold, and whether it
//! is intact.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use sqlite_builds::{ConnectionMutex, OpenMode};

use super::checkpoint::CheckpointStrategy;
use super::files::database_in;
use super::path::{SqlitePath, refuse_omitted_calls};
use super::pragma::{CacheSize, JournalMode, LockingMode, Pragmas, Synchronous};
use super::schema::Schema;
use super::spec::{DeferredWork, SqliteSpec};
use crate::axis::AxisValue;
use crate::checkpoint::Cycle;
use crate::digest::Digest;
use crate::error::{Result, WriteError};
use crate::path::WritePath;
use crate::spec::{PathFacts, PathSpec, Standing};

/// A page cache that holds whole indexes while a database is filled, so that no page is written
/// twice. Only what is filled is ever taken of it.
const FILLING_CACHE: CacheSize =
    CacheSize::mebibytes(NonZeroU32::new(2048).expect("2048 is not zero"));

/// Holds the whole of a large database, so that no page is read for every row that leads to it. Only what is
/// read is ever taken of it.
const ENTIRE_CACHE: &str = "PRAGMA cache_size = -2097152";

/// Answers that an error repeats: the first tell what is wrong.
const ANSWERS_MAX: usize = 5;

/// The axes in the order of ids.
const AXES: [&str; 15] = [
    "journal_mode",
    "synchronous",
    "build",
    "table",
    "locking_mode",
    "page_size",
    "auto_vacuum",
    "wal_autocheckpoint",
    "journal_size_limit",
    "cache_size",
    "mmap_size",
    "temp_store",
    "mutex",
    "deferred_work",
    "checkpoint_strategy",
];

impl PathSpec for SqliteSpec {
    fn engine(&self) -> AxisValue {
        AxisValue::plain("engine", "sqlite")
    }

    fn axes(&self) -> Vec<AxisValue> {
        let mut axes: Vec<AxisValue> = self.pragmas.axes().collect();
        let mutex = match self.mutex {
            ConnectionMutex::NoMutex => "nomutex",
            ConnectionMutex::FullMutex => "fullmutex",
        };
        axes.extend([
            AxisValue::labelled("build", self.build.name, build_label(self.build.name)),
            AxisValue::plain("table", self.table.label()),
            AxisValue::plain("mutex", mutex),
            deferred_work_axis(self.deferred_work),
            self.checkpoint_strategy.axis(),
        ]);
        axes.sort_by_key(|axis| AXES.iter().position(|name| *name == axis.axis));
        axes
    }

    fn facts(&self) -> PathFacts {
        let Pragmas { journal_mode, synchronous, wal_autocheckpoint, page_size, .. } = self.pragmas;
        let syncs = match (synchronous, journal_mode) {
            (Synchronous::Off, _) | (Synchronous::Normal, JournalMode::Wal) => false,
            (Synchronous::Normal | Synchronous::Full | Synchronous::Extra, _) => true,
        };
        let is_vanilla = self.pragmas == Pragmas::VANILLA
            && self.build.name == "bundled"
            && self.deferred_work == DeferredWork::None
            && self.checkpoint_strategy == CheckpointStrategy::Automatic;
        let has_wal = journal_mode == JournalMode::Wal;
        let strategy = self.checkpoint_strategy;
        let pages_to_reset = match has_wal && self.wal_bytes_in_long_run().is_none() {
            true => strategy.frames_to_reset(wal_autocheckpoint),
            false => 0,
        };
        PathFacts {
            standing: if is_vanilla { Standing::Vanilla } else { Standing::Tuned },
            // A record's row is never longer than its payload, but pages are not full: twice.
            initial_state_bytes: 2 * pages_to_reset * u64::from(page_size.bytes()),
            cycle: match has_wal {
                true => strategy.cycle(wal_autocheckpoint, page_size),
                false => Cycle::Commit,
            },
            dirties_random_pages: self.table.has_random_inserts(),
            acks_per_deferred_work: match self.deferred_work {
                DeferredWork::None => None,
                DeferredWork::IncrementalVacuum { acks_per_step, .. } => Some(acks_per_step),
            },
            sqlite_build: Some(self.build),
            ..PathFacts::of(syncs.then_some(self.build.sync_call))
        }
    }

    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>> {
        Ok(Box::new(SqlitePath::open(*self, directory)?))
    }

    fn for_audit(&self) -> Option<Arc<dyn PathSpec>> {
        Some(Arc::new(self.without_checkpoints()))
    }

    fn filling(&self) -> Option<Box<dyn PathSpec>> {
        let pragmas = Pragmas {
            page_size: self.pragmas.page_size,
            auto_vacuum: self.pragmas.auto_vacuum,
            locking_mode: LockingMode::Exclusive,
            cache_size: FILLING_CACHE,
            ..Pragmas::with_durability(JournalMode::Off, Synchronous::Off)
        };
        Some(Box::new(Self {
            pragmas,
            deferred_work: DeferredWork::None,
            checkpoint_strategy: CheckpointStrategy::Automatic,
            ..*self
        }))
    }

    /// Its schema, its counts, its derived columns and the length of each index are compared, too.
    fn recover(&self, directory: &Path) -> Result<Digest> {
        with_database(self, directory, |connection, database| {
            Schema::of(self.table).read_back(connection, database)?;
            self.table.digest(connection)
        })
    }

    /// SQLite reads each page once, and looks up each row in each index: about as long as reading every record, and that
    /// again for each index.
    fn examine(&self, directory: &Path) -> Result<()> {
        with_database(self, directory, |connection, database| {
            let checking = || WriteError::sqlite("checking the database");
            connection.execute_batch(ENTIRE_CACHE).map_err(checking())?;
            let mut statement = connection.prepare("PRAGMA integrity_check").map_err(checking())?;
            let rows = statement.query_map([], |row| row.get(0)).map_err(checking())?;
            let answers: Vec<String> = rows.collect::<Result<_, _>>().map_err(checking())?;
            if answers == ["ok"] {
                return Ok(());
            }
            // A build that omits the check answers nothing, which is no success.
            let got = match &answers[..] {
                [] => "nothing".to_owned(),
                all => all[..all.len().min(ANSWERS_MAX)].join("; "),
            };
            Err(WriteError::NotIntact { database: database.to_path_buf(), got })
        })
    }
}

/// What sets a build apart from `bundled`: `fdatasync`, `single`.
fn build_label(name: &str) -> &str {
    let name = name.strip_prefix("bundled-").unwrap_or(name);
    name.strip_suffix("-thread").unwrap_or(name)
}

fn deferred_work_axis(work: DeferredWork) -> AxisValue {
    match work {
        DeferredWork::None => AxisValue::plain("deferred_work", "none"),
        DeferredWork::IncrementalVacuum { acks_per_step, pages_max } => AxisValue::labelled(
            "deferred_work",
            format!("incremental_vacuum:acks={acks_per_step}:pages={pages_max}"),
            format!("step{acks_per_step}"),
        ),
    }
}

/// Opens a closed database afresh.
fn with_database<T>(
    spec: &SqliteSpec,
    directory: &Path,
    work: impl FnOnce(&Connection, &Path) -> Result<T>,
) -> Result<T> {
    let build = spec.build.activate()?;
    let database = database_in(directory);
    let connection = spec.connect(&build, &database, OpenMode::ReadWrite)?;
    let found = work(&connection, &database);
    let closed = connection.close().map_err(WriteError::sqlite("closing"));
    let found = found?;
    closed?;
    refuse_omitted_calls(spec)?;
    Ok(found)
}
