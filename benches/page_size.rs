//! Which page size writes best, and for which records and keys?
//!
//! Claim (soup-write-performance, its last line): "tried bigger page size", among what did not lift
//! SQLite above 45 k durable votes per second.
//!
//! Settled by: a packet's time at each page size over that at the default, beside the counted bytes per record. The log
//! has no pages, and stands where the default does.

use fixture::prelude::*;

/// The first document's merged packet.
const VOTES: Load = votes(count(400));

/// Events of 1.9 kB, a few of which come at once: longer than a small page, shorter than a large one.
const EVENTS: Load =
    Load { workload: Workload::Events, records_per_packet: EVENT_RECORDS, ..VOTES };
const EVENT_RECORDS: NonZeroU32 = count(16);

/// The smallest, the default and the largest, and one between, for what is not the base.
const FEWER_PAGE_SIZES: [PageSize; 4] =
    [PageSize::ALL[0], PageSize::DEFAULT, PageSize::ALL[5], PageSize::ALL[7]];

/// Those of the base that the standard profile measures.
const TELLING_PAGE_SIZES: [PageSize; 5] =
    [PageSize::ALL[0], PageSize::ALL[1], PageSize::DEFAULT, PageSize::ALL[5], PageSize::ALL[7]];

/// Those of the rollback journal.
const TELLING_WITH_DELETE: [PageSize; 2] = [PageSize::DEFAULT, PageSize::ALL[7]];

/// Random keys are a question only where they lie on more pages than the cache of 2 MB holds.
const KEYED_PREFILL: Prefill = Prefill::Mebibytes(count(8));

const APPENDED: Table = Table::Votes(SecondaryIndexes::None);

/// How often each case is measured, each time on a fresh store.
const BLOCKS: NonZeroU32 = count(7);

fn main() -> ExitCode {
    run(question)
}

fn question() -> Result<Question, FixtureError> {
    let appended = |page_size| case(JournalMode::Wal, APPENDED, page_size, VOTES);
    let events = |page_size| case(JournalMode::Wal, Table::Events, page_size, EVENTS);
    let keyed = |page_size| {
        case(JournalMode::Wal, Table::VotesByKey, page_size, VOTES).prefilled(KEYED_PREFILL)
    };
    let with_delete = |page_size| case(JournalMode::Delete, APPENDED, page_size, VOTES);
    let mut question = Question::new(QuestionSpec {
        name: "page_size",
        asks: "which page size writes best, and for which records and keys?",
        claim: "a bigger page size was tried, and did not lift SQLite above 45 k votes per second",
        settled_by: "a packet's time at each page size over that at the default",
        bases: vec![appended(PageSize::DEFAULT), log(VOTES)],
        shown_axes: &["journal_mode"],
        swept_axis: "page_size",
        columns: &[Column::DatabaseSize, Column::BytesPerRecord, Column::DeviceBytesPerAckedByte],
        grouped_by: &[],
        blocks: BLOCKS,
    });
    let best = add_sizes(&mut question, "appended", &PageSize::ALL, &TELLING_PAGE_SIZES, appended)?;
    question.headline(best)?;
    question.add_twin(appended(PageSize::DEFAULT))?;
    for (load, beside) in
        [(VOTES, appended(PageSize::DEFAULT)), (EVENTS, events(PageSize::DEFAULT))]
    {
        question.contrast(ContrastKind::LogBesideSqlite, &log(load), &beside)?;
        question.add(log(load))?;
    }
    let fewer = &FEWER_PAGE_SIZES;
    let best = add_sizes(&mut question, "events", fewer, fewer, events)?;
    question.headline(best)?;
    let best = add_sizes(&mut question, "random-keys", fewer, fewer, keyed)?;
    question.headline(best)?;
    add_sizes(&mut question, "rollback-journal", fewer, &TELLING_WITH_DELETE, with_delete)?;
    Ok(question)
}

/// A case at each page size, against that at the default, and the best of them. Those that are not telling are left to the wide profile.
fn add_sizes(
    question: &mut Question,
    key: &str,
    sizes: &[PageSize],
    telling: &[PageSize],
    case: impl Fn(PageSize) -> Case,
) -> Result<ComparisonKey, FixtureError> {
    for &page_size in sizes {
        let this = case(page_size);
        if page_size != PageSize::DEFAULT {
            question.one_factor_alone(&this, &case(PageSize::DEFAULT))?;
        }
        question.add_if(this, telling.contains(&page_size))?;
    }
    let cases: Vec<Case> = sizes.iter().map(|&page_size| case(page_size)).collect();
    question.best_of(key, "page sizes", &cases, &[])
}

fn case(journal_mode: JournalMode, table: Table, page_size: PageSize, load: Load) -> Case {
    let durable = Pragmas::with_durability(journal_mode, Synchronous::Full);
    let pragmas = Pragmas { page_size, ..durable };
    Case::new(bundled(table, pragmas), load)
}
