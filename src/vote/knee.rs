//! `durabench vote knee`: load curves, and the highest rate at which each path keeps a limit.

use std::io::Write;
use std::num::NonZeroU32;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use report::quantity;
use report::table::Lines;
use vote_load::{Course, CurvePlan, LoadError, RateBracket, RateSearch, TOPIC};

use super::curves;
use super::load_options::{LengthOptions, PathOptions, RATE_MAX, ROUNDS_MAX};
use super::point_table::FIELDS;
use crate::bounded::{from_one_to, milliseconds, up_to};
use crate::session;

#[derive(Args)]
pub(crate) struct Options {
    /// The 99th percentile of the sojourn that a rate must keep, in milliseconds. A rate passes or fails if the 90 %
    /// interval of the share of votes beyond it lies on one side of a hundredth; one that stays undecided is measured
    /// three times. The document's log took 16 at its ceiling.
    #[arg(long, default_value = "10", value_parser = milliseconds, value_name = "MILLISECONDS")]
    p99_ms: Duration,
    /// The first rate; it is doubled until one fails. Half of the lowest ceiling that the
    /// document tells.
    #[arg(long, default_value = "12500", value_name = "OPERATIONS", value_parser = from_one_to(RATE_MAX))]
    first: NonZeroU32,
    /// The highest rate that is tried.
    #[arg(long, default_value = "3200000", value_name = "OPERATIONS", value_parser = from_one_to(RATE_MAX))]
    highest: NonZeroU32,
    /// Halvings between the highest rate that passes and the lowest that fails; with 3 they are 9 % apart, unless rates
    /// between them stay undecided or moments disagree.
    #[arg(long, default_value = "3", value_parser = up_to(HALVINGS_MAX))]
    halvings: u32,
    /// In how many moments both ends of a knee are measured: what a machine can do changes within seconds and minutes. Of
    /// several paths the points are measured in turns, so that moments lie further apart.
    #[arg(long, default_value = "5", value_name = "TIMES", value_parser = from_one_to(ROUNDS_MAX))]
    moments: NonZeroU32,
    #[command(flatten)]
    length: LengthOptions,
    #[command(flatten)]
    paths: PathOptions,
}

/// Repeats for each moment at most: of both ends, and of what lies around them where moments disagree.
const REPEATS_OF_MOMENT: u32 = 6;

/// Halvings at most: beyond this two rates differ by less than an operation.
const HALVINGS_MAX: u32 = 30;

/// Searches the paths' knees in turns, and keeps every point.
pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let plans = options.plans()?;
    let mut session = session::begin(TOPIC, None, out)?;
    writeln!(out, "\n{}", Lines::of(&FIELDS).headings())?;
    if let Some(knees) = curves::measure(&mut session, &plans, out)? {
        for (plan, knee) in plans.iter().zip(&knees) {
            let knee = in_words(knee, options.p99_ms);
            writeln!(out, "knee        {}: {knee}", plan.subject.label())?;
        }
    }
    session::say_where(&session, out)?;
    Ok(session::exit_code())
}

impl Options {
    fn plans(&self) -> Result<Vec<CurvePlan>, LoadError> {
        let point = self.length.point(self.paths.load.load(), self.first);
        let search = RateSearch::knee(self.first, self.highest, self.halvings)
            .in_moments(self.moments, REPEATS_OF_MOMENT * self.moments.get());
        let course = Course::Knee { search, p99_max_ns: self.p99_ms.as_nanos() as u64 };
        let subjects = self.paths.subjects()?.into_iter();
        Ok(subjects.map(|subject| CurvePlan { subject, point, course }).collect())
    }
}

fn in_words(knee: &RateBracket, limit: Duration) -> String {
    let limit = quantity::duration_ns(limit.as_nanos() as f64);
    let rate = |rate: NonZeroU32| quantity::rate(rate.get().into());
    match (knee.passes, knee.fails) {
        (Some(passes), Some(fails)) => {
            format!(
                "{} passes in every moment, and {} in none, at a p99 of {limit}",
                rate(passes),
                rate(fails)
            )
        }
        (Some(passes), None) => format!(
            "{} passes in every moment, at a p99 of {limit}, and no rate is known to fail in every one: where the path ends was not reached",
            rate(passes)
        ),
        (None, Some(fails)) => format!(
            "none: no rate that was tried passes in every moment, at a p99 of {limit}, and {} fails in every one",
            rate(fails)
        ),
        (None, None) => format!(
            "undecided: no rate that was tried passes or fails in every moment, at a p99 of {limit}; measure for longer"
        ),
    }
}
