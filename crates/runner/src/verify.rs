//! Benchmarks are tests: what was acked must be found after reopening.

use std::path::Path;
use std::time::{Duration, Instant};

use write_path::{Digest, PathSpec, Settings, SqliteIdentity, StorageSizes, WritePath};

use crate::error::RunnerError;

/// How much of a store is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Every record, what follows from it, and how many entries each index has. For a store that is one of several
    /// of a case.
    Counts,
    /// The same, and then, untimed, all that the path can examine: for SQLite `PRAGMA integrity_check`. Once a case.
    Full,
}

/// What a path said of itself before it was closed, and what was found when it was reopened.
#[derive(Debug, Clone)]
pub struct Closed {
    /// The settings, read back from the engine.
    pub settings: Settings,
    /// What the SQLite behind the path says of itself, where there is one.
    pub identity: Option<SqliteIdentity>,
    /// Sizes at the end.
    pub sizes: StorageSizes,
    /// What was acked and not deleted again.
    pub acked: Digest,
    /// What was found, what was in no file included.
    pub found: Digest,
    /// What of it the path gave up while it was open, read back before it went.
    pub recycled: Digest,
    /// What a path kept that stores nothing, asked before it was closed.
    pub kept_in_memory: Option<Digest>,
    /// How long reopening and reading every record took.
    pub reopened_in: Duration,
}

/// Closes a path, reopens it, and compares what is found with what was acked. `recycled` is what the path gave up while
/// it was open.
///
/// # Errors
/// [`RunnerError::Unfaithful`] where it is not what was acked, and whatever the path answers.
pub fn close_and_verify(
    path: Box<dyn WritePath>,
    spec: &dyn PathSpec,
    directory: &Path,
    acked: Digest,
    recycled: Digest,
    depth: Depth,
) -> Result<Closed, RunnerError> {
    let said = path.inspect();
    let (settings, identity, sizes) = (said.settings()?, said.identity()?, said.storage_sizes()?);
    let kept_in_memory = said.kept_in_memory();
    path.close()?;
    let reopening = Instant::now();
    // Of a path that stores nothing it is all there is.
    let mut found = kept_in_memory.map_or_else(|| spec.recover(directory), Ok)?;
    let reopened_in = reopening.elapsed();
    found.merge(&recycled);
    if found != acked {
        return Err(RunnerError::Unfaithful { acked, found });
    }
    if depth == Depth::Full && kept_in_memory.is_none() {
        spec.examine(directory)?;
    }
    Ok(Closed { settings, identity, sizes, acked, found, recycled, kept_in_memory, reopened_in })
}

#[cfg(test)]
mod tests {
    use sqlite_builds::{ConnectionMutex, OpenMode, OpenOptions, Vfs};
    use write_path::sqlite::{
        JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table,
    };
    use write_path::{Operation, Packet, Record, Vote, WriteError};

    use super::*;

    /// An index that has as many entries as the table has rows, all of them others.
    const OTHER_INDEX: &str = "CREATE TABLE other(number);
         INSERT INTO other SELECT article + 1000 FROM votes;
         CREATE INDEX by_number ON other(number);
         PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET rootpage =
           (SELECT rootpage FROM sqlite_schema WHERE name = 'by_number')
           WHERE name = 'votes_by_article';
         DELETE FROM sqlite_schema WHERE name IN ('other', 'by_number');";

    #[test]
    fn a_store_whose_index_leads_elsewhere_fails_at_full_depth() {
        let build = sqlite_builds::find("bundled").expect("a build");
        let pragmas = Pragmas::with_durability(JournalMode::Wal, Synchronous::Off);
        let spec = SqliteSpec::new(build, Table::Votes(SecondaryIndexes::Article), pragmas);
        let directory = tempfile::tempdir().expect("a scratch");
        let mut acked = Digest::default();
        let votes = (0..100).map(|user| Record::Vote(Vote { article: 7, user }));
        let votes: Vec<Record> = votes.inspect(|vote| acked.add(vote)).collect();
        let mut path = spec.open(directory.path()).expect("opens");
        let packet = Packet::new(votes.into_iter().map(Operation::Insert).collect());
        let ticket = path.submit(&packet).expect("taken");
        path.wait(ticket).expect("acked");
        path.close().expect("closed");

        let verify = |depth| {
            let path = spec.open(directory.path())?;
            close_and_verify(path, &spec, directory.path(), acked, Digest::default(), depth)
        };
        assert_eq!(verify(Depth::Full).expect("sound").found, acked);
        let options = OpenOptions {
            mutex: ConnectionMutex::NoMutex,
            mode: OpenMode::ReadWrite,
            vfs: Vfs::Default,
        };
        let active = build.activate().expect("activated");
        let connection = active.open(&directory.path().join("sqlite.db"), &options).expect("open");
        connection.execute_batch(OTHER_INDEX).expect("changed");
        connection.close().expect("closed");
        assert_eq!(verify(Depth::Counts).expect("as many entries").found, acked);
        let refused = verify(Depth::Full).expect_err("other entries");
        assert!(matches!(refused, RunnerError::Path(WriteError::NotIntact { .. })), "{refused}");
    }
}
