//! The kinds of case whose null pairs are measured.

use clap::ValueEnum;
use fixture::{Case, Load, Place, Prefill, Workload, count};
use measure::record::Class;
use native_log::LogOptions;
use write_path::LogSpec;
use write_path::sqlite::{
    JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};

/// Cases of one kind have noise of one kind, and are judged together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum Kind {
    /// SQLite on the disk.
    Disk,
    /// The same with an index.
    Indexed,
    /// SQLite in memory, alone.
    Memory,
    /// SQLite in memory, in turns with itself.
    Turns,
    /// The native log.
    Log,
}

/// A case that stands beside itself.
pub(super) struct NullPair {
    /// Its kind.
    pub(super) kind: Kind,
    /// Its id; that of its second half is made from it.
    pub(super) id: String,
    /// The case.
    pub(super) case: Case,
}

impl Kind {
    /// Every kind, in the order of the table.
    pub(super) const ALL: [Self; 5] =
        [Self::Disk, Self::Indexed, Self::Memory, Self::Turns, Self::Log];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Disk => "disk",
            Self::Indexed => "indexed",
            Self::Memory => "memory",
            Self::Turns => "turns",
            Self::Log => "log",
        }
    }

    /// The class that such contrasts have in a question.
    pub(super) fn class(self) -> Class {
        match self {
            Self::Disk => Class::Disk,
            Self::Indexed => Class::DiskWithIndex,
            Self::Memory => Class::Memory,
            Self::Turns => Class::Turns,
            Self::Log => Class::Log,
        }
    }

    /// Its null pairs. Each class has at least three, from which its variance can be learned.
    pub(super) fn null_pairs(self) -> anyhow::Result<Vec<NullPair>> {
        let cases: Vec<(&str, u32, Case)> = match self {
            Self::Disk => disk()?,
            Self::Indexed => indexed()?,
            Self::Memory => memory()?,
            Self::Turns => turns()?,
            Self::Log => [1, 16, 400, 4096].map(log).to_vec(),
        };
        let pair = |(name, records, case)| NullPair {
            kind: self,
            id: format!("{}-{name}/{records}", self.name()),
            case,
        };
        Ok(cases.into_iter().map(pair).collect())
    }
}

type Named = (&'static str, u32, Case);

const PLAIN: Table = Table::Votes(SecondaryIndexes::None);
const INDEXED: Table = Table::Votes(SecondaryIndexes::Article);

fn disk() -> anyhow::Result<Vec<Named>> {
    let case = |name, journal_mode, synchronous, records| {
        let path = sqlite(PLAIN, journal_mode, synchronous)?;
        anyhow::Ok((name, records, Case::new(path, votes(records))))
    };
    let mut cases = Vec::new();
    for records in [1, 16, 400, 4096] {
        cases.push(case("wal-full", JournalMode::Wal, Synchronous::Full, records)?);
    }
    cases.push(case("wal-normal", JournalMode::Wal, Synchronous::Normal, 400)?);
    cases.push(case("delete-full", JournalMode::Delete, Synchronous::Full, 16)?);
    Ok(cases)
}

fn indexed() -> anyhow::Result<Vec<Named>> {
    let case = |records| {
        let path = sqlite(INDEXED, JournalMode::Wal, Synchronous::Full)?;
        let prefill = Prefill::Mebibytes(count(16));
        anyhow::Ok(("wal-full", records, Case::new(path, votes(records)).prefilled(prefill)))
    };
    [100, 400, 1600].into_iter().map(case).collect()
}

fn memory() -> anyhow::Result<Vec<Named>> {
    let case = |(name, table, records)| {
        let path = sqlite(table, JournalMode::Off, Synchronous::Off)?;
        anyhow::Ok((name, records, Case::new(path, in_memory(votes(records)))))
    };
    [("off", PLAIN, 16), ("off", PLAIN, 400), ("off-indexed", INDEXED, 400)]
        .into_iter()
        .map(case)
        .collect()
}

/// As the works of `compile_flags`.
fn turns() -> anyhow::Result<Vec<Named>> {
    let case = |(name, workload, table, records)| {
        let path = without_checkpoints(sqlite_builds::find("bundled")?, table);
        let load = in_memory(Load { workload, ..votes(records) });
        let case = Case::new(path, load).prefilled(TURNS_PREFILL);
        anyhow::Ok((
            name,
            records,
            case.beside_in_layouts(path, further_layouts(path), further_layouts(path)),
        ))
    };
    [
        ("votes", Workload::VOTES, PLAIN, 400),
        ("indexed", Workload::VOTES, INDEXED, 400),
        ("events", Workload::Events, Table::Events, 16),
    ]
    .into_iter()
    .map(case)
    .collect()
}

fn log(records: u32) -> Named {
    // Short segments, so that a fresh store is soon as it stays.
    let options = LogOptions { segment_bytes: 20 << 20, ..LogOptions::recycled_fdatasync() };
    ("recycled", records, Case::new(LogSpec::new(options), votes(records)))
}

/// What a store of `compile_flags` holds before it is timed.
pub(super) const TURNS_PREFILL: Prefill = Prefill::Mebibytes(count(1));

/// The path of `compile_flags`, which settles its checkpoints between turns.
pub(super) fn without_checkpoints(
    build: &'static sqlite_builds::SqliteBuild,
    table: Table,
) -> SqliteSpec {
    let pragmas = Pragmas {
        wal_autocheckpoint: WalAutocheckpoint::Off,
        ..Pragmas::with_durability(JournalMode::Wal, Synchronous::Off)
    };
    SqliteSpec::new(build, table, pragmas)
}

/// The same path in the further layouts of its build's code.
pub(super) fn further_layouts(path: SqliteSpec) -> impl Iterator<Item = SqliteSpec> {
    path.build.further_layouts().map(move |build| SqliteSpec { build, ..path })
}

fn sqlite(
    table: Table,
    journal_mode: JournalMode,
    synchronous: Synchronous,
) -> anyhow::Result<SqliteSpec> {
    let pragmas = Pragmas::with_durability(journal_mode, synchronous);
    Ok(SqliteSpec::new(sqlite_builds::find("bundled")?, table, pragmas))
}

/// A closed loop of votes on the disk.
pub(super) fn votes(records: u32) -> Load {
    Load::closed_loop(Workload::VOTES, count(records))
}

/// The same on a tmpfs.
pub(super) fn in_memory(load: Load) -> Load {
    Load { place: Place::Memory, ..load }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn pairs_are_disjoint_and_enough_for_a_prior() {
        let mut ids = BTreeSet::new();
        for kind in Kind::ALL {
            let pairs = kind.null_pairs().unwrap();
            assert!(pairs.len() >= 3, "{kind:?}");
            for pair in pairs {
                assert_eq!(pair.case.beside.is_some(), kind == Kind::Turns, "{}", pair.id);
                assert!(ids.insert(pair.id.clone()), "{} twice", pair.id);
            }
        }
    }

    #[test]
    fn four_hundred_pairs_are_a_default_run() {
        let of_a_round: usize = Kind::ALL.iter().map(|kind| kind.null_pairs().unwrap().len()).sum();
        assert!(of_a_round * 24 >= 400, "{of_a_round}");
    }
}
