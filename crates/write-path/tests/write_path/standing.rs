//! What a specification says of its path before it is opened.

use std::sync::Arc;

use write_path::sqlite::{JournalMode, SqliteSpec, Synchronous, Table};
use write_path::{Gather, LogSpec, NullSpec, PathSpec, ShardCount, ShardedSpec, Standing};

use crate::common::{log, sqlite};

fn sharded(path: impl PathSpec + 'static) -> ShardedSpec {
    ShardedSpec { path: Arc::new(path), shards: ShardCount::ONE, gather: Gather::AT_ONCE }
}

#[test]
fn only_sqlite_as_it_comes_is_vanilla_and_the_log_is_the_reference() {
    let vanilla = sqlite("bundled", JournalMode::Delete, Synchronous::Full);
    assert_eq!(vanilla.facts().standing, Standing::Vanilla);
    // A table is the case's, and no setting of SQLite.
    assert_eq!(SqliteSpec { table: Table::Events, ..vanilla }.facts().standing, Standing::Vanilla);
    let tuned = sqlite("bundled", JournalMode::Wal, Synchronous::Full);
    assert_eq!(tuned.facts().standing, Standing::Tuned);
    let other_build = sqlite("bundled-fdatasync", JournalMode::Delete, Synchronous::Full);
    assert_eq!(other_build.facts().standing, Standing::Tuned);
    assert_eq!(NullSpec.facts().standing, Standing::Tuned);
    assert_eq!(log().facts().standing, Standing::Reference);
    assert_eq!(LogSpec::ready(log().options).facts().standing, Standing::Reference);
    assert_eq!(sharded(vanilla).facts().standing, Standing::Tuned);
    assert_eq!(sharded(log()).facts().standing, Standing::Reference);
}
