//! The rows of a question as a table: one set of columns, several renderers.

mod column;
mod markdown;
mod marks;
mod text;

pub use markdown::{legend as markdown_legend, markdown};
pub use text::text;
