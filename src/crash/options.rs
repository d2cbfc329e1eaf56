//! What `durabench crash` can be asked.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;

use clap::Args;
use power_cut::{Interrupted, Plan};

use crate::bounded::within;

#[derive(Args)]
pub(crate) struct Options {
    /// Only cases whose id contains this: `sqlite/normal/delete`, `native-log`.
    pub(super) case_filter: Option<String>,
    /// States of each case [default: 1000], or with --faults after each fault [default: 100].
    #[arg(long, value_parser = |text: &str| within(text, 1, STATES_MAX))]
    states: Option<u64>,
    /// The same seed tries the same states.
    #[arg(long, default_value = "1", value_parser = |text: &str| within(text, 0, SEED_MAX))]
    pub(super) seed: u64,
    /// What an interrupted write may leave of a sector; the last one takes powersafe overwrite away.
    #[arg(long, value_enum, default_value = "old-or-new")]
    pub(super) interrupted: Interrupted,
    /// Makes the state of a witness again and tells it in words: CASE@WITNESS, as a campaign prints it.
    #[arg(long, conflicts_with = "case_filter")]
    pub(super) replay: Option<String>,
    /// Has each write and sync go wrong instead, one in each life, before the power fails.
    #[arg(long, conflicts_with_all = ["replay", "verdicts", "kills"])]
    pub(super) faults: bool,
    /// Kills a process so many times instead, spread over the cases: what it wrote stays in the page cache, synced or not.
    #[arg(long, conflicts_with_all = ["replay", "verdicts"], value_parser = |text: &str| within(text, 1, KILLS_MAX))]
    pub(super) kills: Option<u64>,
    /// Lives once in this directory, as the process that is to be killed.
    #[arg(long, hide = true, requires = "case_filter")]
    pub(super) live_in: Option<PathBuf>,
    /// Keeps the verdicts in this file, case by case. A campaign of the same settings goes on with what is there.
    #[arg(long)]
    pub(super) verdicts: Option<PathBuf>,
}

const STATES: u64 = 1000;
const STATES_AFTER_A_FAULT: u64 = 100;
/// A day's work on two cores, for each case.
const STATES_MAX: u64 = 40_000_000;
/// A day's work.
const KILLS_MAX: u64 = 10_000_000;
/// Seeds beyond that are not of more use.
const SEED_MAX: u64 = 1_000_000_000;

impl Options {
    /// States of each case.
    pub(super) fn states(&self) -> u64 {
        self.states.unwrap_or(if self.faults { STATES_AFTER_A_FAULT } else { STATES })
    }

    /// So many states, on all cores.
    pub(super) fn plan(&self) -> Plan {
        Plan {
            states: self.states(),
            seed: self.seed,
            threads: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            interrupted: self.interrupted,
        }
    }

    /// Whether it lives until it is killed. What it has told must be told by then: nobody may relay it afterwards.
    pub(crate) fn is_to_be_killed(&self) -> bool {
        self.live_in.is_some()
    }
}
