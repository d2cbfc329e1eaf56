//! What something is drawn with: a class of the style sheet.

use plotters::style::RGBColor;
use plotters_backend::BackendColor;

/// What something is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Lines behind the marks.
    Grid,
    /// The lines of the axes.
    Axis,
    /// Ticks and titles.
    Text,
    /// A series, by its place.
    Series(u8),
}

/// Colours and shapes after which they begin again.
pub(crate) const LOOKS: u8 = 7;

const SERIES: u8 = 16;

impl Ink {
    /// The colour by which plotters carries it to the backend.
    pub(super) fn color(self) -> RGBColor {
        RGBColor(0, 0, self.number())
    }

    fn number(self) -> u8 {
        match self {
            Self::Grid => 0,
            Self::Axis => 1,
            Self::Text => 2,
            Self::Series(place) => SERIES + place % LOOKS,
        }
    }

    /// The class that a colour stands for.
    pub(super) fn class(color: BackendColor) -> String {
        match color.rgb.2 {
            0 => "grid".to_owned(),
            1 => "axis".to_owned(),
            2 => "tick".to_owned(),
            series => format!("s{}", series.saturating_sub(SERIES)),
        }
    }
}
