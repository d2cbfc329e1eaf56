//! The campaign: the states of each case, its verdict, and the file that keeps it.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::anyhow;
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use power_cut::{Error, Subject, VERDICT_FORMAT, Verdict, VerdictFile, examine};

use super::options::Options;

/// The verdicts of all cases, or of those that were finished before Ctrl-C.
pub(super) fn examine_all(
    options: &Options,
    cases: &[&dyn Subject],
    directory: &Path,
) -> anyhow::Result<(Vec<Verdict>, bool)> {
    let mut file = begun_file(options)?;
    let (known, open): (Vec<&dyn Subject>, Vec<&dyn Subject>) =
        cases.iter().partition(|case| file.of(&case.key()).is_some());
    let mut pace = Pace::new(known.len(), cases.len(), options.states());
    let mut is_whole = true;
    for case in open {
        let name = case.key().to_string();
        pace.bar.set_message(name.clone());
        let tell = || {
            pace.bar.inc(1);
            go_on()
        };
        match examine(case, &options.plan(), directory, &tell) {
            Ok(verdict) => {
                pace.finished(&verdict);
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
    pace.bar.finish_and_clear();
    pace.tell_whole();
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

/// How fast it goes, and how long it will take: a bar on a terminal, else a line for each case.
struct Pace {
    bar: ProgressBar,
    begun: Instant,
    states: u64,
    done: usize,
    known: usize,
    all: usize,
}

impl Pace {
    fn new(known: usize, all: usize, states_each: u64) -> Self {
        let states = (all - known) as u64 * states_each;
        let bar = ProgressBar::with_draw_target(Some(states), ProgressDrawTarget::stderr());
        let style = "{elapsed} of about {duration}  {pos} of {len} states, {per_sec}  {msg}";
        let style = ProgressStyle::with_template(style).unwrap_or(ProgressStyle::default_bar());
        Self { bar: bar.with_style(style), begun: Instant::now(), states: 0, done: 0, known, all }
    }

    fn finished(&mut self, verdict: &Verdict) {
        self.states += verdict.states();
        self.done += 1;
        if self.bar.is_hidden() {
            let elapsed = self.begun.elapsed();
            let left = (self.all - self.known - self.done) as f64 / self.done as f64;
            eprintln!(
                "{} of {} cases, {} states in {:.0} s, {:.0} a second, about {} left: {} {}",
                self.known + self.done,
                self.all,
                self.states,
                elapsed.as_secs_f64(),
                self.states_a_second(),
                HumanDuration(Duration::from_secs_f64(elapsed.as_secs_f64() * left)),
                verdict.case,
                verdict.class.words(),
            );
        }
    }

    fn states_a_second(&self) -> f64 {
        self.states as f64 / self.begun.elapsed().as_secs_f64().max(1e-9)
    }

    fn tell_whole(&self) {
        let rate = self.states_a_second();
        let hours = 1e6 / rate.max(1e-9) / 3600.0;
        let seconds = self.begun.elapsed().as_secs_f64();
        match self.states {
            0 => {}
            states => eprintln!(
                "{states} states in {seconds:.0} s, {rate:.0} a second: a million take {hours:.1} h"
            ),
        }
    }
}
