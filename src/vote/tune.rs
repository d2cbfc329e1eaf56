//! `durabench vote tune`: the tuned path and its variants under one load.

use std::io::Write;
use std::num::NonZeroU32;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use report::table::Lines;
use vote_load::catalogue::{VARIANTS_OF_TUNED, find};
use vote_load::{Clients, Point, Subject, TOPIC, Target, VoteLoad};

use super::ending;
use super::load_options::{ROUNDS_MAX, seconds};
use super::point_table::FIELDS;
use crate::bounded::from_one_to;
use crate::session;

#[derive(Args)]
pub(crate) struct Options {
    /// Votes per second that are due.
    #[arg(long, default_value = "500000", value_name = "OPERATIONS")]
    target: Target,
    /// How long each variant is measured, in seconds.
    #[arg(long, default_value = "3", value_parser = seconds)]
    seconds: Duration,
    /// How long it runs before, in seconds.
    #[arg(long, default_value = "1", value_parser = seconds)]
    warm_up_seconds: Duration,
    /// How often the whole row is measured, each time in order: a disk has regimes.
    #[arg(long, default_value = "1", value_parser = from_one_to(ROUNDS_MAX))]
    rounds: NonZeroU32,
}

/// Puts the same load on each variant, and keeps every point.
pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let load = VoteLoad { clients: Clients::Unlimited, ..VoteLoad::of_the_document() };
    let point = Point {
        load,
        target: options.target,
        warm_up: options.warm_up_seconds,
        run: options.seconds,
        catch_up_max: options.seconds,
        p99_max_ns: None,
    };
    let mut session = session::begin(TOPIC, out)?;
    let lines = Lines::of(&FIELDS);
    writeln!(out, "{}", lines.headings())?;
    let variants = || std::iter::once(find("tuned")).chain(VARIANTS_OF_TUNED.iter().map(Ok));
    for path in (0..options.rounds.get()).flat_map(|_| variants()) {
        let subject = Subject::of(path?, NonZeroU32::MIN)?;
        match point.measure(&mut session, &subject, &mut |_| {}) {
            Ok(measured) => writeln!(out, "{}", lines.line(&measured))?,
            Err(error) if ending::is_interrupt(&error) => {
                ending::say_interrupted(&subject.label());
                break;
            }
            Err(error) => anyhow::bail!("{}: {error}", subject.label()),
        }
        if fixture::check_interrupt().is_err() {
            break;
        }
    }
    ending::say_where(&session, out)?;
    Ok(session::exit_code())
}
