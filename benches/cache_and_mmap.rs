//! Which of the usual advice on caches, mapped files and locks moves writes?
//!
//! Claim (the usual advice; the log driver's notes want to "investigate other pragma options"): a
//! larger `cache_size`, an `mmap_size`, `temp_store=MEMORY`, `locking_mode=EXCLUSIVE` and a
//! `journal_size_limit` make SQLite write faster.
//!
//! Settled by: a packet's time with each of them alone over that with none, on a table and index that are many times
//! larger than the default cache of 2 MB, each beside its bytes per record.

use fixture::prelude::*;

const VOTES: Load = votes(count(400));

const PREFILL: Prefill = Prefill::Mebibytes(count(16));

/// What the advice starts from.
const BASE: Pragmas = Pragmas::with_durability(JournalMode::Wal, Synchronous::Full);

const MAPPED_BYTES: u64 = 256 << 20;

/// How often each case is measured, each time on a fresh store.
const BLOCKS: NonZeroU32 = count(6);

/// One piece of advice each, and whether the standard profile measures it: larger values of the same, a cache that holds
/// all and a limit that is seldom reached, do nothing more.
fn advice() -> [(Pragmas, bool); 8] {
    let cache_size = CacheSize::mebibytes(count(64));
    [
        (Pragmas { cache_size, ..BASE }, true),
        (Pragmas { mmap_size_bytes: MAPPED_BYTES, ..BASE }, true),
        (Pragmas { temp_store: TempStore::Memory, ..BASE }, true),
        (Pragmas { locking_mode: LockingMode::Exclusive, ..BASE }, true),
        (Pragmas { journal_size_limit: JournalSizeLimit::Bytes(0), ..BASE }, true),
        // For scale: what the advice to sync less often brings.
        (Pragmas { synchronous: Synchronous::Normal, ..BASE }, true),
        (Pragmas { cache_size: CacheSize::mebibytes(count(256)), ..BASE }, false),
        (Pragmas { journal_size_limit: JournalSizeLimit::Bytes(64 << 20), ..BASE }, false),
    ]
}

/// Two that are given together.
fn both() -> Pragmas {
    let cache_size = CacheSize::mebibytes(count(64));
    Pragmas { cache_size, mmap_size_bytes: MAPPED_BYTES, ..BASE }
}

fn main() -> ExitCode {
    run(question)
}

fn question() -> Result<Question, FixtureError> {
    let base = sqlite(BASE);
    let mut question = Question::new(QuestionSpec {
        name: "cache_and_mmap",
        asks: "which of the usual advice on caches, mapped files and locks moves writes?",
        claim: "a larger cache, a mapped file, temp_store in memory and an exclusive lock help",
        settled_by: "a packet's time with each of them alone, on a table larger than the default cache",
        bases: vec![base.clone(), log(VOTES)],
        shown_axes: &[],
        swept_axis: "records_per_packet",
        columns: &[
            Column::WalMax,
            Column::BytesPerRecord,
            Column::DeviceBytesPerAckedByte,
            Column::Spread,
        ],
        grouped_by: &[],
        blocks: BLOCKS,
    });
    question.add(base.clone())?;
    let mut cases = vec![base.clone()];
    for (pragmas, is_telling) in advice() {
        let case = sqlite(pragmas);
        question.one_factor_alone(&case, &base)?;
        cases.push(case.clone());
        question.add_if(case, is_telling)?;
    }
    let both = sqlite(both());
    question.contrast(ContrastKind::AgainstBase, &both, &base)?;
    cases.push(both.clone());
    question.add(both)?;
    let best = question.best_of("advice", "settings", &cases, &[Constraint::AckSyncs])?;
    question.headline(best)?;
    let beside = question.contrast(ContrastKind::LogBesideSqlite, &log(VOTES), &base)?;
    question.headline(beside)?;
    question.add(log(VOTES))?;
    question.add_twin(base)?;
    Ok(question)
}

fn sqlite(pragmas: Pragmas) -> Case {
    let path = bundled(Table::Votes(SecondaryIndexes::Article), pragmas);
    Case::new(path, VOTES).prefilled(PREFILL)
}
