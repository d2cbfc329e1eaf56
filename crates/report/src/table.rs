//! The rows of a question as a table: one set of columns, several renderers.

mod builds;
pub(crate) mod column;
mod comparisons;
mod contrasts;
pub(crate) mod grid;
mod markdown;
mod marks;
mod readers;
mod text;

pub use builds::builds;
pub use contrasts::{contrasts_markdown, contrasts_text};
pub use markdown::{legend as markdown_legend, markdown};
pub use readers::{readers_markdown, readers_text};
pub use text::text;
