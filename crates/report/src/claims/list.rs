//! Every claim of both documents that a measurement of this project can settle, in the order of the documents; and the bar
//! that the suite sets its own log.

mod checkpoints;
mod log_driver;
mod log_or_sqlite;
mod own_log;
mod second_version;

use super::case_key::Is;
use super::spec::ClaimSpec;

/// All claims.
pub(super) fn all() -> impl Iterator<Item = &'static ClaimSpec> {
    log_or_sqlite::CLAIMS
        .iter()
        .chain(&checkpoints::CLAIMS)
        .chain(&second_version::CLAIMS)
        .chain(&log_driver::CLAIMS)
        .chain(&own_log::CLAIMS)
}

/// A place on an axis.
type At = (&'static str, Is);

const SQLITE: At = ("engine", Is::Key("sqlite"));
const ON_DISK: At = ("place", Is::Key("disk"));
const CLOSED_LOOP: At = ("driver", Is::Key("closed"));
const INDEXED: At = ("table", Is::Key("indexed"));
const UNINDEXED: At = ("table", Is::Key("votes"));
const WAL: At = ("journal_mode", Is::Key("wal"));
const FULL: At = ("synchronous", Is::Key("full"));
/// The document's merged packet of about 400 rows.
const MERGED: At = ("records_per_packet", Is::Key("400"));
const SINGLE: At = ("records_per_packet", Is::Key("1"));
