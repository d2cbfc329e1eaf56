//! The axes of a chart, and the widths at which it is drawn.

use super::scale::Spacing;
use super::unit::Unit;

/// One direction of a chart.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    /// What it shows, without the unit.
    pub(crate) title: String,
    /// How its values are written.
    pub(crate) unit: Unit,
    /// How its values are spaced.
    pub(crate) spacing: Spacing,
    /// The values that have a tick; empty for round ones.
    pub(crate) ticks: Vec<f64>,
}

impl Axis {
    pub(crate) fn new(title: &str, unit: Unit, spacing: Spacing) -> Self {
        Self { title: title.to_owned(), unit, spacing, ticks: Vec::new() }
    }

    pub(crate) fn with_ticks(self, ticks: Vec<f64>) -> Self {
        Self { ticks, ..self }
    }
}

/// The widths at which each chart is drawn: for a desk, and for a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    Wide,
    Narrow,
}

impl Width {
    pub(crate) const BOTH: [Self; 2] = [Self::Wide, Self::Narrow];

    /// The width in CSS pixels.
    pub(crate) fn pixels(self) -> u32 {
        match self {
            Self::Wide => 760,
            Self::Narrow => 360,
        }
    }

    /// The class that the style sheet shows or hides.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Wide => "chart wide",
            Self::Narrow => "chart narrow",
        }
    }
}
