//! Every claim of both documents that a measurement of this project can settle, in the order of the documents; and the bar
//! that the suite sets its own log.

mod checkpoints;
mod common;
mod log_driver;
mod log_or_sqlite;
mod own_log;
mod second_version;

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
