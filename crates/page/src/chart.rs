//! Charts as inline SVG, drawn here: each mark carries its values as a label, takes the focus, and has a shape of its own,
//! which no plotting library's marks do; and what is drawn has CSS classes in the place of colours, so that one drawing
//! serves light, dark and paper.

mod figure;
mod frame;
mod marks;
mod plane;
mod rows;
mod scale;
mod unit;

pub(crate) use figure::{CHART, DARK, Figure, Key, LIGHT, Panel};
pub(crate) use marks::{Look, Mark, Symbol};
pub(crate) use plane::{Area, Band, Level, Plane, Series};
pub(crate) use rows::{Line, ROW_LETTERS_MAX, Rows, Segment};
pub(crate) use scale::{Axis, Spacing};
pub(crate) use unit::Unit;
