//! `durabench compare`: whether a second run of one thing says what the first did, and whether anything has become slower.

mod ending;
mod replication;
mod revisions;
mod sides;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use ending::usage;

#[derive(Args)]
pub(crate) struct Options {
    /// Two runs of one revision on one machine: does the second say what the first did?
    #[arg(long, conflicts_with_all = ["fail_above", "allow_unlike", "csv", "revisions"])]
    replication: bool,
    #[command(flatten)]
    sides: sides::Judging,
    #[command(flatten)]
    revisions: revisions::Revisions,
    /// The folders of the base's runs, at least 3; with --replication those of both runs.
    #[arg(value_name = "BASE", conflicts_with = "revisions")]
    base: Vec<PathBuf>,
    /// The folders of the new's runs, at least 3; with --revisions what the bench is handed on, such as a filter.
    #[arg(value_name = "NEW", last = true)]
    new: Vec<PathBuf>,
}

pub(crate) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    if options.replication {
        return match (options.base.as_slice(), options.new.as_slice()) {
            ([first, second], []) => replication::run(first, second, out),
            _ => Ok(usage("expected --replication RUN RUN, two runs of one revision")),
        };
    }
    if options.revisions.are_named() {
        return revisions::run(&options.revisions, &options.sides, &options.new, out);
    }
    if !sides::are_enough(&options.base, &options.new) {
        return Ok(usage(
            "expected BASE BASE BASE -- NEW NEW NEW, for blocks of one run hold no variance between runs: a comparison \
             needs interleaved revisions or three runs a side. Two runs of one revision are compared by --replication, \
             two revisions by --revisions OLD NEW --bench NAME",
        ));
    }
    sides::run(&options.sides, &options.base, &options.new, out)
}
