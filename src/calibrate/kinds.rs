//! The cases whose null pairs are measured, and what planted costs have alike with them.

use clap::ValueEnum;
use fixture::{Case, Load, Place, Prefill, Workload, count};
use measure::record::Class;
use native_log::LogOptions;
use runner::blocks::SUB_BLOCK_CASES_MAX;
use sqlite_builds::SqliteBuild;
use write_path::LogSpec;
use write_path::sqlite::{
    JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};

use super::rounds::Trial;

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

pub(super) const PLAIN: Table = Table::Votes(SecondaryIndexes::None);
pub(super) const INDEXED: Table = Table::Votes(SecondaryIndexes::Article);

/// What a store of `compile_flags` holds before it is timed.
pub(super) const TURNS_PREFILL: Prefill = Prefill::Mebibytes(count(1));

impl Kind {
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

    /// Its null pairs. Each class has at least three, from which its variance can be learned. Both halves of a pair stand in
    /// one sub-block, with as many others as in a question.
    pub(super) fn null_pairs(self) -> anyhow::Result<Vec<Trial>> {
        let kind = name(&self);
        let pair = |(number, (name, records, case)): (usize, (&str, u32, Case))| Trial {
            id: format!("{kind}-{name}/{records}"),
            group: format!("{kind}-{}", number / (SUB_BLOCK_CASES_MAX / 2)),
            case,
            class: self.class(),
            truth: 1.0,
            findings: Vec::new(),
        };
        Ok(self.cases()?.into_iter().enumerate().map(pair).collect())
    }

    fn cases(self) -> anyhow::Result<Vec<(&'static str, u32, Case)>> {
        let bundled = sqlite_builds::find("bundled")?;
        let sqlite = |table, journal_mode, synchronous| {
            SqliteSpec::new(bundled, table, Pragmas::with_durability(journal_mode, synchronous))
        };
        Ok(match self {
            Self::Disk => [
                ("wal-full", JournalMode::Wal, Synchronous::Full, 1),
                ("wal-full", JournalMode::Wal, Synchronous::Full, 16),
                ("wal-full", JournalMode::Wal, Synchronous::Full, 400),
                ("wal-full", JournalMode::Wal, Synchronous::Full, 4096),
                ("wal-normal", JournalMode::Wal, Synchronous::Normal, 400),
                ("delete-full", JournalMode::Delete, Synchronous::Full, 16),
            ]
            .map(|(name, journal_mode, synchronous, records)| {
                let path = sqlite(PLAIN, journal_mode, synchronous);
                (name, records, Case::new(path, votes(records)))
            })
            .to_vec(),
            Self::Indexed => [100, 400, 1600]
                .map(|records| {
                    let path = sqlite(INDEXED, JournalMode::Wal, Synchronous::Full);
                    let prefill = Prefill::Mebibytes(count(16));
                    ("wal-full", records, Case::new(path, votes(records)).prefilled(prefill))
                })
                .to_vec(),
            Self::Memory => {
                [("off", PLAIN, 16), ("off", PLAIN, 400), ("off-indexed", INDEXED, 400)]
                    .map(|(name, table, records)| {
                        let path = sqlite(table, JournalMode::Off, Synchronous::Off);
                        (name, records, Case::new(path, in_memory(votes(records))))
                    })
                    .to_vec()
            }
            Self::Turns => [
                ("votes", Workload::VOTES, PLAIN, 400),
                ("indexed", Workload::VOTES, INDEXED, 400),
                ("events", Workload::Events, Table::Events, 16),
            ]
            .map(|(name, workload, table, records)| {
                let path = without_checkpoints(bundled, table);
                let load = in_memory(Load { workload, ..votes(records) });
                let layouts = || further_layouts(path);
                let case = Case::new(path, load).prefilled(TURNS_PREFILL);
                (name, records, case.beside_in_layouts(path, layouts(), layouts()))
            })
            .to_vec(),
            Self::Log => [1, 16, 400, 4096]
                .map(|records| {
                    // Short segments, so that a fresh store is soon as it stays.
                    let options =
                        LogOptions { segment_bytes: 20 << 20, ..LogOptions::recycled_fdatasync() };
                    ("recycled", records, Case::new(LogSpec::new(options), votes(records)))
                })
                .to_vec(),
        })
    }
}

/// What a value is called on the command line.
pub(super) fn name(value: &impl ValueEnum) -> String {
    let named = value.to_possible_value();
    named.map_or_else(String::new, |named| named.get_name().to_owned())
}

/// The path of `compile_flags`, which settles its checkpoints between turns.
pub(super) fn without_checkpoints(build: &'static SqliteBuild, table: Table) -> SqliteSpec {
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
        for kind in Kind::value_variants() {
            let pairs = kind.null_pairs().unwrap();
            assert!(pairs.len() >= 3, "{kind:?}");
            for pair in pairs {
                assert_eq!(pair.case.beside.is_some(), *kind == Kind::Turns, "{}", pair.id);
                assert!(ids.insert(pair.id.clone()), "{} twice", pair.id);
            }
        }
    }

    #[test]
    fn four_hundred_pairs_are_a_default_run() {
        let of_a_round: usize =
            Kind::value_variants().iter().map(|kind| kind.null_pairs().unwrap().len()).sum();
        assert!(of_a_round * 24 >= 400, "{of_a_round}");
    }
}
