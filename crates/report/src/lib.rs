//! Run records to tables, findings and one summary.
//!
//! The way of a figure: [`evidence`] gathers what one run stored about each question; [`model`] turns it into
//! rows and what they say, all plain data: contrasts that are [`judged`], or a [`resolution`] and [`findings`]; renderers print the model, as a [`table`] of text
//! or Markdown, as CSV, as the [`summary`] of a run, or as the [`closing`] text of one question. A renderer
//! computes no figure, so a further one shows the same.
//!
//! This crate knows records, not engines: what it says of a case stands in the case's record.

pub mod claims;
pub mod closing;
pub mod compare;
pub mod evidence;
pub mod findings;
pub mod front_page;
pub mod headline;
pub mod judged;
pub mod judgement;
pub mod load_curve;
pub mod model;
pub mod mood;
pub mod quantity;
pub mod reference;
pub mod replication;
pub mod resolution;
pub mod summary;
pub mod table;
pub mod take_home;
pub mod terminal;

mod atomic_file;
mod ends;
mod error;
mod locations;
mod nominal;
mod results_csv;
mod wrap;

pub use closing::closing_text;
pub use error::ReportError;
pub use locations::criterion_directory;
pub use summary::write_summary;
