//! What something is drawn with: a class of the style sheet.

use plotters::style::RGBColor;
use plotters_backend::BackendColor;

/// What something is drawn with, by its place among the classes.
#[derive(Clone, Copy)]
pub(super) struct Ink(u8);

/// The classes: of the grid, the axes, their text, and the series.
const CLASSES: [&str; 10] = ["grid", "axis", "tick", "s0", "s1", "s2", "s3", "s4", "s5", "s6"];

/// Colours and shapes after which they begin again.
pub(super) const LOOKS: u8 = 7;

impl Ink {
    pub(super) const GRID: Self = Self(0);
    pub(super) const AXIS: Self = Self(1);
    pub(super) const TEXT: Self = Self(2);

    /// That of a series, by its place.
    pub(super) fn series(place: u8) -> Self {
        Self(3 + place % LOOKS)
    }

    /// The colour by which plotters carries it to the backend.
    pub(super) fn color(self) -> RGBColor {
        RGBColor(0, 0, self.0)
    }

    /// The class that a colour stands for.
    pub(super) fn class(color: BackendColor) -> &'static str {
        CLASSES[usize::from(color.rgb.2) % CLASSES.len()]
    }
}
