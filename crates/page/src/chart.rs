//! Charts as inline SVG.
//!
//! plotters lays out coordinates, grids, ticks and lines, on a [`backend`] that writes CSS classes in the place of colours,
//! so that one drawing serves light, dark and paper. The [`marks`] on it are written here: each carries its values
//! as a label, takes the focus, and has a shape of its own, which no plotting library's marks do.

mod axis;
mod backend;
mod figure;
mod frame;
mod ink;
mod marks;
mod plane;
mod rows;
mod scale;
mod standalone;
mod unit;

pub(crate) use axis::Axis;
pub(crate) use figure::{Figure, Panel, alone};
pub(crate) use marks::{Key, Look, Mark, Symbol};
pub(crate) use plane::{Area, Band, Level, Plane, Series};
pub(crate) use rows::{Line, ROW_LETTERS_MAX, Rows, Segment};
pub(crate) use scale::Spacing;
pub(crate) use standalone::{CHART, DARK, LIGHT};
pub(crate) use unit::Unit;
