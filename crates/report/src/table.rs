//! The rows of a question as a table: one set of columns, several renderers.

mod column;
mod markdown;
mod text;

pub use markdown::markdown;
pub use text::text;
