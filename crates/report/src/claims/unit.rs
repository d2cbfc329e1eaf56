//! The units of claimed figures.

use serde::Deserialize;

use crate::quantity;

/// What a claimed figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A ratio.
    Times,
    /// Records per second.
    PerSecond,
    /// A time in ns.
    Nanoseconds,
    /// A part of 1.
    Share,
}

impl Unit {
    /// A figure beside one that has its unit; a rate or a time needs its own, whose prefix may be another.
    pub(super) fn bare(self, value: f64) -> String {
        match self {
            Self::Times => quantity::factor(value),
            Self::PerSecond | Self::Nanoseconds | Self::Share => self.figure(value),
        }
    }

    /// A figure with its unit.
    pub(super) fn figure(self, value: f64) -> String {
        match self {
            Self::Times => format!("{} times", quantity::factor(value)),
            Self::PerSecond => quantity::rate(value),
            Self::Nanoseconds => quantity::duration_ns(value),
            Self::Share => quantity::percent(value),
        }
    }
}
