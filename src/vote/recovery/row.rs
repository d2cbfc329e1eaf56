//! A path's recovery as a line of the table and of the CSV.

use std::time::Duration;

use report::quantity;
use serde::Serialize;
use vote_load::Subject;

use super::child::{AnsweredBy, KeptOptions, Left, Returned};

/// What was measured of one path.
#[derive(Serialize)]
pub(super) struct Row {
    path: String,
    shards: u32,
    votes: u32,
    articles: u32,
    filled_seconds: f64,
    left_stored_bytes: u64,
    left_journal_bytes: u64,
    left_log_bytes: Option<u64>,
    left_wal_frames: Option<u64>,
    left_lag_votes: Option<u64>,
    opened_seconds: f64,
    answered_seconds: f64,
    answered_by: AnsweredBy,
    read_seconds: f64,
    verified_votes: u64,
}

/// The headings of [`Row::in_words`].
pub(super) fn headings() -> String {
    format!(
        "{:<22}{:>9}{:>9}{:>10}  {:<18}  left by the kill",
        "path", "filled", "opened", "answered", "by"
    )
}

/// The line of a path that keeps votes in memory alone.
pub(super) fn nothing_to_recover(subject: &Subject) -> String {
    let label = subject.label();
    format!("{label:<22}{:>9}{:>9}{:>10}  {:<18}  nothing", "-", "-", "-", "-")
}

impl Row {
    pub(super) fn of(
        subject: &Subject,
        kept: &KeptOptions,
        filled_in: Duration,
        left: &Left,
        returned: &Returned,
    ) -> Self {
        Self {
            path: subject.name.to_string(),
            shards: subject.shards.get(),
            votes: kept.votes.get(),
            articles: kept.articles.get(),
            filled_seconds: filled_in.as_secs_f64(),
            left_stored_bytes: left.left_stored_bytes,
            left_journal_bytes: left.left_journal_bytes,
            left_log_bytes: left.left_log_bytes,
            left_wal_frames: left.left_wal_frames,
            left_lag_votes: left.left_lag_votes,
            opened_seconds: returned.opened_seconds,
            answered_seconds: returned.answered_seconds,
            answered_by: returned.answered_by,
            read_seconds: returned.read_seconds,
            verified_votes: returned.verified_votes,
        }
    }

    /// The row under [`headings`].
    pub(super) fn in_words(&self) -> String {
        let label = match self.shards {
            1 => self.path.clone(),
            shards => format!("{}-x{shards}", self.path),
        };
        let time = |seconds: f64| quantity::duration_ns(seconds * 1e9);
        let by = match self.answered_by {
            AnsweredBy::Query => "opening and asking",
            AnsweredBy::ReadingAll => "reading everything",
        };
        format!(
            "{label:<22}{:>9}{:>9}{:>10}  {by:<18}  {}",
            time(self.filled_seconds),
            time(self.opened_seconds),
            time(self.answered_seconds),
            self.left_in_words()
        )
    }

    fn left_in_words(&self) -> String {
        let mut parts = vec![format!("stored {}", quantity::bytes(self.left_stored_bytes))];
        if self.left_journal_bytes > 0 {
            parts.push(format!("WAL {}", quantity::bytes(self.left_journal_bytes)));
        }
        if let Some(frames) = self.left_wal_frames {
            parts.push(format!("{} frames not copied", quantity::count(frames)));
        }
        if let Some(bytes) = self.left_log_bytes {
            parts.push(format!("log {}", quantity::bytes(bytes)));
        }
        if let Some(votes) = self.left_lag_votes {
            parts.push(format!("{} votes in the log only", quantity::count(votes)));
        }
        parts.join(", ")
    }
}
