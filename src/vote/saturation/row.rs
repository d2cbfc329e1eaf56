//! A point of a saturation as a line of the table and of the CSV.

use report::table::{Cell, Field, Heading};
use vote_load::{BacklogVerdict, MeasuredPoint, PointOutcome, Share, Stage, Subject};

/// What a point showed.
pub(super) struct Row<'point> {
    pub(super) subject: &'point Subject,
    pub(super) stage: Stage,
    pub(super) measured: &'point MeasuredPoint,
}

/// The columns; some are in the CSV only.
pub(super) fn fields<'point>() -> [Field<Row<'point>>; 15] {
    [
        Field::new(Heading::words("path", "path").file_only(), |row| {
            Cell::text(row.subject.label())
        }),
        Field::words("stage", "stage", |row| Cell::text(row.in_words().0)),
        Field::figure("round", "round", |row| {
            Cell::known(row.in_words().1, |round| Cell::Count(round.into()))
        }),
        Field::new(Heading::figure("ceiling_per_second", "ceiling").file_only(), |row| {
            Cell::known(row.in_words().2, Cell::Rate)
        }),
        Field::figure("target_per_second", "target", |row| {
            Cell::Rate(row.outcome().point.target.get().into())
        }),
        Field::figure("acked_mean_per_second", "acked", |row| {
            Cell::Rate(row.outcome().acked_mean_per_second)
        }),
        Field::new(Heading::figure("drained_per_second", "drained").file_only(), |row| {
            Cell::Rate(row.outcome().drained_per_second)
        }),
        Field::figure("backlog_growth_per_second", "backlog/s", |row| {
            Cell::known(row.outcome().backlog_growth.map(|growth| growth.per_second), Cell::Growth)
        }),
        Field::figure("backlog_growth_low_per_second", "from", |row| {
            let growth = row.outcome().backlog_growth;
            Cell::known(growth.map(|growth| growth.low_per_second), Cell::Growth)
        }),
        Field::figure("backlog_growth_high_per_second", "to", |row| {
            let growth = row.outcome().backlog_growth;
            Cell::known(growth.map(|growth| growth.high_per_second), Cell::Growth)
        }),
        Field::figure("sojourn_ns_p50", "p50", |row| {
            Cell::quantile(row.outcome().writes.sojourn.quantile(0.5))
        }),
        Field::figure("sojourn_ns_p99", "p99", |row| {
            Cell::quantile(row.outcome().operations_sojourn_ns(0.99))
        }),
        Field::figure("lateness_ns_p99", "late p99", |row| {
            let lateness = &row.outcome().lateness;
            Cell::quantile(lateness.quantile(0.99).or(lateness.longest()))
        }),
        Field::words("backlog", "backlog", |row| Cell::text(row.backlog())),
        Field::words("times_of", "times of", |row| {
            Cell::text(if row.outcome().is_generator_bound() {
                "the generator"
            } else {
                "the path"
            })
        }),
    ]
}

impl Row<'_> {
    fn outcome(&self) -> &PointOutcome {
        &self.measured.outcome
    }

    /// The stage, its round, and the ceiling that it is a share of.
    fn in_words(&self) -> (&'static str, Option<u32>, Option<f64>) {
        match self.stage {
            Stage::Search => ("search", None, None),
            Stage::Ceiling { round } => ("ceiling", Some(round), None),
            Stage::Share { round, share, ceiling_per_second } => {
                let name = match share {
                    Share::Below => "90 %",
                    Share::Beyond => "110 %",
                };
                (name, Some(round), Some(ceiling_per_second))
            }
        }
    }

    fn backlog(&self) -> &'static str {
        match self.outcome().backlog_verdict() {
            Some(BacklogVerdict::Flat) => "flat",
            Some(BacklogVerdict::Grows) => "grows",
            Some(BacklogVerdict::Unclear) => "unclear",
            None => "too short",
        }
    }
}
