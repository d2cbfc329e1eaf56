//! A place, an input file and a plan.

use std::num::{NonZeroU32, NonZeroU64};
use std::path::Path;

use log_driver::{
    InputFile, Outcome, Plan, Rate, SqliteStoreSpec, StoreSpec, Topology, Unobserved,
};
use tempfile::TempDir;
use write_path::sqlite::{JournalMode, Synchronous};

/// A directory with an input file.
pub(crate) struct Place {
    directory: TempDir,
    pub(crate) input: InputFile,
}

impl Place {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().expect("temporary directory");
        let messages = NonZeroU32::new(500).expect("not zero");
        let input = InputFile::at(&directory.path().join("input.jsonl"), messages);
        Self { directory, input: input.expect("generated") }
    }

    pub(crate) fn store(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn run(&self, plan: &Plan) -> anyhow::Result<Outcome> {
        plan.run(&self.input, self.store(), &mut Unobserved)
    }
}

/// A store that syncs nothing, so that a test takes no longer than it must.
pub(crate) fn quick_store() -> StoreSpec {
    let mut spec = SqliteStoreSpec::of_the_document(JournalMode::Wal);
    spec.pragmas.synchronous = Synchronous::Off;
    StoreSpec::Sqlite(spec)
}

/// So many messages as fast as they go.
pub(crate) fn quick_plan(topology: Topology, messages: u64) -> Plan {
    Plan {
        store: quick_store(),
        topology,
        rate: Rate::Fast,
        messages: NonZeroU64::new(messages),
        ..Plan::of_the_document(JournalMode::Wal)
    }
}
