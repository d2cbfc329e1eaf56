//! What can go wrong with a chart.

use std::convert::Infallible;

use plotters::drawing::DrawingAreaErrorKind;

/// A chart could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("drawing the chart {chart} failed: {reason}")]
pub struct ChartError {
    /// The chart's title.
    pub chart: String,
    /// What the plotting library answered.
    pub reason: String,
}

impl ChartError {
    pub(super) fn of(chart: &str) -> impl Fn(DrawingAreaErrorKind<Infallible>) -> Self + '_ {
        |error| Self { chart: chart.to_owned(), reason: error.to_string() }
    }
}
