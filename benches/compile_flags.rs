//! What do SQLite's compile flags bring, and does it matter beside a sync?
//!
//! Claim (soup-write-performance, its list of things left to try): "tried compiling with single
//! thread mode, and removing some features", without a figure; the thesis that came of it says that
//! compile options had no real impact (ekmartin, `base-post.md`, second version).
//!
//! Settled by: acked rate of each build over that of `bundled`, which does the same work in the same
//! second. In memory without syncs, where only processor time is left, and once on the disk in WAL
//! mode with FULL, where most of it drowns.
//!
//! Automatic checkpoints are off, and what is owed is settled between the pieces: a checkpoint is a work
//! of its own here, and a piece that held one by chance would look slow.
//!
//! Where code lies in memory changes its speed by some percent, and that is of the program and not of a flag. So each build
//! is linked in several layouts, and at each opening either side takes another of them.
//!
//! Every build that was compiled has its cases, so that `DURABENCH_BUILDS=wide` and a build of one's
//! own add rows by themselves. `bundled` against itself is the A/A pair of each group. Pragmas are set
//! explicitly in every build, so that a changed default changes nothing unseen. A build that differs
//! only in the call that syncs has no rows in memory: nothing is synced there.

use fixture::prelude::*;
use sqlite_builds::{BuildProfile, SqliteBuild, SyncCall};

/// What every build is compared with: what a Rust program gets without asking.
const REFERENCE: &str = "bundled";

/// The first document's merged packet, for tables with and without an index.
const VOTES: Load = Load { place: Place::Memory, ..votes(count(400)) };

/// As many bytes in a packet as those votes have, within a factor of four.
const EVENTS: Load = Load { workload: Workload::Events, records_per_packet: count(16), ..VOTES };

/// Each event is deleted by its key after so many others: 2 MB of them.
const CHURN: Load = Load { workload: Workload::EventChurn { backlog: count(1024) }, ..EVENTS };

/// Payload: 44,000 votes. Little enough for the page cache when a case begins; one that inserts outgrows it,
/// and its baseline with it, and from then on part of the time is the kernel's, which no flag of SQLite's
/// changes.
const PREFILL: Prefill = Prefill::Mebibytes(count(1));

const INDEXED: Table = Table::Votes(SecondaryIndexes::Article);

/// How often each build takes turns with its baseline, each time on fresh stores.
const BLOCKS: NonZeroU32 = count(8);

/// What each build does.
#[derive(Debug, Clone, Copy)]
struct Work {
    load: Load,
    table: Table,
    task: Task,
    /// Whether the answer tells the best build for it.
    is_headline: bool,
}

/// The base, and the only one on the disk: what the first document's tables had.
const BASE: Work = Work { load: VOTES, table: INDEXED, task: Task::Write, is_headline: false };

/// In memory, where processor time is all there is.
const IN_MEMORY: [Work; 7] = [
    Work { is_headline: true, ..BASE },
    Work { table: Table::Votes(SecondaryIndexes::None), ..BASE },
    Work { load: EVENTS, table: Table::Events, ..BASE },
    Work { load: EVENTS, table: Table::EventsUnindexed, ..BASE },
    Work { load: CHURN, table: Table::Events, ..BASE },
    Work { task: Task::Read(Reads::Point), is_headline: true, ..BASE },
    Work { task: Task::Checkpoint, ..BASE },
];

const ON_DISK: Work =
    Work { load: Load { place: Place::Disk, ..VOTES }, is_headline: true, ..BASE };

fn main() -> ExitCode {
    run(question)
}

fn question() -> Result<Question, FixtureError> {
    let reference = sqlite_builds::find(REFERENCE)?;
    let mut question = Question::new(QuestionSpec {
        name: "compile_flags",
        asks: "what do SQLite's compile flags bring, and does it matter beside a sync?",
        claim: "single thread mode and fewer features were tried; what they bring is not told",
        settled_by: "acked rate of each build over that of bundled in the same second",
        bases: vec![BASE.on(reference), filled_log(VOTES)],
        shown_axes: &["build"],
        swept_axis: "records_per_packet",
        columns: &[Column::Spread],
        grouped_by: &["place", "workload", "table", "task"],
        blocks: BLOCKS,
    });
    // Memory first: what the disk still has to write back would take processor time from it.
    for work in IN_MEMORY.into_iter().chain([ON_DISK]) {
        add_builds(&mut question, work, reference)?;
    }
    for load in [VOTES, EVENTS, ON_DISK.load] {
        question.add(filled_log(load))?;
    }
    Ok(question)
}

/// Every build at some work, and the A/A pair.
fn add_builds(
    question: &mut Question,
    work: Work,
    reference: &'static SqliteBuild,
) -> Result<(), FixtureError> {
    let further = |build: &SqliteBuild| build.further_layouts().map(|layout| work.path(layout));
    let in_turns = |build| {
        let (of_case, of_baseline) = (further(build), further(reference));
        work.on(build).beside_in_layouts(work.path(reference), of_case, of_baseline)
    };
    let mut cases = Vec::new();
    let asked = |build: &&SqliteBuild| build.profile != BuildProfile::Calibrate;
    for build in sqlite_builds::builds().iter().filter(asked) {
        let differs_in_sync_alone = build.sync_call == SyncCall::Fdatasync
            && build.base == Some(REFERENCE)
            && build.defines.len() == reference.defines.len() + 1;
        if work.load.place == Place::Memory && differs_in_sync_alone {
            continue;
        }
        let case = in_turns(build);
        if build.name != REFERENCE {
            question.contrast(ContrastKind::AgainstBase, &case, &work.on(reference))?;
        }
        question.add(case.clone())?;
        cases.push(case);
    }
    let best = question.best_of(&work.key(), "builds of SQLite", &cases, &[])?;
    if work.is_headline {
        question.headline(best)?;
    }
    question.add_twin(in_turns(reference))
}

impl Work {
    /// The key of the set of its builds: `votes-indexed-write-memory`.
    fn key(self) -> String {
        let place = match self.load.place {
            Place::Disk => "disk",
            Place::Memory => "memory",
        };
        let (workload, table) = (self.load.workload.label(), self.table.label());
        format!("{workload}-{table}-{}-{place}", self.task.axis().value)
    }

    fn on(self, build: &'static SqliteBuild) -> Case {
        let case = Case::new(self.path(build), self.load).prefilled(PREFILL);
        Case { task: self.task, ..case }
    }

    /// Synced on disk; in memory, where a sync costs nothing, without.
    fn path(self, build: &'static SqliteBuild) -> SqliteSpec {
        let synchronous = match self.load.place {
            Place::Disk => Synchronous::Full,
            Place::Memory => Synchronous::Off,
        };
        let pragmas = Pragmas {
            wal_autocheckpoint: WalAutocheckpoint::Off,
            ..Pragmas::with_durability(JournalMode::Wal, synchronous)
        };
        SqliteSpec::new(build, self.table, pragmas)
    }
}

/// The native log, which takes no turns: in the time of one of its packets SQLite does little that
/// could stand beside it.
fn filled_log(load: Load) -> Case {
    log(load).prefilled(PREFILL)
}
