//! At least three runs a side.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use report::evidence::Evidence;
use report::regression::{Outcome, RUNS_MIN, TwoSides, UnlikeSides, WhyNotChecked, table, text};
use report::terminal::Terminal;

use crate::session::{BEYOND_LIMIT, NOT_CHECKED, not_checked, write_csv};

/// What is told as a change where nobody says a limit, which then fails nothing.
const TOLD_LIMIT: f64 = 1.05;

/// More than ten times as long is no limit.
const PERCENT_MAX: f64 = 1_000.0;

#[derive(Args)]
pub(super) struct Judging {
    /// Exits with 3 if a time is longer by more than this and beyond noise, with 4 if so much could not be told: `5%`.
    #[arg(long, value_name = "PERCENT", value_parser = limit)]
    fail_above: Option<f64>,
    /// Judges sides that were measured in unlike places; what differs may be due to that.
    #[arg(long)]
    allow_unlike: bool,
    /// Writes all compared times to a file too, unrounded.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

pub(super) fn are_enough(base: &[PathBuf], new: &[PathBuf]) -> bool {
    base.len().min(new.len()) >= RUNS_MIN
}

/// Compares, tells, and answers by the exit code.
pub(super) fn run(
    options: &Judging,
    base: &[PathBuf],
    new: &[PathBuf],
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let sides = match two_sides(base, new) {
        Ok(sides) => sides,
        Err(error) => return Ok(not_checked(error)),
    };
    let limit = options.fail_above.unwrap_or(TOLD_LIMIT);
    let unlike = if options.allow_unlike { UnlikeSides::Judged } else { UnlikeSides::NotJudged };
    let outcome = sides.outcome(limit, unlike);
    write!(out, "{}", text(&sides, limit, outcome, Terminal::of_stdout().columns))?;
    write_csv(options.csv.as_deref(), &table(&sides, limit), out)?;
    let asked = options.fail_above.is_some();
    Ok(match outcome {
        Outcome::NotChecked(WhyNotChecked::NothingInCommon) => ExitCode::from(NOT_CHECKED),
        _ if !asked => ExitCode::SUCCESS,
        Outcome::Slower(_) => ExitCode::from(BEYOND_LIMIT),
        Outcome::NotChecked(_) => ExitCode::from(NOT_CHECKED),
        Outcome::Holds => ExitCode::SUCCESS,
    })
}

fn two_sides(base: &[PathBuf], new: &[PathBuf]) -> anyhow::Result<TwoSides> {
    let read = |run: &PathBuf| Evidence::read(run);
    let base = base.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let new = new.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(TwoSides::of(&base, &new)?)
}

/// A limit as a factor, from percent: `5%` is 1.05.
fn limit(text: &str) -> Result<f64, String> {
    let number = text.trim().trim_end_matches('%').trim_end();
    let percent = number.parse().ok().filter(|percent| (0.1..=PERCENT_MAX).contains(percent));
    let percent: f64 = percent.ok_or_else(|| {
        format!("expected a percentage from 0.1% to {PERCENT_MAX}%, such as 5%, got {text:?}")
    })?;
    Ok(1.0 + percent / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_percentage() {
        assert_eq!(limit("5%"), Ok(1.05));
        assert_eq!(limit("12.5 %"), Ok(1.125));
        assert_eq!(limit("10"), Ok(1.1));
        for refused in ["0", "0%", "-5%", "5%%x", "", "nan", "inf", "1e9"] {
            assert!(
                limit(refused).is_err_and(|why| why.starts_with("expected a perc")),
                "{refused}"
            );
        }
    }
}
