//! `durabench log-driver best`: up to which rate each queue keeps its limit, from the document's on, one part after the
//! other.

use std::io::Write;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::anyhow;
use clap::Args;
use log_driver::{
    Batching, Deletion, End, EndsAt, EventTable, InputFile, Outcome, Plan, Preparation, Rate,
    SqliteStoreSpec, StoreSpec, TOPIC, Topology,
};
use measure::record::RateVerdict;
use report::quantity;
use report::table::{Cell, Field};
use runner::session::Session;
use vote_load::{RateBracket, RateSearch};
use write_path::sqlite::{JournalMode, Synchronous};

use super::input_options::InputOptions;
use crate::bounded::{SECONDS_MAX, from_one_to, whole};
use crate::session::{self, ROWS_STAY, Rows, unless_interrupted};

#[derive(Args)]
pub(super) struct Options {
    /// How long each rate is offered, in seconds.
    #[arg(long, default_value = "2", value_parser = whole(Duration::from_secs, 1, SECONDS_MAX))]
    seconds: Duration,
    /// The 99th percentile from a message's ack to that of its deletion that a rate must keep, in ms.
    #[arg(long, default_value = "50", value_parser = whole(Duration::from_millis, 1, 60_000))]
    p99_max_ms: Duration,
    /// The first rate that is tried, in messages per second.
    #[arg(long, default_value = "1000", value_parser = from_one_to(1_000_000))]
    first: NonZeroU32,
    #[command(flatten)]
    input: InputOptions,
}

/// A queue, what sets it apart, and from which one.
struct Candidate {
    part: &'static str,
    baseline: Option<&'static str>,
    plan: Plan,
}

/// A queue and the rate that it keeps.
struct Row {
    part: &'static str,
    baseline: Option<&'static str>,
    /// Its rate in terms of its baseline's: what the part is worth.
    factor: Option<f64>,
    run: String,
    /// What it keeps of a power cut.
    promise: &'static str,
    knee: RateBracket,
    /// The times at the highest rate that met the limit.
    p99_ns: Option<u64>,
}

const FIELDS: [Field<Row>; 8] = [
    Field::words("part", "part", |row| Cell::text(row.part)),
    Field::words("baseline", "beside", |row| Cell::known(row.baseline, Cell::text)),
    Field::figure("factor", "times", |row| Cell::known(row.factor, Cell::Factor)),
    Field::figure("messages_per_second", "messages/s", |row| {
        Cell::known(row.knee.passes, |rate| Cell::Rate(rate.get().into()))
    }),
    Field::figure("failing_per_second", "fails at", |row| {
        Cell::known(row.knee.fails, |rate| Cell::Rate(rate.get().into()))
    }),
    Field::figure("store_to_delete_ns_p99", "p99", |row| Cell::quantile(row.p99_ns)),
    Field::words("promise", "keeps", |row| Cell::text(row.promise)),
    Field::ids("run", "queue", |row| Cell::id(&row.run)),
];

/// The file of a run that holds a line for each queue.
const FILE_STEM: &str = "log_driver_best";

/// The longest that a message waits for others to share its commit.
const BATCH_AGE: Duration = Duration::from_millis(5);

/// Beyond what one thread hands in of such messages.
const HIGHEST: NonZeroU32 = NonZeroU32::new(5_000_000).expect("not zero");

/// Messages come at random, so that a number of them varies by its square root: fewer than so many such deviations below
/// the number that is due are no chance.
const DEVIATIONS_MAX: f64 = 5.0;

/// The document's queue with the rollback journal.
const ROLLBACK: &str = "rollback journal";

/// The document's queue with the WAL.
const DOCUMENT: &str = "WAL";

const EACH_ACK: &str = "each ack";
const NO_POWER_CUT: &str = "no power cut";

