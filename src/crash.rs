//! `durabench crash`: what survives a power cut.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::anyhow;
use disk_model::Metadata;
use fixture::{INTERRUPTED_EXIT_CODE, ScratchRoot};
use power_cut::{Subject, Verdict, cases, expected, explained, matrix, replay};
use write_path::sqlite::LockingMode;

mod campaign;
mod faults;
mod kills;
mod log_driver_store;
mod options;

pub(crate) use options::Options;

use log_driver_store::LogDriverStore;

pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let cases = all_cases()?;
    let filter = options.case_filter.as_deref().unwrap_or_default();
    if let Some(directory) = &options.live_in {
        kills::live(filter, &cases, directory)?;
        return Ok(ExitCode::SUCCESS);
    }
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
    if let Some(trials) = options.kills {
        return kills::run(trials, options.seed, &chosen, &directory, out);
    }
    if options.faults {
        return faults::run(options, &chosen, &directory, out);
    }
    let (verdicts, is_whole) = campaign::examine_all(options, &chosen, &directory)?;
    let unexpected = print(&verdicts, out)?;
    Ok(match (is_whole, unexpected) {
        (false, _) => ExitCode::from(INTERRUPTED_EXIT_CODE),
        (true, 0) => ExitCode::SUCCESS,
        (true, _) => ExitCode::FAILURE,
    })
}

/// Those of the crate, and the log driver's stores.
fn all_cases() -> anyhow::Result<Vec<Box<dyn Subject>>> {
    let mut all = cases()?;
    let stores = LogDriverStore::all()?.into_iter();
    all.extend(stores.map(|store| Box::new(store) as Box<dyn Subject>));
    Ok(all)
}

/// In memory where there is room for it: no state needs a real disk, and none needs its syncs.
fn scratch() -> anyhow::Result<ScratchRoot> {
    if let Ok(scratch) = ScratchRoot::create_in_memory() {
        return Ok(scratch);
    }
    Ok(ScratchRoot::create(&fixture::target_directory()?)?)
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
    let (fault, witness) = match witness.split_once('@') {
        Some((fault, witness)) => (Some(fault.parse()?), witness),
        None => (None, witness),
    };
    let replay = replay(case.as_ref(), fault, &witness.parse()?, directory)?;
    write!(out, "{}", explained(&replay))?;
    Ok(ExitCode::SUCCESS)
}
