//! A point of a saturation as a line of the table and of the CSV.

use report::table::{Cell, Field, Heading};
use vote_load::{BacklogGrowth, BacklogVerdict, MeasuredPoint, Share, Stage};

use crate::vote::point_table::p99_or_longest;

/// A point, and where it stands in the measurement.
pub(super) struct Row {
    pub(super) path: String,
    pub(super) stage: Stage,
    pub(super) measured: MeasuredPoint,
}

/// The columns; some are in the CSV only.
pub(super) const FIELDS: [Field<Row>; 15] = [
    Field::new(Heading::words("path", "path").file_only(), |row| Cell::text(&row.path)),
    Field::words("stage", "stage", |row| Cell::text(row.stage().0)),
    Field::figure("round", "round", |row| {
        Cell::known(row.stage().1, |round| Cell::Count(round.into()))
    }),
    Field::new(Heading::figure("ceiling_per_second", "ceiling").file_only(), |row| {
        match row.stage {
            Stage::Share { ceiling_per_second, .. } => Cell::Rate(ceiling_per_second),
            Stage::Search | Stage::Ceiling { .. } => Cell::known(None, Cell::Rate),
        }
    }),
    Field::figure("target_per_second", "target", |row| {
        Cell::Rate(row.measured.load.target_per_second.into())
    }),
    Field::figure("acked_mean_per_second", "acked", |row| {
        Cell::Rate(row.measured.acked_mean_per_second)
    }),
    Field::new(Heading::figure("drained_per_second", "drained").file_only(), |row| {
        Cell::Rate(row.measured.record.drained_records_per_second.median)
    }),
    Field::figure("backlog_growth_per_second", "backlog/s", |row| row.growth(|it| it.per_second)),
    Field::figure("backlog_growth_low_per_second", "from", |row| {
        row.growth(|it| it.low_per_second)
    }),
    Field::figure("backlog_growth_high_per_second", "to", |row| {
        row.growth(|it| it.high_per_second)
    }),
    Field::figure("sojourn_ns_p50", "p50", |row| {
        Cell::quantile(row.measured.record.ack_latency_ns.p50)
    }),
    Field::figure("sojourn_ns_p99", "p99", |row| {
        p99_or_longest(&row.measured.record.ack_latency_ns)
    }),
    Field::figure("lateness_ns_p99", "late p99", |row| {
        p99_or_longest(&row.measured.load.lateness_ns)
    }),
    Field::words("backlog", "backlog", |row| Cell::text(in_words(row.measured.backlog_verdict()))),
    Field::words("times_of", "times of", |row| {
        Cell::text(if row.measured.load.is_generator_bound { "the generator" } else { "the path" })
    }),
];

impl Row {
    /// The stage in words, and the round that it belongs to.
    fn stage(&self) -> (&'static str, Option<u32>) {
        match self.stage {
            Stage::Search => ("search", None),
            Stage::Ceiling { round } => ("ceiling", Some(round)),
            Stage::Share { round, share: Share::Below, .. } => ("90 %", Some(round)),
            Stage::Share { round, share: Share::Beyond, .. } => ("110 %", Some(round)),
        }
    }

    fn growth(&self, of: fn(BacklogGrowth) -> f64) -> Cell {
        Cell::known(self.measured.backlog_growth.map(of), Cell::Growth)
    }
}

fn in_words(backlog: Option<BacklogVerdict>) -> &'static str {
    match backlog {
        Some(BacklogVerdict::Flat) => "flat",
        Some(BacklogVerdict::Grows) => "grows",
        Some(BacklogVerdict::Unclear) => "unclear",
        None => "too short",
    }
}
