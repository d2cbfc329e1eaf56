//! The campaign: the states of each case, its verdict, and the file that keeps it.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use anyhow::anyhow;
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use power_cut::{Error, Subject, VERDICT_FORMAT, Verdict, VerdictFile, examine};

use super::options::Options;
use crate::session::say;

/// The verdicts of all cases, or of those that were finished before Ctrl-C.
pub(super) fn examine_all(
    options: &Options,
    cases: &[&dyn Subject],
    directory: &Path,
) -> anyhow::Result<(Vec<Verdict>, bool)> {
    let mut file = begun_file(options)?;
    let (known, open): (Vec<&dyn Subject>, Vec<&dyn Subject>) =
        cases.iter().partition(|case| file.of(&case.key()).is_some());
    let bar = progress(open.len() as u64 * options.states());
    let mut is_whole = true;
    for (done, case) in (known.len() + 1..).zip(open) {
        let name = case.key().to_string();
        bar.set_message(name.clone());
        let examined = || {
            bar.inc(1);
            go_on()
        };
        match examine(case, &options.plan(), directory, &examined) {
            Ok(verdict) => {
                tell(&bar, &verdict, [known.len(), done, cases.len()]);
                file.verdicts.push(verdict);
            }
            Err(Error::Stopped) => {
                is_whole = false;
                break;
            }
            Err(error) => return Err(anyhow!("{name}: {error}")),
        }
        if let Some(path) = &options.verdicts {
            file.write(path)?;
        }
    }
    // Clearing it puts it at its end.
    let (states, seconds, rate) = pace(&bar);
    bar.finish_and_clear();
    if states > 0 {
        let hours = 1e6 / rate / 3600.0;
        say(format_args!(
            "{states} states in {seconds:.0} s, {rate:.0} a second: a million take {hours:.1} h"
        ));
    }
    let verdicts = cases.iter().filter_map(|case| file.of(&case.key()).cloned());
    Ok((verdicts.collect(), is_whole))
}

/// Whether to go on: until Ctrl-C.
pub(super) fn go_on() -> ControlFlow<()> {
    match fixture::check_interrupt() {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    }
}

/// The file of this campaign as far as it is there.
fn begun_file(options: &Options) -> anyhow::Result<VerdictFile> {
    let new = VerdictFile {
        format: VERDICT_FORMAT,
        sqlite_version: sqlite_builds::find("bundled")?.activate()?.version().to_owned(),
        seed: options.seed,
        states_asked: options.states(),
        interrupted: options.interrupted,
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

/// How fast it goes, and how long it will take, on a terminal.
fn progress(states: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(states), ProgressDrawTarget::stderr());
    let style = "{elapsed} of about {duration}  {pos} of {len} states, {per_sec}  {msg}";
    bar.with_style(ProgressStyle::with_template(style).unwrap_or(ProgressStyle::default_bar()))
}

/// How many states there were, in how many seconds, and how many that are in one.
fn pace(bar: &ProgressBar) -> (u64, f64, f64) {
    let (states, seconds) = (bar.position(), bar.elapsed().as_secs_f64());
    (states, seconds, states as f64 / seconds.max(1e-9))
}

/// A line for a finished case, where there is no terminal.
fn tell(bar: &ProgressBar, verdict: &Verdict, [begun, done, all]: [usize; 3]) {
    if bar.is_hidden() {
        let (states, seconds, rate) = pace(bar);
        let left = seconds * (all - done) as f64 / (done - begun) as f64;
        say(format_args!(
            "{done} of {all} cases, {states} states in {seconds:.0} s, {rate:.0} a second, about {} left: {} {}",
            HumanDuration(Duration::from_secs_f64(left)),
            verdict.case,
            verdict.class.words(),
        ));
    }
}
