//! A point of a saturation as a line of the table and of the CSV.

use report::quantity;
use serde::Serialize;
use vote_load::{BacklogVerdict, MeasuredPoint, Share, Stage, Subject};

/// What a point showed.
#[derive(Serialize)]
pub(super) struct Row {
    path: String,
    stage: &'static str,
    round: Option<u32>,
    ceiling_per_second: Option<f64>,
    target_per_second: u32,
    acked_mean_per_second: f64,
    drained_per_second: f64,
    backlog_growth_per_second: Option<f64>,
    backlog_growth_low_per_second: Option<f64>,
    backlog_growth_high_per_second: Option<f64>,
    sojourn_ns_p50: Option<u64>,
    sojourn_ns_p99: Option<u64>,
    lateness_ns_p99: Option<u64>,
    backlog: &'static str,
    is_generator_bound: bool,
}

/// The headings of [`Row::in_words`].
pub(super) fn headings() -> String {
    format!(
        "{:<14}{:>13}{:>13}{:>13}{:>24}{:>10}{:>10}{:>10}  backlog",
        "", "target", "acked", "backlog/s", "95 % interval", "p50", "p99", "late p99"
    )
}

impl Row {
    pub(super) fn of(subject: &Subject, stage: Stage, measured: &MeasuredPoint) -> Self {
        let outcome = &measured.outcome;
        let growth = outcome.backlog_growth;
        let (name, round, ceiling_per_second) = match stage {
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
        let backlog = match outcome.backlog_verdict() {
            Some(BacklogVerdict::Flat) => "flat",
            Some(BacklogVerdict::Grows) => "grows",
            Some(BacklogVerdict::Unclear) => "unclear",
            None => "too short",
        };
        Self {
            path: subject.label(),
            stage: name,
            round,
            ceiling_per_second,
            target_per_second: outcome.point.target.get(),
            acked_mean_per_second: outcome.acked_mean_per_second,
            drained_per_second: outcome.drained_per_second,
            backlog_growth_per_second: growth.map(|growth| growth.per_second),
            backlog_growth_low_per_second: growth.map(|growth| growth.low_per_second),
            backlog_growth_high_per_second: growth.map(|growth| growth.high_per_second),
            sojourn_ns_p50: outcome.writes.sojourn.quantile(0.5),
            sojourn_ns_p99: outcome.operations_sojourn_ns(0.99),
            lateness_ns_p99: outcome.lateness.quantile(0.99).or(outcome.lateness.longest()),
            backlog,
            is_generator_bound: outcome.is_generator_bound(),
        }
    }

    /// The row under [`headings`].
    pub(super) fn in_words(&self) -> String {
        let none = || "-".to_string();
        let time = |ns: Option<u64>| ns.map_or_else(none, |ns| quantity::duration_ns(ns as f64));
        let number = |value: Option<f64>| value.map_or_else(none, |value| format!("{value:.0}"));
        let interval = format!(
            "{} to {}",
            number(self.backlog_growth_low_per_second),
            number(self.backlog_growth_high_per_second)
        );
        let stage = match self.round {
            None => self.stage.to_string(),
            Some(round) => format!("{round}. {}", self.stage),
        };
        format!(
            "{stage:<14}{:>13}{:>13}{:>13}{interval:>24}{:>10}{:>10}{:>10}  {}{}",
            quantity::rate(self.target_per_second.into()),
            quantity::rate(self.acked_mean_per_second),
            number(self.backlog_growth_per_second),
            time(self.sojourn_ns_p50),
            time(self.sojourn_ns_p99),
            time(self.lateness_ns_p99),
            self.backlog,
            if self.is_generator_bound { ", generator-bound times" } else { "" }
        )
    }
}
