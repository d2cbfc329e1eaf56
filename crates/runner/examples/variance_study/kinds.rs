//! The kinds of case that differ in where their noise comes from.

use std::num::NonZeroU32;

use anyhow::Result;
use measure::stats::Yardsticks;
use native_log::LogOptions;
use runner::case::{Case, Load, Place, count};
use runner::driver::{Arrivals, Driver, OfferedRate};
use runner::prefill::Prefill;
use runner::workload::Workload;
use write_path::LogSpec;
use write_path::sqlite::{
    JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};

/// A kind of case.
pub(crate) struct Kind {
    /// Its name.
    pub(crate) name: &'static str,
    /// An example of it.
    pub(crate) case: Case,
}

impl Kind {
    /// Whether it waits for the disk.
    pub(crate) fn has_floor(&self) -> bool {
        self.case.load.place == Place::Disk
    }

    /// The yardsticks that stand beside it.
    pub(crate) fn yardsticks(&self) -> Yardsticks {
        if self.has_floor() { Yardsticks::Both } else { Yardsticks::ReferenceOnly }
    }
}

/// Every kind.
pub(crate) fn all() -> Result<Vec<Kind>> {
    let plain = Table::Votes(SecondaryIndexes::None);
    let indexed = Table::Votes(SecondaryIndexes::Article);
    let one_by_one = |records| load(Driver::ClosedLoop, records);
    let full = |table| sqlite(table, JournalMode::Wal, Synchronous::Full);
    let in_memory = Load { place: Place::Memory, ..one_by_one(400) };
    let merged = Driver::GroupCommit { clients: count(16) };
    let rate = OfferedRate::PacketsPerSecond(count(2_000));
    let open = Driver::OpenLoop { rate, arrivals: Arrivals::Poisson };
    Ok(vec![
        Kind { name: "sync-1", case: Case::new(full(plain)?, one_by_one(1)) },
        Kind { name: "sync-400", case: Case::new(full(plain)?, one_by_one(400)) },
        Kind {
            name: "normal-400",
            case: Case::new(sqlite(plain, JournalMode::Wal, Synchronous::Normal)?, one_by_one(400)),
        },
        Kind {
            name: "delete-400",
            case: Case::new(
                sqlite(plain, JournalMode::Delete, Synchronous::Full)?,
                one_by_one(400),
            ),
        },
        Kind {
            name: "indexed-400",
            case: Case::new(full(indexed)?, one_by_one(400))
                .prefilled(Prefill::Mebibytes(count(16))),
        },
        Kind {
            name: "memory-400",
            case: Case::new(sqlite(plain, JournalMode::Off, Synchronous::Off)?, in_memory),
        },
        Kind { name: "log-400", case: Case::new(log(), one_by_one(400)) },
        Kind { name: "log-4096", case: Case::new(log(), one_by_one(4096)) },
        Kind {
            name: "checkpoint",
            case: Case::new(turns(indexed)?, one_by_one(400))
                .prefilled(Prefill::Mebibytes(count(1)))
                .checkpointing(),
        },
        Kind { name: "merged-16", case: Case::new(full(plain)?, load(merged, 1)) },
        Kind { name: "open-loop", case: Case::new(full(plain)?, load(open, 16)) },
        Kind {
            name: "turns-memory",
            case: Case::new(turns(plain)?, in_memory).beside(turns(plain)?),
        },
    ])
}

fn load(driver: Driver, records: u32) -> Load {
    Load { driver, ..Load::closed_loop(Workload::VOTES, records_of(records)) }
}

fn records_of(records: u32) -> NonZeroU32 {
    NonZeroU32::new(records).unwrap_or(NonZeroU32::MIN)
}

fn sqlite(table: Table, journal_mode: JournalMode, synchronous: Synchronous) -> Result<SqliteSpec> {
    let pragmas = Pragmas::with_durability(journal_mode, synchronous);
    Ok(SqliteSpec::new(sqlite_builds::find("bundled")?, table, pragmas))
}

/// Without automatic checkpoints, which a turn settles by itself.
fn turns(table: Table) -> Result<SqliteSpec> {
    let pragmas = Pragmas {
        wal_autocheckpoint: WalAutocheckpoint::Off,
        ..Pragmas::with_durability(JournalMode::Wal, Synchronous::Off)
    };
    Ok(SqliteSpec::new(sqlite_builds::find("bundled")?, table, pragmas))
}

fn log() -> LogSpec {
    let options = LogOptions {
        segment_bytes: 8 << 20,
        packet_bytes_max: 1 << 20,
        ..LogOptions::recycled_fdatasync()
    };
    LogSpec::new(options)
}
