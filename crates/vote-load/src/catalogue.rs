//! The paths that the first document is about, by name.

mod named_path;
mod tuning;

use std::num::NonZeroU32;
use std::sync::Arc;

use native_log::LogOptions;
use write_path::sqlite::{
    CheckpointInterval, CheckpointStrategy, JournalMode, KeyAffinity, LockingMode, Pragmas,
    SecondaryIndexes, SqliteSpec, Synchronous, Table,
};
use write_path::{
    AckMoment, CheckpointMode, FeedAfterAck, FrontLog, LogSpec, LogThenSqliteSpec, NullSpec,
    PathSpec, Retention, SoupDurability, SoupLogFile, SoupLogSpec, TailedLogSpec, Tailing,
};

use crate::error::LoadError;

pub use named_path::NamedPath;
pub use tuning::VARIANTS as VARIANTS_OF_TUNED;
use tuning::tuned;

/// Every path, in the order of tables. The arms are those of the document's author (noria, pull
/// request 58, and the fork's branches `base_indices` and following).
pub const PATHS: &[NamedPath] = &[
    NamedPath {
        outlives_its_process: false,
        ..NamedPath::new(
            "null",
            "nothing is stored: what generator, clients and checks cost by themselves",
            || Ok(Arc::new(NullSpec)),
        )
    },
    NamedPath {
        outlives_its_process: false,
        ..NamedPath::new(
            "memory-only",
            "Soup without its log: the queue and the rows in memory (DurabilityMode::MemoryOnly)",
            || soup(AckMoment::AfterRows, SoupDurability::MemoryOnly),
        )
    },
    NamedPath::new(
        "soup-log",
        "Soup's log as in March 2018: lines of JSON, one fdatasync per group, acked after the rows \
         are in memory (df4bcf41)",
        || soup(AckMoment::AfterRows, SoupDurability::Permanent),
    ),
    NamedPath::new(
        "soup-log-early",
        "Soup's log, acked before the rows are in memory (a430ae8b)",
        || soup(AckMoment::BeforeRows, SoupDurability::Permanent),
    ),
    NamedPath::new(
        "log",
        "the native log: recycled space, fdatasync, its own group commit",
        || Ok(Arc::new(LogSpec::new(LogOptions::recycled_fdatasync()))),
    ),
    NamedPath::new(
        "arm-a",
        "SQLite in the log's place: Soup's table, WAL, FULL, an exclusive lock, \
         wal_autocheckpoint 1000 (8cdd5ffd)",
        || arm(CheckpointStrategy::Automatic),
    ),
    NamedPath::new(
        "arm-b-10k",
        "arm A with a passive checkpoint after the ack, every 10,000 votes (the document's text)",
        || arm(after_ack(10_000)),
    ),
    NamedPath::new(
        "arm-b-100k",
        "arm A with a passive checkpoint after the ack, every 100,000 votes (79fd3af9)",
        || arm(after_ack(100_000)),
    ),
    NamedPath::new(
        "arm-c",
        "Soup's log, acked, then Soup's table without journal and syncs (e56591db)",
        || behind_soup(JournalMode::Off, Synchronous::Off, FeedAfterAck::EachAck),
    ),
    NamedPath::new("arm-c-wal-off", "arm C with a WAL and no syncs (4862070e)", || {
        behind_soup(JournalMode::Wal, Synchronous::Off, FeedAfterAck::EachAck)
    }),
    NamedPath::new("arm-c-wal-normal", "arm C with a WAL that syncs around checkpoints", || {
        behind_soup(JournalMode::Wal, Synchronous::Normal, FeedAfterAck::EachAck)
    }),
    NamedPath::new(
        "arm-d",
        "arm C with a buffer of 10,000 rows in memory before the table (515dd54d)",
        || {
            let feed = FeedAfterAck::Buffered { rows_max: 10_000 };
            behind_soup(JournalMode::Off, Synchronous::Off, feed)
        },
    ),
    NamedPath::new(
        "tailer",
        "the native log, acked, and a thread that feeds SQLite from it: what the document proposed. \
         Votes as two integers with an index on the article, WAL, NORMAL",
        tailer,
    ),
    NamedPath::new(
        "typed",
        "votes as two integers with an index on the article: WAL, FULL, wal_autocheckpoint 1000",
        || {
            sqlite(
                Table::Votes(SecondaryIndexes::Article),
                durable(),
                CheckpointStrategy::Automatic,
            )
        },
    ),
    NamedPath::new(
        "packets",
        "one BLOB for each merged packet, no index: SQLite as a log. WAL, FULL",
        || sqlite(Table::VotePackets, durable(), CheckpointStrategy::Automatic),
    ),
    NamedPath::new(
        "appended",
        "votes as two integers, appended by rowid, no index: WAL, FULL",
        || sqlite(Table::Votes(SecondaryIndexes::None), durable(), CheckpointStrategy::Automatic),
    ),
    NamedPath::new(
        "counts",
        "appended votes and a count for each article, in one transaction: WAL, FULL",
        || sqlite(Table::VotesAndCounts, durable(), CheckpointStrategy::Automatic),
    ),
    NamedPath::new(
        "tuned",
        "votes with counts that follow in turns, and the settings that were found best for them; \
         `durabench vote tune` measures what each is worth",
        || tuned(|_| ()),
    ),
];

