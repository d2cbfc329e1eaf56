//! `durabench vote tune`: the tuned path and its variants under one load.

use std::io::Write;
use std::num::NonZeroU32;
use std::process::ExitCode;

use clap::Args;
use report::table::Lines;
use vote_load::catalogue::{VARIANTS_OF_TUNED, find};
use vote_load::{Clients, Course, CurvePlan, LoadError, Subject, TOPIC, VoteLoad};

use super::curves;
use super::load_options::{LengthOptions, RATE_MAX, ROUNDS_MAX};
use super::point_table::FIELDS;
use crate::bounded::from_one_to;
use crate::session;

#[derive(Args)]
#[command(mut_arg("seconds", |seconds| seconds.default_value("3")))]
#[command(mut_arg("warm_up_seconds", |seconds| seconds.default_value("1")))]
pub(crate) struct Options {
    /// Votes per second that are due.
    #[arg(long, default_value = "500000", value_name = "OPERATIONS", value_parser = from_one_to(RATE_MAX))]
    target: NonZeroU32,
    #[command(flatten)]
    length: LengthOptions,
    /// How often the whole row is measured, each time in another order: a disk has regimes.
    #[arg(long, default_value = "1", value_parser = from_one_to(ROUNDS_MAX))]
    rounds: NonZeroU32,
}

/// Puts the same load on each variant, and keeps every point.
pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let load = VoteLoad { clients: Clients::Unlimited, ..VoteLoad::of_the_document() };
    let point = options.length.point(load, options.target);
    let variants = std::iter::once(find("tuned")).chain(VARIANTS_OF_TUNED.iter().map(Ok));
    let plans = variants.map(|path| {
        let subject = Subject::of(path?, NonZeroU32::MIN)?;
        Ok(CurvePlan { subject, point, course: Course::Single })
    });
    let plans = plans.collect::<Result<Vec<_>, LoadError>>()?;
    let mut session = session::begin(TOPIC, None, out)?;
    writeln!(out, "{}", Lines::of(&FIELDS).headings())?;
    for _ in 0..options.rounds.get() {
        if curves::measure(&mut session, &plans, out)?.is_none() {
            break;
        }
    }
    session::say_where(&session, out)?;
    Ok(session::exit_code())
}
