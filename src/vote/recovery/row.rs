//! A path's recovery as a line of the table and of the CSV.

use std::time::Duration;

use report::table::{Cell, Field, Heading, Missing};

use vote_load::{Left, Recovery};

use super::child::KeptOptions;

/// What was measured of one path.
pub(super) struct Row {
    pub(super) path: String,
    pub(super) kept: KeptOptions,
    /// `None` of a path that keeps votes in memory alone, and has nothing to recover.
    pub(super) recovered: Option<Recovered>,
}

/// A path that came back.
pub(super) struct Recovered {
    pub(super) filled_in: Duration,
    pub(super) left: Left,
    pub(super) returned: Recovery,
}

/// The columns; some are in the CSV only.
pub(super) const FIELDS: [Field<Row>; 15] = [
    Field::ids("path", "path", |row| Cell::id(&row.path)),
    Field::figure("shards", "shards", |row| Cell::Count(row.kept.shards.get().into())),
    Field::new(Heading::figure("votes", "votes").file_only(), |row| {
        Cell::Count(row.kept.votes.get().into())
    }),
    Field::new(Heading::figure("articles", "articles").file_only(), |row| {
        Cell::Count(row.kept.articles.get().into())
    }),
    Field::new(Heading::figure("filled_seconds", "filled").file_only(), |row| {
        row.cell(|it| Cell::Seconds(it.filled_in.as_secs_f64()))
    }),
    Field::figure("left_stored_bytes", "stored", |row| {
        row.cell(|it| Cell::Bytes(it.left.left_stored_bytes))
    }),
    Field::figure("left_journal_bytes", "WAL", |row| {
        row.cell(|it| Cell::Bytes(it.left.left_journal_bytes))
    }),
    Field::figure("left_log_bytes", "log", |row| {
        row.cell(|it| Cell::of(it.left.left_log_bytes, Cell::Bytes, Missing::DoesNotApply))
    }),
    Field::figure("left_wal_frames", "frames", |row| {
        row.cell(|it| Cell::of(it.left.left_wal_frames, Cell::Count, Missing::DoesNotApply))
    }),
    Field::figure("left_lag_votes", "lag", |row| {
        row.cell(|it| Cell::of(it.left.left_lag_votes, Cell::Count, Missing::DoesNotApply))
    }),
    Field::figure("opened_seconds", "opened", |row| {
        row.cell(|it| Cell::Seconds(it.returned.opened_seconds))
    }),
    Field::figure("answered_seconds", "answered", |row| {
        row.cell(|it| Cell::Seconds(it.returned.answered_seconds))
    }),
    Field::words("answered_by", "by", |row| row.cell(|it| Cell::text(&it.returned.answered_by))),
    Field::new(Heading::figure("read_seconds", "read").file_only(), |row| {
        row.cell(|it| Cell::Seconds(it.returned.read_seconds))
    }),
    Field::new(Heading::figure("verified_votes", "verified").file_only(), |row| {
        row.cell(|it| Cell::Count(it.returned.verified_votes))
    }),
];

impl Row {
    fn cell(&self, cell: fn(&Recovered) -> Cell) -> Cell {
        self.recovered.as_ref().map_or(Cell::Missing(Missing::DoesNotApply), cell)
    }
}