/// Names of the paths that are measured on [`SHARDS`] shards too: what the document sharded.
pub const SHARDED: [&str; 2] = ["soup-log", "arm-c"];

/// Shards of the document's second setting.
pub const SHARDS: NonZeroU32 = NonZeroU32::new(4).expect("not zero");

/// The path of this name.
///
/// # Errors
/// [`LoadError::UnknownPath`], with all names.
pub fn find(name: &str) -> Result<&'static NamedPath, LoadError> {
    let mut known = PATHS.iter().chain(tuning::VARIANTS);
    known.find(|path| path.name == name).ok_or_else(|| {
        let names: Vec<&str> = PATHS.iter().map(|path| path.name).collect();
        LoadError::UnknownPath { expected: name.to_string(), known: names.join(", ") }
    })
}

fn soup(ack: AckMoment, durability: SoupDurability) -> Result<Arc<dyn PathSpec>, LoadError> {
    Ok(Arc::new(SoupLogSpec::vote(ack, durability)))
}

/// The document's first arm, with some checkpoints.
fn arm(checkpoints: CheckpointStrategy) -> Result<Arc<dyn PathSpec>, LoadError> {
    let pragmas = Pragmas { locking_mode: LockingMode::Exclusive, ..durable() };
    sqlite(Table::SoupStore(KeyAffinity::Text), pragmas, checkpoints)
}

/// Soup's log, and its table fed after the ack.
fn behind_soup(
    journal_mode: JournalMode,
    synchronous: Synchronous,
    feed: FeedAfterAck,
) -> Result<Arc<dyn PathSpec>, LoadError> {
    let pragmas = Pragmas {
        locking_mode: LockingMode::Exclusive,
        ..Pragmas::with_durability(journal_mode, synchronous)
    };
    let build = sqlite_builds::find("bundled")?;
    let sqlite = SqliteSpec::new(build, Table::SoupStore(KeyAffinity::Text), pragmas);
    Ok(Arc::new(LogThenSqliteSpec { log: FrontLog::Soup(SoupLogFile::VOTE), sqlite, feed }))
}

/// The native log keeps what is not fed, since the database survives a power cut.
fn tailer() -> Result<Arc<dyn PathSpec>, LoadError> {
    let build = sqlite_builds::find("bundled")?;
    let pragmas = Pragmas::with_durability(JournalMode::Wal, Synchronous::Normal);
    let table = Table::Votes(SecondaryIndexes::Article);
    Ok(Arc::new(TailedLogSpec {
        log: LogOptions::recycled_fdatasync(),
        retention: Retention::Unfed,
        sqlite: SqliteSpec::new(build, table, pragmas),
        tailing: Tailing::LARGE,
    }))
}

