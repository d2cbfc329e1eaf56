//! A table: columns, rows and notes, and its renderers. Every table of the project is one.
//!
//! Cells are typed, so that one table is read as text, as Markdown and, unrounded, as CSV and JSON Lines. Where rows come one by one,
//! [`Lines`] shows each below the last, and [`CsvFile`] keeps it.

mod bar;
mod cell;
mod csv_file;
mod csv_text;
mod field;
mod fitting;
mod grid;
mod json_lines;
mod lines;
mod markdown;
mod missing;
mod shortened;
mod text;

pub use cell::Cell;
pub use csv_file::CsvFile;
pub use field::{Field, Heading, Kind, Rank};
pub use grid::{Section, Table};
pub use lines::Lines;
pub use missing::Missing;
