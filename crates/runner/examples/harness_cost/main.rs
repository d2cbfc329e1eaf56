//! What the harness costs: the instructions of the runner's loop beside those of a loop that is written by hand, counted
//! by valgrind's callgrind.
//!
//! ```text
//! cargo run --release -p runner --example harness_cost
//! ```
//!
//! Both loops put the same packets of 400 votes into the same engine. Counted is what lies between two readings of the
//! clock, in the thread that reads it: from a packet that was made before to its ack, with the moments that are kept of it. A
//! count beyond its limit ends with exit code 3, and a machine without valgrind with 4.

mod loops;

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use loops::{Engine, Loop};

/// Packets that are committed before any is counted: they prepare statements, and grow caches and buffers.
const WARM_UP_PACKETS: u64 = 50;

/// Packets that are counted: enough for an automatic checkpoint of 1,000 pages.
const COUNTED_PACKETS: u64 = 300;

/// The instructions of the first function, and of all that it calls, are counted; but not those of the second one, which
/// notes what was seen when the clock has stopped.
const COUNTED: [&str; 2] =
    ["--toggle-collect=harness_cost::counted*", "--toggle-collect=runner::driver::Client::note*"];

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => compare(),
        ["run", engine, by, directory] => {
            let (engine, by) = (Engine::named(engine)?, Loop::named(by)?);
            loops::run(engine, by, Path::new(directory), [WARM_UP_PACKETS, COUNTED_PACKETS])?;
            Ok(ExitCode::SUCCESS)
        }
        _ => bail!("expected no arguments, got {arguments:?}"),
    }
}

fn compare() -> Result<ExitCode> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        eprintln!("expected valgrind, got none: nothing is counted; install it");
        return Ok(ExitCode::from(4));
    }
    println!(
        "{:<14}{:>16}{:>16}{:>10}{:>8}",
        "engine", "by hand", "by the runner", "more", "limit"
    );
    let mut is_within = true;
    for engine in Engine::ALL {
        let by_hand = instructions_per_packet(engine, Loop::ByHand)?;
        let by_runner = instructions_per_packet(engine, Loop::Runner)?;
        let more_percent = 100.0 * (by_runner / by_hand - 1.0);
        let limit = engine.limit_percent();
        let told = limit.map_or("-".into(), |limit| format!("{limit} %"));
        let name = engine.name();
        println!("{name:<14}{by_hand:>16.0}{by_runner:>16.0}{more_percent:>8.2} %{told:>8}");
        is_within &= limit.is_none_or(|limit| more_percent <= limit);
    }
    println!("instructions per packet of 400 votes, over {COUNTED_PACKETS} packets");
    Ok(if is_within { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

fn instructions_per_packet(engine: Engine, by: Loop) -> Result<f64> {
    let directory = tempfile::tempdir()?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args(COUNTED)
        .arg(std::env::current_exe()?)
        .args(["run", engine.name(), by.name()])
        .arg(directory.path())
        .output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("{} {}: {}: {told}", engine.name(), by.name(), output.status);
    }
    let collected = told.lines().find_map(|line| Some(line.split_once("Collected : ")?.1.trim()));
    let instructions: u64 =
        collected.context("expected a count of valgrind's, got none")?.parse()?;
    if instructions == 0 {
        bail!("expected instructions, got 0: valgrind does not find a function of {COUNTED:?}");
    }
    Ok(instructions as f64 / COUNTED_PACKETS as f64)
}

/// Does what is counted. Neither inlined nor left by a jump, so that valgrind sees it begin and end.
#[inline(never)]
fn counted<T>(work: impl FnOnce() -> T) -> T {
    std::hint::black_box(work())
}
