//! Under which checkpoint strategy does no ack wait long? Interleaved runs of many strategies from one
//! filled and checkpointed database, each verified after reopening.
//!
//! ```sh
//! cargo run --release -p write-path --example longest_ack -- \
//!     <directory> <append|index> <SQLite build> <records per packet> <acks> <rounds> <MiB before> [labels]
//! ```
//!
//! Per strategy, as the median over the rounds: the longest ack, p99.9 and p99 (hand-in to ack, so
//! that work after the previous ack counts), the rates until the last ack and with the final drain;
//! the largest WAL, and the longest checkpoint after an ack and beside the commits, in ms. At the end stand
//! those whose longest ack is within 1.5 times the best, whose WAL has at most 64 MB, and whose drained
//! rate is at least 0.95 of the best. `MiB before` are votes of 24 bytes that the database holds at first.

mod measuring;
mod strategies;

use std::error::Error;
use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use measuring::{Run, Votes, measure};
use write_path::sqlite::{
    CacheSize, JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table,
};
use write_path::{CheckpointCaller, PathSpec as _, VOTE_BYTES};

/// What is asked of a strategy.
const LONGEST_RATIO_MAX: f64 = 1.5;
const WAL_BYTES_MAX: u64 = 64_000_000;
const DRAINED_RATIO_MIN: f64 = 0.95;

/// What the command line asks for.
struct Plan {
    directory: PathBuf,
    spec: SqliteSpec,
    records_per_packet: usize,
    acks: usize,
    rounds: usize,
    /// Records that the database holds before.
    prefill_records: u64,
    labels: Vec<String>,
}

/// A strategy's runs, each figure the median over them but for the largest WAL.
struct Row {
    label: String,
    longest_ms: f64,
    p999_ms: f64,
    p99_ms: f64,
    acked_per_second: f64,
    drained_per_second: f64,
    wal_bytes_max: u64,
    after_ack_ms: f64,
    background_ms: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let plan = Plan::of(std::env::args().skip(1))?;
    let scratch = plan.directory.join("longest-ack");
    let filled = scratch.join("filled");
    let votes = fill(&plan, &filled)?;
    let strategies = plan.labels.len();
    let mut runs: Vec<Vec<Run>> = plan.labels.iter().map(|_| Vec::new()).collect();
    for round in 0..plan.rounds {
        for step in 0..strategies {
            // Each round begins elsewhere, so that no strategy always follows the same one.
            let index = (round + step) % strategies;
            let directory = scratch.join("run");
            copy(&filled, &directory)?;
            let spec = strategies::apply(&plan.labels[index], plan.spec)?;
            let run =
                measure(&spec, &directory, votes.clone(), plan.records_per_packet, plan.acks)?;
            runs[index].push(run);
            fs::remove_dir_all(&directory)?;
        }
    }
    fs::remove_dir_all(&scratch)?;
    let rows: Vec<Row> =
        plan.labels.iter().zip(&runs).map(|(label, runs)| Row::of(label, runs)).collect();
    print(&rows);
    Ok(())
}

impl Plan {
    fn of(mut arguments: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let mut next = |what: &str| arguments.next().ok_or(format!("name {what}"));
        let directory = next("a directory to work in")?.into();
        let indexes = match next("append or index")?.as_str() {
            "append" => SecondaryIndexes::None,
            "index" => SecondaryIndexes::Article,
            other => return Err(format!("{other} is neither append nor index").into()),
        };
        let mut pragmas = Pragmas::with_durability(JournalMode::Wal, Synchronous::Full);
        pragmas.cache_size = CacheSize::mebibytes(NonZeroU32::new(64).ok_or("no cache")?);
        let build = sqlite_builds::find(&next("a SQLite build")?)?;
        Ok(Self {
            directory,
            spec: SqliteSpec::new(build, Table::Votes(indexes), pragmas),
            records_per_packet: next("the records per packet")?.parse()?,
            acks: next("the acks per run")?.parse()?,
            rounds: next("the rounds")?.parse()?,
            prefill_records: (next("the MiB before")?.parse::<u64>()? << 20) / VOTE_BYTES as u64,
            labels: labels_or_usual(arguments.collect()),
        })
    }
}

fn labels_or_usual(labels: Vec<String>) -> Vec<String> {
    if labels.is_empty() { strategies::USUAL.map(String::from).into() } else { labels }
}

/// Fills a database once, in one commit that keeps nothing safe.
fn fill(plan: &Plan, directory: &Path) -> Result<Votes, Box<dyn Error>> {
    fs::create_dir_all(directory)?;
    let filling = plan.spec.filling().ok_or("a path whose files cannot be copied")?;
    let mut path = filling.open(directory)?;
    let mut votes = Votes::from_the_first();
    let mut last = None;
    while votes.made().records() < plan.prefill_records {
        last = Some(path.submit(&votes.packet(10_000))?);
    }
    if let Some(ticket) = last {
        path.wait(ticket)?;
    }
    path.drain()?;
    path.close()?;
    Ok(votes)
}

fn copy(filled: &Path, directory: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(directory)?;
    for entry in fs::read_dir(filled)? {
        let original = entry?;
        let copy = directory.join(original.file_name());
        fs::copy(original.path(), &copy)?;
        fs::File::open(&copy)?.sync_all()?;
    }
    Ok(())
}

impl Row {
    fn of(label: &str, runs: &[Run]) -> Self {
        let of_runs = |figure: &dyn Fn(&Run) -> f64| median(runs.iter().map(figure).collect());
        Self {
            label: label.into(),
            longest_ms: of_runs(&|run| run.quantile_ms(1.0)),
            p999_ms: of_runs(&|run| run.quantile_ms(0.999)),
            p99_ms: of_runs(&|run| run.quantile_ms(0.99)),
            acked_per_second: of_runs(&|run| run.acked_per_second),
            drained_per_second: of_runs(&|run| run.drained_per_second),
            wal_bytes_max: runs.iter().map(|run| run.wal_bytes_max).max().unwrap_or_default(),
            after_ack_ms: of_runs(&|run| run.longest_call_ms(CheckpointCaller::AfterAck)),
            background_ms: of_runs(&|run| run.longest_call_ms(CheckpointCaller::Background)),
        }
    }

    fn satisfies(&self, shortest_ms: f64, fastest: f64) -> bool {
        self.longest_ms <= LONGEST_RATIO_MAX * shortest_ms
            && self.wal_bytes_max <= WAL_BYTES_MAX
            && self.drained_per_second >= DRAINED_RATIO_MIN * fastest
    }
}

fn print(rows: &[Row]) {
    println!(
        "strategy             longest ms  p99.9 ms    p99 ms  acked k/s  drained k/s  WAL MB  after ack  beside"
    );
    for row in rows {
        println!(
            "{:20} {:10.2} {:9.2} {:9.2} {:10.1} {:12.1} {:7.1} {:10.2} {:7.2}",
            row.label,
            row.longest_ms,
            row.p999_ms,
            row.p99_ms,
            row.acked_per_second / 1e3,
            row.drained_per_second / 1e3,
            row.wal_bytes_max as f64 / 1e6,
            row.after_ack_ms,
            row.background_ms,
        );
    }
    let shortest_ms = rows.iter().map(|row| row.longest_ms).fold(f64::INFINITY, f64::min);
    let fastest = rows.iter().map(|row| row.drained_per_second).fold(0.0, f64::max);
    let mut good = rows.iter().filter(|row| row.satisfies(shortest_ms, fastest)).peekable();
    if good.peek().is_none() {
        println!("none satisfies all three");
    }
    good.for_each(|row| println!("satisfies all three: {}", row.label));
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