/// The document's queue, and one part more with each.
fn candidates() -> Vec<Candidate> {
    let wal = SqliteStoreSpec::of_the_document(JournalMode::Wal);
    let rowid = SqliteStoreSpec { deletion: Deletion::ByRowid, ..wal };
    let bare = SqliteStoreSpec { table: EventTable::Bare, ..rowid };
    let prepared = SqliteStoreSpec { preparation: Preparation::Once, ..bare };
    let mut normal = prepared;
    normal.pragmas.synchronous = Synchronous::Normal;
    let document = Plan::of_the_document(JournalMode::Wal);
    let connected = Plan {
        topology: Topology::AcksFirst,
        channel_capacity: NonZeroUsize::new(1_000),
        ..document.clone()
    };
    let with = |spec| Plan { store: StoreSpec::Sqlite(spec), ..connected.clone() };
    let batch = |messages, plan: &Plan| {
        let messages_max = NonZeroU32::new(messages).unwrap_or(NonZeroU32::MIN);
        Plan { batching: Batching { messages_max, age_max: BATCH_AGE }, ..plan.clone() }
    };
    let rollback = Plan::of_the_document(JournalMode::Delete);
    let log = Plan { store: StoreSpec::Log, ..connected.clone() };
    [
        (ROLLBACK, None, rollback),
        (DOCUMENT, Some(ROLLBACK), document),
        ("acks first", Some(DOCUMENT), connected.clone()),
        ("delete by rowid", Some("acks first"), with(rowid)),
        ("no indexes", Some("delete by rowid"), with(bare)),
        ("prepared once", Some("no indexes"), with(prepared)),
        ("batches of 100", Some("prepared once"), batch(100, &with(prepared))),
        ("batches of 1,000", Some("batches of 100"), batch(1_000, &with(prepared))),
        ("no sync", Some("batches of 1,000"), batch(1_000, &with(normal))),
        ("log, batches of 100", Some("batches of 100"), batch(100, &log)),
        ("log, batches of 1,000", Some("batches of 1,000"), batch(1_000, &log)),
    ]
    .map(|(part, baseline, plan)| Candidate { part, baseline, plan })
    .into()
}

/// Searches each queue's rate, with a row for each.
pub(super) fn run(
    options: &Options,
    keep: Option<&Path>,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let input = options.input.file()?;
    let driver = session::begin(TOPIC, keep, out)?;
    let mut shown = Rows::begin(&session::folder(&driver), FILE_STEM, &FIELDS)?;
    writeln!(out, "{}", shown.headings())?;
    let mut rows = Vec::new();
    for candidate in candidates() {
        let found = options.search(&candidate, &driver, &input);
        let found = unless_interrupted(found, ROWS_STAY);
        let found = found.map_err(|error| anyhow!("{}: {error}", candidate.part))?;
        let Some(row) = found else { break };
        let row = row.beside(&rows);
        shown.add(&row, out)?;
        rows.push(row);
    }
    for promise in [EACH_ACK, NO_POWER_CUT] {
        if let Some(best) = best(&rows, promise) {
            writeln!(out, "best        that keeps {promise}: {best}")?;
        }
    }
    shown.say_where(out)?;
    Ok(session::exit_code())
}

impl Row {
    fn rate(&self) -> u32 {
        self.knee.passes.map_or(0, NonZeroU32::get)
    }

    /// Its rate in terms of another part's; none where that has none.
    fn over(&self, rows: &[Self], part: &str) -> Option<f64> {
        let baseline = rows.iter().find(|row| row.part == part && row.rate() > 0)?;
        Some(f64::from(self.rate()) / f64::from(baseline.rate()))
    }

    /// With what its part is worth, by the rows before it.
    fn beside(self, rows: &[Self]) -> Self {
        let factor = self.baseline.and_then(|baseline| self.over(rows, baseline));
        Self { factor, ..self }
    }
}

/// The queue of a promise with the highest rate, beside the document's.
fn best(rows: &[Row], promise: &str) -> Option<String> {
    let best = rows
        .iter()
        .filter(|row| row.promise == promise && row.rate() > 0)
        .max_by_key(|row| row.rate())?;
    let beside = best.over(rows, DOCUMENT).map_or_else(String::new, |factor| {
        format!(", {} times the document's", quantity::factor(factor))
    });
    let (part, run) = (best.part, &best.run);
    Some(format!("{part} ({run}), {} messages/s{beside}", quantity::rate(best.rate().into())))
}

impl Options {
    fn search(
        &self,
        candidate: &Candidate,
        driver: &Session,
        input: &InputFile,
    ) -> anyhow::Result<Row> {
        let search = RateSearch::knee(self.first, HIGHEST, 3);
        let mut p99_ns = None;
        let mut run = String::new();
        let knee = search.run(|target| {
            let plan = self.offering(&candidate.plan, target);
            run = plan.store.label();
            let mut ends = EndsAt::within(2 * self.seconds);
            let outcome = plan.try_out(driver, input, &mut ends)?;
            fixture::check_interrupt()?;
            let verdict = self.verdict(target, &outcome);
            if verdict == RateVerdict::Passes {
                p99_ns = outcome.kept.store_to_delete_ns.quantile(0.99);
            }
            Ok::<_, anyhow::Error>(verdict)
        })?;
        let promise = promise_of(&candidate.plan);
        let Candidate { part, baseline, .. } = *candidate;
        Ok(Row { part, baseline, factor: None, run, promise, knee, p99_ns })
    }