fn after_ack(votes: u32) -> CheckpointStrategy {
    CheckpointStrategy::AfterAck {
        every: CheckpointInterval::Records(runner::case::count(votes)),
        mode: CheckpointMode::Passive,
    }
}

fn durable() -> Pragmas {
    Pragmas::with_durability(JournalMode::Wal, Synchronous::Full)
}

fn sqlite(
    table: Table,
    pragmas: Pragmas,
    checkpoints: CheckpointStrategy,
) -> Result<Arc<dyn PathSpec>, LoadError> {
    let build = sqlite_builds::find("bundled")?;
    Ok(Arc::new(SqliteSpec::new(build, table, pragmas).with_checkpoints(checkpoints)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject::Subject;

    #[test]
    fn names_are_short_unique_and_found() {
        for (place, path) in PATHS.iter().enumerate() {
            assert!(path.name.len() <= 18, "{}", path.name);
            assert!(PATHS[..place].iter().all(|other| other.name != path.name));
            assert_eq!(find(path.name).expect("listed").name, path.name);
        }
    }

    /// A claim about a case that no question measures would be told as "not measured" in every run.
    #[test]
    fn every_path_that_a_claim_is_about_is_measured() {
        let subject = |path: &NamedPath, shards| Subject::of(path, shards).expect("specified");
        let on_one = PATHS.iter().map(|path| subject(path, NonZeroU32::MIN));
        let on_four = SHARDED.iter().map(|name| subject(find(name).expect("listed"), SHARDS));
        let measured: Vec<String> = on_one.chain(on_four).map(|it| it.label()).collect();
        let of_vote = report::claims::list().filter(|claim| claim.question == "vote");
        let keys = of_vote.flat_map(|claim| claim.measurement.keys());
        let claimed: Vec<&str> = keys.flat_map(|key| key.keys_on("path")).collect();
        assert!(claimed.contains(&"arm-a"), "{claimed:?}");
        for path in claimed {
            assert!(measured.iter().any(|label| label == path), "{path}");
        }
    }

    /// Records keep these keys, so they change only on purpose.
    #[test]
    fn the_keys_of_what_stands_before_and_behind_a_log_are_these() {
        let subject = |name| Subject::find(name, SHARDS).expect("listed");
        let own = ["ack_moment", "durability", "feed", "front", "gather", "lag_max", "retention"];
        let names = ["soup-log", "soup-log-early", "memory-only", "arm-c", "arm-d", "tailer"];
        let axes = names.iter().flat_map(|name| subject(name).axes());
        let mut keys: Vec<String> = axes
            .filter(|axis| own.contains(&axis.axis))
            .map(|axis| format!("{} {}", axis.axis, axis.value))
            .collect();
        keys.sort();
        keys.dedup();
        assert_eq!(
            keys,
            [
                "ack_moment after_rows",
                "ack_moment before_rows",
                "durability memory_only",
                "durability permanent",
                "feed buffered:rows=10000",
                "feed each_ack",
                "feed thread:operations=20000:ms=50:transaction=100000",
                "front native_log",
                "front soup_log",
                "gather us=100:packets=512",
                "lag_max 1000000",
                "retention unfed",
            ]
        );
    }

    #[test]
    fn an_unknown_path_is_told_with_all_others() {
        let error = find("arm-z").expect_err("unknown").to_string();
        assert!(error.contains("arm-z") && error.contains("arm-b-100k"), "{error}");
    }

    #[test]
    fn every_path_can_be_sharded_and_none_too_often() {
        for path in PATHS {
            assert!(path.specify(runner::case::count(4)).is_ok(), "{}", path.name);
        }
        let error = PATHS[0].specify(runner::case::count(17)).expect_err("too many").to_string();
        assert!(error.contains("17"), "{error}");
    }
}
