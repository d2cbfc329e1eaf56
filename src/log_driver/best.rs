//! `durabench log-driver best`: up to which rate each queue keeps its limit, from the document's on, one part after the
//! other.

use std::io::Write;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use log_driver::{
    Batching, Deletion, End, EndsAt, InputFile, Outcome, Plan, Preparation, Rate, SqliteStoreSpec,
    StoreSpec, TOPIC, Topology, UniqueIndex,
};
use measure::record::RateVerdict;
use report::quantity;
use report::table::{Cell, CsvFile, Field, Lines};
use runner::session::Session;
use vote_load::{RateBracket, RateSearch, Target};
use write_path::sqlite::{JournalMode, Synchronous};

use super::input_options::InputOptions;
use crate::bounded::{SECONDS_MAX, from_one_to};
use crate::session;

#[derive(Args)]
pub(super) struct Options {
    /// How long each rate is offered, in seconds.
    #[arg(long, default_value = "2", value_parser = from_one_to(SECONDS_MAX))]
    seconds: NonZeroU32,
    /// The 99th percentile from a message's ack to that of its deletion that a rate must keep, in ms.
    #[arg(long, default_value = "50", value_parser = from_one_to(60_000))]
    p99_max_ms: NonZeroU32,
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
const HIGHEST: u32 = 5_000_000;

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
    let bare =
        SqliteStoreSpec { unique_index: UniqueIndex::Dropped, is_autoincrement: false, ..rowid };
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
    let run = driver.run_directory().map(|run| run.path().to_path_buf()).unwrap_or_default();
    let mut file = CsvFile::create_new(&run, FILE_STEM, &FIELDS)?;
    let lines = Lines::of(&FIELDS);
    writeln!(out, "{}", lines.headings())?;
    let mut rows = Vec::new();
    for candidate in candidates() {
        match options.search(&candidate, &driver, &input) {
            Ok(row) => {
                let row = row.beside(&rows);
                writeln!(out, "{}", lines.line(&row))?;
                file.add(&row)?;
                rows.push(row);
            }
            Err(_) if fixture::check_interrupt().is_err() => {
                eprintln!("interrupted: the rows that are shown are kept, and scratch is removed");
                break;
            }
            Err(error) => anyhow::bail!("{}: {error}", candidate.part),
        }
    }
    for promise in [EACH_ACK, NO_POWER_CUT] {
        if let Some(best) = best(&rows, promise) {
            writeln!(out, "best        that keeps {promise}: {best}")?;
        }
    }
    writeln!(out, "figures     {}", file.path().display())?;
    Ok(session::exit_code())
}

impl Row {
    fn rate(&self) -> u32 {
        self.knee.passes.map_or(0, Target::get)
    }

    /// With what its part is worth, by the rows before it.
    fn beside(self, rows: &[Self]) -> Self {
        let baseline = rows.iter().find(|row| Some(row.part) == self.baseline);
        let factor = baseline
            .filter(|baseline| baseline.rate() > 0)
            .map(|baseline| f64::from(self.rate()) / f64::from(baseline.rate()));
        Self { factor, ..self }
    }
}

/// The queue of a promise with the highest rate, beside the document's.
fn best(rows: &[Row], promise: &str) -> Option<String> {
    let best = rows
        .iter()
        .filter(|row| row.promise == promise && row.rate() > 0)
        .max_by_key(|row| row.rate())?;
    let document =
        rows.iter().find(|row| row.part == DOCUMENT).map(Row::rate).filter(|rate| *rate > 0);
    let beside = document.map_or_else(String::new, |document| {
        let factor = f64::from(best.rate()) / f64::from(document);
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
        let rate = |per_second| {
            Target::per_second(per_second).ok_or_else(|| anyhow::anyhow!("expected a rate, got 0"))
        };
        let search = RateSearch::knee(rate(self.first.get())?, rate(HIGHEST)?, 3);
        let mut p99_ns = None;
        let mut run = String::new();
        let knee = search.run(|target| {
            let plan = self.offering(&candidate.plan, target);
            run = plan.store.label();
            let mut ends = EndsAt::within(2 * self.offered_for());
            let outcome = plan.try_out(driver, input, &mut ends)?;
            fixture::check_interrupt()?;
            let verdict = self.verdict(target, &outcome);
            if verdict == RateVerdict::Passes {
                p99_ns = outcome.store_to_delete_ns().quantile(0.99);
            }
            Ok::<_, anyhow::Error>(verdict)
        })?;
        let promise = promise_of(&candidate.plan);
        let Candidate { part, baseline, .. } = *candidate;
        Ok(Row { part, baseline, factor: None, run, promise, knee, p99_ns })
    }

    fn offering(&self, plan: &Plan, target: Target) -> Plan {
        Plan {
            rate: Rate::Poisson(NonZeroU32::new(target.get()).unwrap_or(NonZeroU32::MIN)),
            messages: None,
            source_time_max: Some(self.offered_for()),
            slice: Duration::from_millis(100),
            ..plan.clone()
        }
    }

    fn offered_for(&self) -> Duration {
        Duration::from_secs(self.seconds.get().into())
    }

    /// Whether a rate was kept: everything that was due was handed in, stored and deleted in time.
    fn verdict(&self, target: Target, outcome: &Outcome) -> RateVerdict {
        let p99_max = Duration::from_millis(self.p99_max_ms.get().into());
        let due = f64::from(target.get()) * self.offered_for().as_secs_f64();
        let kept_up = outcome.end == End::Complete
            && is_all_that_was_due(due, outcome.counts.handed_in)
            && outcome.served_in() <= self.offered_for() + p99_max
            && outcome.verified.waiting == 0;
        let times = outcome.store_to_delete_ns();
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
            knee: RateBracket { passes: Target::per_second(passes), fails: None },
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
