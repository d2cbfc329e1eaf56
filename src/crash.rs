//! `durabench crash`: what survives a power cut.

use std::io::Write;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use anyhow::anyhow;
use clap::{Args, ValueEnum};
use disk_model::Metadata;
use fixture::{INTERRUPTED_EXIT_CODE, ScratchRoot};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use power_cut::{
    Error, Interrupted, Plan, Subject, VERDICT_FORMAT, Verdict, VerdictFile, cases, examine,
    expected, explained, matrix, replay,
};
use write_path::sqlite::LockingMode;

use crate::bounded::within;

#[derive(Args)]
pub(crate) struct Options {
    /// Only cases whose id contains this: `sqlite/normal/delete`, `native-log`.
    case_filter: Option<String>,
    /// States of each case.
    #[arg(long, default_value = "1000", value_parser = |text: &str| within(text, 1, STATES_MAX))]
    states: u64,
    /// The same seed tries the same states.
    #[arg(long, default_value = "1", value_parser = |text: &str| within(text, 0, SEED_MAX))]
    seed: u64,
    /// What an interrupted write may leave of a sector; the last one takes powersafe overwrite away.
    #[arg(long, value_enum, default_value = "old-or-new")]
    interrupted: InterruptedOption,
    /// Makes the state of a witness again and tells it in words: CASE@WITNESS, as a campaign prints it.
    #[arg(long, conflicts_with = "case_filter")]
    replay: Option<String>,
    /// Keeps the verdicts in this file, case by case. A campaign of the same settings goes on with what is there.
    #[arg(long)]
    verdicts: Option<PathBuf>,
}

/// A day's work on two cores, for each case.
const STATES_MAX: u64 = 40_000_000;
/// Seeds beyond that are not of more use.
const SEED_MAX: u64 = 1_000_000_000;

#[derive(Clone, Copy, ValueEnum)]
enum InterruptedOption {
    OldOrNew,
    Garbage,
    GarbageBeyond,
}

pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let cases = cases()?;
    let filter = options.case_filter.as_deref().unwrap_or_default();
    fixture::install_interrupt();
    let scratch = scratch()?;
    let directory = scratch.path().canonicalize()?;
    if let Some(text) = &options.replay {
        return tell_again(text, &cases, &directory, out);
    }
    let chosen: Vec<&dyn Subject> = cases
        .iter()
        .map(AsRef::as_ref)
        .filter(|case| case.key().to_string().contains(filter))
        .collect();
    anyhow::ensure!(!chosen.is_empty(), "expected a part of a case's id, got {filter:?}");
    let (verdicts, is_whole) = examine_all(options, &chosen, &directory)?;
    let unexpected = print(&verdicts, out)?;
    Ok(match (is_whole, unexpected) {
        (false, _) => ExitCode::from(INTERRUPTED_EXIT_CODE),
        (true, 0) => ExitCode::SUCCESS,
        (true, _) => ExitCode::FAILURE,
    })
}