    fn offering(&self, plan: &Plan, target: NonZeroU32) -> Plan {
        Plan {
            rate: Rate::Poisson(target),
            messages: None,
            source_time_max: Some(self.seconds),
            slice: Duration::from_millis(100),
            ..plan.clone()
        }
    }

    /// Whether a rate was kept: everything that was due was handed in, stored and deleted in time.
    fn verdict(&self, target: NonZeroU32, outcome: &Outcome) -> RateVerdict {
        let p99_max = self.p99_max_ms;
        let due = f64::from(target.get()) * self.seconds.as_secs_f64();
        let kept_up = outcome.end == End::Complete
            && is_all_that_was_due(due, outcome.counts.handed_in)
            && outcome.served_in() <= self.seconds + p99_max
            && outcome.verified.waiting == 0;
        let times = &outcome.kept.store_to_delete_ns;
        let p99_ns = times.quantile(0.99).or(times.longest());
        match (kept_up, p99_ns) {
            (false, _) => RateVerdict::FallsBehind,
            (true, Some(p99_ns)) if u128::from(p99_ns) <= p99_max.as_nanos() => RateVerdict::Passes,
            (true, _) => RateVerdict::MissesLimit,
        }
    }
}

/// Whether so many messages are all of those that were due, which number so many on average: a source that is too slow for
/// a rate, or waits for the store, hands in fewer.
fn is_all_that_was_due(due: f64, handed_in: u64) -> bool {
    handed_in as f64 >= due - DEVIATIONS_MAX * due.sqrt()
}

/// What a store keeps of a power cut.
fn promise_of(plan: &Plan) -> &'static str {
    match plan.store {
        StoreSpec::Sqlite(spec) if spec.pragmas.synchronous == Synchronous::Normal => NO_POWER_CUT,
        StoreSpec::Sqlite(_) | StoreSpec::Log => EACH_ACK,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_is_the_one_with_the_highest_rate_that_keeps_a_promise() {
        let row = |part, promise, passes| Row {
            part,
            baseline: Some(DOCUMENT),
            factor: None,
            run: "run".to_owned(),
            promise,
            knee: RateBracket { passes: NonZeroU32::new(passes), fails: None },
            p99_ns: None,
        };
        let rows = [
            row(DOCUMENT, EACH_ACK, 2_000),
            row("batches", EACH_ACK, 8_000),
            row("no sync", NO_POWER_CUT, 16_000),
            row("fails", EACH_ACK, 0),
        ];
        let told = best(&rows, EACH_ACK).expect("some pass");
        assert!(told.starts_with("batches (run), ") && told.contains("4.00 times"), "{told}");
        assert!(best(&rows, NO_POWER_CUT).expect("one passes").contains("8.00 times"));
        assert_eq!(row("part", EACH_ACK, 3_000).beside(&rows).factor, Some(1.5));
        assert_eq!(row(DOCUMENT, EACH_ACK, 3_000).beside(&[]).factor, None);
        assert_eq!(best(&rows[3..], EACH_ACK), None);
    }

    #[test]
    fn a_source_that_hands_in_less_than_is_due_falls_behind() {
        assert!(is_all_that_was_due(10_000.0, 9_600), "by chance");
        assert!(!is_all_that_was_due(10_000.0, 9_400));
        assert!(!is_all_that_was_due(600_000.0, 450_000), "the source is too slow");
    }

    #[test]
    fn every_candidate_can_be_run_and_is_another_beside_one_before_it() {
        let candidates = candidates();
        for (at, candidate) in candidates.iter().enumerate() {
            let before: Vec<_> = candidates[..at].iter().map(|other| other.part).collect();
            assert!(
                candidate.baseline.is_none_or(|baseline| before.contains(&baseline)),
                "{}",
                candidate.part
            );
            candidate.plan.check().expect(candidate.part);
            let differs = candidates[at + 1..].iter().all(|other| other.plan != candidate.plan);
            assert!(differs, "{}", candidate.part);
        }
    }
}
