//! `durabench vote saturation`: the rate that a path takes at most, and its backlog just below and just
//! beyond it.

mod row;

use std::io::Write;
use std::num::NonZeroU32;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::anyhow;
use clap::Args;
use report::quantity;
use vote_load::{
    Point, RateBracket, RateSearch, Saturation, SaturationPlan, SaturationRound, TOPIC,
};

use self::row::{FIELDS, Row};
use super::curves;
use super::load_options::{LengthOptions, PathOptions, RATE_MAX, ROUNDS_MAX};
use crate::bounded::from_one_to;
use crate::session::{self, Rows, unless_interrupted};

/// How long what waits at a point's end may still be served: it is given up after that.
const CATCH_UP_MAX: Duration = Duration::from_millis(500);

/// The file of a run that holds a line for each point.
const FILE_STEM: &str = "vote_saturation";

#[derive(Args)]
#[command(mut_arg("clients", |clients| clients.default_value("unlimited")))]
#[command(mut_arg("seconds", |seconds| seconds.default_value("12")))]
#[command(mut_arg("warm_up_seconds", |seconds| seconds.default_value("1")))]
pub(crate) struct Options {
    /// The first rate; it is multiplied by four until the path falls behind.
    #[arg(long, default_value = "12500", value_name = "OPERATIONS", value_parser = from_one_to(RATE_MAX))]
    first: NonZeroU32,
    /// The highest rate that is offered.
    #[arg(long, default_value = "6400000", value_name = "OPERATIONS", value_parser = from_one_to(RATE_MAX))]
    highest: NonZeroU32,
    /// How often the ceiling and the backlog at nine and at eleven tenths of it are measured: a disk has
    /// regimes. What a machine can do may move by a tenth within seconds, which is as much as the shares
    /// are apart, so that a point must last for some.
    #[arg(long, default_value = "3", value_parser = from_one_to(ROUNDS_MAX))]
    rounds: NonZeroU32,
    #[command(flatten)]
    length: LengthOptions,
    #[command(flatten)]
    paths: PathOptions,
}

/// Measures each path, keeps every point, and judges the backlogs.
pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let subjects = options.paths.subjects()?;
    let mut session = session::begin(TOPIC, None, out)?;
    let mut rows = Rows::begin(&session::folder(&session), FILE_STEM, &FIELDS)?;
    for subject in &subjects {
        writeln!(out, "\n{}\n{}", subject.label(), rows.headings())?;
        let mut kept = Ok(());
        let saturation = options.plan().measure(&mut session, subject, &mut |stage, measured| {
            let row = Row { path: subject.label(), stage, measured };
            let added = rows.add(&row, out);
            if kept.is_ok() {
                kept = added;
            }
        });
        kept?;
        let label = subject.label();
        let saturation = unless_interrupted(saturation, curves::at(&label));
        match saturation.map_err(|error| anyhow!("{label}: {error}"))? {
            Some(saturation) => print(&saturation, out)?,
            None => break,
        }
    }
    session::say_where(&session, out)?;
    rows.say_where(out)?;
    Ok(session::exit_code())
}

impl Options {
    fn plan(&self) -> SaturationPlan {
        SaturationPlan {
            point: Point {
                catch_up_max: CATCH_UP_MAX,
                ..self.length.point(self.paths.load.load(), self.first)
            },
            search: RateSearch::ceiling(self.first, self.highest),
            rounds: self.rounds,
        }
    }
}

fn print(saturation: &Saturation, out: &mut dyn Write) -> anyhow::Result<()> {
    match saturation.found {
        RateBracket { passes: Some(_), fails: Some(_) } => {}
        RateBracket { passes: Some(rate), fails: None } => writeln!(
            out,
            "ceiling     beyond {}: no rate was offered at which the path, and not the generator, fell behind",
            quantity::rate(rate.get().into())
        )?,
        RateBracket { passes: None, fails: Some(rate) } => writeln!(
            out,
            "ceiling     unknown: the path kept up with no rate that was offered, and fell behind at {}",
            quantity::rate(rate.get().into())
        )?,
        RateBracket { passes: None, fails: None } => writeln!(
            out,
            "ceiling     unknown: at every rate that was offered the generator was late, or the backlog unclear"
        )?,
    }
    let rounds = &saturation.rounds;
    if rounds.is_empty() {
        return Ok(());
    }
    let rate = |rate: Option<NonZeroU32>| {
        rate.map_or_else(|| "-".to_string(), |rate| quantity::rate(rate.get().into()))
    };
    let ceilings = rounds.iter().map(|SaturationRound { between, .. }| {
        format!("{} to {}", rate(between.passes), rate(between.fails))
    });
    writeln!(out, "ceiling     {}", ceilings.collect::<Vec<_>>().join(", "))?;
    let as_it_should = rounds.iter().filter(|round| SaturationRound::is_as_it_should_be(round));
    writeln!(
        out,
        "verdict     flat at 90 % and growing at 110 % in {} of {} rounds",
        as_it_should.count(),
        rounds.len()
    )?;
    Ok(())
}
