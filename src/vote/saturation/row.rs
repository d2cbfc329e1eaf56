//! A point of a saturation as a line of the table and of the CSV.

use report::table::{Cell, Field, Heading};
use vote_load::{BacklogGrowth, BacklogVerdict, MeasuredPoint, Share, Stage, Subject};

/// What a point showed.
pub(super) struct Row {
    path: String,
    stage: &'static str,
    round: Option<u32>,
    ceiling_per_second: Option<f64>,
    target_per_second: u32,
    acked_mean_per_second: f64,
    drained_per_second: f64,
    backlog_growth: Option<BacklogGrowth>,
    sojourn_ns_p50: Option<u64>,
    sojourn_ns_p99: Option<u64>,
    lateness_ns_p99: Option<u64>,
    backlog: &'static str,
    times_of: &'static str,
}

/// The columns; some are in the CSV only.
pub(super) const FIELDS: [Field<Row>; 15] = [
    Field::new(Heading::words("path", "path").file_only(), |row| Cell::text(&row.path)),
    Field::words("stage", "stage", |row| Cell::text(row.stage)),
    Field::figure("round", "round", |row| {
        Cell::known(row.round, |round| Cell::Count(round.into()))
    }),
    Field::new(Heading::figure("ceiling_per_second", "ceiling").file_only(), |row| {
        Cell::known(row.ceiling_per_second, Cell::Rate)
    }),
    Field::figure("target_per_second", "target", |row| Cell::Rate(row.target_per_second.into())),
    Field::figure("acked_mean_per_second", "acked", |row| Cell::Rate(row.acked_mean_per_second)),
    Field::new(Heading::figure("drained_per_second", "drained").file_only(), |row| {
        Cell::Rate(row.drained_per_second)
    }),
    Field::figure("backlog_growth_per_second", "backlog/s", |row| {
        Cell::known(row.backlog_growth.map(|growth| growth.per_second), Cell::Growth)
    }),
    Field::figure("backlog_growth_low_per_second", "from", |row| {
        Cell::known(row.backlog_growth.map(|growth| growth.low_per_second), Cell::Growth)
    }),
    Field::figure("backlog_growth_high_per_second", "to", |row| {
        Cell::known(row.backlog_growth.map(|growth| growth.high_per_second), Cell::Growth)
    }),
    Field::figure("sojourn_ns_p50", "p50", |row| Cell::quantile(row.sojourn_ns_p50)),
    Field::figure("sojourn_ns_p99", "p99", |row| Cell::quantile(row.sojourn_ns_p99)),
    Field::figure("lateness_ns_p99", "late p99", |row| Cell::quantile(row.lateness_ns_p99)),
    Field::words("backlog", "backlog", |row| Cell::text(row.backlog)),
    Field::words("times_of", "times of", |row| Cell::text(row.times_of)),
];

impl Row {
    pub(super) fn of(subject: &Subject, stage: Stage, measured: &MeasuredPoint) -> Self {
        let outcome = &measured.outcome;
        let (stage, round, ceiling_per_second) = match stage {
            Stage::Search => ("search", None, None),
            Stage::Ceiling { round } => ("ceiling", Some(round), None),
            Stage::Share { round, share, ceiling_per_second } => {
                let name = match share {
                    Share::Below => "90 %",
                    Share::Beyond => "110 %",
                };
                (name, Some(round), Some(ceiling_per_second))
            }
        };
        Self {
            path: subject.label(),
            stage,
            round,
            ceiling_per_second,
            target_per_second: outcome.point.target.get(),
            acked_mean_per_second: outcome.acked_mean_per_second,
            drained_per_second: outcome.drained_per_second,
            backlog_growth: outcome.backlog_growth,
            sojourn_ns_p50: outcome.writes.sojourn.quantile(0.5),
            sojourn_ns_p99: outcome.operations_sojourn_ns(0.99),
            lateness_ns_p99: outcome.lateness.quantile(0.99).or(outcome.lateness.longest()),
            backlog: match outcome.backlog_verdict() {
                Some(BacklogVerdict::Flat) => "flat",
                Some(BacklogVerdict::Grows) => "grows",
                Some(BacklogVerdict::Unclear) => "unclear",
                None => "too short",
            },
            times_of: if outcome.is_generator_bound() { "the generator" } else { "the path" },
        }
    }
}
