//! Kill -9 at random moments: every message that the store acked is delivered at least once, and what it deleted stays
//! deleted.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use anyhow::ensure;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use runner::workload::SEED;

use crate::error::{self, unfaithful};
use crate::input::InputFile;
use crate::journal::{Journal, JournalContents};
use crate::message::mixed;
use crate::pipeline::Unobserved;
use crate::plan::Plan;
use crate::verification::{refuse_any, waiting_in};

/// A trial: processes that run on one store and are killed one after the other, and a last one that delivers the rest.
#[derive(Debug, Clone, Copy)]
pub struct KillTrial {
    /// Tells this trial's moments from another's.
    pub number: u32,
    /// How many processes are killed.
    pub kills: NonZeroU32,
    /// A process is killed at a moment of this time, evenly drawn: from its first ack, and every other one from its start.
    pub moment_max: Duration,
}

/// What a trial showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KillOutcome {
    /// Messages that the store had acked to all killed processes.
    pub acked: u64,
    /// Those of them that were deleted by then.
    pub deleted: u64,
    /// Messages that were found in the store after the last kill, and delivered then.
    pub recovered: u64,
    /// Those of them that had been delivered before: the price of at-least-once.
    pub delivered_again: u64,
}

/// How often it is looked whether a process has begun.
const GLANCE: Duration = Duration::from_millis(1);

/// Messages whose numbers each killed process may use.
const NUMBERS_PER_PROCESS: u64 = 1 << 32;

/// The numbers of a process begin here.
pub fn first_number_of(process: u32) -> u64 {
    u64::from(process) * NUMBERS_PER_PROCESS
}

/// Where the processes of a trial note what they were told.
pub fn journal_in(directory: &Path) -> PathBuf {
    directory.join("acks.journal")
}

impl KillTrial {
    /// Runs it in an empty directory. `process` gives the command of the process with this number, which runs `plan`
    /// without an end on the directory's store, with [`journal_in`] it and numbers from [`first_number_of`] it on.
    ///
    /// # Errors
    /// For a message that was acked and is gone, or one that came back; and a process that cannot be started, or that
    /// ends by itself.
    pub fn run(
        &self,
        plan: &Plan,
        input: &InputFile,
        directory: &Path,
        process: &mut dyn FnMut(u32) -> Command,
    ) -> anyhow::Result<KillOutcome> {
        let mut random = SmallRng::seed_from_u64(SEED ^ mixed(self.number.into()));
        for number in 0..self.kills.get() {
            let moment = self.moment_max.mul_f64(random.random::<f64>());
            // A moment counts from the first ack, and for every other process from its start: where that is slow, most of
            // them would be killed before they have done anything.
            let journal = journal_in(directory);
            let known = Journal::acked_bytes(&journal);
            let has_acked = || Journal::acked_bytes(&journal) > known;
            kill_after(moment, &mut process(number), &|| number % 2 == 1 || has_acked())?;
            check(plan, directory)?;
        }
        let before = Journal::read(&journal_in(directory))?;
        let (waiting, _) = waiting_in(&plan.store, directory)?;
        let last = Plan {
            first_number: first_number_of(self.kills.get()),
            messages: Some(std::num::NonZeroU64::MIN),
            source_time_max: None,
            journal: Some(journal_in(directory)),
            ..plan.clone()
        };
        let outcome = last.run(input, directory, &mut Unobserved)?;
        let after = Journal::read(&journal_in(directory))?;
        let left = outcome.verified.waiting;
        ensure!(left == 0, unfaithful(format!("{left} messages were not delivered at last")));
        let undelivered = before.inserted.without(&after.delivered);
        refuse_any("were acked, and not delivered after the restart", &undelivered)?;
        let again = before.delivered.len() - before.delivered.without(&waiting).len();
        Ok(KillOutcome {
            acked: before.inserted.len(),
            deleted: before.deleted.len(),
            recovered: waiting.len(),
            delivered_again: again,
        })
    }
}

/// What must hold after each kill.
fn check(plan: &Plan, directory: &Path) -> anyhow::Result<()> {
    let (waiting, _) = waiting_in(&plan.store, directory)?;
    let JournalContents { inserted, delivered, deleted } = Journal::read(&journal_in(directory))?;
    let lost = inserted.without(&delivered).without(&waiting);
    refuse_any("were acked and are neither delivered nor there", &lost)?;
    let back = deleted.without(&deleted.without(&waiting));
    refuse_any("were deleted and came back", &back)
}

/// Kills a process a while after something has happened. The process that ends by itself before is an error.
fn kill_after(
    moment: Duration,
    command: &mut Command,
    has_happened: &dyn Fn() -> bool,
) -> anyhow::Result<()> {
    let program = PathBuf::from(command.get_program());
    let failed = error::file("running", &program);
    let mut child: Child = command.spawn().map_err(failed)?;
    while !has_happened() && child.try_wait().map_err(failed)?.is_none() {
        std::thread::sleep(GLANCE);
    }
    std::thread::sleep(moment);
    let ended: Option<ExitStatus> = child.try_wait().map_err(failed)?;
    // SIGKILL.
    child.kill().map_err(failed)?;
    child.wait().map_err(failed)?;
    match ended {
        None => Ok(()),
        Some(status) => {
            let what = format!("a process that was to be killed ended before, with {status}");
            Err(unfaithful(what))
        }
    }
}