/// The verdicts of all cases, or of those that were finished before Ctrl-C.
fn examine_all(
    options: &Options,
    cases: &[&dyn Subject],
    directory: &Path,
) -> anyhow::Result<(Vec<Verdict>, bool)> {
    let progress = progress(cases.len() as u64 * options.states);
    let (begun, mut states) = (Instant::now(), 0);
    let tell = || {
        progress.inc(1);
        match fixture::check_interrupt() {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    };
    let mut file = begun_file(options)?;
    let mut verdicts = Vec::new();
    for case in cases {
        let (key, name) = (case.key(), case.key().to_string());
        progress.set_message(name.clone());
        let verdict = match file.of(&key).cloned() {
            Some(earlier) => earlier,
            None => match examine(*case, &plan(options), directory, &tell) {
                Ok(verdict) => verdict,
                Err(Error::Stopped) => return Ok((verdicts, false)),
                Err(error) => return Err(anyhow!("{name}: {error}")),
            },
        };
        verdicts.push(verdict.clone());
        if file.of(&key).is_none() {
            states += verdict.states();
        }
        if let (Some(path), None) = (&options.verdicts, file.of(&key)) {
            file.verdicts.push(verdict);
            file.write(path)?;
        }
    }
    progress.finish_and_clear();
    let seconds = begun.elapsed().as_secs_f64();
    eprintln!(
        "{states} states in {seconds:.0} s: a million take {:.1} h",
        seconds / states.max(1) as f64 * 1e6 / 3600.0
    );
    Ok((verdicts, true))
}

/// The file of this campaign as far as it is there.
fn begun_file(options: &Options) -> anyhow::Result<VerdictFile> {
    let new = VerdictFile {
        format: VERDICT_FORMAT,
        sqlite_version: sqlite_builds::find("bundled")?.activate()?.version().to_owned(),
        seed: options.seed,
        states_asked: options.states,
        interrupted: interrupted(options),
        verdicts: Vec::new(),
    };
    match &options.verdicts {
        Some(path) if path.exists() => {
            let there = VerdictFile::read(path)?;
            anyhow::ensure!(
                there.is_of_campaign(&new),
                "{}: expected a campaign of the same seed, states, sectors and SQLite, got another; name another file",
                path.display()
            );
            Ok(there)
        }
        _ => Ok(new),
    }
}

/// In memory where there is room for it: no state needs a real disk, and none needs its syncs.
fn scratch() -> anyhow::Result<ScratchRoot> {
    if let Ok(scratch) = ScratchRoot::create_in_memory() {
        return Ok(scratch);
    }
    Ok(ScratchRoot::create(&fixture::target_directory()?)?)
}

fn plan(options: &Options) -> Plan {
    Plan {
        states: options.states,
        seed: options.seed,
        threads: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        interrupted: interrupted(options),
    }
}

fn interrupted(options: &Options) -> Interrupted {
    match options.interrupted {
        InterruptedOption::OldOrNew => Interrupted::OldOrNew,
        InterruptedOption::Garbage => Interrupted::Garbage,
        InterruptedOption::GarbageBeyond => Interrupted::GarbageBeyond,
    }
}

fn progress(states: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(states), ProgressDrawTarget::stderr());
    let style = "{elapsed} of about {duration}  {pos} of {len} states, {per_sec}  {msg}";
    bar.with_style(ProgressStyle::with_template(style).unwrap_or(ProgressStyle::default_bar()))
}

/// Prints the verdicts and returns how many are not as expected.
fn print(verdicts: &[Verdict], out: &mut dyn Write) -> anyhow::Result<usize> {
    for metadata in [Metadata::PosixStrict, Metadata::Ext4Ordered] {
        let tables =
            LockingMode::ALL.iter().filter_map(|locking| matrix(verdicts, *locking, metadata));
        for table in tables {
            writeln!(out, "{table}")?;
        }
    }
    writeln!(
        out,
        "| case | verdict | lost | on ext4 | states | witness |\n|---|---|---|---|---|---|"
    )?;
    let mut unexpected = 0;
    for verdict in verdicts {
        let is_expected =
            expected(&verdict.key).is_none_or(|expectation| expectation.is_met_by(verdict));
        unexpected += usize::from(!is_expected);
        writeln!(
            out,
            "| {} | {}{} | {} | {} | {} | {} |",
            verdict.key,
            verdict.class.words(),
            if is_expected { "" } else { ", **not as expected**" },
            verdict.lost_packets_max,
            verdict.class_ordered.words(),
            verdict.states(),
            verdict.witness.as_deref().unwrap_or("-"),
        )?;
    }
    Ok(unexpected)
}

fn tell_again(
    text: &str,
    cases: &[Box<dyn Subject>],
    directory: &Path,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let expected = || anyhow!("expected CASE@WITNESS as a campaign prints it, got {text:?}");
    let (id, witness) = text.split_once('@').ok_or_else(expected)?;
    let case = cases.iter().find(|case| case.key().to_string() == id).ok_or_else(expected)?;
    let replay = replay(case.as_ref(), &witness.parse()?, directory)?;
    write!(out, "{}", explained(&replay))?;
    Ok(ExitCode::SUCCESS)
}
