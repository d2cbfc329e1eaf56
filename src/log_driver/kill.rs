//! `durabench log-driver kill`: processes of this program are killed at random moments.

use std::io::Write;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use clap::{Args, ValueEnum};
use fixture::ScratchRoot;
use log_driver::{
    Answers, Batching, Deletion, InputFile, KillTrial, Plan, Rate, Retry, RetryQuery, SinkSpec,
    SqliteStoreSpec, StoreSpec, Topology, Unobserved, first_number_of, journal_in,
};
use report::quantity;
use write_path::sqlite::{JournalMode, Synchronous};

use crate::bounded::{from_one_to, up_to, whole};
use crate::child::this_program;
use crate::session;

#[derive(Args)]
pub(super) struct Options {
    /// Trials of each store, each in a directory of its own.
    #[arg(long, default_value = "10", value_parser = from_one_to(100_000))]
    trials: NonZeroU32,
    /// Processes that are killed in a trial, one after the other on one store.
    #[arg(long, default_value = "2", value_parser = from_one_to(1_000))]
    kills: NonZeroU32,
    /// A process is killed within so many ms of its first ack, and every other one within so many of its start.
    #[arg(long, default_value = "300", value_parser = whole(Duration::from_millis, 1, 600_000))]
    moment_max_ms: Duration,
    /// A store, and the option again for each further one; by default all of them.
    #[arg(long, value_enum)]
    store: Vec<VictimStore>,
}

#[derive(Args)]
pub(super) struct Victim {
    /// The store.
    #[arg(long, value_enum)]
    store: VictimStore,
    /// Where it lies.
    #[arg(long)]
    directory: PathBuf,
    /// Where the input file lies.
    #[arg(long)]
    input: PathBuf,
    /// Which process of the trial it is.
    #[arg(long, value_parser = up_to(1_000))]
    process: u32,
}

/// Stores that are killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum VictimStore {
    Rollback,
    Wal,
    /// The WAL without syncs: it promises nothing of a power cut, and of a kill the same.
    WalUnsynced,
    Batches,
    Soft,
    Log,
}

/// Messages of the trials' input file.
const INPUT_MESSAGES: NonZeroU32 = NonZeroU32::new(1_000).expect("not zero");

impl VictimStore {
    fn name(self) -> String {
        let value = self.to_possible_value().expect("no store is hidden");
        value.get_name().to_owned()
    }

    /// What is killed: a source without a pause, a sink that refuses one in ten, and a retry.
    fn plan(self) -> Plan {
        let wal = SqliteStoreSpec::of_the_document(JournalMode::Wal);
        let mut unsynced = wal;
        unsynced.pragmas.synchronous = Synchronous::Off;
        let store = match self {
            Self::Rollback => {
                StoreSpec::Sqlite(SqliteStoreSpec::of_the_document(JournalMode::Delete))
            }
            Self::Wal | Self::Batches => StoreSpec::Sqlite(wal),
            Self::WalUnsynced => StoreSpec::Sqlite(unsynced),
            Self::Soft => StoreSpec::Sqlite(SqliteStoreSpec { deletion: Deletion::Soft, ..wal }),
            Self::Log => StoreSpec::Log,
        };
        let batches = Batching {
            messages_max: NonZeroU32::MIN.saturating_add(49),
            age_max: Duration::from_millis(3),
        };
        let query = RetryQuery {
            age: Duration::ZERO,
            attempts_max: u32::MAX,
            messages_max: INPUT_MESSAGES,
        };
        let is_batched = matches!(self, Self::Batches | Self::Log);
        Plan {
            store,
            batching: if is_batched { batches } else { Batching::AUTOCOMMIT },
            topology: Topology::AcksFirst,
            channel_capacity: NonZeroUsize::new(100),
            rate: Rate::Fast,
            messages: None,
            sink: SinkSpec { answers: Answers::Acks { refused: 0.1 }, ..SinkSpec::OF_THE_DOCUMENT },
            retry: Some(Retry { every: Duration::from_millis(20), query }),
            ..Plan::of_the_document(JournalMode::Wal)
        }
    }
}

/// Runs the trials, with a line for each store.
pub(super) fn run(options: &Options, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    fixture::install_interrupt();
    let scratch = ScratchRoot::create(&fixture::target_directory()?)?;
    let input_path = scratch.path().join("input.jsonl");
    let input = InputFile::at(&input_path, INPUT_MESSAGES)?;
    let stores = match options.store.as_slice() {
        [] => VictimStore::value_variants(),
        chosen => chosen,
    };
    for store in stores {
        let (mut kills, mut acked, mut recovered, mut again) = (0, 0, 0, 0);
        for number in 0..options.trials.get() {
            if fixture::check_interrupt().is_err() {
                eprintln!("interrupted at {}: each finished trial passed", store.name());
                return Ok(session::exit_code());
            }
            let directory = scratch.case_directory()?;
            let moment_max = options.moment_max_ms;
            let trial = KillTrial { number, kills: options.kills, moment_max };
            let mut command = |process| victim(*store, directory.path(), &input_path, process);
            let outcome = trial.run(&store.plan(), &input, directory.path(), &mut command);
            let outcome = outcome
                .map_err(|error| anyhow::anyhow!("{}, trial {number}: {error}", store.name()))?;
            kills += u64::from(options.kills.get());
            acked += outcome.acked;
            recovered += outcome.recovered;
            again += outcome.delivered_again;
        }
        writeln!(
            out,
            "{:<12} {} kills: {} messages were acked before, {} waited and were delivered after the restart ({} of \
             them again); none is lost, none came back",
            store.name(),
            quantity::count(kills),
            quantity::count(acked),
            quantity::count(recovered),
            quantity::count(again),
        )?;
    }
    Ok(session::exit_code())
}

fn victim(store: VictimStore, directory: &Path, input: &Path, process: u32) -> Command {
    let mut command = this_program();
    command.args(["log-driver", "run-until-killed", "--store", &store.name()]);
    command.arg("--directory").arg(directory).arg("--input").arg(input);
    command.args(["--process", &process.to_string()]);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// Runs on a store until it is killed.
pub(super) fn run_until_killed(victim: &Victim) -> anyhow::Result<ExitCode> {
    let input = InputFile::at(&victim.input, INPUT_MESSAGES)?;
    let plan = Plan {
        first_number: first_number_of(victim.process),
        journal: Some(journal_in(&victim.directory)),
        ..victim.store.plan()
    };
    plan.run(&input, &victim.directory, &mut Unobserved)?;
    Ok(ExitCode::SUCCESS)
}
