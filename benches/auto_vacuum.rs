//! What does it cost to give freed pages back, and are they used again where they stay?
//!
//! Claim (the log driver's notes): "auto vacuum is disabled by default. This means the database size
//! will be a high-water mark"; "freed pages are re-used"; and turning it on is among what to try.
//!
//! Settled by: a packet's time in each mode over that without vacuum, and the share of what was inserted that
//! found room without growing the file, while each event is deleted by its key 4,096 events after it came; then seven
//! eighths of those that wait are deleted, and the file and its freelist are looked at beside the high-water mark.
//! The log keeps a tombstone for each deletion and gives nothing back.

use fixture::prelude::*;

/// Events that wait for their deletion: 8 MB, four times the page cache.
const WORKLOAD: Workload = Workload::EventChurn { backlog: count(4096) };

/// As the log driver did, one by one; and a small batch of inserts and deletions.
const RECORDS_PER_PACKET: [NonZeroU32; 2] = [count(1), BASE_RECORDS];
const BASE_RECORDS: NonZeroU32 = count(16);

/// A step gives back what some packets have freed, so that its own commit is shared by them.
const STEP: DeferredWork =
    DeferredWork::IncrementalVacuum { acks_per_step: count(32), pages_max: count(1024) };

/// How often each case is measured, each time on a fresh store.
const BLOCKS: NonZeroU32 = count(7);

/// How events are kept and freed pages given back.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Mode {
    journal_mode: JournalMode,
    auto_vacuum: AutoVacuum,
    deferred_work: DeferredWork,
}

const BASE: Mode = Mode {
    journal_mode: JournalMode::Wal,
    auto_vacuum: AutoVacuum::None,
    deferred_work: DeferredWork::None,
};

fn main() -> ExitCode {
    run(question)
}

fn question() -> Result<Question, FixtureError> {
    let mut question = Question::new(QuestionSpec {
        name: "auto_vacuum",
        asks: "what does it cost to give freed pages back, and are they used again otherwise?",
        claim: "without auto_vacuum the file stays at its high-water mark, and freed pages are \
                re-used",
        settled_by: "a packet's time, the file's high-water mark, the freelist and the share of reuse",
        bases: vec![case(BASE, BASE_RECORDS), log(churn(BASE_RECORDS))],
        shown_axes: &["auto_vacuum"],
        swept_axis: "records_per_packet",
        columns: &[
            Column::DatabaseSize,
            Column::FreePages,
            Column::BytesPerRecord,
            Column::DeviceBytesPerAckedByte,
        ],
        grouped_by: &[],
        blocks: BLOCKS,
    });
    for records in RECORDS_PER_PACKET {
        for &auto_vacuum in AutoVacuum::ALL {
            for (journal_mode, deferred_work) in [
                (JournalMode::Wal, DeferredWork::None),
                (JournalMode::Wal, STEP),
                (JournalMode::Delete, DeferredWork::None),
            ] {
                let mode = Mode { journal_mode, auto_vacuum, deferred_work };
                let case = case(mode, records);
                match left_out(mode) {
                    Some(reason) => question.skip(&case, reason)?,
                    None => {
                        declare(&mut question, mode, records)?;
                        question.add_if(case, is_telling(mode, records))?;
                    }
                }
            }
        }
        question.contrast(
            ContrastKind::LogBesideSqlite,
            &log(churn(records)),
            &case(BASE, records),
        )?;
        question.add_if(log(churn(records)), records == BASE_RECORDS)?;
    }
    question.add_twin(case(BASE, BASE_RECORDS))?;
    add_answer(&mut question)?;
    Ok(question)
}

/// Which setting costs least, and most, in WAL mode.
fn add_answer(question: &mut Question) -> Result<(), FixtureError> {
    let stepping = Mode { auto_vacuum: AutoVacuum::Incremental, deferred_work: STEP, ..BASE };
    let modes = AutoVacuum::ALL.iter().map(|&auto_vacuum| Mode { auto_vacuum, ..BASE });
    let cases: Vec<Case> = modes.chain([stepping]).map(|mode| case(mode, BASE_RECORDS)).collect();
    let best = question.best_of("in-wal", "settings of auto_vacuum", &cases, &[])?;
    question.headline(best)?;
    let worst = Choice {
        key: "in-wal-worst",
        of: "settings of auto_vacuum",
        extreme: Extreme::Worst,
        metric: Metric::AckedTime,
        constraints: &[],
    };
    let worst = question.choose(&worst, &cases)?;
    question.headline(worst)
}

/// What a mode is compared with: no vacuum, no steps, and WAL, each alone.
fn declare(question: &mut Question, mode: Mode, records: NonZeroU32) -> Result<(), FixtureError> {
    let others = [
        Mode { auto_vacuum: AutoVacuum::None, ..mode },
        Mode { deferred_work: DeferredWork::None, ..mode },
        Mode { journal_mode: JournalMode::Wal, ..mode },
    ];
    for other in others {
        if other != mode && left_out(other).is_none() {
            question.one_factor_alone(&case(mode, records), &case(other, records))?;
        }
    }
    Ok(())
}

/// Whether the standard profile measures a mode: one by one only what the claim is about.
fn is_telling(mode: Mode, records: NonZeroU32) -> bool {
    match (mode.journal_mode, mode.auto_vacuum) {
        (JournalMode::Wal, AutoVacuum::None | AutoVacuum::Full) => true,
        (JournalMode::Wal, AutoVacuum::Incremental) | (_, AutoVacuum::None | AutoVacuum::Full) => {
            records == BASE_RECORDS
        }
        (_, AutoVacuum::Incremental) => false,
    }
}

/// Why a combination is not measured.
fn left_out(mode: Mode) -> Option<&'static str> {
    match (mode.auto_vacuum, mode.deferred_work) {
        (AutoVacuum::None | AutoVacuum::Full, DeferredWork::IncrementalVacuum { .. }) => {
            Some("incremental_vacuum does nothing unless auto_vacuum is incremental (pragma.html)")
        }
        _ => None,
    }
}

fn churn(records_per_packet: NonZeroU32) -> Load {
    Load::closed_loop(WORKLOAD, records_per_packet)
}

fn case(mode: Mode, records: NonZeroU32) -> Case {
    let durable = Pragmas::with_durability(mode.journal_mode, Synchronous::Full);
    let pragmas = Pragmas { auto_vacuum: mode.auto_vacuum, ..durable };
    let path = SqliteSpec { deferred_work: mode.deferred_work, ..bundled(Table::Events, pragmas) };
    Case::new(path, churn(records))
}
