//! How long may the WAL grow before a checkpoint, and what does the wait cost?
//!
//! Claim (soup-write-performance): with the automatic checkpoint of 1,000 pages SQLite acknowledges
//! 25 k votes per second, and some acks wait 300 ms for it; without it 42 k and more.
//!
//! Settled by: acked and drained rate, the longest acks and the WAL's largest size over
//! `wal_autocheckpoint` from 100 to 50,000 pages and off (0), on a table larger than the page cache
//! whose index takes each vote on another page. The log has no checkpoint, and stands where the
//! default does.
//!
//! A piece holds whole checkpoint cycles, three or more where they are short, and is drained before the yardsticks are
//! read again; an interval that met fewer than five checkpoints over all blocks is not ranked.

use fixture::prelude::*;

/// Each packet of 400 votes dirties about as many pages, so that 1,000 pages are three packets.
const VOTES: Load = votes(count(400));

/// 0.7 million votes: table and index are far larger than the page cache.
const PREFILL: Prefill = Prefill::Mebibytes(count(16));

/// How often each case is measured, each time on a fresh store.
const BLOCKS: NonZeroU32 = count(7);

/// How long the WAL may grow, and whether the standard profile measures it; the wide one has some between and beyond.
const INTERVALS: [(WalAutocheckpoint, bool); 6] = [
    (WalAutocheckpoint::Off, true),
    (WalAutocheckpoint::Pages(count(100)), true),
    (WalAutocheckpoint::DEFAULT, true),
    (WalAutocheckpoint::Pages(count(10_000)), true),
    (WalAutocheckpoint::Pages(count(4000)), false),
    (WalAutocheckpoint::Pages(count(50_000)), false),
];

/// The log's segments and its largest packet. Longer ones would take more time to fill with zeros, in each block, than
/// everything else.
const LOG: LogOptions = LogOptions {
    segment_bytes: 8 << 20,
    packet_bytes_max: 1 << 20,
    ..LogOptions::recycled_fdatasync()
};

fn main() -> ExitCode {
    run(question)
}

fn question() -> Result<Question, FixtureError> {
    let base = case(WalAutocheckpoint::DEFAULT);
    let log = Case::new(LogSpec::new(LOG), VOTES).continuously();
    let mut question = Question::new(QuestionSpec {
        name: "checkpoint_interval",
        asks: "how long may the WAL grow before a checkpoint, and what does the wait cost?",
        claim: "25 k votes per second with the automatic checkpoint, and acks of 300 ms; 42 k \
                without it",
        settled_by: "acked and drained rate, the longest acks and the WAL's largest size",
        bases: vec![base.clone(), log.clone()],
        shown_axes: &["journal_mode", "synchronous"],
        swept_axis: "wal_autocheckpoint",
        columns: &[
            Column::Drained,
            Column::WalMax,
            Column::Checkpoints,
            Column::CheckpointP50,
            Column::CheckpointLongest,
        ],
        grouped_by: &[],
        blocks: BLOCKS,
    });
    let mut cases = Vec::new();
    for (interval, is_telling) in INTERVALS {
        let case = case(interval);
        if interval != WalAutocheckpoint::DEFAULT {
            let kind = || ContrastKind::OneFactorAlone { axis: "wal_autocheckpoint".into() };
            question.contrast(kind(), &case, &base)?;
            question.contrast_of(Metric::DrainedTime, kind(), &case, &base)?;
        }
        cases.push(case.clone());
        question.add_if(case, is_telling)?;
    }
    for (key, metric) in [("drained", Metric::DrainedTime), ("longest-ack", Metric::LongestAck)] {
        let constraints = &[Constraint::CheckpointsMin(OWN_CHECKPOINTS_MIN.into())];
        let of = "lengths of the WAL";
        let best = Choice { key, of, extreme: Extreme::Best, metric, constraints };
        let best = question.choose(&best, &cases)?;
        question.headline(best)?;
    }
    question.add_twin(base.clone())?;
    question.contrast(ContrastKind::LogBesideSqlite, &log, &base)?;
    question.add(log)?;
    Ok(question)
}

fn case(wal_autocheckpoint: WalAutocheckpoint) -> Case {
    let durable = Pragmas::with_durability(JournalMode::Wal, Synchronous::Full);
    let pragmas = Pragmas { wal_autocheckpoint, ..durable };
    let spec = bundled(Table::Votes(SecondaryIndexes::Article), pragmas);
    Case::new(spec, VOTES).prefilled(PREFILL).continuously()
}
