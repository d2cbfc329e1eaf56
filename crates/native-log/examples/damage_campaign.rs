//! Damages small logs of several segments in memory, millions of times, and judges what opening
//! makes of them. Runs on all cores; the same seed gives the same runs.
//!
//! `cargo run --release -p native-log --example damage_campaign -- <runs> <seed>`
//!
//! A failure is printed with the seed of its run: `-- 1 <that seed>` repeats it.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

#[path = "../tests/damaged_logs/mod.rs"]
mod damaged_logs;

use damaged_logs::{Choices, Pool, Verdict, run};

/// A thread takes this many runs at a time.
const BATCH_RUNS: u64 = 1000;
/// After so many failures there is nothing more to learn.
const FAILURES_MAX: u64 = 10;

fn main() -> Result<ExitCode, String> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |name: &str| {
        let text = arguments.next().ok_or(format!("expected <runs> <seed>, got no {name}"))?;
        text.parse::<u64>()
            .map_err(|error| format!("{name}: expected a number, got {text}: {error}"))
    };
    let (runs, seed) = (number("runs")?, number("seed")?);
    let pool = Pool::new();
    let started = Instant::now();
    let tallies = Tallies::default();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| tallies.work(&pool, runs, seed));
        }
    });
    let failures = tallies.failures.into_inner();
    let [refused, whole, told, unnoticeable] = tallies.verdicts.map(AtomicU64::into_inner);
    println!(
        "{} runs from seed {seed} in {:.1} s: {refused} refused, {whole} whole, {told} told, \
         {unnoticeable} that cannot be noticed, {failures} failures",
        refused + whole + told + unnoticeable + failures,
        started.elapsed().as_secs_f64()
    );
    Ok(if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[derive(Debug, Default)]
struct Tallies {
    begun: AtomicU64,
    verdicts: [AtomicU64; 4],
    failures: AtomicU64,
}

impl Tallies {
    fn work(&self, pool: &Pool, runs: u64, seed: u64) {
        loop {
            let from = self.begun.fetch_add(BATCH_RUNS, Ordering::Relaxed);
            for index in from..runs.min(from + BATCH_RUNS) {
                if self.failures.load(Ordering::Relaxed) >= FAILURES_MAX {
                    return;
                }
                self.run_one(pool, seed.wrapping_add(index));
            }
            if from + BATCH_RUNS >= runs {
                return;
            }
        }
    }

    fn run_one(&self, pool: &Pool, seed: u64) {
        let judged = std::panic::catch_unwind(|| run(pool, &mut Choices::new(&[], seed)));
        let failure = match judged {
            Ok(Ok(verdict)) => {
                let place = match verdict {
                    Verdict::Refused => 0,
                    Verdict::Whole => 1,
                    Verdict::Told => 2,
                    Verdict::Unnoticeable => 3,
                };
                self.verdicts[place].fetch_add(1, Ordering::Relaxed);
                return;
            }
            Ok(Err(found)) => found,
            Err(_) => "a panic, see above".to_owned(),
        };
        self.failures.fetch_add(1, Ordering::Relaxed);
        println!("FAILED with seed {seed}: {failure}");
    }
}
