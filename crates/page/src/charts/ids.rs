//! The ids of a question's figures and of the table behind them.

use crate::subject::{Subject, slug};

/// A figure's id.
pub(super) fn id(subject: Subject<'_>, kind: &str) -> String {
    format!("{kind}-{}", slug(subject.key()))
}

/// The id of the table with a question's cases.
pub(crate) fn table_id(subject: Subject<'_>) -> String {
    id(subject, "table")
}
