//! SQLite as an engine: its axes, its promise, and how it is opened and read back.

use std::num::NonZeroU32;
use std::path::Path;

use sqlite_builds::{ConnectionMutex, SqliteBuild, SyncCall};

use super::checkpoint::CheckpointStrategy;
use super::path::SqlitePath;
use super::pragma::{
    AutoVacuum, CacheSize, JournalMode, JournalSizeLimit, LockingMode, Pragmas, Synchronous,
    TempStore,
};
use super::spec::{DeferredWork, SqliteSpec};
use super::verification::{digest_database, examine_database};
use crate::axis::AxisValue;
use crate::checkpoint::Cycle;
use crate::digest::Digest;
use crate::error::WriteError;
use crate::path::WritePath;
use crate::spec::{PathSpec, Standing, SyncPromise};

/// A page cache that holds whole indexes while a database is filled, so that no page is written
/// twice. Only what is filled is ever taken of it.
const FILLING_CACHE: CacheSize =
    CacheSize::mebibytes(NonZeroU32::new(2048).expect("2048 is not zero"));

impl PathSpec for SqliteSpec {
    fn engine(&self) -> AxisValue {
        AxisValue::plain("engine", "sqlite")
    }

    fn axes(&self) -> Vec<AxisValue> {
        let pragmas = &self.pragmas;
        let page_bytes = pragmas.page_size.bytes();
        let checkpoint_pages = pragmas.wal_autocheckpoint.pages();
        vec![
            AxisValue::plain("journal_mode", pragmas.journal_mode.name()),
            AxisValue::plain("synchronous", pragmas.synchronous.name()),
            AxisValue::labelled("build", self.build.name, build_label(self.build.name)),
            AxisValue::plain("table", self.table.label()),
            AxisValue::labelled(
                "locking_mode",
                pragmas.locking_mode.name(),
                match pragmas.locking_mode {
                    LockingMode::Normal => "shared",
                    LockingMode::Exclusive => "excl",
                },
            ),
            AxisValue::labelled("page_size", page_bytes.to_string(), format!("page{page_bytes}")),
            AxisValue::labelled(
                "auto_vacuum",
                pragmas.auto_vacuum.name(),
                match pragmas.auto_vacuum {
                    AutoVacuum::None => "vacnone",
                    AutoVacuum::Full => "vacfull",
                    AutoVacuum::Incremental => "vacincr",
                },
            ),
            AxisValue::labelled(
                "wal_autocheckpoint",
                checkpoint_pages.to_string(),
                format!("auto{checkpoint_pages}"),
            ),
            journal_size_limit_axis(pragmas.journal_size_limit),
            cache_size_axis(pragmas.cache_size),
            AxisValue::labelled(
                "mmap_size",
                pragmas.mmap_size_bytes.to_string(),
                format!("mmap{}m", pragmas.mmap_size_bytes >> 20),
            ),
            AxisValue::labelled(
                "temp_store",
                pragmas.temp_store.name(),
                match pragmas.temp_store {
                    TempStore::Default => "tempdefault",
                    TempStore::File => "tempfile",
                    TempStore::Memory => "tempmem",
                },
            ),
            match self.mutex {
                ConnectionMutex::NoMutex => AxisValue::plain("mutex", "nomutex"),
                ConnectionMutex::FullMutex => AxisValue::plain("mutex", "fullmutex"),
            },
            deferred_work_axis(self.deferred_work),
            self.checkpoint_strategy.axis(),
        ]
    }

    fn promise(&self) -> SyncPromise {
        let syncs = match (self.pragmas.synchronous, self.pragmas.journal_mode) {
            (Synchronous::Off, _) | (Synchronous::Normal, JournalMode::Wal) => false,
            (Synchronous::Normal | Synchronous::Full | Synchronous::Extra, _) => true,
        };
        match (syncs, self.build.sync_call) {
            (false, _) => SyncPromise::NoSync,
            (true, SyncCall::Fsync) => SyncPromise::Fsync,
            (true, SyncCall::Fdatasync) => SyncPromise::Fdatasync,
        }
    }

    fn initial_state_bytes(&self) -> u64 {
        match self.pragmas.journal_mode {
            // A record's row is never longer than its payload, but pages are not full: twice.
            JournalMode::Wal => {
                let pages =
                    self.checkpoint_strategy.frames_to_reset(self.pragmas.wal_autocheckpoint);
                2 * pages * u64::from(self.pragmas.page_size.bytes())
            }
            JournalMode::Delete
            | JournalMode::Truncate
            | JournalMode::Persist
            | JournalMode::Memory
            | JournalMode::Off => 0,
        }
    }

    fn cycle(&self) -> Cycle {
        match self.pragmas.journal_mode {
            JournalMode::Wal => self
                .checkpoint_strategy
                .cycle(self.pragmas.wal_autocheckpoint, self.pragmas.page_size),
            JournalMode::Delete
            | JournalMode::Truncate
            | JournalMode::Persist
            | JournalMode::Memory
            | JournalMode::Off => Cycle::Commit,
        }
    }

    fn standing(&self) -> Standing {
        let is_vanilla = self.pragmas == Pragmas::VANILLA
            && self.build.name == "bundled"
            && self.deferred_work == DeferredWork::None
            && self.checkpoint_strategy == CheckpointStrategy::Automatic;
        if is_vanilla { Standing::Vanilla } else { Standing::Tuned }
    }

    fn acks_per_deferred_work(&self) -> Option<NonZeroU32> {
        match self.deferred_work {
            DeferredWork::None => None,
            DeferredWork::IncrementalVacuum { acks_per_step, .. } => Some(acks_per_step),
        }
    }

    fn dirties_random_pages(&self) -> bool {
        self.table.has_random_inserts()
    }

    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        Ok(Box::new(SqlitePath::open(*self, directory)?))
    }

    fn open_for_audit(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        Ok(Box::new(SqlitePath::open(self.without_checkpoints(), directory)?))
    }

    fn audited_as(&self) -> Option<String> {
        Some(format!("{:?}", self.without_checkpoints()))
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

    fn recover(&self, directory: &Path) -> Result<Digest, WriteError> {
        digest_database(self, directory)
    }

    fn examine(&self, directory: &Path) -> Result<(), WriteError> {
        examine_database(self, directory)
    }

    fn sqlite_build(&self) -> Option<&'static SqliteBuild> {
        Some(self.build)
    }
}

/// What sets a build apart from `bundled`: `fdatasync`, `single`.
fn build_label(name: &str) -> &str {
    let name = name.strip_prefix("bundled-").unwrap_or(name);
    name.strip_suffix("-thread").unwrap_or(name)
}

fn journal_size_limit_axis(limit: JournalSizeLimit) -> AxisValue {
    match limit {
        JournalSizeLimit::Unlimited => AxisValue::labelled("journal_size_limit", "-1", "unlimited"),
        JournalSizeLimit::Bytes(bytes) => AxisValue::labelled(
            "journal_size_limit",
            bytes.to_string(),
            format!("limit{}m", bytes >> 20),
        ),
    }
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

fn cache_size_axis(cache: CacheSize) -> AxisValue {
    let kibibytes = cache.kibibytes.get();
    let label = if kibibytes.is_multiple_of(1024) {
        format!("cache{}m", kibibytes / 1024)
    } else {
        format!("cache{kibibytes}k")
    };
    AxisValue::labelled("cache_size", format!("-{kibibytes}"), label)
}
